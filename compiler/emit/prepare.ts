/**
 * Makes a lowered program ready to be emitted: optimised, rid of what a target backend lacks or computes wrongly, and
 * fused into kernels.
 */
import type { GraphBuilder, NodeTable, TensorNode } from '../graph/index.ts';
import { topological } from '../graph/traverse.ts';
import { elementwiseFusion, folding, fusion, hoist, runPasses, simplifying, type PartOf, type Pass, type PassRecord } from '../optimise/index.ts'; // prettier-ignore
import { legalising } from './backends/index.ts';
import type { EmitOptions } from './emitted.ts';
import { wholeLoop } from './whole-loop.ts';

export interface PreparedProgram {
  readonly outputs: ReadonlyMap<string, TensorNode>;
  /** Knows the origins of the nodes. */
  readonly origins: Pick<NodeTable, 'originOf'>;
  /** What each pass did, in their order. */
  readonly records: readonly PassRecord[];
}

export interface PrepareOptions {
  readonly backends: EmitOptions['backends'];
  /** Whether weights stay as they are from one run to the next, so that what follows from them alone is as good as done. */
  readonly weightsStay?: boolean;
  /** What of the ready program is to stay apart, for it may run by itself. */
  readonly parts?: (program: Pick<PreparedProgram, 'outputs' | 'origins'>) => PartOf;
}

/** The passes in their order. */
export const passesFor = ({ backends, weightsStay = false, parts }: PrepareOptions): readonly Pass[] => [
  ...simplifying,
  ...(weightsStay ? [folding(havePlans(backends))] : []),
  legalising(backends, weightsStay),
  fusion,
  hoist,
  // Kernels of our own exist on these.
  ...(backends.includes('wasm') || backends.includes('webgpu') ? [joining({ backends, weightsStay, ...(parts && { parts }) })] : []),
]; // prettier-ignore

/** Of a shader: what every device of WebGPU allows. */
const mostBound = 8;

/** Plans compute what follows from weights once. */
const havePlans = (backends: PrepareOptions['backends']): boolean =>
  backends.every((backend) => backend === 'wasm' || backend === 'cpu');

const joining = ({ backends, weightsStay, parts }: PrepareOptions): Pass =>
  elementwiseFusion({
    partOf: ({ outputs }, origins) =>
      parts?.({ outputs, origins }) ?? (weightsStay === true && havePlans(backends) ? fromInputs(outputs) : undefined),
    // What is one call already.
    keeps: (scan) => wholeLoop(scan) !== undefined,
    mostBound: backends.includes('webgpu') ? mostBound : undefined,
  });

/** What follows from weights alone is computed once for each of their values, so that it need not be fast. */
function fromInputs(outputs: PreparedProgram['outputs']): PartOf {
  const varies = new Set<TensorNode>();
  for (const node of topological(outputs.values()))
    if (node.op === 'input' || node.inputs.some((x) => varies.has(x))) varies.add(node);
  return (node) => (varies.has(node) ? '' : undefined);
}

export function prepare(
  outputs: ReadonlyMap<string, TensorNode>,
  builder: GraphBuilder,
  options: PrepareOptions,
): PreparedProgram {
  const { program, records } = runPasses(passesFor(options), { outputs }, builder);
  return { outputs: program.outputs, origins: builder, records };
}
