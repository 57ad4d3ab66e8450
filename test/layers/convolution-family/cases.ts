/** The cases of keras-layers.json, applied. */
import { readFileSync } from 'node:fs';
import { registry } from '../../../compiler/definitions/registry.ts';
import type { NdArray } from '../../../compiler/graph/index.ts';
import { applied, someNumbers, type Applied, type Arguments, type Options } from '../harness.ts';

export interface LayerCase {
  readonly layer: string;
  readonly args: Arguments;
  readonly inputs: readonly (readonly number[])[];
}
export interface KerasCase extends LayerCase {
  readonly weights: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly output: readonly number[];
}
const path = new URL('./keras-layers.json', import.meta.url);
const file = JSON.parse(readFileSync(path, 'utf8')) as { readonly cases: readonly KerasCase[] };

export const kerasCases: readonly KerasCase[] = file.cases;

/** What Keras has not, or fails at. */
export const ownCases: readonly LayerCase[] = [
  { layer: 'Conv1D', args: { filters: 2, kernelSize: 3, padding: [2, 1] }, inputs: [[2, 5, 2]] },
  { layer: 'Conv1D', args: { filters: 4, kernelSize: 3, groups: 2, strides: 2 }, inputs: [[2, 6, 2]] },
  { layer: 'Conv2D', args: { filters: 6, kernelSize: [2, 3], groups: 3, padding: 'same' }, inputs: [[2, 4, 4, 3]] },
  { layer: 'Conv2D', args: { filters: 2, kernelSize: 2, strides: [3, 1], padding: 'same' }, inputs: [[1, 7, 4, 2]] },
  { layer: 'Conv3D', args: { filters: 2, kernelSize: 2, strides: 2, padding: [[1, 0], [0, 1], [1, 1]] }, inputs: [[1, 3, 3, 4, 2]] },
  { layer: 'Conv3D', args: { filters: 1, kernelSize: [1, 2, 2], strides: [3, 1, 1], padding: 'same' }, inputs: [[1, 5, 3, 3, 1]] },
  { layer: 'Conv2DTranspose', args: { filters: 2, kernelSize: 4, strides: 2, padding: 1 }, inputs: [[2, 3, 2, 2]] },
  { layer: 'Conv2DTranspose', args: { filters: 2, kernelSize: 3, strides: 2, padding: [[1, 0], [0, 2]], outputPadding: 1 }, inputs: [[1, 3, 3, 2]] },
  { layer: 'DepthwiseConv1D', args: { kernelSize: 3, padding: 'causal', dilationRate: 2 }, inputs: [[2, 6, 2]] },
  { layer: 'DepthwiseConv2D', args: { kernelSize: [1, 2], strides: [3, 2], padding: 'same' }, inputs: [[2, 5, 6, 2]] },
  { layer: 'SeparableConv1D', args: { filters: 3, kernelSize: 3, dilationRate: 2, padding: 'causal' }, inputs: [[1, 7, 2]] },
  { layer: 'MaxPooling1D', args: { poolSize: 3, strides: 2, padding: [1, 2] }, inputs: [[2, 5, 2]] },
  { layer: 'MaxPooling3D', args: { poolSize: 2, padding: [[1, 0], [0, 1], [1, 1]] }, inputs: [[1, 3, 3, 4, 2]] },
  { layer: 'MaxPooling3D', args: { poolSize: [1, 2, 1], strides: 1 }, inputs: [[1, 3, 4, 5, 2]] },
  { layer: 'AveragePooling3D', args: { poolSize: 2, strides: 1, padding: [[1, 0], [0, 1], [1, 1]] }, inputs: [[1, 3, 3, 2, 2]] },
  { layer: 'RMSNormalization', args: { axis: 0, epsilon: 0.1 }, inputs: [[2, 3, 4]] },
]; // prettier-ignore

export const allCases: readonly (readonly [string, LayerCase])[] = [...kerasCases, ...ownCases].map(
  (given) => [`${given.layer} ${JSON.stringify(given.args)}`, given] as const,
);

export function appliedCase(given: LayerCase, options: Options = {}): { readonly layer: Applied; readonly inputs: readonly NdArray[] } {
  const inputs = given.inputs.map((shape, i) => someNumbers(shape, i + 2));
  return { layer: applied(registry.layers.get(given.layer)!, given.args, inputs, options), inputs };
} // prettier-ignore
