/** tf.layers as the oracle: outputs and gradients of one layer with given weights. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import type { LayerDefinition } from '../../compiler/definitions/define-layer.ts';
import { applied, evaluated, gradients, someNumbers, someWeights, type Arguments } from './harness.ts';

export const toTensor = (x: NdArray): tf.Tensor => tf.tensor([...x.data], [...x.shape], x.dtype);
export const toArray = (x: tf.Tensor): NdArray => {
  const dtype = x.dtype === 'int32' || x.dtype === 'bool' ? x.dtype : 'float32';
  return ndArray(x.shape, x.dataSync() as ArrayLike<number>, dtype);
};

/** Everywhere within a tolerance that grows with the numbers. */
export function expectClose(actual: NdArray, expected: NdArray, about = '', tolerance = 1e-4): void {
  expect(actual.shape, about).toEqual(expected.shape);
  const scale = Math.max(1, ...[...expected.data].map((v) => (Number.isFinite(v) ? Math.abs(v) : 0)));
  for (const [i, value] of expected.data.entries()) {
    const got = actual.data[i]!;
    const same = Object.is(got, value) || Math.abs(got - value) <= tolerance * scale;
    if (!same) expect.fail(`${about}: element ${i} is ${got} for ${value}`);
  }
}

export interface Comparison {
  readonly definition: LayerDefinition;
  readonly args: Arguments;
  readonly layer: tfl.layers.Layer;
  readonly inputs: readonly NdArray[];
  readonly training?: boolean;
  readonly withoutGradients?: boolean;
  /** Our names of weights that tf calls otherwise. */
  readonly renamed?: Readonly<Record<string, string>>;
}

/** Output, input gradients and weight gradients of both; weights are paired by order. */
export function compareWithLayer({ definition, args, layer, inputs, training, withoutGradients, renamed = {} }: Comparison): void {
  const ours = applied(definition, args, inputs, { training: training ?? false });
  const weights = someWeights(ours);
  const tensors = inputs.map(toTensor);
  const input = (xs: readonly tf.Tensor[]): tf.Tensor | tf.Tensor[] => (xs.length === 1 ? xs[0]! : [...xs]);
  const call = (xs: readonly tf.Tensor[]): tf.Tensor => layer.apply(input(xs), { training: training ?? false }) as tf.Tensor;
  call(tensors);
  layer.setWeights(weightOrder(layer).map((name) => toTensor(weights[renamed[name] ?? name]!)));
  const expected = call(tensors);
  const about = `${definition.name} ${JSON.stringify(args)} ${inputs.map((x) => `[${x.shape.join()}]`).join(' ')}`;
  const [output] = evaluated(ours.outputs, { inputs, weights });
  expectClose(output!, toArray(expected), about);
  if (withoutGradients) return;
  const cotangent = someNumbers(output!.shape, 7);
  const weigh = toTensor(cotangent);
  const found = gradients(ours, { inputs, weights }, cotangent);
  if (inputs.every((x) => x.dtype === 'float32')) {
    const byInput = tf.grads((...xs: tf.Tensor[]) => tf.sum(tf.mul(call(xs), weigh)))(tensors);
    for (const [i, gradient] of byInput.entries()) expectClose(found.inputs[i]!, toArray(gradient), `${about} dx${i}`);
  }
  const variables = layer.trainableWeights.map((w) => (w as unknown as { readonly val: tf.Variable }).val);
  if (variables.length === 0) return;
  const { grads } = tf.variableGrads(() => tf.sum(tf.mul(call(tensors), weigh)) as tf.Scalar, variables);
  for (const w of layer.trainableWeights) {
    const variable = (w as unknown as { readonly val: tf.Variable }).val;
    expectClose(found.weights[renamed[nameOf(w.name)] ?? nameOf(w.name)]!, toArray(grads[variable.name]!), `${about} d${w.name}`);
  }
} // prettier-ignore

/** `dense_Dense1/kernel` → `kernel`, `moving_mean` → `movingMean`. */
const nameOf = (name: string): string =>
  name.replace(/^.*\//, '').replace(/_\d+$/, '').replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()); // prettier-ignore

const weightOrder = (layer: tfl.layers.Layer): readonly string[] => layer.weights.map((w) => nameOf(w.name));
