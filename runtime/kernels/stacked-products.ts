/**
 * Stacks of matrix products on wasm, one by one. tfjs multiplies single matrices with XNNPACK but stacks of them with plain loops:
 * 32 products of 128×128 by 128×32 take it 27 ms, and 1.2 ms one after the other, copies included.
 */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { sizeOf } from './leaves.ts';

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
  const left = d.allocate([1, m, k], 'float32');
  for (let i = 0, count = sizeOf(batch); i < count; i++) {
    // Of new data each time: wasm keeps the repacked right operand of a product by its data.
    const right = d.allocate([1, k, n], 'float32');
    // Taken anew each time, for an allocation may move the memory.
    d.heapValues(left).set(d.heapValues(a).subarray(i * m * k, (i + 1) * m * k));
    d.heapValues(right).set(d.heapValues(b).subarray(i * k * n, (i + 1) * k * n));
    const product = d.run('BatchMatMul', { a: left, b: right }, { transposeA: false, transposeB: false });
    d.heapValues(result).set(d.heapValues(product), i * m * n);
    d.dispose(right);
    d.dispose(product);
  }
  d.dispose(left);
  return result;
}
