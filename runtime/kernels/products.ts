/** Matrix products of any stacks. Each returns new data. */
import { broadcastShape, broadcastTo, sameShape } from './broadcast.ts';
import { sizeOf } from './sizes.ts';
import { denseOnCpu } from './on-cpu.ts';
import { withRightOperand } from './right-operand.ts';
import { isWorthUnstacking, stackedProducts } from './stacked-products.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

export interface MatMulAttributes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** The product of the last two axes, [b…, m, k] × [b…, k, n] → [b…, m, n]; leading axes broadcast. */
export function matMul(
  d: Device,
  a: Data,
  b: Data,
  { transposeA = false, transposeB = false }: MatMulAttributes = {},
): Data {
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const attributes = { transposeA, transposeB };
  if (d.name === 'cpu' && !transposeA && !transposeB && a.shape.length === 2 && b.shape.length === 2)
    return denseOnCpu(d, a, b, undefined, 'linear', 0);
  if (!transposeA && !transposeB && sameShape(batchA, batchB)) {
    const unpacked = d.productWith(b, a.shape.at(-2)!, b.shape.at(-1)!)?.(d, a, b);
    if (unpacked !== undefined) return unpacked;
    if (isWorthUnstacking(d, a, b)) return stackedProducts(d, a, b);
  }
  // The kernels repeat a batch of one, but count wrongly through batches that broadcast axis by axis.
  if (sameShape(batchA, batchB) || sizeOf(batchA) === 1 || sizeOf(batchB) === 1)
    return withRightOperand(d, b, (right) => d.run('BatchMatMul', { a, b: right }, attributes));
  const batch = broadcastShape(batchA, batchB);
  const wholeA = broadcastTo(d, a, [...batch, ...a.shape.slice(-2)]);
  const wholeB = broadcastTo(d, b, [...batch, ...b.shape.slice(-2)]);
  const product = d.run('BatchMatMul', { a: wholeA, b: wholeB }, attributes);
  d.dispose(wholeA);
  d.dispose(wholeB);
  return product;
}
