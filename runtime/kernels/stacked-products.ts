/**
 * Stacks of matrix products on wasm, one by one. tfjs multiplies single matrices with XNNPACK but stacks of them with plain loops:
 * 32 products of 128×128 by 128×32 take it 27 ms, and 1.2 ms one after the other, copies included.
 */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { sizeOf } from './sizes.ts';

/** Below so many multiplications in each product, the copies cost more than they save. */
const worthCopying = 16_000;

/** Whether `a` and `b` are stacks of matrices, of the same number of them, that are large enough. */
export function isWorthUnstacking(d: Device, a: Data, b: Data): boolean {
  if (d.name !== 'wasm') return false;
  const count = sizeOf(a.shape.slice(0, -2));
  return count > 1 && sizeOf(a.shape.slice(-2)) * b.shape.at(-1)! >= worthCopying;
}

/** [b…, m, k] × [b…, k, n] → [b…, m, n]; leading axes are the same. */
export function stackedProducts(d: Device, a: Data, b: Data): Data {
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const batch = a.shape.slice(0, -2);
  const result = d.allocate([...batch, m, n], 'float32');
  for (let i = 0, count = sizeOf(batch); i < count; i++) {
    // Of new data each time: wasm keeps the repacked right operand of a product by its data.
    const left = pieceOf(d, a, i, [1, m, k]);
    const right = pieceOf(d, b, i, [1, k, n]);
    const product = d.run('BatchMatMul', { a: left, b: right }, { transposeA: false, transposeB: false });
    d.dispose(left);
    d.dispose(right);
    d.fillHeap(result, [product], (target, [values]) => target.set(values!, i * m * n));
    d.dispose(product);
  }
  return result;
}

/** The matrix at this place of a stack. */
function pieceOf(d: Device, stack: Data, place: number, shape: readonly number[]): Data {
  return d.inHeap([stack], shape, 'float32', (target, [all]) =>
    target.set(all!.subarray(place * target.length, (place + 1) * target.length)),
  );
}
