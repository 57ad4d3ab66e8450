/** The rule and the lowering that `concat` and `Concatenate` share. */
import { axisFromStart, axisPosition, sizeAt } from '../definitions/axes.ts';
import type { Need } from '../definitions/need.ts';
import { commonDType, convertAll } from '../definitions/promotion.ts';
import type { TensorType } from '../definitions/types.ts';
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { add, axesEqual, isSpread, rankOf, type Axis, type Dim, type Shape } from '../shapes/index.ts';

/** Axes beside the joined one must be equal. */
function needSameAxis(a: Axis, b: Axis, axis: number, first: TensorType, input: TensorType, need: Need): boolean | undefined {
  if (isSpread(a) || isSpread(b)) return axesEqual(a, b) ? true : undefined;
  return need.equal(a, b, { what: 'sizes beside the joined axis', left: { input: first, axis }, right: { input, axis } });
} // prettier-ignore

export function joinedShape(inputs: readonly TensorType[], axis: number, need: Need): { dtype: DType; shape: Shape } | undefined {
  const first = inputs[0]!;
  const position = axisPosition(axis, first.shape, need, { argument: 'axis' });
  const size = position === undefined ? undefined : sizeAt(first.shape, position);
  if (position === undefined || !size) return undefined;
  let joined: Dim = size;
  for (const input of inputs.slice(1)) {
    const rank = rankOf(first.shape);
    if (rank !== undefined && rankOf(input.shape) !== undefined && !need.rank(input, rank)) return undefined;
    if (input.shape.length !== first.shape.length) return undefined;
    for (const [i, a] of first.shape.entries())
      if (i !== position && needSameAxis(a, input.shape[i]!, i, first, input, need) !== true) return undefined;
    const more = sizeAt(input.shape, position);
    if (!more) return undefined;
    joined = add(joined, more);
  }
  const shape = first.shape.map((a, i) => (i === position ? joined : a));
  return { dtype: commonDType(inputs.map((input) => input.dtype)), shape };
} // prettier-ignore

export const joined = (op: Ops, inputs: readonly TensorNode[], axis: number, dtype: DType): TensorNode =>
  op.concat(convertAll(op, inputs, dtype), 1 + axisFromStart(axis, inputs[0]!.shape.length - 1));
