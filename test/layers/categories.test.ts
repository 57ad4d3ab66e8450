/** `CategoryEncoding` and `Discretization` against the examples on Keras's pages. */
import { describe, expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { Refuted } from './concrete-need.ts';
import { applied, evaluated, type Arguments } from './harness.ts';

const run = (name: string, args: Arguments, ...inputs: readonly NdArray[]): NdArray =>
  evaluated(applied(registry.layers.get(name)!, args, inputs).outputs, { inputs })[0]!;
const rows = ({ shape, data }: NdArray): number[][] => {
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, i) => Array.from(data.slice(i * width, (i + 1) * width)));
};

describe('CategoryEncoding', () => {
  const pairs = ndArray([4, 2], [0, 1, 0, 0, 1, 2, 3, 1], 'int32');
  test('oneHot: for each number, on a last axis of 1 in its place', () => {
    const eye = [[0, 0, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]]; // prettier-ignore
    const args = { numTokens: 4, outputMode: 'oneHot' };
    expect(rows(run('CategoryEncoding', args, ndArray([4], [3, 2, 0, 1], 'int32')))).toEqual(eye);
    const column = run('CategoryEncoding', args, ndArray([4, 1], [3, 2, 0, 1], 'int32'));
    expect([column.shape, rows(column)]).toEqual([[4, 4], eye]);
    expect(run('CategoryEncoding', args, pairs).shape).toEqual([4, 2, 4]);
  });
  test('multiHot: whether it is there', () => {
    const expected = [[1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0], [0, 1, 0, 1]]; // prettier-ignore
    expect(rows(run('CategoryEncoding', { numTokens: 4 }, pairs))).toEqual(expected);
  });
  test('count: how often, or how much', () => {
    const args = { numTokens: 4, outputMode: 'count' };
    expect(rows(run('CategoryEncoding', args, pairs))[1]).toEqual([2, 0, 0, 0]);
    const weights = ndArray([4, 2], [0.1, 0.2, 0.1, 0.1, 0.2, 0.3, 0.4, 0.2]);
    const expected = [[0.1, 0.2, 0, 0], [0.2, 0, 0, 0], [0, 0.2, 0.3, 0], [0, 0.2, 0, 0.4]]; // prettier-ignore
    const found = rows(run('CategoryEncoding', args, pairs, weights));
    for (const [i, row] of expected.entries()) for (const [k, v] of row.entries()) expect(found[i]![k]).toBeCloseTo(v, 6); // prettier-ignore
    expect(() => run('CategoryEncoding', { numTokens: 4 }, pairs, weights)).toThrow(Refuted);
  });
});

describe('Discretization', () => {
  const x = ndArray([2, 4], [-1.5, 1, 3.4, 0.5, 0, 3, 1.3, 0]);
  test('a number on a boundary belongs to the bin above', () => {
    const bins = run('Discretization', { binBoundaries: [0, 1, 2] }, x);
    expect([bins.dtype, rows(bins)]).toEqual(['int32', [[0, 2, 3, 1], [1, 3, 2, 1]]]); // prettier-ignore
  });
  test('as vectors', () => {
    const args = { binBoundaries: [0, 1, 2], outputMode: 'count' };
    expect(rows(run('Discretization', args, x))).toEqual([[1, 1, 1, 1], [0, 2, 1, 1]]); // prettier-ignore
    expect(run('Discretization', { ...args, outputMode: 'oneHot' }, x).shape).toEqual([2, 4, 4]);
  });
  test('boundaries ascend', () => {
    expect(() => run('Discretization', { binBoundaries: [1, 1] }, x)).toThrow(/ascend/);
  });
});
