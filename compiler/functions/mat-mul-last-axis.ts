/** The product of a tensor's last axis with a matrix, as one product of two matrices. */
import { product } from '../definitions/axes.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

/** x `[…, features]` · kernel `[features, units]` = `[…, units]`; x has at least two axes (the first is the batch). */
export function matMulLastAxis(op: Ops, x: TensorNode, kernel: TensorNode): TensorNode {
  if (x.shape.length === 2) return op.matMul(x, kernel);
  const leading = x.shape.slice(0, -1);
  const rows = op.reshape(x, [product(leading), x.shape.at(-1)!]);
  return op.reshape(op.matMul(rows, kernel), [...leading, kernel.shape[1]!]);
}
