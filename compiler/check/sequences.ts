/** Whether what a tensor lacks is the time axis that a recurrent layer before it has left away. */
import type { ApplyNode, GraphValue } from '../graph/model-graph.ts';

/** Steps are looked for through what leaves the axes as they are, but not further than this. */
const mostSteps = 16;

/** The recurrent layer that gave only its last step; undefined where there is none. */
export function recurrentBefore(value: GraphValue | undefined, left = mostSteps): ApplyNode | undefined {
  const node = value?.node;
  if (!value || node?.kind !== 'apply' || left === 0) return undefined;
  const wrapped = (node.parameters['layer'] ?? {}) as { readonly parameters?: Readonly<Record<string, unknown>> };
  for (const parameters of [node.parameters, wrapped.parameters ?? {}])
    if (parameters['returnSequences'] === false) return node;
  const [input] = node.inputs;
  const isSameRank = input?.type.shape.length === value.type.shape.length;
  return node.inputs.length === 1 && isSameRank ? recurrentBefore(input, left - 1) : undefined;
}
