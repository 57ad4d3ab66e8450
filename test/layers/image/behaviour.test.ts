/** What image layers do to whole images: nothing while not training, another draw for each image, ranges kept. */
import { describe, expect, test } from 'vitest';
import { registry } from '../../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../../compiler/graph/index.ts';
import { applied, evaluated, type Arguments } from '../harness.ts';
import { Refuted } from '../concrete-need.ts';
import { allCases, appliedCase, pixels } from './cases.ts';

const layerOf = (name: string) => registry.layers.get(name)!;
const run = (name: string, args: Arguments, x: NdArray, training = true): NdArray =>
  evaluated(applied(layerOf(name), args, [x], { training }).outputs, { inputs: [x] })[0]!;
const image = (shape: readonly number[], value: (y: number, x: number) => number): NdArray => {
  const [n, h, w, c] = shape as readonly [number, number, number, number];
  const data = Array.from({ length: n * h * w * c }, (_, i) => value(Math.floor(i / (w * c)) % h, Math.floor(i / c) % w)); // prettier-ignore
  return ndArray(shape, data);
};

/** Whatever the mode: they bring images to a size, or do what they do to any image. */
const always = ['Resizing', 'CenterCrop', 'RandomCrop', 'AutoContrast'];
const random = [...registry.layers.keys()].filter((name) => /^(Random|Solarization|Equalization)/.test(name) && !always.includes(name)); // prettier-ignore

test.each(random)('%s does nothing while not training', (name) => {
  const given = allCases.map(([, c]) => c).find((c) => c.layer === name)!;
  const { layer, inputs } = appliedCase(given, false);
  const [output] = evaluated(layer.outputs, { inputs });
  expect([...output!.data]).toEqual([...inputs[0]!.data]);
});

test('each image has a draw of its own, another at each use', () => {
  const same = image([8, 3, 3, 1], () => 0.5);
  const y = run('RandomBrightness', { factor: 0.4, valueRange: [0, 1] }, same);
  const firsts = Array.from({ length: 8 }, (_, n) => y.data[n * 9]!);
  expect(new Set(firsts).size).toBe(8);
  for (let n = 0; n < 8; n++) expect(new Set(y.data.slice(n * 9, n * 9 + 9)).size).toBe(1);
  const op = applied(layerOf('RandomColorJitter'), { valueRange: [0, 1], brightnessFactor: 0.4, contrastFactor: 0.3 }, [pixels([2, 2, 2, 3])], { training: true }); // prettier-ignore
  expect(evaluated(op.outputs, { inputs: [pixels([2, 2, 2, 3])] })[0]!.data.every(Number.isFinite)).toBe(true);
});

describe('RandomCrop', () => {
  const x = image([40, 4, 5, 1], (row, column) => row * 5 + column);
  test('gives every part about equally often while training', () => {
    const y = run('RandomCrop', { height: 3, width: 3 }, x);
    expect(y.shape).toEqual([40, 3, 3, 1]);
    const corners = Array.from({ length: 40 }, (_, n) => y.data[n * 9]!);
    expect([...new Set(corners)].sort((a, b) => a - b)).toEqual([0, 1, 2, 5, 6, 7]);
    for (let n = 0; n < 40; n++) {
      const part = Array.from(y.data.slice(n * 9, n * 9 + 9), (v) => v - corners[n]!);
      expect(part).toEqual([0, 1, 2, 5, 6, 7, 10, 11, 12]);
    }
  });
  test('otherwise brings the middle to the size, as Resizing does', () => {
    const resized = run('Resizing', { height: 3, width: 3, cropToAspectRatio: true }, x, false);
    expect([...run('RandomCrop', { height: 3, width: 3 }, x, false).data]).toEqual([...resized.data]);
  });
  test('enlarges what is too small', () => {
    expect(run('RandomCrop', { height: 8, width: 6 }, x).shape).toEqual([40, 8, 6, 1]);
  });
});

test('RandomFlip mirrors about half of the images', () => {
  const x = image([60, 2, 3, 1], (row, column) => row * 3 + column);
  const y = run('RandomFlip', { mode: 'horizontal' }, x);
  const firsts = Array.from({ length: 60 }, (_, n) => y.data[n * 6]!);
  expect(new Set(firsts)).toEqual(new Set([0, 2]));
  const flipped = firsts.filter((v) => v === 2).length;
  expect(flipped).toBeGreaterThan(18);
  expect(flipped).toBeLessThan(42);
});

test('RandomErasing paints a rectangle within its share', () => {
  const y = run('RandomErasing', { factor: [1, 1], scale: [0.2, 0.3], fillValue: 1, valueRange: [0, 1] }, image([20, 20, 20, 1], () => 0)); // prettier-ignore
  for (let n = 0; n < 20; n++) {
    const painted = y.data.slice(n * 400, n * 400 + 400).filter((v) => v === 1).length;
    // √s of each side, rounded to whole pixels.
    expect(painted).toBeGreaterThanOrEqual(8 * 8);
    expect(painted).toBeLessThanOrEqual(11 * 11);
  }
});

test('RandomElasticTransform leaves a flat image as it is, and moves others', () => {
  const flat = image([2, 8, 8, 1], () => 0.25);
  for (const v of run('RandomElasticTransform', { factor: [1, 1], valueRange: [0, 1] }, flat).data) expect(v).toBeCloseTo(0.25, 5);
  const ramp = image([2, 8, 8, 1], (_, column) => column / 8);
  const y = run('RandomElasticTransform', { factor: [1, 1], scale: [1, 1], valueRange: [0, 1] }, ramp);
  const moved = y.data.filter((v, i) => Math.abs(v - ramp.data[i]!) > 0.01).length;
  expect(moved).toBeGreaterThan(10);
}); // prettier-ignore

test('RandomPosterization keeps whole bits from the fewest to the most', () => {
  const x = image([30, 16, 16, 1], (row, column) => row * 16 + column);
  const y = run('RandomPosterization', { factor: [1, 3] }, x);
  const shades = Array.from({ length: 30 }, (_, n) => new Set(y.data.slice(n * 256, n * 256 + 256)).size);
  expect(new Set(shades)).toEqual(new Set([2, 4, 8]));
});

test('what cannot be is refused', () => {
  const x = pixels([1, 4, 4, 3]);
  expect(() => run('RandomHue', { factor: 0.1 }, pixels([1, 4, 4, 1]))).toThrow(Refuted);
  expect(() => run('RandomPosterization', { factor: [1.5, 2] }, x)).toThrow(/whole number of bits/);
  expect(() => run('RandomGaussianBlur', { kernelSize: 4 }, x)).toThrow(/odd/);
  expect(() => run('Resizing', { height: 2, width: 2, cropToAspectRatio: true, padToAspectRatio: true }, x)).toThrow(/left out/); // prettier-ignore
});
