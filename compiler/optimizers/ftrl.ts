/** `ftrl`: follow the regularised leader. */
import { defineOptimizer, host, type UpdateContext } from '../definitions/define-optimizer.ts';
import { float, type ValuesOf } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { rate } from './adam.ts';

const parameters = {
  learningRate: rate,
  learningRatePower: float({ doc: 'How the learning rate shrinks with the squared gradients; 0 for not at all.', default: -0.5, max: 0 }),
  initialAccumulatorValue: float({ doc: 'Start value of the sum of squared gradients.', default: 0.1, min: 0 }),
  l1RegularizationStrength: float({ doc: 'Draws weights to exactly 0.', default: 0, min: 0 }),
  l2RegularizationStrength: float({ doc: 'Keeps weights small.', default: 0, min: 0 }),
  l2ShrinkageRegularizationStrength: float({ doc: 'Keeps weights small, by their gradients.', default: 0, min: 0 }),
  beta: float({ doc: 'Added to the L2 strength, over twice the learning rate.', default: 0, min: 0 }),
}; // prettier-ignore

/** x ≥ 0 to the power −`learningRatePower`. */
function powered(op: Ops, x: TensorNode, exponent: number): TensorNode {
  if (exponent === 0) return op.fill(x.shape, 1);
  return exponent === 0.5 ? op.sqrt(x) : op.power(x, exponent);
}

function update({ weight, gradient, slots, parameters: p, op }: UpdateContext<ValuesOf<typeof parameters>>) {
  const { number: n } = host;
  const old = slots['accumulator']!;
  const accumulator = op.add(old, op.square(gradient));
  const [before, after] = [old, accumulator].map((x) => powered(op, x, -p.learningRatePower)) as [TensorNode, TensorNode]; // prettier-ignore
  const perRate = op.hostScalar(host.divide(n(1), host.learningRate));
  const shrunk = p.l2ShrinkageRegularizationStrength === 0 ? gradient : op.add(gradient, op.multiply(weight, 2 * p.l2ShrinkageRegularizationStrength)); // prettier-ignore
  const sigma = op.multiply(op.subtract(after, before), perRate);
  const linear = op.add(slots['linear']!, op.subtract(shrunk, op.multiply(sigma, weight)));
  const l2 = host.add(n(2 * p.l2RegularizationStrength), host.divide(n(p.beta), host.learningRate));
  const quadratic = op.add(op.multiply(after, perRate), op.hostScalar(l2));
  const clipped = op.minimum(op.maximum(linear, -p.l1RegularizationStrength), p.l1RegularizationStrength);
  return { weight: op.divide(op.subtract(clipped, linear), quadratic), slots: { accumulator, linear } };
}

export const ftrl = defineOptimizer({
  name: 'ftrl',
  summary: 'Follow the regularised leader: for large sparse models (McMahan et al. 2013).',
  doc: '$a_t = a_{t-1} + g^2$, $z \\leftarrow z + g + 2 \\lambda_s w - \\frac{a_t^{-p} - a_{t-1}^{-p}}{\\eta} w$, $w \\leftarrow \\frac{\\mathrm{clip}(z, -\\lambda_1, \\lambda_1) - z}{a_t^{-p} / \\eta + 2 \\lambda_2 + \\beta / \\eta}$ with $p$ the `learningRatePower`. [Keras](https://keras.io/api/optimizers/ftrl/)',
  parameters,
  slots: (p) => ({ accumulator: { initial: p.initialAccumulatorValue }, linear: {} }),
  update,
});
