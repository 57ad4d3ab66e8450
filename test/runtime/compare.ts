/** Compares a kernel function with a tfjs op on cpu, and counts live data. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import * as nn from '../../runtime/index.ts';
import type { Data, Device } from '../../runtime/index.ts';
import { type Operand, put } from './devices.ts';

export type Reference = (...x: tf.Tensor[]) => tf.Tensor;
export type Ours = (d: Device, ...x: Data[]) => Data;

export function check(
  d: Device,
  operands: readonly Operand[],
  ours: Ours,
  reference: Reference,
  tolerance = 1e-5,
): void {
  const expected = tf.tidy(() => {
    const result = reference(...operands.map((x) => tf.tensor(x.values as number[], x.shape as number[], x.dtype)));
    return { values: [...result.dataSync()], shape: result.shape, dtype: result.dtype };
  });
  const before = d.backend.numDataIds();
  const data = operands.map((x) => put(d, x));
  const result = ours(d, ...data);
  const values = [...d.readSync(result)];
  nn.free(d, result, ...data);
  expect(d.backend.numDataIds(), 'live data').toBe(before);
  const what = `${d.name} ${operands.map((x) => `${x.dtype}[${x.shape.join(',')}]`).join(' ')}`;
  expect(result.shape, what).toEqual(expected.shape);
  expect(result.dtype, what).toBe(expected.dtype);
  expect(values.length, what).toBe(expected.values.length);
  values.forEach((value, i) => {
    const want = expected.values[i]!;
    const close =
      Object.is(value, want) || value === want || Math.abs(value - want) <= tolerance * Math.max(1, Math.abs(want));
    if (!close && !(Number.isNaN(value) && Number.isNaN(want)))
      expect.fail(`${what} at ${i}: ${value}, expected ${want}`);
  });
}
