/** `rmsprop` and the other optimisers that divide by a running root mean square of the gradient. */
import { defineOptimizer, host } from '../definitions/define-optimizer.ts';
import { bool, float, learningRate } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

const rate = learningRate({ doc: 'Step size, or a schedule of it.', default: 0.001 });
const epsilon = float({ doc: 'Keeps the divisor away from 0.', default: 1e-7, min: 0 });

const mix = (op: Ops, mean: TensorNode, value: TensorNode, rho: number): TensorNode =>
  op.add(op.multiply(mean, rho), op.multiply(value, 1 - rho));

export const rmsprop = defineOptimizer({
  name: 'rmsprop',
  summary: 'Gradients divided by a running root mean square (Hinton 2012).',
  doc: '$v \\leftarrow \\rho v + (1 - \\rho) g^2$, $w \\leftarrow w - \\eta g / \\sqrt{v + \\epsilon}$. [Keras](https://keras.io/api/optimizers/rmsprop/)',
  parameters: {
    learningRate: rate,
    rho: float({ doc: 'Decay of the running mean.', default: 0.9, min: 0, max: 1 }),
    momentum: float({ doc: 'How much of the last step is kept.', default: 0, min: 0, max: 1 }),
    epsilon,
    centered: bool({ doc: 'Divide by the variance instead of the mean square.', default: false }),
  },
  slots: (p) => ({
    velocity: {},
    ...(p.momentum > 0 ? { momentum: {} } : {}),
    ...(p.centered ? { averageGradient: {} } : {}),
  }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const velocity = mix(op, slots['velocity']!, op.square(gradient), p.rho);
    const average = p.centered ? mix(op, slots['averageGradient']!, gradient, p.rho) : undefined;
    const variance = average ? op.subtract(velocity, op.square(average)) : velocity;
    const step = op.multiply(gradient, op.hostScalar(host.learningRate));
    const increment = op.divide(step, op.sqrt(op.add(variance, p.epsilon)));
    const momentum = p.momentum > 0 ? op.add(op.multiply(slots['momentum']!, p.momentum), increment) : undefined;
    return {
      weight: op.subtract(weight, momentum ?? increment),
      slots: { velocity, ...(momentum ? { momentum } : {}), ...(average ? { averageGradient: average } : {}) },
    };
  },
});

export const adagrad = defineOptimizer({
  name: 'adagrad',
  summary: 'Gradients divided by the root of the sum of all their squares so far (Duchi et al. 2011).',
  doc: '$a \\leftarrow a + g^2$, $w \\leftarrow w - \\eta g / \\sqrt{a + \\epsilon}$. [Keras](https://keras.io/api/optimizers/adagrad/)',
  parameters: {
    learningRate: rate,
    initialAccumulatorValue: float({ doc: 'Start value of the sum.', default: 0.1, min: 0 }),
    epsilon,
  },
  slots: (p) => ({ accumulator: { initial: p.initialAccumulatorValue } }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const accumulator = op.add(slots['accumulator']!, op.square(gradient));
    const step = op.multiply(gradient, op.hostScalar(host.learningRate));
    const increment = op.divide(step, op.sqrt(op.add(accumulator, p.epsilon)));
    return { weight: op.subtract(weight, increment), slots: { accumulator } };
  },
});

export const adadelta = defineOptimizer({
  name: 'adadelta',
  summary: 'Steps in the ratio of running sizes of steps and gradients (Zeiler 2012).',
  doc: '$\\Delta = -g \\sqrt{d + \\epsilon} / \\sqrt{a + \\epsilon}$, $w \\leftarrow w + \\eta \\Delta$. [Keras](https://keras.io/api/optimizers/adadelta/)',
  parameters: {
    learningRate: rate,
    rho: float({ doc: 'Decay of the running means.', default: 0.95, min: 0, max: 1 }),
    epsilon,
  },
  slots: () => ({ accumulatedGradient: {}, accumulatedDelta: {} }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const root = (x: TensorNode): TensorNode => op.sqrt(op.add(x, p.epsilon));
    const accumulatedGradient = mix(op, slots['accumulatedGradient']!, op.square(gradient), p.rho);
    const ratio = op.divide(op.multiply(root(slots['accumulatedDelta']!), gradient), root(accumulatedGradient));
    const delta = op.negate(ratio);
    const accumulatedDelta = mix(op, slots['accumulatedDelta']!, op.square(delta), p.rho);
    const step = op.multiply(delta, op.hostScalar(host.learningRate));
    return {
      weight: op.add(weight, step),
      slots: { accumulatedGradient, accumulatedDelta },
    };
  },
});
