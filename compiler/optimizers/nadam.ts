/** `nadam`: `adam` with Nesterov's look ahead. */
import { defineOptimizer, host } from '../definitions/define-optimizer.ts';
import type { HostExpression } from '../graph/tensor-graph.ts';
import { moments, rate } from './adam.ts';
import { oneMinus, powerOfStep, runningMean } from './moments.ts';

const { number: n } = host;

/** μ_t = β₁ (1 − 0.96^t / 2), the momentum that grows with the steps. */
const momentumAt = (beta1: number, step: HostExpression): HostExpression =>
  host.multiply(n(beta1), oneMinus(host.multiply(n(0.5), host.power(n(0.96), step))));

export const nadam = defineOptimizer({
  name: 'nadam',
  summary: "`adam` with Nesterov's momentum (Dozat 2016).",
  doc: '$\\hat m = \\frac{\\mu_{t+1} m}{1 - \\prod_{i \\le t+1} \\mu_i} + \\frac{(1 - \\mu_t) g}{1 - \\prod_{i \\le t} \\mu_i}$, $w \\leftarrow w - \\eta \\hat m / (\\sqrt{v / (1 - \\beta_2^t)} + \\epsilon)$ with $\\mu_t = \\beta_1 (1 - 0.96^t / 2)$. [Keras](https://keras.io/api/optimizers/Nadam/)',
  parameters: { learningRate: rate, ...moments },
  slots: () => ({ m: {}, v: {}, muProduct: { sizes: [], initial: 1 } }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const now = momentumAt(p.beta1, host.step);
    const next = op.hostScalar(momentumAt(p.beta1, host.add(host.step, n(1))));
    const muProduct = op.multiply(slots['muProduct']!, op.hostScalar(now));
    const m = runningMean(op, slots['m']!, gradient, p.beta1);
    const v = runningMean(op, slots['v']!, op.square(gradient), p.beta2);
    const ahead = op.multiply(m, op.divide(next, op.subtract(1, op.multiply(muProduct, next))));
    const present = op.multiply(gradient, op.divide(op.hostScalar(oneMinus(now)), op.subtract(1, muProduct)));
    const root = op.sqrt(op.divide(v, op.hostScalar(oneMinus(powerOfStep(p.beta2)))));
    const step = op.divide(op.multiply(op.add(ahead, present), op.hostScalar(host.learningRate)), op.add(root, p.epsilon));
    return { weight: op.subtract(weight, step), slots: { m, v, muProduct } };
  },
}); // prettier-ignore
