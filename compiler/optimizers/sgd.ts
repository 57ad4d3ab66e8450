/** `sgd`: gradient descent, plain or with momentum. */
import { bool, float, learningRate } from '../definitions/parameters.ts';
import { defineOptimizer, host } from '../definitions/define-optimizer.ts';

export const sgd = defineOptimizer({
  name: 'sgd',
  summary: 'Stochastic gradient descent, with momentum if asked for.',
  doc: '$w \\leftarrow w - \\eta g$; with momentum $v \\leftarrow \\mu v - \\eta g$, $w \\leftarrow w + v$ (Nesterov: $w \\leftarrow w + \\mu v - \\eta g$). [Keras](https://keras.io/api/optimizers/sgd/)',
  parameters: {
    learningRate: learningRate({ doc: 'Step size, or a schedule of it.', default: 0.01 }),
    momentum: float({ doc: 'How much of the last step is kept.', default: 0, min: 0, max: 1 }),
    nesterov: bool({ doc: "Nesterov's momentum.", default: false }),
  },
  slots: (p) => (p.momentum === 0 ? {} : { momentum: {} }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const rate = op.hostScalar(host.learningRate);
    const step = op.multiply(gradient, rate);
    if (p.momentum === 0) return { weight: op.subtract(weight, step), slots: {} };
    const velocity = op.subtract(op.multiply(slots['momentum']!, p.momentum), step);
    const move = p.nesterov ? op.subtract(op.multiply(velocity, p.momentum), step) : velocity;
    return { weight: op.add(weight, move), slots: { momentum: velocity } };
  },
});
