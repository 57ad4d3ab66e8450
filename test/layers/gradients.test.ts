/** Gradients of layers against finite differences, also in training mode and where tf has no or a wrong gradient. */
import { expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray } from '../../compiler/graph/index.ts';
import { expectDifferences } from './differences.ts';
import { applied, evaluated, someNumbers, type Arguments } from './harness.ts';

const image = [2, 5, 6, 4] as const;
const cases: readonly [string, Arguments, readonly (readonly number[])[]][] = [
  ['Dense', { units: 3, activation: 'gelu' }, [[2, 3, 4]]],
  ['Conv2D', { filters: 2, kernelSize: 3, dilationRate: 2, padding: 'same' }, [image]],
  ['Conv2D', { filters: 4, kernelSize: [2, 3], groups: 2, strides: 2, activation: 'tanh' }, [image]],
  ['Conv2D', { filters: 2, kernelSize: 3, strides: 2, padding: [[0, 1], [2, 1]] }, [image]], // prettier-ignore
  ['MaxPooling2D', { poolSize: 3, strides: 2, padding: 'same' }, [image]],
  ['MaxPooling2D', { poolSize: 2, padding: [[1, 0], [0, 1]] }, [image]], // prettier-ignore
  ['AveragePooling2D', { poolSize: 3, strides: 2, padding: 'same' }, [image]],
  ['AveragePooling2D', { poolSize: 2, padding: [[1, 1], [0, 1]] }, [image]], // prettier-ignore
  ['UpSampling2D', { size: [2, 3] }, [[2, 3, 4, 2]]],
  ['UpSampling2D', { size: [2, 3], interpolation: 'bilinear' }, [[2, 3, 4, 2]]],
  ['BatchNormalization', { scale: false }, [[4, 3]]],
  ['BatchNormalization', { axis: 0 }, [[4, 3, 2]]],
  ['LayerNormalization', { scale: false }, [[2, 3, 4]]],
  ['LayerNormalization', { axis: [0, 2] }, [[2, 3, 4, 2]]],
  ['Softmax', { axis: 0 }, [[2, 3, 4]]],
  ['ReLU', { negativeSlope: 0.1, threshold: 0.3, maxValue: 0.7 }, [[3, 5]]],
  ['Add', {}, [[2, 3, 4], [2, 1, 4]]], // prettier-ignore
  ['Subtract', {}, [[2, 3, 4], [2, 4]]], // prettier-ignore
];

test.each(cases)('%s %o', (name, args, shapes) => {
  const definition = registry.layers.get(name)!;
  const inputs = shapes.map((shape, i) => someNumbers(shape, i + 2));
  expectDifferences(applied(definition, args, inputs), inputs, `${name} ${JSON.stringify(args)}`);
});

test.each([
  [{}, [4, 3]],
  [{ axis: 0, center: false }, [3, 4, 5]],
] as const)('BatchNormalization in training %o', (args, shape) => {
  // prettier-ignore
  const inputs = [someNumbers(shape, 2)];
  const layer = applied(registry.layers.get('BatchNormalization')!, args, inputs, { training: true });
  expectDifferences(layer, inputs, 'BatchNormalization in training');
});

test('BatchNormalization moves its statistics towards those of the batch', () => {
  const x = ndArray([3, 2], [1, 2, 3, 6, 5, 1]);
  const layer = applied(registry.layers.get('BatchNormalization')!, { momentum: 0.9 }, [x], { training: true });
  const two = (a: number, b: number) => ndArray([2], [a, b]);
  const weights = { gamma: two(1, 1), beta: two(0, 0), movingMean: two(0, 10), movingVariance: two(1, 1) };
  const updates = [layer.updates['movingMean']!, layer.updates['movingVariance']!];
  const [mean, variance, output] = evaluated([...updates, ...layer.outputs], { inputs: [x], weights });
  expect([...mean!.data]).toEqual([0.3, 9.3].map((v) => expect.closeTo(v, 5)));
  // Biased: the mean of the squares over all three examples.
  expect([...variance!.data]).toEqual([0.9 + 0.1 * (8 / 3), 0.9 + 0.1 * (14 / 3)].map((v) => expect.closeTo(v, 5)));
  expect(output!.data[0]).toBeCloseTo(-2 / Math.sqrt(8 / 3 + 1e-3), 4);
});

test('Dropout drops its part while training and nothing otherwise', () => {
  const definition = registry.layers.get('Dropout')!;
  const x = ndArray(
    [40, 50],
    Array.from({ length: 2000 }, () => 1),
  );
  const [still] = evaluated(applied(definition, { rate: 0.4 }, [x]).outputs, { inputs: [x] });
  expect([...still!.data]).toEqual([...x.data]);
  const layer = applied(definition, { rate: 0.4 }, [x], { training: true });
  const [dropped] = evaluated(layer.outputs, { inputs: [x] });
  const kept = [...dropped!.data].filter((v) => v !== 0);
  expect(kept.length / 2000).toBeGreaterThan(0.55);
  expect(kept.length / 2000).toBeLessThan(0.65);
  for (const value of kept) expect(value).toBeCloseTo(1 / 0.6, 5);
});

test('Dropout with a noise shape drops whole axes', () => {
  const x = ndArray(
    [2, 5, 3],
    Array.from({ length: 30 }, () => 1),
  );
  const layer = applied(registry.layers.get('Dropout')!, { rate: 0.5, noiseShape: [5, 1] }, [x], { training: true });
  const [dropped] = evaluated(layer.outputs, { inputs: [x] });
  for (let i = 0; i < 30; i += 3) expect(new Set(dropped!.data.slice(i, i + 3)).size).toBe(1);
});
