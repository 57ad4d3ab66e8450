/** Cross-entropies that count easy examples less, and one that bears wrong labels. */
import { axisFromStart } from '../definitions/axes.ts';
import { defineLoss, type PairDefinition } from '../definitions/define-function.ts';
import { axis, bool, float, numberOrEach } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asNumber } from '../shapes/index.ts';
import { meanOverLastAxis } from './mean-over-last-axis.ts';

const EPSILON = 1e-7;
const page = (name: string): string => `[Keras](https://keras.io/api/losses/probabilistic_losses/#${name}-class)`;
const alpha = float({ doc: 'Weight of the classes that are there.', default: 0.25 });
const gamma = float({ doc: 'How much less easy examples count; 0 for all alike.', default: 2, min: 0 });
const fromLogits = bool({ doc: 'The output has no activation.', default: false });
const labelSmoothing = float({ doc: 'Moves the targets this far towards all classes alike.', default: 0, min: 0, max: 1 }); // prettier-ignore

const clipped = (op: Ops, x: TensorNode): TensorNode => op.minimum(op.maximum(x, EPSILON), 1 - EPSILON);

/** x ≥ 0 to a power; squares without a power, whose gradient at 0 is not a number. */
function powered(op: Ops, x: TensorNode, exponent: number): TensorNode {
  if (exponent === 0) return op.fill(x.shape, 1);
  if (exponent === 1) return x;
  return exponent === 2 ? op.square(x) : op.power(op.maximum(x, EPSILON), exponent);
}

/** Moves a per-example axis to the end. */
function toLast(op: Ops, x: TensorNode, perExampleAxis: number): TensorNode {
  if (x.shape.length === 1) return x;
  const position = axisFromStart(perExampleAxis, x.shape.length - 1) + 1;
  const others = x.shape.map((_, i) => i).filter((i) => i !== position);
  return op.transpose(x, [...others, position]);
}

/** A number for each class, for the ranks to agree. */
const broadcast = (op: Ops, alpha: TensorNode | number, x: TensorNode): TensorNode | number =>
  typeof alpha === 'number' ? alpha : op.reshape(alpha, [...x.shape.slice(1).map(() => 1), alpha.shape[0]!]);

const binaryFocalCrossentropy = defineLoss({
  name: 'binaryFocalCrossentropy',
  summary: 'Binary cross-entropy in which what is right already counts little.',
  doc: `$-(1 - p_t)^\\gamma \\log p_t$ with $p_t$ the probability of what is true (Lin et al. 2017), mean over the last axis. ${page('binaryfocalcrossentropy')}`,
  targets: 'same',
  expects: 'sigmoid',
  parameters: {
    applyClassBalancing: bool({ doc: 'Weigh true ones with `alpha` and others with 1 − `alpha`.', default: false }),
    alpha,
    gamma,
    fromLogits,
    labelSmoothing,
    axis: axis({ doc: 'The axis over which the mean is taken.', default: -1 }),
  },
  lower: ({ target, output, parameters: p, op }) => {
    const t = p.labelSmoothing === 0 ? target : op.add(op.multiply(target, 1 - p.labelSmoothing), p.labelSmoothing / 2);
    const y = clipped(op, p.fromLogits ? op.sigmoid(output) : output);
    const [rest, miss] = [op.subtract(1, t), op.subtract(1, y)];
    const entropy = op.negate(op.add(op.multiply(t, op.log(y)), op.multiply(rest, op.log(miss))));
    const right = op.add(op.multiply(t, y), op.multiply(rest, miss));
    const focal = op.multiply(powered(op, op.subtract(1, right), p.gamma), entropy);
    const balance = op.add(op.multiply(t, p.alpha), op.multiply(rest, 1 - p.alpha));
    return meanOverLastAxis(op, toLast(op, p.applyClassBalancing ? op.multiply(balance, focal) : focal, p.axis));
  },
  examples: [{ target: [[0, 1], [0, 0]], output: [[0.6, 0.4], [0.4, 0.6]], value: 0.2678 }], // prettier-ignore
});

const categoricalFocalCrossentropy = defineLoss({
  name: 'categoricalFocalCrossentropy',
  summary: 'Categorical cross-entropy in which what is right already counts little.',
  doc: `$-\\sum_c \\alpha (1 - p_c)^\\gamma t_c \\log p_c$ (Lin et al. 2017). ${page('categoricalfocalcrossentropy')}`,
  targets: 'oneHot',
  expects: 'softmax',
  parameters: {
    alpha: numberOrEach({ doc: 'Weight of all classes, or of each.', default: [0.25] }),
    gamma,
    fromLogits,
    labelSmoothing,
    axis: axis({ doc: 'The axis of the classes.', default: -1 }),
  },
  lower: ({ target, output, parameters: p, op }) => {
    const [t, y] = [toLast(op, target, p.axis), toLast(op, output, p.axis)];
    const classes = asNumber(t.shape.at(-1)!);
    const share = classes === undefined ? op.divide(p.labelSmoothing, op.dimension(t.shape.at(-1)!)) : p.labelSmoothing / classes; // prettier-ignore
    const smooth = p.labelSmoothing === 0 ? t : op.add(op.multiply(t, 1 - p.labelSmoothing), share);
    const probabilities = clipped(op, p.fromLogits ? op.softmax(y) : op.divide(y, op.sum(y, [-1], true)));
    const entropy = op.negate(op.multiply(smooth, op.log(probabilities)));
    const alpha = p.alpha.length === 1 ? p.alpha[0]! : op.constant(p.alpha, [p.alpha.length]);
    const factor = op.multiply(
      powered(op, op.subtract(1, probabilities), p.gamma),
      broadcast(op, alpha, probabilities),
    );
    return op.sum(op.multiply(factor, entropy), [-1]);
  },
  examples: [{ target: [[0, 1, 0], [0, 0, 1]], output: [[0.05, 0.95, 0], [0.1, 0.8, 0.1]], value: 0.2332 }], // prettier-ignore
});

const categoricalGeneralizedCrossEntropy = defineLoss({
  name: 'categoricalGeneralizedCrossEntropy',
  summary: 'Between cross-entropy and absolute error: wrong labels pull less.',
  doc: `$(1 - p_t^q) / q$, where $t$ is the index of the right class (Zhang and Sabuncu 2018). ${page('categoricalgeneralizedcrossentropy')}`,
  targets: 'classIndex',
  expects: 'softmax',
  parameters: { q: float({ doc: 'Towards 0 cross-entropy, towards 1 absolute error.', default: 0.5, min: 0, max: 1, exclusiveMin: true, exclusiveMax: true }) }, // prettier-ignore
  lower: ({ target, output, parameters: p, op }) => {
    const right = op.sum(op.multiply(op.oneHot(target, output.shape.at(-1)!), output), [-1]);
    return op.multiply(op.subtract(1, op.power(op.maximum(right, EPSILON), p.q)), 1 / p.q);
  },
  examples: [{ target: [0, 1], output: [[0.25, 0.75], [0.36, 0.64]], value: 0.7 }], // prettier-ignore
});

export const focalLosses: readonly PairDefinition[] = [
  binaryFocalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
];
