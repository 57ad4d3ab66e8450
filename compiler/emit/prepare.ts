/**
 * Makes a lowered program ready to be emitted: optimised, rid of what a target backend lacks or computes wrongly, and
 * fused into the kernels that all targets have.
 */
import type { GraphBuilder, NodeTable, TensorNode } from '../graph/index.ts';
import { foldAffine, fuse, hoistFromLoops, optimise } from '../optimise/index.ts';
import { legalise } from './backends/index.ts';
import type { EmitOptions } from './emitted.ts';

export interface PreparedProgram {
  readonly outputs: ReadonlyMap<string, TensorNode>;
  /** Knows the origins of the nodes. */
  readonly origins: Pick<NodeTable, 'originOf'>;
}

export function prepare(
  outputs: ReadonlyMap<string, TensorNode>,
  builder: GraphBuilder,
  backends: EmitOptions['backends'],
  /** Whether weights stay as they are from one run to the next, so that what follows from them alone is as good as done. */
  weightsStay = false,
): PreparedProgram {
  const simple = optimise({ outputs }, builder);
  const legal = legalise(weightsStay ? foldAffine(simple, builder) : simple, builder, backends);
  const ready = hoistFromLoops(fuse(legal, builder), builder);
  return { outputs: ready.outputs, origins: builder };
}
