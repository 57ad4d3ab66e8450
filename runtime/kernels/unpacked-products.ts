/** Matrix products on wasm by code of our own, which takes the right operand as it lies: for operands that are new at each product. */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import type { Product } from '../simd/products.ts';
import type { Activation } from './fused.ts';

type Bounds = readonly [least: number, most: number];
const unbounded: Bounds = [-Infinity, Infinity];

/** Between what the results of activations lie that are nothing but bounds. */
export const boundsOf: Readonly<Partial<Record<Activation, Bounds>>> = {
  linear: unbounded,
  relu: [0, Infinity],
  relu6: [0, 6],
};

/** [b…, m, k] × [b…, k, n] → [b…, m, n], with a bias [n]; leading axes are the same. */
export function unpackedProducts(
  d: Device,
  product: Product,
  a: Data,
  b: Data,
  bias?: Data,
  [least, most]: Bounds = unbounded,
): Data {
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const operands = bias === undefined ? [a, b] : [a, b, bias];
  return d.inHeap(operands, [...a.shape.slice(0, -1), n], 'float32', (target, [x, y, offsets]) => {
    // Empty views tell no place.
    for (let i = 0; i < target.length; i += m * n) {
      const piece = i / (m * n);
      const [left, right] = [x!.byteOffset + 4 * piece * m * k, y!.byteOffset + 4 * piece * k * n];
      product(left, right, offsets?.byteOffset ?? 0, target.byteOffset + 4 * i, k, n, least, most, m);
    }
  });
}
