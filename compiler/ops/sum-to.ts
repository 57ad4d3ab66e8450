/**
 * The adjoint of broadcasting: a gradient of the broadcast shape summed down to the shape of one operand.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';
import type { CompilerOps } from './compiler-ops.ts';
import { isOne, sameShape } from './shape-rules.ts';

export function sumTo(op: CompilerOps, g: TensorNode, shape: readonly Dim[]): TensorNode {
  if (sameShape(g.shape, shape)) return g;
  const added = g.shape.length - shape.length;
  const axes = g.shape.flatMap((size, axis) =>
    axis < added || (isOne(shape[axis - added]!) && !isOne(size)) ? [axis] : [],
  );
  const summed = axes.length === 0 ? g : op.sum(g, axes);
  return sameShape(summed.shape, shape) ? summed : op.reshape(summed, shape);
}
