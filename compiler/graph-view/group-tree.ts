/**
 * The nodes of a model → a tree of what they stand in. Groups that say nothing are taken away: a loop of one round, a round
 * or a named pipeline with one thing in it. Loops whose rounds are all alike are marked.
 */
import type { NodeGroup } from '../graph/model-graph.ts';

/** `N`: what stands in groups. */
export interface Tree<N> {
  readonly group: NodeGroup;
  readonly children: readonly Child<N>[];
  readonly alike?: boolean;
  /** Which of its loop's rounds it was, for what remains of a round that is taken away. */
  readonly round?: number;
}
export type Child<N> = Tree<N> | { readonly node: N; readonly round?: number };

export interface Placed<N> {
  readonly node: N;
  readonly within: NodeGroup | undefined;
}

export const isTree = <N>(child: Child<N>): child is Tree<N> => 'group' in child;

/** `signature`: equal for nodes that do the same, whatever their weights and inputs are. */
export function groupTree<N>(placed: readonly Placed<N>[], signature: (nodes: readonly N[]) => string): readonly Child<N>[] {
  return simplified(unsimplified(placed), signature);
} // prettier-ignore

function unsimplified<N>(placed: readonly Placed<N>[]): readonly Child<N>[] {
  const top: Child<N>[] = [];
  const childrenOf = new Map<NodeGroup, Child<N>[]>();
  const listOf = (group: NodeGroup | undefined): Child<N>[] => {
    if (!group) return top;
    const known = childrenOf.get(group);
    if (known) return known;
    const children: Child<N>[] = [];
    childrenOf.set(group, children);
    listOf(group.parent).push({ group, children });
    return children;
  };
  for (const { node, within } of placed) listOf(within).push({ node });
  return top;
}

function simplified<N>(children: readonly Child<N>[], signature: (nodes: readonly N[]) => string): readonly Child<N>[] {
  return children.flatMap((child) => (isTree(child) ? simplifiedTree(child, signature) : [child]));
}

function simplifiedTree<N>(tree: Tree<N>, signature: (nodes: readonly N[]) => string): readonly Child<N>[] {
  const children = simplified(tree.children, signature);
  const { kind } = tree.group;
  if (kind === 'layers' && children.length === 1) return children;
  if (kind !== 'loop') return [{ ...tree, children }];
  const rounds = children.filter(isTree);
  if (rounds.length === 1) return rounds[0]!.children;
  const [first, ...others] = rounds.map((round) => `${shapeOf(round)} ${signature(nodesIn(round))}`);
  if (others.every((other) => other === first)) return [{ ...tree, children: rounds, alike: true }];
  const opened = rounds.flatMap((round, i): readonly Child<N>[] =>
    round.children.length === 1 ? [{ ...round.children[0]!, round: i }] : [round],
  );
  return [{ ...tree, children: opened, alike: false }];
}

export const nodesIn = <N>(child: Child<N>): readonly N[] =>
  isTree(child) ? child.children.flatMap(nodesIn) : [child.node];

/** How nodes are grouped, without what they are. */
function shapeOf<N>(child: Child<N>): string {
  if (!isTree(child)) return '.';
  const { kind, name, arguments: given = {} } = child.group;
  return `${kind === 'round' ? '' : `${name}${JSON.stringify(given)}`}(${child.children.map(shapeOf).join('')})`;
}
