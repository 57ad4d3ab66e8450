/** `lamb`: steps of `adam`, as long as the weight they are taken from. */
import { defineOptimizer, host } from '../definitions/define-optimizer.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { moments, rate } from './adam.ts';
import { oneMinus, powerOfStep, runningMean } from './moments.ts';

const norm = (op: Ops, x: TensorNode): TensorNode => op.sqrt(op.sum(op.square(x)));

export const lamb = defineOptimizer({
  name: 'lamb',
  summary: 'Steps of `adam` in proportion to the length of each weight, for large batches (You et al. 2019).',
  doc: '$w \\leftarrow w - \\eta \\frac{|w|}{|u|} u$ with $u = \\frac{m / (1 - \\beta_1^t)}{\\sqrt{v / (1 - \\beta_2^t)} + \\epsilon}$; the quotient is 1 where either length is 0. [Keras](https://keras.io/api/optimizers/lamb/)',
  parameters: { learningRate: rate, ...moments },
  slots: () => ({ m: {}, v: {} }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const m = runningMean(op, slots['m']!, gradient, p.beta1);
    const v = runningMean(op, slots['v']!, op.square(gradient), p.beta2);
    const corrected = op.divide(m, op.hostScalar(oneMinus(powerOfStep(p.beta1))));
    const root = op.sqrt(op.divide(v, op.hostScalar(oneMinus(powerOfStep(p.beta2)))));
    const direction = op.divide(corrected, op.add(root, p.epsilon));
    const [ofWeight, ofStep] = [norm(op, weight), norm(op, direction)];
    const both = op.and(op.greater(ofWeight, 0), op.greater(ofStep, 0));
    const ratio = op.select(both, op.divide(ofWeight, op.select(both, ofStep, 1)), 1);
    const step = op.multiply(direction, op.multiply(ratio, op.hostScalar(host.learningRate)));
    return { weight: op.subtract(weight, step), slots: { m, v } };
  },
});
