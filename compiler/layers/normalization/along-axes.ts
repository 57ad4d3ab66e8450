/** Brings a weight that belongs to some axes of a tensor into a shape that broadcasts with it. */
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { ONE } from '../../shapes/index.ts';

/** `axes` count all axes of `x`, ascending; the weight has one axis for each of them. */
export function alongAxes(op: Ops, weight: TensorNode, x: TensorNode, axes: readonly number[]): TensorNode {
  const rank = x.shape.length;
  const trailing = axes.every((axis, i) => axis === rank - axes.length + i);
  return trailing ? weight : op.reshape(weight, x.shape.map((size, i) => (axes.includes(i) ? size : ONE))); // prettier-ignore
}
