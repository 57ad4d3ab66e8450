/**
 * Matrix products in tfjs's wasm memory that do not pack their right operand (simd/products.ts tells why). Loaded by what trains and by plans; a
 * program that only predicts once does without.
 */
import type { Device } from '../device.ts';
import { wasmBackend } from '../plans/wasm-module.ts';
import { productsModule } from './products-module.ts';

/** [m, k] × [k, n] + [n], kept between `least` and `most`; all by their place in memory, a bias of 0 is none. */
export type Product = (
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

/** Gives the device products without packing, where it has a memory for them and the machine has SIMD. */
export function equipWithProducts(device: Device): void {
  if (device.name !== 'wasm' || device.product !== undefined) return;
  const memory = wasmBackend(device.backend).wasm.asm?.['memory'] as unknown;
  if (!(memory instanceof WebAssembly.Memory)) return;
  const bytes = Uint8Array.from(atob(productsModule), (c) => c.charCodeAt(0));
  // Memory that is shared by threads is another type, which the module does not import: tfjs's own products use all threads.
  if (!(memory.buffer instanceof ArrayBuffer) || !WebAssembly.validate(bytes)) return;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { tfjs: { memory } });
  device.product = instance.exports['product'] as unknown as Product;
}
