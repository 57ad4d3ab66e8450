/** Broadcasting aligns per-example axes at the right, while the batch stays the first axis. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

/** Puts axes of size 1 after the first axis until all have the same rank. */
export function alignRanks(op: Ops, xs: readonly TensorNode[]): readonly TensorNode[] {
  const rank = Math.max(...xs.map((x) => x.shape.length));
  return xs.map((x) => {
    const missing = rank - x.shape.length;
    if (missing === 0) return x;
    return op.reshape(x, [x.shape[0]!, ...Array.from({ length: missing }, () => 1), ...x.shape.slice(1)]);
  });
}
