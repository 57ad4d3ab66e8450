/** What the metrics that count share: weights for each number, and hits above thresholds. */
import { product } from '../definitions/axes.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { dim } from '../shapes/index.ts';

/** The weights of positions, for every number of x; undefined where all count 1. */
export function elementWeights(op: Ops, weight: TensorNode | undefined, x: TensorNode): TensorNode | undefined {
  if (!weight) return undefined;
  const missing = x.shape.length - weight.shape.length;
  return op.broadcastTo(op.reshape(weight, [...weight.shape, ...Array.from({ length: missing }, () => 1)]), x.shape);
}

export const weighed = (op: Ops, x: TensorNode, weight: TensorNode | undefined): TensorNode =>
  weight ? op.multiply(x, weight) : x;

/** Everything in one axis. */
export const flat = (op: Ops, x: TensorNode): TensorNode => op.reshape(x, [product(x.shape)]);

/** All axes but the last in one: `[rows, width]`; a number per example is a row of one. */
export function rows(op: Ops, x: TensorNode): TensorNode {
  if (x.shape.length === 1) return op.reshape(x, [...x.shape, 1]);
  return op.reshape(x, [product(x.shape.slice(0, -1)), x.shape.at(-1)!]);
}

/**
 * Weights of true positives at each threshold, of false positives at each, of all positives, of all negatives:
 * `[2 · thresholds + 2]`. The target counts as true where it is not 0.
 */
export function countsAbove(op: Ops, target: TensorNode, output: TensorNode, weight: TensorNode | undefined, thresholds: readonly number[]): TensorNode {
  const [truth, y] = [op.cast(op.notEqual(flat(op, target), 0), 'float32'), flat(op, output)];
  const w = elementWeights(op, weight, output);
  const positive = w ? op.multiply(truth, flat(op, w)) : truth;
  const negative = w ? op.subtract(flat(op, w), positive) : op.subtract(1, truth);
  const count = y.shape[0]!;
  const limits = op.constant(thresholds, [thresholds.length, 1]);
  const above = op.cast(op.greater(op.reshape(y, [1, count]), limits), 'float32');
  const both = op.concat([op.reshape(positive, [count, 1]), op.reshape(negative, [count, 1])], 1);
  const hits = op.transpose(op.matMul(above, both), [1, 0]);
  const totals = op.sum(both, [0]);
  return op.concat([op.reshape(hits, [dim(2 * thresholds.length)]), totals], 0);
} // prettier-ignore

/** Numbers that are not among the `k` largest of their position become −∞. */
export function onlyTopK(op: Ops, output: TensorNode, k: number): TensorNode {
  const leading = output.shape.slice(0, -1);
  const size = output.shape.at(-1)!;
  const [own, others] = [op.reshape(output, [...leading, size, 1]), op.reshape(output, [...leading, 1, size])];
  const larger = op.sum(op.cast(op.greater(others, own), 'float32'), [-1]);
  return op.select(op.less(larger, k), output, Number.NEGATIVE_INFINITY);
}

/** One class of the last axis. */
export function ofClass(op: Ops, x: TensorNode, id: number): TensorNode {
  const last = x.shape.length - 1;
  const begin = x.shape.map((_, i) => (i === last ? id : 0));
  const part = op.slice(x, begin, x.shape.map((size, i) => (i === last ? 1 : size))); // prettier-ignore
  return op.reshape(part, x.shape.slice(0, last));
}
