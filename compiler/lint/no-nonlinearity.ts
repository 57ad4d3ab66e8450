/** `lint/no-nonlinearity`: linear layers in a row are no more than one of them. */
import { lintNoNonlinearity } from '../diagnostics/catalogue/lints.ts';
import type { ApplyNode, GraphNode, ModelGraph } from '../graph/model-graph.ts';
import type { Finding, NodeLint, SubjectLint } from './lint.ts';
import { activationArgument, isApply, isLinearLayer, onlyMoves, ownActivation, sourcesOf } from './values.ts';

const isOpen = (node: ApplyNode): boolean => activationArgument(node.parameters) === undefined;

/** A depthwise convolution and the pointwise one after it are one convolution in two steps, by design. */
const areOneInTwoSteps = (first: ApplyNode, second: ApplyNode): boolean =>
  first.definition.name.startsWith('Depthwise') && second.definition.name.includes('Conv');

/** The body that a layer was made in: its path without its own name and the loops around it. */
const ownerOf = ({ path }: ApplyNode): string => path.replace(/(?:\.\d+)+$/, '').replace(/[^.]*$/, '');

/** Two in a row in one body, with only reshaping or dropout between: a hint at the second. */
export const twoInARow: NodeLint = (node, subject) => {
  const { text, graph } = subject;
  if (!isLinearLayer(node) || !node.inputs[0]) return undefined;
  // A model that is linear as a whole has been told so.
  if (graph && firstOfLinear(graph)) return undefined;
  const sources = sourcesOf(node.inputs[0], (between) => onlyMoves(between) && between.inputs.length === 1);
  const first = sources?.length === 1 ? sources[0]! : undefined;
  if (!first || !isLinearLayer(first) || ownerOf(first) !== ownerOf(node)) return undefined;
  const body = text.declarationAt(node.origin);
  if (first.origin.file !== node.origin.file || !body || text.declarationAt(first.origin) !== body) return undefined;
  const key = first.origin;
  if (!isOpen(first) || areOneInTwoSteps(first, node)) return { fine: key };
  // The next round of a loop.
  if (key.span.start === node.origin.span.start) return { problem: lintNoNonlinearity.rounds({ layer: node.label }), place: node.origin, key }; // prettier-ignore
  const problem = lintNoNonlinearity.pair({ first: first.label, second: node.label });
  return { problem, place: node.origin, related: [{ ...first.origin, message: 'the layer before it' }], key };
};

/** A model of two or more such layers, one after the other, in which nothing bends: one warning. */
export const linearModel: SubjectLint = ({ graph, text }) => {
  const found = graph && firstOfLinear(graph);
  if (!found) return [];
  const place = text.holds(found.second.origin) ? found.second.origin : graph.origin;
  const finding: Finding = { problem: lintNoNonlinearity.model({ name: graph.name, count: found.count }), place };
  return [finding];
};

interface LinearModel {
  /** The first layer that works on what another has made. */
  readonly second: ApplyNode;
  readonly count: number;
}
const known = new WeakMap<ModelGraph, LinearModel | false>();

function firstOfLinear(graph: ModelGraph): LinearModel | false {
  const before = known.get(graph);
  if (before !== undefined) return before;
  const found = findLinear(graph);
  known.set(graph, found);
  return found;
}

function findLinear(graph: ModelGraph): LinearModel | false {
  const used = reachable(graph);
  if (used.some(bends)) return false;
  const behind = new Set<GraphNode>();
  let second: ApplyNode | undefined;
  for (const node of used) {
    const isBehind = isApply(node) && node.inputs.some((input) => behind.has(input.node));
    if (isLinearLayer(node) && isBehind) second ??= node;
    if (isLinearLayer(node) || isBehind) behind.add(node);
  }
  if (!second) return false;
  return { second, count: new Set(used.filter(isLinearLayer).map(({ path }) => path)).size };
}

/** What the outputs and auxiliary losses are made of, in the order of the text. */
function reachable(graph: ModelGraph): readonly GraphNode[] {
  const seen = new Set<GraphNode>([...graph.outputs, ...graph.auxiliaryLosses].map(({ value }) => value.node));
  for (const node of [...graph.nodes].reverse())
    if (seen.has(node) && isApply(node)) for (const input of node.inputs) seen.add(input.node);
  return graph.nodes.filter((node) => seen.has(node));
}

/** Functions that are linear in what is trained, as long as only one operand carries data. */
const linearFunctions = new Set(['add', 'subtract', 'negative', 'sum', 'mean', 'cumsum', 'identity', 'linear', 'cast', 'rearrange', 'split', 'unstack', 'pad', 'broadcastTo', 'tile', 'repeatElements', 'roll', 'stopGradient']); // prettier-ignore
const linearInOne = new Set(['multiply', 'divide', 'matMul', 'dot', 'einsum', 'outer']);
const bendingLayers = /LSTM|GRU|RNN|Attention|Bidirectional|^Multiply$|^Maximum$|^Minimum$|^Dot$|GlobalMax/;

function bends(node: GraphNode): boolean {
  if (!isApply(node)) return false;
  const { definition, inputs, parameters } = node;
  if (definition.flow === 'bends') return definition.name !== 'Activation' || ownActivation(node) !== undefined;
  if (definition.kind === 'layer') return bendingLayers.test(definition.name) || activationArgument(parameters) !== undefined; // prettier-ignore
  if (definition.flow === 'moves' || definition.operator === 'unary -') return false;
  if (linearInOne.has(definition.name)) return inputs.filter((input) => input.type.batched).length > 1;
  return !linearFunctions.has(definition.name);
}
