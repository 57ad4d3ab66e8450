/**
 * Finds the stage of every node of a lowered model: from the builder's origins, ordered by the model's own list of nodes;
 * for the update of a weight, from the weight.
 */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import type { NodeTable, Origin } from '../graph/node-table.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import type { Stage, StageOf } from './stage.ts';

const placeKey = ({ file, span }: Place): string => `${file.path}:${span.start}:${span.end}`;

/** Where a stage stands among those of the model, by place and path: a block's stages occur once for each use. */
function textOrders(model: ModelGraph): ReadonlyMap<string, number> {
  const orders = new Map<string, number>();
  const add = (key: string, order: number): unknown => orders.has(key) || orders.set(key, order);
  model.nodes.forEach((node, i) => {
    const key = placeKey(node.origin);
    if (node.kind === 'apply') add(`${key} ${node.path}`, i);
    add(key, i);
  });
  model.training?.metrics.forEach((metric, i) => add(placeKey(metric.origin), model.nodes.length + i));
  return orders;
}

/** Places that stand for several layers: the body of a loop or of a block that is used more than once. */
function repeatedPlaces(model: ModelGraph): ReadonlySet<string> {
  const paths = new Map<string, string>();
  const repeated = new Set<string>();
  for (const node of model.nodes) {
    if (node.kind !== 'apply' || node.path === '') continue;
    const key = placeKey(node.origin);
    if ((paths.get(key) ?? node.path) !== node.path) repeated.add(key);
    paths.set(key, node.path);
  }
  return repeated;
}

/** Places of what only training computes from outputs. */
function lossPlaces(model: ModelGraph): ReadonlySet<string> {
  const losses = model.nodes.filter((node) => node.kind === 'loss').map((node) => placeKey(node.origin));
  return new Set([...losses, ...(model.training?.metrics ?? []).map((metric) => placeKey(metric.origin))]);
}

const within = (inner: Place, outer: Place): boolean =>
  inner.file === outer.file && inner.span.start >= outer.span.start && inner.span.end <= outer.span.end;

/** `sparseCategoricalAccuracy(label, digit)` → `sparseCategoricalAccuracy`; for functions, which have no path. */
const calleeOf = (label: string): string => {
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(label)?.[0] ?? 'value';
  return name.charAt(0).toLowerCase() + name.slice(1);
};

/** `origins`: the builder of the nodes that will be asked for. */
export function stagesOfModel(model: ModelGraph, origins: Pick<NodeTable, 'originOf'>): StageOf {
  const orders = textOrders(model);
  const losses = lossPlaces(model);
  const repeated = repeatedPlaces(model);
  // Stages are compared by identity, so each is made once.
  const stages = new Map<string, Stage>();
  const stageOfOrigin = (origin: Origin): Stage | undefined => {
    const { place, path = '', label } = origin;
    if (place === undefined || label === undefined) return undefined;
    const key = `${placeKey(place)} ${path}`;
    const before = stages.get(key);
    if (before !== undefined) return before;
    const stage: Stage = {
      place,
      label: label.replaceAll(/\s+/g, ' ') + (repeated.has(placeKey(place)) && path !== '' ? `: ${path}` : ''),
      name: path === '' ? calleeOf(label) : path,
      order: orders.get(key) ?? orders.get(placeKey(place)) ?? orders.size,
      isLoss: losses.has(placeKey(place)) || (model.training !== undefined && within(place, model.training.origin)),
    };
    stages.set(key, stage);
    return stage;
  };
  const known = new Map<TensorNode, Stage | undefined>();
  return (node) => {
    if (!known.has(node)) {
      const origin = origins.originOf(node);
      known.set(node, origin === undefined ? undefined : stageOfOrigin(origin));
    }
    return known.get(node);
  };
}

/** The weight or slot that an output of a step is for: `weight:dense.kernel`, `slot:dense.kernel/m`. */
export function ownerOf(
  output: string,
): { readonly kind: 'weight' | 'slot'; readonly path: string; readonly slot: string } | undefined {
  const [kind, name] = [output.slice(0, output.indexOf(':')), output.slice(output.indexOf(':') + 1)];
  if (kind === 'weight') return { kind, path: name, slot: '' };
  const end = name.lastIndexOf('/');
  return kind === 'slot' ? { kind, path: name.slice(0, end), slot: name.slice(end + 1) } : undefined;
}

/** Nodes that serve one weight alone, by its path. */
export function owners(outputs: ReadonlyMap<string, TensorNode>): ReadonlyMap<TensorNode, string> {
  // An owner of '' stands for several.
  const owner = new Map<TensorNode, string>();
  const claim = (node: TensorNode, path: string): void => {
    const before = owner.get(node);
    owner.set(node, before === undefined || before === path ? path : '');
  };
  for (const [name, node] of outputs) claim(node, ownerOf(name)?.path ?? '');
  for (const node of topological(outputs.values()).toReversed()) {
    for (const x of node.inputs) claim(x, owner.get(node)!);
  }
  return new Map([...owner].filter(([, path]) => path !== ''));
}
