/** The fully connected cell of Elman: the output is the state. */
import { kernels, masked, withKernel, type Cell } from './cell.ts';

export const simpleRnnCell: Cell = {
  name: 'SimpleRNN',
  states: ['h'],
  gates: 1,
  weights: (p, features) => kernels(p, features, 1, [p.units]),
  project: (context, x) => withKernel(context, x, context.weights['bias']),
  step: (context, projected, [h]) => {
    const { op, weights, parameters: p, activate } = context;
    const z = op.add(projected, op.matMul(masked(context, h!), weights['recurrentKernel']!));
    return [activate(p.activation, z)];
  },
};
