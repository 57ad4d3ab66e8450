/** Matrix products in tfjs's wasm memory whose right operand is put into another order first (simd/windows.ts). */
import type { Device } from '../device.ts';
import type { Activation } from '../kernels/fused.ts';
import { reshape, sizeOf } from '../kernels/sizes.ts';
import type { Data } from '../program.ts';
import { boundsOf, packedColumns, windowsModule } from './windows.ts';

/** As `Product`; `undefined` also where the columns are not in fours. */
export function packedProduct(d: Device, a: Data, b: Data, bias?: Data, activation: Activation = 'linear'): Data | undefined {
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const [module, bounds] = [windowsModule(d), boundsOf[activation]];
  if (module === undefined || bounds === undefined || n % 4 !== 0 || m * k === 0) return undefined;
  const count = sizeOf(b.shape.slice(0, -2));
  const packed = packedColumns(d, module, reshape(b, [count, k, n]));
  const operands = bias === undefined ? [a, packed] : [a, packed, bias];
  const strip = 32 * k;
  const result = d.inHeap(operands, [...a.shape.slice(0, -1), n], 'float32', (target, [x, y, offsets]) => {
    for (let i = 0; i < count; i++) {
      const [left, right] = [x!.byteOffset + 4 * i * m * k, y!.byteOffset + i * strip * Math.ceil(n / 8)];
      module.windows(left, 4 * k, 0, right, 0, target.byteOffset + 4 * i * m * n, 4 * n, k, 1, offsets?.byteOffset ?? 0, ...bounds, n, m, 1, 0, 0, strip);
    }
  });
  d.dispose(packed);
  return result;
} // prettier-ignore
