/** Hinge losses: nothing is lost beyond a margin. */
import { defineLoss, type PairDefinition } from '../definitions/define-function.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { meanOverLastAxis } from './mean-over-last-axis.ts';

const page = (name: string): string => `[Keras](https://keras.io/api/losses/hinge_losses/#${name}-function)`;

/** Targets −1 and 1; where all are 0 or 1, they are taken as −1 and 1. */
function signed(op: Ops, target: TensorNode): TensorNode {
  const binary = op.cast(op.all(op.or(op.equal(target, 0), op.equal(target, 1))), 'float32');
  return op.add(target, op.multiply(binary, op.subtract(target, 1)));
}

const margin = (op: Ops, target: TensorNode, output: TensorNode): TensorNode =>
  op.relu(op.subtract(1, op.multiply(signed(op, target), output)));

const hinge = defineLoss({
  name: 'hinge',
  summary: 'What is missing to a margin of 1 on the right side.',
  doc: `$\\max(1 - t y, 0)$ with targets −1 and 1 (0 and 1 are converted), mean over the last axis. ${page('hinge')}`,
  targets: 'same',
  expects: 'any',
  lower: ({ target, output, op }) => meanOverLastAxis(op, margin(op, target, output)),
  examples: [{ target: [[0, 1], [0, 0]], output: [[0.6, 0.4], [0.4, 0.6]], value: 1.3 }], // prettier-ignore
});

const squaredHinge = defineLoss({
  name: 'squaredHinge',
  summary: 'The square of what is missing to a margin of 1 on the right side.',
  doc: `$\\max(1 - t y, 0)^2$ with targets −1 and 1 (0 and 1 are converted), mean over the last axis. ${page('squared_hinge')}`,
  targets: 'same',
  expects: 'any',
  lower: ({ target, output, op }) => meanOverLastAxis(op, op.square(margin(op, target, output))),
  examples: [{ target: [[0, 1], [0, 0]], output: [[0.6, 0.4], [0.4, 0.6]], value: 1.86 }], // prettier-ignore
});

const categoricalHinge = defineLoss({
  name: 'categoricalHinge',
  summary: 'What is missing for the right class to be 1 above the best wrong one.',
  doc: `$\\max(\\max_c (1 - t_c) y_c - \\sum_c t_c y_c + 1, 0)$. ${page('categorical_hinge')}`,
  targets: 'oneHot',
  expects: 'any',
  lower: ({ target, output, op }) => {
    const right = op.sum(op.multiply(target, output), [-1]);
    const wrong = op.max(op.multiply(op.subtract(1, target), output), [-1]);
    return op.relu(op.add(op.subtract(wrong, right), 1));
  },
  examples: [{ target: [[0, 1], [0, 0]], output: [[0.6, 0.4], [0.4, 0.6]], value: 1.4 }], // prettier-ignore
});

export const hingeLosses: readonly PairDefinition[] = [hinge, squaredHinge, categoricalHinge];
