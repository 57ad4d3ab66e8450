/** `sparsemax`: probabilities of which most are exactly 0. */
import { axisFromStart, axisPosition, elementwiseFlops } from '../definitions/axes.ts';
import { defineFunction } from '../definitions/define-function.ts';
import { axis } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { ONE } from '../shapes/index.ts';
import { alongAxis } from './softmax.ts';

/** An element is in the support where the others exceed it by less than 1 in all, which needs no sorting. */
function sparsemaxOfLast(op: Ops, x: TensorNode): TensorNode {
  const leading = x.shape.slice(0, -1);
  const size = x.shape.at(-1)!;
  const still = op.stopGradient(x);
  const [own, others] = [op.reshape(still, [...leading, size, ONE]), op.reshape(still, [...leading, ONE, size])];
  const excess = op.sum(op.relu(op.subtract(others, own)), [-1]);
  const support = op.less(excess, 1);
  const count = op.sum(op.cast(support, 'float32'), [-1], true);
  const threshold = op.divide(op.subtract(op.sum(op.select(support, x, 0), [-1], true), 1), count);
  return op.relu(op.subtract(x, threshold));
}

export const sparsemax = defineFunction({
  name: 'sparsemax',
  summary: 'The nearest probabilities to the scores; small scores become exactly 0.',
  doc: '$\\max(x - \\tau, 0)$ with $\\tau$ such that the sum is 1 (Martins and Astudillo 2016). [Keras](https://keras.io/api/layers/activations/)',
  activation: true,
  flow: 'bends',
  parameters: { axis: axis({ doc: 'The axis along which the results sum to 1.', default: -1 }) },
  shape: ({ input, parameters: p, need }) =>
    need.rankAtLeast(input, 1) && axisPosition(p.axis, input.shape, need, { argument: 'axis' }) !== undefined
      ? input.shape
      : undefined,
  lower: ({ x, parameters: p, op }) => {
    const position = 1 + axisFromStart(p.axis, x.shape.length - 1);
    return alongAxis(op, convert(op, x, 'float32'), position, (last) => sparsemaxOfLast(op, last));
  },
  flops: ({ output }) => elementwiseFlops(output, 8),
  examples: [{ source: 'sparsemax', input: [4, 10], output: [4, 10] }],
});
