/** Accuracies: how often the output is right. */
import { defineMetric, type PairDefinition } from '../definitions/define-function.ts';
import { float, int } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { meanOverLastAxis } from '../losses/mean-over-last-axis.ts';
import { asNumber, dim } from '../shapes/index.ts';

const asFloat = (op: Ops, x: TensorNode): TensorNode => op.cast(x, 'float32');

export const binaryAccuracy = defineMetric({
  name: 'binaryAccuracy',
  summary: 'How often yes or no is right.',
  doc: 'The part of outputs that are on the same side of the threshold as the target. [Keras](https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class)',
  targets: 'same',
  expects: 'any',
  parameters: { threshold: float({ doc: 'Outputs above it mean yes.', default: 0.5 }) },
  lower: ({ target, output, parameters: p, op }) =>
    meanOverLastAxis(op, asFloat(op, op.equal(target, asFloat(op, op.greater(output, p.threshold))))),
  examples: [{ target: [[1], [1], [0], [0]], output: [[0.98], [1], [0], [0.6]], value: 0.75 }], // prettier-ignore
});

export const categoricalAccuracy = defineMetric({
  name: 'categoricalAccuracy',
  summary: 'How often the largest output is at the class of a one-hot target.',
  doc: '$\\arg\\max t = \\arg\\max y$. [Keras](https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class)',
  targets: 'oneHot',
  expects: 'any',
  lower: ({ target, output, op }) => asFloat(op, op.equal(op.argMax(target, -1), op.argMax(output, -1))),
  examples: [{ target: [[0, 0, 1], [0, 1, 0]], output: [[0.1, 0.9, 0.8], [0.05, 0.95, 0]], value: 0.5 }], // prettier-ignore
});

export const sparseCategoricalAccuracy = defineMetric({
  name: 'sparseCategoricalAccuracy',
  summary: 'How often the largest output is at the class that the target names.',
  doc: '$t = \\arg\\max y$. [Keras](https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class)',
  targets: 'classIndex',
  expects: 'any',
  lower: ({ target, output, op }) => asFloat(op, op.equal(target, op.argMax(output, -1))),
  examples: [{ target: [2, 1], output: [[0.1, 0.6, 0.3], [0.05, 0.95, 0]], value: 0.5 }], // prettier-ignore
});

const k = int({ doc: 'How many of the largest outputs count.', default: dim(5), min: 1 });

/** Whether fewer than k outputs are larger than that of the right class. */
function inTopK(op: Ops, hot: TensorNode, output: TensorNode, count: number): TensorNode {
  const right = op.sum(op.select(hot, output, 0), [-1], true);
  const larger = op.sum(asFloat(op, op.greater(output, right)), [-1]);
  return asFloat(op, op.less(larger, count));
}

export const topKCategoricalAccuracy = defineMetric({
  name: 'topKCategoricalAccuracy',
  summary: 'How often the class of a one-hot target is among the `k` largest outputs.',
  doc: '[Keras](https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class)',
  targets: 'oneHot',
  expects: 'any',
  parameters: { k },
  lower: ({ target, output, parameters: p, op }) => {
    const hot = op.greater(op.oneHot(op.argMax(target, -1), target.shape.at(-1)!), 0);
    return inTopK(op, hot, output, asNumber(p.k)!);
  },
  examples: [{ target: [[0, 0, 1]], output: [[0.1, 0.9, 0.8]], value: 1 }],
});

export const sparseTopKCategoricalAccuracy = defineMetric({
  name: 'sparseTopKCategoricalAccuracy',
  summary: 'How often the class that the target names is among the `k` largest outputs.',
  doc: '[Keras](https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class)',
  targets: 'classIndex',
  expects: 'any',
  parameters: { k },
  lower: ({ target, output, parameters: p, op }) =>
    inTopK(op, op.greater(op.oneHot(target, output.shape.at(-1)!), 0), output, asNumber(p.k)!),
  examples: [{ target: [2], output: [[0.1, 0.9, 0.8]], value: 1 }],
});

export const accuracies: readonly PairDefinition[] = [
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  topKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
];
