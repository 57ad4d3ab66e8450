/**
 * Matrix products in tfjs's wasm memory that take the right operand as it lies (simd/products.ts tells why). Loaded by what trains and by plans; a
 * program that only predicts once does without.
 */
import type { Device } from '../device.ts';
import type { Activation } from '../kernels/fused.ts';
import type { MatMulAttributes } from '../kernels/products.ts';
import type { Data } from '../program.ts';
import { boundsOf } from './bounds.ts';
import { exportsInMemory } from './in-memory.ts';
import { packedProduct } from './packed-products.ts';
import { productsModule } from './products-module.ts';

/**
 * [b…, m, k] × [b…, k, n] → [b…, m, n], with a bias [n] and an activation; leading axes are the same. New data; `undefined` for activations that are
 * more than bounds. That with packing takes transposed operands.
 */
export type Product = (d: Device, a: Data, b: Data, bias?: Data, activation?: Activation, attributes?: MatMulAttributes) => Data | undefined; // prettier-ignore

/** One product of the module: all by their place in memory, a bias of 0 is none. */
type Multiply = (
  a: number,
  b: number,
  bias: number,
  target: number,
  k: number,
  n: number,
  least: number,
  most: number,
  m: number,
) => void;

/** Gives the device products of our own, where it has a memory for them and the machine has SIMD. */
export function equipWithProducts(device: Device): void {
  if (device.name !== 'wasm' || device.product !== undefined) return;
  // Of threads, tfjs's own products use all: no module works in the memory that they share.
  const multiply = exportsInMemory(device, productsModule)?.['product'] as unknown as Multiply | undefined;
  if (multiply === undefined) return;
  device.product = (d, a, b, bias, activation = 'linear') => unpackedProducts(d, multiply, [a, b, bias], activation);
  device.packedProduct = packedProduct;
}

function unpackedProducts(
  d: Device,
  multiply: Multiply,
  [a, b, bias]: readonly [Data, Data, Data | undefined],
  activation: Activation,
): Data | undefined {
  const bounds = boundsOf[activation];
  if (bounds === undefined) return undefined;
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const operands = bias === undefined ? [a, b] : [a, b, bias];
  return d.inHeap(operands, [...a.shape.slice(0, -1), n], 'float32', (target, [x, y, offsets]) => {
    for (let i = 0; i < target.length; i += m * n) {
      const piece = i / (m * n);
      const [left, right] = [x!.byteOffset + 4 * piece * m * k, y!.byteOffset + 4 * piece * k * n];
      multiply(left, right, offsets?.byteOffset ?? 0, target.byteOffset + 4 * i, k, n, ...bounds, m);
    }
  });
}
