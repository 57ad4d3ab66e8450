/** `softmax` and `logSoftmax` over one axis. */
import { axisFromStart, axisPosition, elementwiseFlops } from '../definitions/axes.ts';
import { defineFunction } from '../definitions/define-function.ts';
import { axis } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

/** Applies something that works on the last axis along another one; `position` counts all axes of the node. */
export function alongAxis(op: Ops, x: TensorNode, position: number, apply: (x: TensorNode) => TensorNode): TensorNode {
  const last = x.shape.length - 1;
  if (position === last) return apply(x);
  const swap = x.shape.map((_, i) => (i === position ? last : i === last ? position : i));
  return op.transpose(apply(op.transpose(x, swap)), swap);
}

/** `axis` counts per-example axes, as written; a scalar per example is its own axis. */
export function softmaxAlong(op: Ops, x: TensorNode, perExampleAxis: number, log = false): TensorNode {
  const position = axisFromStart(perExampleAxis, x.shape.length - 1) + 1;
  return alongAxis(op, x, position, log ? op.logSoftmax : op.softmax);
}

const parameters = { axis: axis({ doc: 'The axis along which the results sum to 1.', default: -1 }) };

export const softmax = defineFunction({
  name: 'softmax',
  summary: 'Turns scores into probabilities that sum to 1 along an axis.',
  doc: '$e^{x_i} / \\sum_j e^{x_j}$. [Keras](https://keras.io/api/layers/activations/#softmax-function)',
  activation: true,
  flow: 'bends',
  parameters,
  shape: ({ input, parameters: p, need }) =>
    need.rankAtLeast(input, 1) && axisPosition(p.axis, input.shape, need, { argument: 'axis' }) !== undefined
      ? input.shape
      : undefined,
  lower: ({ x, parameters: p, op }) => softmaxAlong(op, convert(op, x, 'float32'), p.axis),
  flops: ({ output }) => elementwiseFlops(output, 5),
  examples: [
    { source: 'softmax', input: [10], output: [10] },
    { source: 'softmax(axis: 0)', input: [4, 10], output: [4, 10] },
  ],
});

export const logSoftmax = defineFunction({
  name: 'logSoftmax',
  summary: 'Logarithm of `softmax`, without overflow.',
  doc: '$x_i - \\log \\sum_j e^{x_j}$. [Keras](https://keras.io/api/layers/activations/#log_softmax-function)',
  activation: true,
  flow: 'bends',
  parameters,
  shape: ({ input, parameters: p, need }) =>
    need.rankAtLeast(input, 1) && axisPosition(p.axis, input.shape, need, { argument: 'axis' }) !== undefined
      ? input.shape
      : undefined,
  lower: ({ x, parameters: p, op }) => softmaxAlong(op, convert(op, x, 'float32'), p.axis, true),
  flops: ({ output }) => elementwiseFlops(output, 6),
  examples: [{ source: 'logSoftmax', input: [10], output: [10] }],
});
