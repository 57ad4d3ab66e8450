/** What `CategoryEncoding` and `Discretization` share: whole numbers as vectors of one entry for each category. */
import { sizeAt } from '../../definitions/axes.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { asInteger, isSpread, type Dim, type Shape } from '../../shapes/index.ts';

export type CategoryMode = 'oneHot' | 'multiHot' | 'count';

/** A last axis of one entry, or none, is the category itself. */
const isSingle = (shape: Shape): boolean => {
  const last = sizeAt(shape, shape.length - 1);
  return last !== undefined && asInteger(last) === 1;
};

/** Of `categories` entries in place of the last axis; `oneHot` has them behind it, unless its size is 1. */
export function encodedShape({ shape }: TensorType, mode: CategoryMode, categories: Dim): Shape | undefined {
  if (shape.length === 0) return [categories];
  if (mode === 'oneHot' && !isSingle(shape)) return [...shape, categories];
  return isSpread(shape.at(-1)!) ? undefined : [...shape.slice(0, -1), categories];
}

/** float32, from indices `[n, …]`. */
export function encoded(op: Ops, indices: TensorNode, mode: CategoryMode, categories: Dim, weights?: TensorNode): TensorNode {
  const each = op.oneHot(indices, categories);
  if (indices.shape.length === 1) return weights ? op.multiply(each, op.reshape(weights, [...weights.shape, 1])) : each;
  const last = indices.shape.length - 1;
  if (mode === 'count') return op.sum(weights ? op.multiply(each, op.reshape(weights, [...weights.shape, 1])) : each, [last]);
  if (mode === 'multiHot') return op.max(each, [last]);
  return isSingle(indices.shape.slice(1)) ? op.max(each, [last]) : each;
} // prettier-ignore
