/** The gated recurrent unit (Cho et al. 2014), its reset gate applied after the matrix product (v3, as cuDNN) or before (v1). */
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { dim, multiply } from '../../shapes/index.ts';
import { columns, kernels, masked, withKernel, type Cell, type CellContext } from './cell.ts';

/** The bias of the input (0) or of the state (1); before, one bias serves both. */
function biasOf({ op, parameters: p, weights }: CellContext, of: 0 | 1): TensorNode | undefined {
  const { bias } = weights;
  if (!bias || !p.resetAfter) return of === 0 ? bias : undefined;
  const size = bias.shape[1]!;
  return op.reshape(op.slice(bias, [of, 0], [1, size]), [size]);
}

/** What the state gives to the candidate: r · (h U + b), or (r · h) U. */
function recurrentCandidate(context: CellContext, h: TensorNode, product: TensorNode, reset: TensorNode): TensorNode {
  const { op, weights, parameters: p } = context;
  if (p.resetAfter) return op.multiply(reset, columns(op, product, p.units, 2, 3));
  return op.matMul(op.multiply(reset, h), columns(op, weights['recurrentKernel']!, p.units, 2, 3));
}

export const gruCell: Cell = {
  name: 'GRU',
  states: ['h'],
  gates: 3,
  weights: (p, features) => {
    const size = multiply(dim(3), p.units);
    return kernels(p, features, 3, p.resetAfter ? [dim(2), size] : [size]);
  },
  project: (context, x) => withKernel(context, x, biasOf(context, 0)),
  step: (context, projected, [state]) => {
    const { op, weights, parameters: p, activate } = context;
    const h = masked(context, state!);
    const kernel = weights['recurrentKernel']!;
    const plain = op.matMul(h, p.resetAfter ? kernel : columns(op, kernel, p.units, 0, 2));
    const bias = biasOf(context, 1);
    const product = bias ? op.add(plain, bias) : plain;
    const both = op.add(columns(op, projected, p.units, 0, 2), columns(op, product, p.units, 0, 2));
    const gates = activate(p.recurrentActivation, both);
    const [update, reset] = [columns(op, gates, p.units, 0, 1), columns(op, gates, p.units, 1, 2)];
    const candidate = op.add(columns(op, projected, p.units, 2, 3), recurrentCandidate(context, h, product, reset));
    const next = activate(p.activation, candidate);
    // z h + (1 - z) h̃
    return [op.add(next, op.multiply(update, op.subtract(state!, next)))];
  },
};
