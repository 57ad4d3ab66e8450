/** The cross-entropies. From logits where there are any; otherwise from probabilities clipped to [1e-7, 1 − 1e-7], as Keras. */
import { axisFromStart, product } from '../definitions/axes.ts';
import { defineLoss } from '../definitions/define-function.ts';
import { axis, bool, float, optionalInt } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asNumber } from '../shapes/index.ts';
import { meanOverLastAxis } from './mean-over-last-axis.ts';

const EPSILON = 1e-7;

const fromLogits = bool({
  doc: 'The output has no activation. Not needed after `softmax` or `sigmoid`, whose logits are found.',
  default: false,
});
const labelSmoothing = float({
  doc: 'Moves the targets this far towards all classes alike.',
  default: 0,
  min: 0,
  max: 1,
});

const clipped = (op: Ops, x: TensorNode): TensorNode => op.minimum(op.maximum(x, EPSILON), 1 - EPSILON);

/** Moves a per-example axis to the end. */
function toLast(op: Ops, x: TensorNode, perExampleAxis: number): TensorNode {
  const position = axisFromStart(perExampleAxis, x.shape.length - 1) + 1;
  const others = x.shape.map((_, i) => i).filter((i) => i !== position);
  return position === x.shape.length - 1 ? x : op.transpose(x, [...others, position]);
}

/** Logarithms of the class probabilities, the class axis last. */
function logProbabilities(op: Ops, output: TensorNode, logits: TensorNode | undefined, classAxis: number): TensorNode {
  if (logits) return op.logSoftmax(toLast(op, logits, classAxis));
  const y = toLast(op, output, classAxis);
  return op.log(clipped(op, op.divide(y, op.sum(y, [-1], true))));
}

/** $\max(x, 0) - x z + \log(1 + e^{-|x|})$, which neither overflows nor loses digits. */
function sigmoidCrossentropy(op: Ops, target: TensorNode, logits: TensorNode): TensorNode {
  const linear = op.subtract(op.relu(logits), op.multiply(logits, target));
  return op.add(linear, op.log1p(op.exp(op.negate(op.abs(logits)))));
}

function probabilityCrossentropy(op: Ops, target: TensorNode, output: TensorNode): TensorNode {
  const p = clipped(op, output);
  const hit = op.multiply(target, op.log(p));
  const miss = op.multiply(op.subtract(1, target), op.log(op.subtract(1, p)));
  return op.negate(op.add(hit, miss));
}

export const binaryCrossentropy = defineLoss({
  name: 'binaryCrossentropy',
  summary: 'For yes-or-no targets: how surprising they are to the predicted probabilities.',
  doc: '$-t \\log p - (1 - t) \\log (1 - p)$, mean over the last axis. [Keras](https://keras.io/api/losses/probabilistic_losses/#binary_crossentropy-function)',
  targets: 'same',
  expects: 'sigmoid',
  fromLogits: true,
  parameters: {
    fromLogits,
    labelSmoothing,
    axis: axis({ doc: 'The axis over which the mean is taken.', default: -1 }),
  },
  lower: ({ target, output, logits, parameters: p, op }) => {
    const t = p.labelSmoothing === 0 ? target : op.add(op.multiply(target, 1 - p.labelSmoothing), p.labelSmoothing / 2);
    const loss = logits ? sigmoidCrossentropy(op, t, logits) : probabilityCrossentropy(op, t, output);
    return loss.shape.length === 1 ? loss : meanOverLastAxis(op, toLast(op, loss, p.axis));
  },
  examples: [
    { target: [[0, 1], [0, 0]], output: [[0.6, 0.4], [0.4, 0.6]], value: 0.8149 }, // prettier-ignore
  ],
});

export const categoricalCrossentropy = defineLoss({
  name: 'categoricalCrossentropy',
  summary: 'For one-hot or soft class targets: how surprising they are to the predicted class probabilities.',
  doc: '$-\\sum_c t_c \\log p_c$. [Keras](https://keras.io/api/losses/probabilistic_losses/#categorical_crossentropy-function)',
  targets: 'oneHot',
  expects: 'softmax',
  fromLogits: true,
  parameters: { fromLogits, labelSmoothing, axis: axis({ doc: 'The axis of the classes.', default: -1 }) },
  lower: ({ target, output, logits, parameters: p, op }) => {
    const logP = logProbabilities(op, output, logits, p.axis);
    const t = toLast(op, target, p.axis);
    const classes = asNumber(t.shape.at(-1)!);
    const share = classes === undefined ? op.divide(p.labelSmoothing, op.dimension(t.shape.at(-1)!)) : p.labelSmoothing / classes; // prettier-ignore
    const smooth = p.labelSmoothing === 0 ? t : op.add(op.multiply(t, 1 - p.labelSmoothing), share);
    return op.negate(op.sum(op.multiply(smooth, logP), [-1]));
  },
  examples: [
    { target: [[0, 1, 0], [0, 0, 1]], output: [[0.05, 0.95, 0], [0.1, 0.8, 0.1]], value: 1.1769 }, // prettier-ignore
  ],
});

export const sparseCategoricalCrossentropy = defineLoss({
  name: 'sparseCategoricalCrossentropy',
  summary: 'For class indices as targets: how surprising they are to the predicted class probabilities.',
  doc: '$-\\log p_t$, where $t$ is the index of the right class. [Keras](https://keras.io/api/losses/probabilistic_losses/#sparse_categorical_crossentropy-function)',
  targets: 'classIndex',
  expects: 'softmax',
  fromLogits: true,
  parameters: {
    fromLogits,
    ignoreClass: optionalInt({ doc: 'Positions whose target is this index do not count.' }),
    axis: axis({ doc: 'The axis of the classes.', default: -1 }),
  },
  lower: ({ target, output, logits, parameters: p, op }) => {
    const logP = logProbabilities(op, output, logits, p.axis);
    const ignored = p.ignoreClass && asNumber(p.ignoreClass);
    const valid = ignored === undefined ? undefined : op.notEqual(target, ignored);
    const index = valid ? op.select(valid, target, 0) : target;
    const picked = op.multiply(op.oneHot(index, logP.shape.at(-1)!), logP);
    const loss = op.negate(op.sum(picked, [-1]));
    if (!valid) return loss;
    // The mean is to be over the positions that count, as with a mask.
    const weight = op.cast(valid, 'float32');
    const scale = op.divide(op.dimension(product(loss.shape)), op.maximum(op.sum(weight), 1));
    return op.multiply(op.select(valid, loss, 0), scale);
  },
  examples: [
    { target: [1, 2], output: [[0.05, 0.95, 0], [0.1, 0.8, 0.1]], value: 1.1769 }, // prettier-ignore
  ],
});
