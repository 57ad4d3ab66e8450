/** `circle`: embeddings of one class together, those of others apart, over all pairs of a batch. */
import { defineLoss } from '../definitions/define-function.ts';
import { bool, float } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

/** Far below every score, yet finite: a pair that does not count. */
const NOT_COUNTED = -1e9;

/** log Σ exp over the pairs of each example that count. */
function logSum(op: Ops, scores: TensorNode, counts: TensorNode): TensorNode {
  const counted = op.select(counts, scores, NOT_COUNTED);
  const largest = op.stopGradient(op.max(counted, [1], true));
  const sum = op.sum(op.exp(op.subtract(counted, largest)), [1]);
  return op.add(op.reshape(largest, [largest.shape[0]!]), op.log(sum));
}

export const circle = defineLoss({
  name: 'circle',
  summary: 'Draws embeddings of one class together and those of others apart, far pairs more than near ones (Sun et al. 2020).',
  doc: '$\\log (1 + \\sum_p e^{\\gamma (m + d_p)(d_p - m)} \\sum_n e^{\\gamma\\, \\max(1 + m - d_n, 0)(1 - m - d_n)})$ with $d$ the cosine distances to the examples of the same class ($p$) and of others ($n$) in the batch; the mean is over the examples that have a loss. The output are vectors of length 1: end it with `UnitNormalization`. [Keras](https://keras.io/api/losses/metric_losses/)',
  targets: 'label',
  expects: 'any',
  parameters: {
    gamma: float({ doc: 'Scale of the loss.', default: 80, min: 0, exclusiveMin: true }),
    margin: float({ doc: 'Near pairs of one class within it and far pairs of two classes beyond 1 less it are left alone.', default: 0.4 }),
    removeDiagonal: bool({ doc: 'Whether an example is no pair with itself.', default: true }),
  },
  lower: ({ target, output, parameters: p, op }) => {
    const count = target.shape[0]!;
    const distance = op.maximum(op.subtract(1, op.matMul(output, output, { transposeB: true })), 0);
    const same = op.equal(op.reshape(target, [count, 1]), op.reshape(target, [1, count]));
    const [row, column] = [op.reshape(op.arange(count), [count, 1]), op.reshape(op.arange(count), [1, count])];
    const together = p.removeDiagonal ? op.and(same, op.notEqual(row, column)) : same;
    const ofSame = op.multiply(op.maximum(op.add(distance, p.margin), 0), op.multiply(op.subtract(distance, p.margin), p.gamma));
    const ofOthers = op.multiply(op.maximum(op.subtract(1 + p.margin, distance), 0), op.multiply(op.subtract(1 - p.margin, distance), p.gamma));
    const loss = op.softplus(op.add(logSum(op, ofSame, together), logSum(op, ofOthers, op.not(same))));
    const having = op.maximum(op.sum(op.cast(op.greater(loss, 0), 'float32')), 1);
    return op.multiply(loss, op.divide(op.dimension(count), having));
  },
  examples: [],
}); // prettier-ignore
