/** Small numbers for the inputs and targets of any model, for tests that only want it to run. */
import type { TensorSpec } from '../../runtime/index.ts';

const batch = 2;

/** Numbers of the declared type, different in every place; sizes that are known at run time are looked up. */
function values(spec: TensorSpec, sizes: Readonly<Record<string, number>>): { readonly data: Float32Array | Int32Array; readonly shape: number[] } {
  const shape = [batch, ...spec.shape.map((size) => (typeof size === 'number' ? size : sizes[size]!))];
  const count = shape.reduce((a, b) => a * b, 1);
  const isWhole = spec.dtype !== 'float32';
  const data = isWhole ? Int32Array.from({ length: count }, (_, i) => i % (spec.dtype === 'bool' ? 2 : 3)) : Float32Array.from({ length: count }, (_, i) => ((i * 37) % 101) / 101);
  return { data, shape };
} // prettier-ignore

export const filled = (specs: Readonly<Record<string, TensorSpec>>, sizes: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, values(spec, sizes)]));
