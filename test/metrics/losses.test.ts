/** Losses beyond the common ones: values by hand, and gradients against differences. */
import { describe, expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { createGraphBuilder, evaluateNodes, ndArray, topological, type NdArray } from '../../compiler/graph/index.ts';
import { pairValues } from '../../compiler/lower/lower-pair.ts';
import { dim } from '../../compiler/shapes/index.ts';
import { completed, type Arguments } from '../layers/harness.ts';

function lossOf(name: string, args: Arguments, target: NdArray, output: NdArray) {
  const op = createGraphBuilder();
  const definition = registry.losses.get(name)!;
  const parameters = completed(definition.parameters, args);
  const [t, y] = [op.input('t', target.dtype, target.shape), op.input('y', 'float32', output.shape)];
  const values = pairValues(op, { definition, parameters, target: t, prediction: y }, dim(output.shape[0]!));
  const mean = op.mean(values);
  const [slope] = differentiate(op, mean, [y]);
  const run = (at: NdArray) => evaluateNodes(topological([values, mean, slope!]), { inputs: { t: target, y: at }, precision: 'float64' }); // prettier-ignore
  return { values: run(output).get(values)!, slope: run(output).get(slope!)!, mean: (at: NdArray) => run(at).get(mean)!.data[0]! }; // prettier-ignore
}

const floats = (shape: readonly number[], data: readonly number[]): NdArray => ndArray([...shape], [...data]);
const mask = floats([2, 3], [1, 0, 1, 0, 0, 1]);
const some = floats([2, 3], [0.9, 0.3, 0.6, 0.2, 0.1, 0.7]);
const hot = floats([2, 3], [0, 1, 0, 0, 0, 1]);
const soft = floats([2, 3], [0.2, 0.7, 0.1, 0.3, 0.3, 0.4]);
const classes = ndArray([2], [1, 2], 'int32');

const cases: readonly (readonly [string, Arguments, NdArray, NdArray])[] = [
  ['hinge', {}, mask, some], ['squaredHinge', {}, mask, some], ['categoricalHinge', {}, hot, soft],
  ['hinge', {}, floats([2, 3], [1, -1, 1, 1, -1, -1]), some],
  ['dice', {}, mask, some], ['dice', { axis: [0] }, mask, some], ['tversky', { alpha: 0.3, beta: 0.7 }, mask, some],
  ['binaryFocalCrossentropy', {}, mask, some], ['binaryFocalCrossentropy', { applyClassBalancing: true, gamma: 1.5, labelSmoothing: 0.1 }, mask, some],
  ['binaryFocalCrossentropy', { fromLogits: true, gamma: 0 }, mask, some],
  ['categoricalFocalCrossentropy', {}, hot, soft], ['categoricalFocalCrossentropy', { fromLogits: true, gamma: 1, alpha: 0.5, labelSmoothing: 0.2 }, hot, some],
  ['categoricalGeneralizedCrossEntropy', {}, classes, soft], ['categoricalGeneralizedCrossEntropy', { q: 0.7 }, classes, soft],
]; // prettier-ignore

test.each(cases)('gradient of %s %o', (name, args, target, output) => {
  const loss = lossOf(name, args, target, output);
  for (const [i, value] of output.data.entries()) {
    const moved = (by: number) => loss.mean(floats(output.shape, [...output.data].map((v, k) => (k === i ? value + by : v)))); // prettier-ignore
    expect(loss.slope.data[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 5);
  }
});

describe('by hand', () => {
  const valuesOf = (...given: Parameters<typeof lossOf>): number[] => [...lossOf(...given).values.data];
  const close = (values: readonly number[]) => values.map((v) => expect.closeTo(v, 5) as number);
  test('hinge of 0 and 1, and of −1 and 1', () => {
    expect(valuesOf('hinge', {}, mask, some)).toEqual(close([(0.1 + 1.3 + 0.4) / 3, (1.2 + 1.1 + 0.3) / 3]));
    const signs = floats([2, 3], [1, -1, 1, -1, -1, 1]);
    expect(valuesOf('hinge', {}, signs, some)).toEqual(valuesOf('hinge', {}, mask, some));
  });
  test('dice over the batch and over each example', () => {
    expect(valuesOf('dice', {}, mask, some)).toEqual(close([1 - (2 * 2.2) / (3 + 2.8), 1 - (2 * 2.2) / (3 + 2.8)]));
    expect(valuesOf('dice', { axis: [0] }, mask, some)).toEqual(close([1 - 3 / (2 + 1.8), 1 - 1.4 / (1 + 1)]));
  });
  test('tversky with equal weights is dice', () => {
    expect(valuesOf('tversky', {}, mask, some)).toEqual(close(valuesOf('dice', {}, mask, some)));
    const [tp, fp, fn] = [2.2, 0.6, 0.8];
    expect(valuesOf('tversky', { alpha: 0.3, beta: 0.7 }, mask, some)[0]).toBeCloseTo(1 - tp / (tp + 0.3 * fp + 0.7 * fn), 5); // prettier-ignore
  });
  test('focal losses without focus are cross-entropies', () => {
    expect(valuesOf('binaryFocalCrossentropy', { gamma: 0 }, mask, some)).toEqual(close(valuesOf('binaryCrossentropy', {}, mask, some))); // prettier-ignore
    expect(valuesOf('categoricalFocalCrossentropy', { gamma: 0, alpha: 1 }, hot, soft)).toEqual(close(valuesOf('categoricalCrossentropy', {}, hot, soft))); // prettier-ignore
  });
  test('generalized cross-entropy', () => {
    expect(valuesOf('categoricalGeneralizedCrossEntropy', { q: 0.5 }, classes, soft)).toEqual(close([2 * (1 - Math.sqrt(0.7)), 2 * (1 - Math.sqrt(0.4))])); // prettier-ignore
  });
});
