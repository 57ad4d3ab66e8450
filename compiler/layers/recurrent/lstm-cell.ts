/** The cell with a memory that gates protect (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000). */
import type { LayerWeight } from '../../definitions/define-layer.ts';
import { dim, multiply } from '../../shapes/index.ts';
import { columns, kernels, masked, withKernel, type Cell } from './cell.ts';

/** A bias of four gates whose second quarter starts at 1: an initializer of the run time's own. */
export function withForgetBias(bias: LayerWeight): LayerWeight {
  const { name, arguments: given } = bias.initializer;
  return { ...bias, initializer: { name: 'unitForgetBias', arguments: { ...given, others: name } } };
}

export const lstmCell: Cell = {
  name: 'LSTM',
  states: ['h', 'c'],
  gates: 4,
  weights: (p, features) => {
    const made = kernels(p, features, 4, [multiply(dim(4), p.units)]);
    return p.unitForgetBias && made['bias'] ? { ...made, bias: withForgetBias(made['bias']) } : made;
  },
  project: (context, x) => withKernel(context, x, context.weights['bias']),
  step: (context, projected, [h, c]) => {
    const { op, weights, parameters: p, activate } = context;
    const z = op.add(projected, op.matMul(masked(context, h!), weights['recurrentKernel']!));
    const gate = (at: number) => columns(op, z, p.units, at, at + 1);
    const input = activate(p.recurrentActivation, gate(0));
    const forget = activate(p.recurrentActivation, gate(1));
    const candidate = activate(p.activation, gate(2));
    const output = activate(p.recurrentActivation, gate(3));
    const memory = op.add(op.multiply(forget, c!), op.multiply(input, candidate));
    return [op.multiply(output, activate(p.activation, memory)), memory];
  },
};
