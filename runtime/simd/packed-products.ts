/** Matrix products in tfjs's wasm memory for which both operands are put into another order first (simd/matrices.ts), so that either may lie transposed. */
import type { Device } from '../device.ts';
import type { Activation } from '../kernels/fused.ts';
import type { MatMulAttributes } from '../kernels/products.ts';
import { sizeOf } from '../kernels/sizes.ts';
import type { Data } from '../program.ts';
import { boundsOf } from './bounds.ts';
import { ownMemory, roomInMemory } from './in-memory.ts';
import { matricesModule, type MatricesModule } from './matrices.ts';

/** What the module wants for itself: `bytesOfRoom` of simd/matrices.ts; a test compares. */
export const bytesOfRoom = 131_248;

/** As `Product`. */
export function packedProduct(d: Device, a: Data, b: Data, bias?: Data, activation: Activation = 'linear', attributes: MatMulAttributes = {}): Data | undefined {
  const { transposeA = false, transposeB = false } = attributes;
  const [rows, columns] = a.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [columns, rows] : [rows, columns];
  const n = b.shape.at(transposeB ? -2 : -1)!;
  const [module, memory, bounds] = [matricesModule(d), ownMemory(d), boundsOf[activation]];
  if (module === undefined || memory === undefined || bounds === undefined || m * k * n === 0) return undefined;
  const packed = strips(d, module, b, { k, n, isTurned: transposeB });
  const operands = bias === undefined ? [a, packed] : [a, packed, bias];
  const room = roomInMemory(d, memory, bytesOfRoom);
  const result = d.inHeap(operands, [...a.shape.slice(0, -2), m, n], 'float32', (target, [x, y, offsets]) => {
    for (let i = 0, at = 0; at < target.length; i++, at += m * n) {
      const [left, right] = [x!.byteOffset + 4 * i * m * k, y!.byteOffset + 32 * i * k * Math.ceil(n / 8)];
      module.product(left, 4 * columns, Number(transposeA), right, offsets?.byteOffset ?? 0, target.byteOffset + 4 * at, m, k, n, room.pointer, ...bounds);
    }
  });
  d.dispose(packed);
  return result;
} // prettier-ignore

/** Matrices [count…, k, n], each by eight columns and then the next eight. */
function strips(d: Device, module: MatricesModule, b: Data, { k, n, isTurned }: { readonly k: number; readonly n: number; readonly isTurned: boolean }): Data {
  const count = sizeOf(b.shape.slice(0, -2));
  const wide = Math.ceil(n / 8);
  return d.inHeap([b], [count, wide, k, 8], 'float32', (target, [source]) => {
    for (let i = 0; i < count; i++) {
      const [from, to] = [source!.byteOffset + 4 * i * k * n, target.byteOffset + 32 * i * k * wide];
      if (isTurned) module.ofRows(from, 4 * k, to, n, k, 32);
      else module.ofColumns(from, 4 * n, to, k, n, 32);
    }
  });
} // prettier-ignore
