/** Losses of the distance between target and output, element by element: the mean over the last axis of each position. */
import { axisFromStart } from '../definitions/axes.ts';
import { defineLoss, type PairDefinition } from '../definitions/define-function.ts';
import { axis, float } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { meanOverLastAxis } from './mean-over-last-axis.ts';

const EPSILON = 1e-7;

export interface Distance {
  readonly name: string;
  readonly summary: string;
  /** TeX, of target t and output y. */
  readonly formula: string;
  readonly lower: (op: Ops, target: TensorNode, output: TensorNode) => TensorNode;
  readonly example: PairDefinition['examples'][number];
}

/** Keras writes log(cosh(x)) so that it does not overflow. */
const logCoshOf = (op: Ops, x: TensorNode): TensorNode =>
  op.subtract(op.add(x, op.softplus(op.multiply(x, -2))), Math.LN2);
const logOfOneMore = (op: Ops, x: TensorNode): TensorNode => op.log(op.add(op.maximum(x, EPSILON), 1));

export const distances: readonly Distance[] = [
  { name: 'meanSquaredError', summary: 'Mean of the squared differences.', formula: '(t - y)^2', lower: (op, t, y) => op.square(op.subtract(y, t)), example: { target: [[0, 1], [0, 0]], output: [[1, 1], [1, 0]], value: 0.5 } },
  { name: 'meanAbsoluteError', summary: 'Mean of the absolute differences.', formula: '|t - y|', lower: (op, t, y) => op.abs(op.subtract(y, t)), example: { target: [[0, 1], [0, 0]], output: [[1, 1], [1, 0]], value: 0.5 } },
  { name: 'meanAbsolutePercentageError', summary: 'Mean of the absolute differences in percent of the target.', formula: '100\\, |t - y| / \\max(|t|, 10^{-7})', lower: (op, t, y) => op.multiply(op.abs(op.divide(op.subtract(t, y), op.maximum(op.abs(t), EPSILON))), 100), example: { target: [[2, 4]], output: [[1, 5]], value: 37.5 } },
  { name: 'meanSquaredLogarithmicError', summary: 'Mean of the squared differences of logarithms.', formula: '(\\log(t + 1) - \\log(y + 1))^2', lower: (op, t, y) => op.square(op.subtract(logOfOneMore(op, y), logOfOneMore(op, t))), example: { target: [[0, 1]], output: [[1, 1]], value: 0.2402 } },
  { name: 'logCosh', summary: 'Squared error near 0 and absolute error far from it.', formula: '\\log \\cosh (y - t)', lower: (op, t, y) => logCoshOf(op, op.subtract(y, t)), example: { target: [[0, 1], [0, 0]], output: [[1, 1], [0, 0]], value: 0.1084 } },
  { name: 'poisson', summary: 'Negative log-likelihood of counts that follow a Poisson distribution.', formula: 'y - t \\log (y + 10^{-7})', lower: (op, t, y) => op.subtract(y, op.multiply(t, op.log(op.add(y, EPSILON)))), example: { target: [[1, 0]], output: [[1, 2]], value: 1.5 } },
]; // prettier-ignore

const distanceLoss = (row: Distance): PairDefinition =>
  defineLoss({
    name: row.name,
    summary: row.summary,
    doc: `$${row.formula}$, mean over the last axis. [Keras](https://keras.io/api/losses/)`,
    targets: 'same',
    expects: 'any',
    lower: ({ target, output, op }) => meanOverLastAxis(op, row.lower(op, target, output)),
    examples: [row.example],
  });

const huber = defineLoss({
  name: 'huber',
  summary: 'Squared error near 0 and absolute error beyond `delta`: outliers pull less.',
  doc: '$d^2 / 2$ where $|d| = |y - t| \\le \\delta$, else $\\delta |d| - \\delta^2 / 2$; mean over the last axis. [Keras](https://keras.io/api/losses/regression_losses/#huber-function)',
  targets: 'same',
  expects: 'any',
  parameters: {
    delta: float({ doc: 'Where squares end and lines begin.', default: 1, min: 0, exclusiveMin: true }),
  },
  lower: ({ target, output, parameters: p, op }) => {
    const error = op.subtract(output, target);
    const distance = op.abs(error);
    const line = op.subtract(op.multiply(distance, p.delta), (p.delta * p.delta) / 2);
    const square = op.multiply(op.square(error), 0.5);
    return meanOverLastAxis(op, op.select(op.lessEqual(distance, p.delta), square, line));
  },
  examples: [{ target: [[0, 1]], output: [[3, 1.5]], value: 1.3125 }],
});

const klDivergence = defineLoss({
  name: 'klDivergence',
  summary: 'How far the predicted distribution is from the target distribution (Kullback–Leibler).',
  doc: '$\\sum t \\log (t / y)$ over the last axis, both clipped to $[10^{-7}, 1]$. [Keras](https://keras.io/api/losses/probabilistic_losses/#kl_divergence-function)',
  targets: 'oneHot',
  expects: 'any',
  lower: ({ target, output, op }) => {
    const clip = (x: TensorNode): TensorNode => op.minimum(op.maximum(x, EPSILON), 1);
    const [t, y] = [clip(target), clip(output)];
    return op.sum(op.multiply(t, op.log(op.divide(t, y))), [-1]);
  },
  examples: [{ target: [[0.5, 0.5]], output: [[0.25, 0.75]], value: 0.1438 }],
});

/** x over its length, without dividing by 0. */
const unit = (op: Ops, x: TensorNode, over: number): TensorNode =>
  op.multiply(x, op.rsqrt(op.maximum(op.sum(op.square(x), [over], true), EPSILON * EPSILON)));

export const cosineOf = (op: Ops, target: TensorNode, output: TensorNode, perExampleAxis: number): TensorNode => {
  const over = 1 + axisFromStart(perExampleAxis, output.shape.length - 1);
  return op.sum(op.multiply(unit(op, target, over), unit(op, output, over)), [over]);
};

export const cosineAxis = { axis: axis({ doc: 'The axis of the vectors.', default: -1 }) };

const cosineSimilarity = defineLoss({
  name: 'cosineSimilarity',
  summary: 'The cosine of the angle between target and output, negative so that alike is less.',
  doc: '$-\\frac{t \\cdot y}{|t| |y|}$. [Keras](https://keras.io/api/losses/regression_losses/#cosine_similarity-function)',
  targets: 'oneHot',
  expects: 'any',
  parameters: cosineAxis,
  lower: ({ target, output, parameters: p, op }) => op.negate(cosineOf(op, target, output, p.axis)),
  examples: [{ target: [[0, 1], [1, 1]], output: [[1, 0], [1, 1]], value: -0.5 }], // prettier-ignore
});

export const elementwiseLosses: readonly PairDefinition[] = [
  ...distances.map(distanceLoss),
  huber,
  klDivergence,
  cosineSimilarity,
];
