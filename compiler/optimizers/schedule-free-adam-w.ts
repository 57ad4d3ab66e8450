/** `scheduleFreeAdamW`: weights between the steps of `adam` and their mean, so that no schedule is needed. */
import { defineOptimizer, host } from '../definitions/define-optimizer.ts';
import { float, int, learningRate } from '../definitions/parameters.ts';
import { asNumber, dim } from '../shapes/index.ts';
import { moments } from './adam.ts';
import { oneMinus, powerOfStep, runningMean } from './moments.ts';

const { number: n } = host;

export const scheduleFreeAdamW = defineOptimizer({
  name: 'scheduleFreeAdamW',
  summary: '`adamW` that averages its weights instead of following a schedule (Defazio et al. 2024).',
  doc: '$z \\leftarrow z - \\eta g / (\\sqrt{v / (1 - \\beta_2^t)} + \\epsilon)$, $x \\leftarrow (1 - 1/t) x + z / t$, $w \\leftarrow (1 - \\beta_1) z + \\beta_1 x$; $\\eta$ grows evenly over the warm-up. As in Keras the weights stay $w$, not $x$, after training. [Keras](https://keras.io/api/optimizers/schedule_free_adamw/)',
  parameters: {
    learningRate: learningRate({ doc: 'Step size, or a schedule of it.', default: 0.0025 }),
    beta1: float({ doc: 'How far the weights are from the steps to their mean.', default: 0.9, min: 0, max: 1, exclusiveMin: true }),
    beta2: moments.beta2,
    epsilon: float({ doc: 'Keeps the divisor away from 0.', default: 1e-8, min: 0 }),
    warmupSteps: int({ doc: 'Updates until the learning rate has its full size.', default: dim(0), min: 0 }),
  },
  slots: () => ({ z: { initial: 'weight' }, v: {} }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const warmup = asNumber(p.warmupSteps)!;
    const grown = host.minimum(host.divide(host.step, n(warmup)), n(1));
    const eta = warmup === 0 ? host.learningRate : host.multiply(host.learningRate, grown);
    const v = runningMean(op, slots['v']!, op.square(gradient), p.beta2);
    const root = op.sqrt(op.divide(v, op.hostScalar(oneMinus(powerOfStep(p.beta2)))));
    const step = op.divide(op.multiply(gradient, op.hostScalar(eta)), op.add(root, p.epsilon));
    const z = op.subtract(slots['z']!, step);
    const mean = op.divide(op.subtract(weight, op.multiply(slots['z']!, 1 - p.beta1)), p.beta1);
    const share = host.divide(n(1), host.step);
    const x = op.add(op.multiply(mean, op.hostScalar(oneMinus(share))), op.multiply(z, op.hostScalar(share)));
    return { weight: op.add(op.multiply(z, 1 - p.beta1), op.multiply(x, p.beta1)), slots: { z, v } };
  },
}); // prettier-ignore
