/** Losses of how little two masks cover each other: `dice` and `tversky`. */
import { axesFromStart } from '../definitions/axes.ts';
import { defineLoss, type PairDefinition } from '../definitions/define-function.ts';
import { axes, float } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

const EPSILON = 1e-7;
const page = (name: string): string => `[Keras](https://keras.io/api/losses/regression_losses/#${name}-function)`;

const over = axes({ doc: 'Per-example axes over which is summed; the whole batch unless given.', default: undefined });

/** Sums over axes, kept with size 1; without any over everything. */
const summing = (op: Ops, axesGiven: readonly number[] | undefined) => (x: TensorNode): TensorNode => {
  const all = x.shape.map((_, i) => i);
  const chosen = axesGiven ? axesFromStart(axesGiven, x.shape.length - 1).map((axis) => axis + 1) : all;
  return op.sum(x, chosen, true);
}; // prettier-ignore

/** The same number at each position of the output, its last axis left out. */
function perPosition(op: Ops, loss: TensorNode, output: TensorNode): TensorNode {
  if (output.shape.length === 1) return op.broadcastTo(loss, output.shape);
  const last = output.shape.length - 1;
  return op.broadcastTo(op.mean(loss, [last]), output.shape.slice(0, last));
}

const dice = defineLoss({
  name: 'dice',
  summary: 'How little two masks have in common.',
  doc: `$1 - \\frac{2 \\sum t y}{\\sum t + \\sum y}$. ${page('dice')}`,
  targets: 'same',
  expects: 'any',
  parameters: { axis: over },
  lower: ({ target, output, parameters: p, op }) => {
    const sum = summing(op, p.axis);
    const both = op.multiply(sum(op.multiply(target, output)), 2);
    const score = op.divide(both, op.add(op.add(sum(target), sum(output)), EPSILON));
    return perPosition(op, op.subtract(1, score), output);
  },
  examples: [{ target: [[1, 0], [1, 1]], output: [[1, 0.5], [0, 0.5]], value: 0.4 }], // prettier-ignore
});

const tversky = defineLoss({
  name: 'tversky',
  summary: 'How little two masks have in common, false alarms and misses weighed apart.',
  doc: `$1 - \\frac{\\sum t y}{\\sum t y + \\alpha \\sum (1 - t) y + \\beta \\sum t (1 - y)}$ (Salehi et al. 2017). Keras 3.15 documents $\\alpha$ and $\\beta$ so, and computes them the other way round. ${page('tversky')}`,
  targets: 'same',
  expects: 'any',
  parameters: {
    alpha: float({ doc: 'Weight of false alarms.', default: 0.5 }),
    beta: float({ doc: 'Weight of misses.', default: 0.5 }),
    axis: over,
  },
  lower: ({ target, output, parameters: p, op }) => {
    const sum = summing(op, p.axis);
    const both = sum(op.multiply(target, output));
    const alarms = op.multiply(sum(op.multiply(op.subtract(1, target), output)), p.alpha);
    const misses = op.multiply(sum(op.multiply(target, op.subtract(1, output))), p.beta);
    const score = op.divide(both, op.add(op.add(op.add(both, alarms), misses), EPSILON));
    return perPosition(op, op.subtract(1, score), output);
  },
  examples: [{ target: [[1, 0], [1, 1]], output: [[1, 0.5], [0, 0.5]], value: 0.4 }], // prettier-ignore
});

export const overlapLosses: readonly PairDefinition[] = [dice, tversky];
