/** The first value of a weight, in its type. */
import type { GivenWeight } from '../model-state.ts';
import type { WeightSpec } from '../program.ts';
import { initialValues } from './index.ts';

export function freshWeight(path: string, { dtype, shape, initializer }: WeightSpec, seed: number): GivenWeight {
  const values = initialValues(path, shape, initializer, seed);
  const data = dtype === 'float32' ? values : dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
  return { data, shape, dtype };
}
