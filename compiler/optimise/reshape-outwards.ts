/**
 * `f(reshape(x), v) → reshape(f(x, v))`: what is done to each element is done before the elements are seen in another shape. A reshape costs
 * nothing where it stands; further out it is not between a product and its bias, activation or normalisation, and meets other reshapes.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { ops } from '../ops/index.ts';
import { isOne, sameShape } from '../ops/shape-rules.ts';
import { equals, type Dim } from '../shapes/index.ts';
import type { Rule } from './rewrite.ts';

/** Up to here every kernel of every backend is right: with more, backends take the axes together again. */
const mostAxes = 4;

/**
 * The operand beside reshaped ones, as it stretches over their shape before: one number, or one along a last axis that
 * both shapes have.
 */
function narrow(op: GraphBuilder, v: TensorNode, outer: readonly Dim[], inner: readonly Dim[]): TensorNode | undefined {
  if (v.shape.length > outer.length) return undefined;
  if (v.shape.every(isOne)) return op.reshape(v, []);
  const last = v.shape.at(-1)!;
  const isVector = v.shape.slice(0, -1).every(isOne) && equals(last, outer.at(-1)!);
  return isVector && inner.length > 0 && equals(last, inner.at(-1)!) ? op.reshape(v, [last]) : undefined;
}

/** In both shapes the elements that share a place on the last axis are the same ones. */
export const reshapeOutwards: Rule = {
  name: 'f(reshape(x)) → reshape(f(x))',
  apply: (node, op) => {
    if (!ops[node.op].traits.elementwise || node.op === 'stopGradient') return undefined;
    const reshaped = node.inputs.filter((x) => x.op === 'reshape' && sameShape(x.shape, node.shape));
    const inner = reshaped[0]?.inputs[0]!.shape;
    if (inner === undefined || inner.length === 0 || inner.length > mostAxes) return undefined;
    if (!reshaped.every((x) => sameShape(x.inputs[0]!.shape, inner))) return undefined;
    const operands = node.inputs.map((x) => (reshaped.includes(x) ? x.inputs[0] : narrow(op, x, node.shape, inner)));
    if (!operands.every((x) => x !== undefined)) return undefined;
    return op.reshape(op.make(node.op, operands, node.attributes), node.shape);
  },
};
