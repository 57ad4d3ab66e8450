/** What optimisers with running moments share. */
import { host } from '../definitions/define-optimizer.ts';
import type { HostExpression, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

/** base^t. */
export const powerOfStep = (base: number): HostExpression => host.power(host.number(base), host.step);
export const oneMinus = (e: HostExpression): HostExpression => host.subtract(host.number(1), e);

/** mean + (value − mean)(1 − decay), as Keras writes it. */
export const runningMean = (op: Ops, mean: TensorNode, value: TensorNode, decay: number): TensorNode =>
  op.add(mean, op.multiply(op.subtract(value, mean), 1 - decay));
