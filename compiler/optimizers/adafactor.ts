/** `adafactor`: second moments of a matrix kept by row and by column only. */
import { defineOptimizer, host, type UpdateContext } from '../definitions/define-optimizer.ts';
import { bool, float, type ValuesOf } from '../definitions/parameters.ts';
import type { HostExpression, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { rate } from './adam.ts';
import { oneMinus } from './moments.ts';

const parameters = {
  learningRate: rate,
  beta2Decay: float({ doc: "How the decay of the running means grows: it is $1 - t^{\\gamma}$ with this exponent.", default: -0.8 }),
  epsilon1: float({ doc: 'Keeps the divisor away from 0.', default: 1e-30, min: 0 }),
  epsilon2: float({ doc: 'The least size of a weight that steps are in proportion to.', default: 0.001, min: 0 }),
  clipThreshold: float({ doc: 'The largest root mean square of a step, before the learning rate.', default: 1, min: 0, exclusiveMin: true }),
  relativeStep: bool({ doc: 'Kept for Keras, where it limits a constant learning rate to $1 / \\sqrt t$, which every rate is limited to anyway.', default: true }),
}; // prettier-ignore

const rootMeanSquare = (op: Ops, x: TensorNode): TensorNode => op.sqrt(op.mean(op.square(x)));

interface SecondMoment {
  /** The divisor's square: a whole tensor, or made of its rows and columns. */
  readonly v: TensorNode;
  readonly slots: Readonly<Record<string, TensorNode>>;
}

function secondMoment(op: Ops, squares: TensorNode, slots: Readonly<Record<string, TensorNode>>, beta: HostExpression): SecondMoment {
  const mix = (mean: TensorNode, value: TensorNode): TensorNode =>
    op.add(op.multiply(mean, op.hostScalar(beta)), op.multiply(value, op.hostScalar(oneMinus(beta))));
  const rank = squares.shape.length;
  if (rank < 2) {
    const v = mix(slots['v']!, squares);
    return { v, slots: { v } };
  }
  const r = mix(slots['r']!, op.mean(squares, [rank - 1]));
  const c = mix(slots['c']!, op.mean(squares, [rank - 2]));
  const share = op.divide(r, op.mean(r, [rank - 2], true));
  const rows = op.reshape(share, [...r.shape, 1]);
  const columns = op.reshape(c, [...c.shape.slice(0, -1), 1, c.shape.at(-1)!]);
  return { v: op.multiply(rows, columns), slots: { r, c } };
} // prettier-ignore

function update({ weight, gradient, slots, parameters: p, op }: UpdateContext<ValuesOf<typeof parameters>>) {
  const { number: n } = host;
  const perRoot = host.divide(n(1), host.sqrt(host.step));
  const beta = oneMinus(host.power(host.step, n(p.beta2Decay)));
  const { v, slots: kept } = secondMoment(op, op.add(op.square(gradient), p.epsilon1), slots, beta);
  const direction = op.divide(gradient, op.sqrt(v));
  const tooLong = op.maximum(op.divide(rootMeanSquare(op, direction), p.clipThreshold), 1);
  const size = op.maximum(rootMeanSquare(op, weight), p.epsilon2);
  const alpha = op.multiply(size, op.hostScalar(host.minimum(host.learningRate, perRoot)));
  return { weight: op.subtract(weight, op.multiply(direction, op.divide(alpha, tooLong))), slots: kept };
}

export const adafactor = defineOptimizer({
  name: 'adafactor',
  summary: 'Like `adam` with little memory: second moments by row and column (Shazeer and Stern 2018).',
  doc: '$w \\leftarrow w - \\max(\\epsilon_2, \\mathrm{rms}(w)) \\min(\\eta, 1 / \\sqrt t)\\, \\frac{u}{\\max(1, \\mathrm{rms}(u) / d)}$ with $u = g / \\sqrt v$; of tensors with two axes or more $v = \\frac{r}{\\bar r} c$ from running means of $g^2 + \\epsilon_1$ over the last axis and the one before. [Keras](https://keras.io/api/optimizers/adafactor/)',
  parameters,
  slots: (_, { sizes }) => {
    if (sizes.length < 2) return { v: {} };
    return { r: { sizes: sizes.slice(0, -1) }, c: { sizes: [...sizes.slice(0, -2), sizes.at(-1)!] } };
  },
  update,
});
