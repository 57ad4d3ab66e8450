/** The last step of Keras's elementwise losses and metrics. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

/** The mean over the last per-example axis, or the value itself where an example is one number. */
export const meanOverLastAxis = (op: Ops, x: TensorNode): TensorNode =>
  x.shape.length === 1 ? x : op.mean(x, [x.shape.length - 1]);
