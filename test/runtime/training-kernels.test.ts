/** Sums, transpositions and the gradient of max pooling by code of our own in tfjs's memory, against tfjs's kernels. */
import { beforeEach, expect, it, vi } from 'vitest';
import {
  type Data,
  Device,
  constant,
  free,
  maxPool,
  maxPoolGradient,
  sum,
  transpose,
  useBackend,
} from '../../runtime/index.ts';
import type { PoolAttributes } from '../../runtime/kernels/padding.ts';
import type * as Pools from '../../runtime/simd/pools.ts';
import { equipForTraining } from '../../runtime/simd/training-kernels.ts';
import { numbers, sizeOf } from './devices.ts';

const noSimd = vi.hoisted(() => ({ pools: false }));
vi.mock('../../runtime/simd/pools.ts', async (original) => {
  const own = await original<typeof Pools>();
  return { poolsInMemory: (d: Device) => (noSimd.pools ? undefined : own.poolsInMemory(d)) };
});
beforeEach(() => void (noSimd.pools = false));

const wasm = await useBackend('wasm');
const cpu = await useBackend('cpu');
const equipped = new Device('wasm', wasm.backend);
equipForTraining(equipped);

/** Few different values, so that sums are exact and maxima tie. */
function few(shape: readonly number[], seed: number): number[] {
  const next = numbers(seed);
  return Array.from({ length: sizeOf(shape) }, () => Math.floor(next() * 9) - 6);
}
const put = (d: Device, values: readonly number[], shape: readonly number[]): Data => constant(d, values, shape, 'float32'); // prettier-ignore
const read = (d: Device, data: Data): number[] => {
  const values = [...d.readSync(data)];
  free(d, data);
  return values;
};

it.each([[[1, 1], 1], [[5, 3], 1], [[7, 4, 5], 1], [[2, 3, 35], 2], [[40, 16], 1], [[3, 2, 2, 21], 3]] as const)('sums of rows of %j over %i axes', (shape, count) => {
  const values = few(shape, 3);
  const x = put(wasm, values, shape);
  const axes = [...Array(count).keys()];
  const asked = vi.spyOn(equipped, 'columnSums', 'get');
  const own = sum(equipped, x, axes);
  expect(asked).toHaveBeenCalled();
  expect(own.shape).toEqual(shape.slice(count));
  const width = sizeOf(shape.slice(count));
  const totals = Array.from({ length: width }, (_, j) => values.reduce((sum, value, i) => (i % width === j ? sum + value : sum), 0));
  expect(read(wasm, own)).toEqual(totals);
  free(wasm, x);
}); // prettier-ignore

it.each([
  [[5, 7], [1, 0], true],
  [[16, 4], [1, 0], true],
  [[3, 5, 6], [0, 2, 1], true],
  [[3, 5, 6], [2, 0, 1], true],
  [[3, 5, 6], [2, 1, 0], false],
  [[2, 3, 1, 5, 4], [0, 2, 1, 4, 3], true],
  [[2, 3, 4, 5], [3, 1, 2, 0], false],
  [[2, 3, 4, 5], [0, 2, 1, 3], false],
  [[2, 3, 4, 5], [2, 3, 0, 1], true],
  [[2, 3, 4, 5], [1, 0, 3, 2], false],
] as const)('%j by %j', (shape, permutation, isOwn) => {
  for (const dtype of ['float32', 'int32'] as const) {
    const [x, there] = [wasm, cpu].map((d) => constant(d, few(shape, 5), shape, dtype)) as [Data, Data];
    const asked = vi.spyOn(equipped, 'run');
    const own = transpose(equipped, x, permutation);
    expect(asked).toHaveBeenCalledTimes(isOwn ? 0 : 1);
    asked.mockRestore();
    const theirs = transpose(cpu, there, permutation);
    expect([own.shape, own.dtype]).toEqual([theirs.shape, theirs.dtype]);
    expect(read(wasm, own)).toEqual(read(cpu, theirs));
    free(wasm, x);
    free(cpu, there);
  }
});

const pools: readonly (readonly [about: string, shape: readonly number[], attributes: PoolAttributes])[] = [
  ['side by side', [2, 6, 4, 8], { poolSize: [2, 2], strides: [2, 2], padding: 'valid' }],
  ['with rows and columns left over', [2, 7, 5, 3], { poolSize: [2, 2], strides: [2, 2], padding: 'valid' }],
  ['overlapping', [2, 7, 8, 5], { poolSize: [3, 2], strides: [1, 1], padding: 'valid' }],
  ['overlapping, same', [1, 6, 5, 4], { poolSize: [3, 3], strides: [2, 2], padding: 'same' }],
  ['apart', [2, 8, 9, 6], { poolSize: [2, 2], strides: [3, 4], padding: 'valid' }],
  ['padding by number', [1, 5, 6, 7], { poolSize: [3, 3], strides: [2, 1], padding: [[1, 1], [0, 2]] }],
  ['one place', [2, 3, 3, 2], { poolSize: [1, 1], strides: [2, 1], padding: 'same' }],
]; // prettier-ignore

it.each(pools)('gradient of max pooling, %s', (_, shape, attributes) => {
  const [x, image] = [wasm, cpu].map((d) => put(d, few(shape, 7), shape)) as [Data, Data];
  const [y, pooled] = [maxPool(wasm, x, attributes), maxPool(cpu, image, attributes)];
  expect([...wasm.readSync(y)]).toEqual([...cpu.readSync(pooled)]);
  const [dy, there] = [wasm, cpu].map((d) => put(d, few(y.shape, 11), y.shape)) as [Data, Data];
  const expected = read(cpu, maxPoolGradient(cpu, there, image, pooled, attributes));
  expect(expected.some((value) => value !== 0)).toBe(true);
  for (noSimd.pools of [false, true]) {
    const own = maxPoolGradient(wasm, dy, x, y, attributes);
    expect(own.shape).toEqual(shape);
    // 0 and -0 are the same sum.
    expect(read(wasm, own).map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
  }
  free(wasm, x, y, dy);
  free(cpu, image, pooled, there);
});
