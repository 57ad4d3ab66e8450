/** Memory as values. */
import type { Values } from '../device.ts';
import type { DType } from '../program.ts';

export const bytesOf: Readonly<Record<DType, number>> = { float32: 4, int32: 4, bool: 1 };

/** The values that lie in memory. */
export function valuesIn(buffer: ArrayBufferLike, offset: number, size: number, dtype: DType): Values {
  if (dtype === 'float32') return new Float32Array(buffer, offset, size);
  return dtype === 'int32' ? new Int32Array(buffer, offset, size) : new Uint8Array(buffer, offset, size);
}
