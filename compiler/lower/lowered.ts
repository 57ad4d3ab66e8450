/** What the lowering makes of a model: tensor programs by purpose, in one builder, with the names that emission needs. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import type { SizeVariable } from '../shapes/index.ts';
import type { MetricResult } from '../definitions/define-function.ts';
import type { GraphBuilder } from '../graph/index.ts';

export interface LoweredModel {
  readonly model: ModelGraph;
  readonly builder: GraphBuilder;
  /** The number of examples: the first axis of every input and target. */
  readonly batch: SizeVariable;
  /** Outputs by name. Leaves: `input` by input name, `weight` by path. */
  readonly inference: ReadonlyMap<string, TensorNode>;
  readonly training?: LoweredTraining;
  readonly members?: readonly LoweredMember[];
  /** Forward and backward for callers that have a loss of their own. */
  readonly passes?: LoweredPasses;
}

export interface LoweredMember {
  /** The member as a model: with its inputs, outputs and nodes, and the weights of the whole. */
  readonly model: ModelGraph;
  readonly inference: ReadonlyMap<string, TensorNode>;
}

/**
 * One program each: `output:NAME`, and `weight:PATH` → new state, are the forward half; `gradient:PATH` and
 * `input:NAME`, the gradients by weights and inputs, the backward half. Gradients of outputs are `input` leaves
 * `gradient:NAME`; whether a layer that keeps statistics is frozen is the bool leaf `frozen:PATH`.
 */
export interface LoweredPasses {
  readonly training: ReadonlyMap<string, TensorNode>;
  /** Where that is another one. */
  readonly inference?: ReadonlyMap<string, TensorNode>;
}

export interface LoweredTraining {
  /** The vector of loss and metric accumulators: float32 `[k]`, entries as in `report`. */
  readonly report: readonly LoweredReport[];
  /**
   * A whole step, as a reference: `report` → the vector; `weight:PATH` → new weight or state; `slot:PATH/NAME` → new slot.
   * Targets are `input` leaves by name. What is emitted is `gradients` and `update`.
   */
  readonly step: ReadonlyMap<string, TensorNode>;
  /** `report`; `weight:PATH` → new state; `gradient:PATH` and `input:NAME` → gradients. Frozen as the `train` block says. */
  readonly gradients: ReadonlyMap<string, TensorNode>;
  /** The same with nothing frozen, where the `train` block freezes something. */
  readonly thawed?: ReadonlyMap<string, TensorNode>;
  /** `weight:PATH` and `slot:PATH/NAME` from the gradients, which are `input` leaves `gradient:PATH`. */
  readonly update: ReadonlyMap<string, TensorNode>;
  /** `report` → the vector, computed in inference mode. */
  readonly evaluate: ReadonlyMap<string, TensorNode>;
  /** `mean:PATH`, `variance:PATH` and `count:PATH` of the batch, for layers that learn them before training. */
  readonly adapt?: ReadonlyMap<string, TensorNode>;
  /** By `PATH/NAME`; zeros at first unless `initial` says otherwise. */
  readonly slots: readonly LoweredSlot[];
}

export type LoweredReport =
  | { readonly name: string; readonly kind: 'loss' | 'mean' }
  /** `size` numbers that are summed, and the function of the runtime that makes the result of them. */
  | { readonly name: string; readonly kind: 'sums'; readonly size: number; readonly result: MetricResult };

export interface LoweredSlot {
  readonly name: string;
  readonly sizes: readonly number[];
  /** A number, or the weight as it is when the slot is made. */
  readonly initial?: number | 'weight';
}
