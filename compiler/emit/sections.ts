/**
 * Divides a training step into its parts: forward, loss and metrics, backward, update. The parts follow from what depends
 * on what, so they hold whatever the optimiser made of the graph; every node is in a part no earlier than its operands.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import { isGiven, isMadeLeaf } from './node-kinds.ts';

export type Section = 'forward' | 'loss' | 'backward' | 'update';
export const sectionOrder: readonly Section[] = ['forward', 'loss', 'backward', 'update'];

export interface StepOutputs {
  /** The vector of losses and metrics. */
  readonly report: readonly TensorNode[];
  /** New values of what the forward pass updates: moving statistics. */
  readonly state: readonly TensorNode[];
  /** New values of trained weights and slots. */
  readonly updates: readonly TensorNode[];
}

export function sectionsOf(
  outputs: StepOutputs,
  isLoss: (node: TensorNode) => boolean,
): ReadonlyMap<TensorNode, Section> {
  const roots = [...outputs.report, ...outputs.state, ...outputs.updates];
  const reported = new Set(topological(outputs.report));
  const forward = new Set([...reported, ...topological(outputs.state)]);
  const updates = new Set(outputs.updates);
  const order = topological(roots);
  const floating = floatingNodes(order);
  const ranks = new Map<TensorNode, number>();
  for (const node of order) {
    // A result is there as soon as its loop has run.
    const own = node.op === 'result' ? 0 : ownRank(node, { reported, forward, updates }, isLoss);
    const below = node.inputs.filter((x) => !floating.has(x)).map((x) => ranks.get(x)!);
    ranks.set(node, Math.max(own, ...below));
  }
  placeFloating(order, floating, ranks);
  return new Map([...ranks].map(([node, rank]) => [node, sectionOrder[rank]!]));
}

/** What is made from nothing, however many steps it takes. It belongs to the part that needs it first. */
function floatingNodes(order: readonly TensorNode[]): ReadonlySet<TensorNode> {
  const floating = new Set<TensorNode>();
  for (const node of order) {
    if (isMadeLeaf(node) || (!isGiven(node) && node.inputs.every((x) => floating.has(x)))) floating.add(node);
  }
  return floating;
}

function placeFloating(
  order: readonly TensorNode[],
  floating: ReadonlySet<TensorNode>,
  ranks: Map<TensorNode, number>,
): void {
  const first = new Map<TensorNode, number>();
  for (const node of order.toReversed()) {
    if (floating.has(node)) ranks.set(node, first.get(node) ?? ranks.get(node)!);
    for (const x of node.inputs) first.set(x, Math.min(first.get(x) ?? sectionOrder.length - 1, ranks.get(node)!));
  }
}

interface Sets {
  readonly reported: ReadonlySet<TensorNode>;
  readonly forward: ReadonlySet<TensorNode>;
  readonly updates: ReadonlySet<TensorNode>;
}

function ownRank(node: TensorNode, sets: Sets, isLoss: (node: TensorNode) => boolean): number {
  if (isGiven(node)) return 0;
  if (sets.reported.has(node) && isLoss(node)) return 1;
  if (sets.forward.has(node)) return 0;
  // Only optimisers read slots and host numbers.
  if (sets.updates.has(node) || node.inputs.some((x) => x.op === 'slot' || x.op === 'hostScalar')) return 3;
  return 2;
}

/** Per weight, what its update takes from the backward part. */
export interface Gradients {
  readonly sections: ReadonlyMap<TensorNode, Section>;
  readonly byPath: ReadonlyMap<string, TensorNode>;
}

/**
 * Finds the gradient of each weight: the last node through which everything that its new values take from the backward
 * part has come. What lies between, such as the gradient squared, is part of the update.
 * @param owner The weight that a node serves, where it serves one alone.
 */
export function withGradients(
  sections: ReadonlyMap<TensorNode, Section>,
  owner: ReadonlyMap<TensorNode, string>,
): Gradients {
  const refined = new Map(sections);
  const frontiers = new Map<string, Set<TensorNode>>();
  const order = new Map([...sections.keys()].map((node, i) => [node, i]));
  for (const [node, section] of sections) {
    const path = section === 'update' ? owner.get(node) : undefined;
    if (path === undefined) continue;
    const frontier = frontiers.get(path) ?? new Set();
    for (const x of node.inputs) if (sections.get(x) === 'backward' && !isMadeLeaf(x)) frontier.add(x);
    frontiers.set(path, frontier);
  }
  const byPath = new Map<string, TensorNode>();
  for (const [path, frontier] of frontiers) {
    while (frontier.size > 1) {
      const latest = [...frontier].reduce((a, b) => (order.get(a)! > order.get(b)! ? a : b));
      if (owner.get(latest) !== path) break;
      frontier.delete(latest);
      refined.set(latest, 'update');
      for (const x of latest.inputs) if (sections.get(x) === 'backward' && !isMadeLeaf(x)) frontier.add(x);
    }
    const [gradient] = frontier;
    if (frontier.size === 1 && gradient !== undefined) byPath.set(path, gradient);
  }
  const ranks = new Map([...refined].map(([node, section]) => [node, sectionOrder.indexOf(section)]));
  const topologicalOrder = [...refined.keys()];
  placeFloating(topologicalOrder, floatingNodes(topologicalOrder), ranks);
  return { sections: new Map([...ranks].map(([node, rank]) => [node, sectionOrder[rank]!])), byPath };
}
