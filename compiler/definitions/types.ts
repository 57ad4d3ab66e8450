/** The type of a tensor as the checker and the definitions see it: per example, without the batch axis. */
import type { DType } from '../graph/tensor-graph.ts';
import type { Dim, Shape } from '../shapes/index.ts';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
  /** False for weights, constants and what is made of them alone: the same tensor serves every example. */
  readonly batched: boolean;
  /** Inside `TimeDistributed`: the numbers of steps, outermost first, each of which is an example here. */
  readonly steps?: readonly Dim[];
}
