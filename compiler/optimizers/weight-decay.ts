/** Decoupled weight decay, which Keras applies before the step. */
import { host } from '../definitions/define-optimizer.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

/** w − w · decay · learning rate. */
export function decayed(op: Ops, weight: TensorNode, weightDecay: number | undefined): TensorNode {
  if (!weightDecay) return weight;
  const factor = op.hostScalar(host.multiply(host.learningRate, host.number(weightDecay)));
  return op.subtract(weight, op.multiply(weight, factor));
}
