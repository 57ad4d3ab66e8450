/** The product of a matrix on its side, as gradients of dense layers are. */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { transpose } from './moving.ts';
import { matMul } from './products.ts';

/** aᵀ · b: [k, m] and [k, n] → [m, n]. New data. Code of our own reads the left operand as it lies; where there is none, a copy is transposed first. */
export function transposedMatMul(d: Device, a: Data, b: Data): Data {
  const own = d.transposedProduct?.(d, a, b);
  if (own !== undefined) return own;
  const left = transpose(d, a, [1, 0]);
  const product = matMul(d, left, b);
  d.dispose(left);
  return product;
}
