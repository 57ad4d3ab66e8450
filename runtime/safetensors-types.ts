/** How the element types of safetensors become float32, int32 and bool without loss. */
import type { DType } from './program.ts';

/** Reports a value that the wider language of ours cannot hold. */
type Refuse = (index: number, value: number | bigint) => never;

interface Decoder {
  /** Bytes per element in the file. */
  readonly bytes: number;
  readonly dtype: DType;
  readonly decode: (buffer: ArrayBuffer, refuse: Refuse) => Float32Array | Int32Array | Uint8Array;
}

export const decoders = {
  F32: { bytes: 4, dtype: 'float32', decode: (buffer) => new Float32Array(buffer) },
  F16: { bytes: 2, dtype: 'float32', decode: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToNumber) },
  BF16: { bytes: 2, dtype: 'float32', decode: brainFloats },
  F64: { bytes: 8, dtype: 'float32', decode: doubles },
  I32: { bytes: 4, dtype: 'int32', decode: (buffer) => new Int32Array(buffer) },
  I64: { bytes: 8, dtype: 'int32', decode: longs },
  I16: { bytes: 2, dtype: 'int32', decode: (buffer) => Int32Array.from(new Int16Array(buffer)) },
  U16: { bytes: 2, dtype: 'int32', decode: (buffer) => Int32Array.from(new Uint16Array(buffer)) },
  I8: { bytes: 1, dtype: 'int32', decode: (buffer) => Int32Array.from(new Int8Array(buffer)) },
  U8: { bytes: 1, dtype: 'int32', decode: (buffer) => Int32Array.from(new Uint8Array(buffer)) },
  BOOL: { bytes: 1, dtype: 'bool', decode: bools },
} as const satisfies Readonly<Record<string, Decoder>>;

export const supportedTypes: readonly string[] = Object.keys(decoders);

export function isSupported(type: string): type is keyof typeof decoders {
  return Object.hasOwn(decoders, type);
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
function brainFloats(buffer: ArrayBuffer): Float32Array {
  const words = Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16);
  return new Float32Array(words.buffer);
}

function doubles(buffer: ArrayBuffer, refuse: Refuse): Float32Array {
  return Float32Array.from(new Float64Array(buffer), (value, index) =>
    Object.is(Math.fround(value), value) ? value : refuse(index, value),
  );
}

function longs(buffer: ArrayBuffer, refuse: Refuse): Int32Array {
  const values = new Int32Array(buffer.byteLength / 8);
  for (const [index, value] of new BigInt64Array(buffer).entries()) {
    values[index] = BigInt.asIntN(32, value) === value ? Number(value) : refuse(index, value);
  }
  return values;
}

function bools(buffer: ArrayBuffer, refuse: Refuse): Uint8Array {
  const values = new Uint8Array(buffer);
  for (const [index, value] of values.entries()) if (value > 1) refuse(index, value);
  return values;
}
