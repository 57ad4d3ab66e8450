/** Images for the tests, and the cases of keras-images.json. */
import { readFileSync } from 'node:fs';
import { registry } from '../../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../../compiler/graph/index.ts';
import { applied, someNumbers, type Applied, type Arguments } from '../harness.ts';

export interface ImageCase {
  readonly layer: string;
  readonly args: Arguments;
  readonly input: readonly number[];
  /** Of the pixels; 0 to 1 unless given. */
  readonly range?: readonly [number, number];
}
interface KerasCase extends ImageCase {
  readonly shape: readonly number[];
  readonly output: readonly number[];
}

const path = new URL('./keras-images.json', import.meta.url);
export const kerasCases = (JSON.parse(readFileSync(path, 'utf8')) as { readonly cases: readonly KerasCase[] }).cases;

/** What Keras draws otherwise, fails at, or has for the whole batch. */
export const ownCases: readonly ImageCase[] = [
  { layer: 'RandomCrop', args: { height: 3, width: 2 }, input: [2, 5, 4, 2] },
  { layer: 'RandomCrop', args: { height: 6, width: 4 }, input: [2, 3, 4, 1] },
  { layer: 'RandomElasticTransform', args: { valueRange: [0, 1] }, input: [2, 5, 6, 2] },
  { layer: 'RandomElasticTransform', args: { scale: [0.5, 1], fillMode: 'mirror', valueRange: [0, 1] }, input: [2, 5, 4, 1] },
  { layer: 'RandomPerspective', args: { factor: 0.5, interpolation: 'nearest', fillValue: 1 }, input: [2, 5, 4, 1] },
  { layer: 'RandomErasing', args: { fillValue: [0.1, 0.2, 0.3], valueRange: [0, 1] }, input: [2, 4, 4, 3] },
  { layer: 'RandomErasing', args: { factor: 0.5, valueRange: [0, 1] }, input: [2, 4, 4, 2] },
  { layer: 'RandomPosterization', args: { factor: [1, 8] }, input: [2, 3, 4, 1], range: [0, 255] },
  { layer: 'Solarization', args: { additionFactor: [0.1, 0.3], thresholdFactor: 0.9, valueRange: [0, 1] }, input: [2, 4, 3, 2] },
  { layer: 'Equalization', args: { valueRange: [0, 1], bins: 8 }, input: [2, 4, 5, 2] },
]; // prettier-ignore

export const allCases: readonly (readonly [string, ImageCase])[] = [...kerasCases, ...ownCases].map(
  (given) => [`${given.layer} ${JSON.stringify(given.args)} ${given.input.join('×')}`, given] as const,
);

export function pixels(shape: readonly number[], [low, high]: readonly [number, number] = [0, 1]): NdArray {
  const numbers = someNumbers(shape, 2);
  return ndArray(shape, numbers.data.map((v) => Math.fround(Math.fround(v * 0.5 + 0.5) * (high - low) + low))); // prettier-ignore
}

export function appliedCase(given: ImageCase, training = true): { readonly layer: Applied; readonly inputs: readonly NdArray[] } {
  const inputs = [pixels(given.input, given.range)];
  return { layer: applied(registry.layers.get(given.layer)!, given.args, inputs, { training }), inputs };
} // prettier-ignore

/** Every uniform draw of an example is the same, in turn 0.3 and 0.8: what the draws of keras-images.json are. */
export function drawsByExample(examples: number): (kind: string, use: number, count: number) => readonly number[] {
  return (_, __, count) => {
    const each = count / examples;
    return Array.from({ length: count }, (_, i) => (Math.floor(i / each) % 2 === 0 ? 0.3 : 0.8));
  };
}
