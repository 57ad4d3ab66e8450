/** What the values of a tensor went through: activations, layers, and what only moves them. */
import type { ActivationUse } from '../definitions/parameters.ts';
import type { ApplyNode, GraphNode, GraphValue } from '../graph/model-graph.ts';

/** Layers that are an activation, by the function that they apply with the arguments that matter left alone. */
const activationLayers: Readonly<Record<string, string>> = {
  ReLU: 'relu',
  LeakyReLU: 'leakyRelu',
  PReLU: 'prelu',
  ELU: 'elu',
  Softmax: 'softmax',
};

/** A `relu` with a slope, a limit or a threshold is another curve. */
function curveOf(name: string, parameters: Readonly<Record<string, unknown>>): string | undefined {
  if (name === 'linear') return undefined;
  if (name !== 'relu') return name;
  const { negativeSlope = 0, maxValue, threshold = 0 } = parameters;
  if (negativeSlope !== 0) return 'leakyRelu';
  return maxValue !== undefined || threshold !== 0 ? 'relu6' : 'relu';
}

/** The activation that a node itself applies to its input; `linear` is none. */
export function ownActivation({ definition, parameters }: ApplyNode): string | undefined {
  if (definition.kind === 'function') return definition.activation ? curveOf(definition.name, parameters) : undefined;
  if (definition.name === 'Activation') return activationArgument(parameters);
  const layer = activationLayers[definition.name];
  return layer === undefined ? undefined : curveOf(layer, parameters);
}

/** The activation in a layer's `activation:`. */
export function activationArgument(parameters: ApplyNode['parameters']): string | undefined {
  const use = parameters['activation'] as ActivationUse | undefined;
  return use && curveOf(use.definition.name, use.parameters);
}

export const isApply = (node: GraphNode): node is ApplyNode => node.kind === 'apply';

/** Moves values and nothing else; pooling chooses among them, which is more. */
export const onlyMoves = ({ definition }: ApplyNode): boolean =>
  (definition.flow === 'moves' && !/Pooling|Sampling/.test(definition.name)) || definition.name === 'linear';

/** A `Dense` or a convolution: an affine map with trained weights. */
export const isLinearLayer = (node: GraphNode): node is ApplyNode =>
  node.kind === 'apply' && node.definition.kind === 'layer' && node.definition.flow === 'linear';

/**
 * The nodes whose values a tensor holds, looked for through what moves, selects or drops values. Undefined where
 * something is among them that no layer or function made.
 */
export function sourcesOf(value: GraphValue, through: (node: ApplyNode) => boolean): readonly ApplyNode[] | undefined {
  const found = new Set<ApplyNode>();
  const seen = new Set<GraphNode>();
  const open = [value.node];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (!isApply(node) || (node.isUndecided && node.definition.flow !== 'moves')) return undefined;
    if (!through(node)) found.add(node);
    else open.push(...node.inputs.map((input) => input.node));
  }
  return [...found];
}
