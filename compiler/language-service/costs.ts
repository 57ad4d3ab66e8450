/** What a piece of text has made → its parameters and FLOPs, counted as `nn summary` counts them, in few words. */
import { flopsOf, summarize, type ModelSummary } from '../summary/summarize.ts';
import { grouped, inCell, isZero, shortened } from '../summary/number-text.ts';
import type { Sight, UnitSights } from '../check/sights.ts';
import type { LayerWeight } from '../definitions/define-layer.ts';
import type { ApplyNode, GraphNode, ModelGraph } from '../graph/model-graph.ts';
import { namedInputs } from '../lower/apply-definition.ts';
import { add, asInteger, multiply, ONE, rankOf, subtract, ZERO, type Dim } from '../shapes/index.ts';
import { quoted } from './markdown.ts';

export interface Cost {
  readonly parameters: Dim;
  /** Those of them that are not trained. */
  readonly fixed: Dim;
  /** Per example. */
  readonly flops: Dim;
}

const noCost: Cost = { parameters: ZERO, fixed: ZERO, flops: ZERO };

/** Of one run; weights that are used twice count once. FLOPs are not told where even the number of axes is open. */
function costOf(nodes: readonly GraphNode[]): Cost {
  const applied = nodes.filter((node) => node.kind === 'apply');
  const isOpen = applied.some(({ inputs, outputs }) => [...inputs.map(({ type }) => type), ...outputs].some(({ shape }) => rankOf(shape) === undefined)); // prettier-ignore
  const flops = isOpen ? ZERO : applied.reduce((sum, node) => add(sum, flopsOf(node)), ZERO);
  const weights = new Map(applied.flatMap((node) => [...weightsOf(node)]));
  const sum = (of: readonly LayerWeight[]): Dim => of.reduce((total, { shape }) => add(total, shape.reduce(multiply, ONE)), ZERO); // prettier-ignore
  const all = [...weights.values()];
  return { parameters: sum(all), fixed: sum(all.filter(({ trainable }) => trainable === false)), flops };
}

/** By path, as the layer's definition has them: those of a branch that is only looked at are kept nowhere. */
function weightsOf({ definition, inputs, inputNames, parameters, weights: paths }: ApplyNode): ReadonlyMap<string, LayerWeight> {
  const types = inputs.map(({ type }) => type);
  if (definition.kind !== 'layer' || Object.keys(paths).length === 0) return new Map();
  const named = namedInputs(definition.tensors, types, inputNames);
  const made = definition.weights?.({ input: types[0]!, inputs: types, named, parameters }) ?? {};
  return new Map(Object.entries(made).flatMap(([name, weight]) => (weight && paths[name] !== undefined ? [[paths[name], weight] as const] : [])));
} // prettier-ignore

/** Of weights by their paths. */
export function weightCost(paths: readonly string[], sights: UnitSights): Cost {
  const sizes = [...new Set(paths)].map((path) => ({ path, size: (sights.weightShapes.get(path) ?? []).reduce(multiply, ONE) })); // prettier-ignore
  const sum = (of: typeof sizes): Dim => of.reduce((total, { size }) => add(total, size), ZERO);
  return { ...noCost, parameters: sum(sizes), fixed: sum(sizes.filter(({ path }) => sights.fixedWeights.has(path))) };
}

/** `320 parameters · 411 k FLOPs`; undefined where there is nothing to count. */
export const costText = (cost: Cost): string | undefined => costRange(cost, cost);

/** The same of the first and the last of several: `4 parameters · 224 … 56 FLOPs`. */
function costRange(first: Cost, last: Cost): string | undefined {
  const between = (of: (cost: Cost) => Dim, text: (size: Dim) => string): string | undefined => {
    const ends = [inline(of(first), text), inline(of(last), text)];
    if (isZero(of(first)) && isZero(of(last))) return undefined;
    return ends[0] === ends[1] ? ends[0] : ends.map((end) => end || '0').join(' … ');
  };
  const parameters = between((cost) => cost.parameters, grouped);
  const fixed = between((cost) => cost.fixed, grouped);
  const noun = parameters === '1' ? 'parameter' : 'parameters';
  const note = fixed === undefined ? '' : fixed === parameters ? ' (not trained)' : ` (${fixed} of them not trained)`;
  const flops = between((cost) => cost.flops, shortened);
  const parts = [...(parameters === undefined ? [] : [`${parameters} ${noun}${note}`]), ...(flops === undefined ? [] : [`${flops} FLOPs`])]; // prettier-ignore
  return parts.length === 0 ? undefined : parts.join(' · ');
}

/** A number as it is, an expression as code. */
function inline(size: Dim, text: (size: Dim) => string): string {
  const short = inCell(size, text);
  if (asInteger(size) !== undefined) return short;
  return short.startsWith('≈ ') ? `≈ ${quoted(short.slice(2))}` : quoted(short);
}

/** Of all rounds: what each costs, or the first and the last. `write`: sizes as what is required makes them. */
export function costsText(runs: readonly Sight[], write: (size: Dim) => Dim): string | undefined {
  const made = runs.map(({ nodes = [] }) => nodes);
  const costs = made.map(costOf).map(({ parameters, fixed, flops }) => ({ parameters: write(parameters), fixed: write(fixed), flops: write(flops) })); // prettier-ignore
  const [first] = costs;
  const last = costs.at(-1);
  if (!first || !last) return undefined;
  const text = costRange(first, last);
  const rounds = roundsOf(runs);
  if (rounds <= 1 || text === undefined) return text;
  const isSame = costText(first) === costText(last);
  return `${text} in ${isSame ? `each of ${rounds}` : rounds} rounds${sharesWeights(made) ? ', the same weights' : ''}`;
}

/** How often the loops around run a piece of text. */
const roundsOf = (runs: readonly Sight[]): number =>
  (runs.at(-1)?.rounds ?? []).reduce((product, { count }) => product * count, 1);

function sharesWeights(made: readonly (readonly GraphNode[])[]): boolean {
  const paths = (nodes: readonly GraphNode[]): readonly string[] => nodes.flatMap((node) => (node.kind === 'apply' ? Object.values(node.weights) : [])); // prettier-ignore
  const first = paths(made[0] ?? []);
  return first.length > 0 && paths(made.at(-1) ?? []).join() === first.join();
}

/** Kept as long as its graph: a model is counted once for all that is shown of it. */
const summaries = new WeakMap<ModelGraph, ModelSummary>();

export function summaryOfGraph(graph: ModelGraph): ModelSummary {
  const summary = summaries.get(graph) ?? summarize(graph);
  summaries.set(graph, summary);
  return summary;
}

export function modelCost({ parameters: { total, trainable }, flops }: ModelSummary): Cost {
  return { parameters: total, fixed: subtract(total, trainable), flops };
}
