/** Layers with random numbers: still at inference, with the right mean and variance while training. */
import { describe, expect, test } from 'vitest';
import { registry } from '../../../compiler/definitions/registry.ts';
import { ndArray } from '../../../compiler/graph/index.ts';
import { applied, evaluated, gradients, someNumbers, type Arguments } from '../harness.ts';

const layerOf = (name: string) => registry.layers.get(name)!;
const run = (name: string, args: Arguments, x: ReturnType<typeof ndArray>, training = true) =>
  evaluated(applied(layerOf(name), args, [x], { training }).outputs, { inputs: [x] })[0]!;
const filled = (shape: readonly number[], value: number) =>
  ndArray(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => value)); // prettier-ignore

function moments(data: ArrayLike<number>): readonly [number, number] {
  const values = Array.from(data);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length];
}

test.each([
  ['SpatialDropout1D', { rate: 0.5 }, [2, 3, 4]],
  ['SpatialDropout2D', { rate: 0.5 }, [2, 3, 2, 4]],
  ['SpatialDropout3D', { rate: 0.5 }, [2, 2, 3, 2, 4]],
  ['GaussianNoise', { stddev: 1 }, [2, 3]],
  ['GaussianDropout', { rate: 0.5 }, [2, 3]],
  ['AlphaDropout', { rate: 0.5 }, [2, 3]],
] as const)('%s does nothing at inference', (name, args, shape) => {
  const x = someNumbers(shape, 2);
  expect([...run(name, args, x, false).data]).toEqual([...x.data]);
});

describe('SpatialDropout', () => {
  test.each([
    [1, [40, 5, 30]],
    [2, [40, 2, 3, 30]],
    [3, [40, 2, 1, 3, 30]],
  ] as const)('%dD drops whole channels', (rank, shape) => {
    const y = run(`SpatialDropout${rank}D`, { rate: 0.4 }, filled(shape, 1));
    const channels = 30;
    const places = y.data.length / 40 / channels;
    let kept = 0;
    for (let n = 0; n < 40; n++)
      for (let c = 0; c < channels; c++) {
        const values = Array.from({ length: places }, (_, i) => y.data[(n * places + i) * channels + c]!);
        expect(new Set(values).size).toBe(1);
        if (values[0]) {
          kept++;
          expect(values[0]).toBeCloseTo(1 / 0.6, 5);
        }
      }
    expect(kept / 1200).toBeGreaterThan(0.55);
    expect(kept / 1200).toBeLessThan(0.65);
  });
});

test('GaussianNoise adds noise of its deviation', () => {
  const [mean, variance] = moments(run('GaussianNoise', { stddev: 0.5 }, filled([60, 60], 2)).data);
  expect(mean).toBeCloseTo(2, 1);
  expect(variance).toBeCloseTo(0.25, 1);
});

test('GaussianDropout keeps the mean and spreads like Dropout', () => {
  const [mean, variance] = moments(run('GaussianDropout', { rate: 0.2 }, filled([60, 60], 2)).data);
  expect(mean).toBeCloseTo(2, 1);
  expect(variance).toBeCloseTo(4 * 0.25, 0);
});

test('AlphaDropout keeps mean 0 and variance 1', () => {
  const x = evaluated(applied(layerOf('GaussianNoise'), { stddev: 1 }, [filled([60, 60], 0)], { training: true }).outputs, { inputs: [filled([60, 60], 0)] })[0]!; // prettier-ignore
  const normal = ndArray([60, 60], x.data);
  // Another draw than that of the noise.
  const [mean, variance] = moments(run('AlphaDropout', { rate: 0.3, noiseShape: [60] }, normal).data);
  expect(Math.abs(mean)).toBeLessThan(0.1);
  expect(variance).toBeGreaterThan(0.85);
  expect(variance).toBeLessThan(1.15);
});

test.each([
  ['SpatialDropout1D', { rate: 0.5 }],
  ['GaussianDropout', { rate: 0.5 }],
  ['AlphaDropout', { rate: 0.3 }],
] as const)('the gradient of %s sees the same draw', (name, args) => {
  const x = someNumbers([2, 3, 4], 2);
  const layer = applied(layerOf(name), args, [x], { training: true });
  const [y] = evaluated(layer.outputs, { inputs: [x] });
  const dx = gradients(layer, { inputs: [x] }, filled([2, 3, 4], 1)).inputs[0]!;
  const [zero] = evaluated(layer.outputs, { inputs: [filled([2, 3, 4], 0)] });
  // All of them are affine in x, place by place, for one draw.
  for (const [i, slope] of dx.data.entries()) expect(y!.data[i]).toBeCloseTo(slope * x.data[i]! + zero!.data[i]!, 4);
});
