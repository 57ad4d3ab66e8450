/** Which activation the values of a tensor come from, looked for through what only moves, selects or drops values. */
import type { ActivationUse } from '../definitions/parameters.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import type { GraphValue } from '../graph/model-graph.ts';

export interface FoundActivation {
  /** `none` where a layer with weights has no activation. */
  readonly name: string;
  readonly place: Place;
}

/** The activation, or undefined where anything else comes between. */
export function activationOf(value: GraphValue): FoundActivation | undefined {
  const { node } = value;
  if (node.kind !== 'apply') return undefined;
  const { definition, parameters, origin: place } = node;
  const through = (): FoundActivation | undefined => (node.inputs[0] ? activationOf(node.inputs[0]) : undefined);
  if (definition.flow === 'moves')
    return definition.tensors.at(-1)?.startsWith('...') ? common(node.inputs) : through();
  if (node.isUndecided) return undefined;
  if (definition.kind === 'function') {
    if (!definition.activation) return undefined;
    return definition.name === 'linear' ? through() : { name: definition.name, place };
  }
  if ('activation' in definition.parameters && (definition.flow === 'linear' || definition.name === 'Activation')) {
    const use = parameters['activation'] as ActivationUse | undefined;
    if (use) return { name: use.definition.name, place };
    return definition.flow === 'linear' ? { name: 'none', place } : through();
  }
  if (definition.flow === 'bends' && definition.prefer !== undefined) return { name: definition.prefer, place };
  return undefined;
}

/** What is joined has an activation where all of it has the same. */
function common(inputs: readonly GraphValue[]): FoundActivation | undefined {
  const [first, ...rest] = inputs.map(activationOf);
  return rest.every((found) => found?.name === first?.name) ? first : undefined;
}
