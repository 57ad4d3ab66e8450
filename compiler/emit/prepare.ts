/**
 * Makes a lowered program ready to be emitted: optimised, rid of what a target backend lacks or computes wrongly, and
 * fused into the kernels that all targets have.
 */
import type { GraphBuilder, NodeTable, TensorNode } from '../graph/index.ts';
import { folding, fusion, hoist, runPasses, simplifying, type Pass, type PassRecord } from '../optimise/index.ts';
import { legalising } from './backends/index.ts';
import type { EmitOptions } from './emitted.ts';

export interface PreparedProgram {
  readonly outputs: ReadonlyMap<string, TensorNode>;
  /** Knows the origins of the nodes. */
  readonly origins: Pick<NodeTable, 'originOf'>;
  /** What each pass did, in their order. */
  readonly records: readonly PassRecord[];
}

/** The passes in their order. */
export const passesFor = (backends: EmitOptions['backends'], weightsStay: boolean): readonly Pass[] => [
  ...simplifying,
  // Plans, which wasm and cpu have, compute what follows from weights once.
  ...(weightsStay ? [folding(backends.every((backend) => backend === 'wasm' || backend === 'cpu'))] : []),
  legalising(backends, weightsStay),
  fusion,
  hoist,
];

export function prepare(
  outputs: ReadonlyMap<string, TensorNode>,
  builder: GraphBuilder,
  backends: EmitOptions['backends'],
  /** Whether weights stay as they are from one run to the next, so that what follows from them alone is as good as done. */
  weightsStay = false,
): PreparedProgram {
  const { program, records } = runPasses(passesFor(backends, weightsStay), { outputs }, builder);
  return { outputs: program.outputs, origins: builder, records };
}
