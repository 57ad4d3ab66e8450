/**
 * A picture's data and what of it is folded → what is seen: boxes in boxes, and edges between those that hold no others.
 * Where the rounds of a loop are all alike, the first one stands for them until all are asked for.
 */
import type { GraphView, ViewEdge, ViewGroup, ViewNode } from './graph-view.ts';

/** `all`: of a loop whose rounds are alike, every round by itself. */
export type Fold = 'folded' | 'open' | 'all';
/** By the group's id; groups that are not in it are open. */
export type Folds = ReadonlyMap<string, Fold>;

/** A node, or a group that is folded: nothing stands in it. */
export interface LeafBox {
  readonly kind: 'leaf';
  readonly id: string;
  readonly node?: ViewNode;
  readonly group?: ViewGroup;
  readonly parent: string | undefined;
}
export interface OpenBox {
  readonly kind: 'open';
  readonly id: string;
  readonly group: ViewGroup;
  readonly parent: string | undefined;
  readonly fold: 'open' | 'all';
  readonly children: readonly Box[];
  /** What the first round alone holds, and is shown in the loop's own frame. */
  readonly only?: ViewGroup;
}
export type Box = LeafBox | OpenBox;

/** A value on its way from where it is made to one place where it is read. */
export interface SeenEdge {
  /** Ids of leaves. */
  readonly from: string;
  readonly to: string;
  /** The value: equal for all edges that carry the same. */
  readonly value: string;
  readonly type: string;
}

export interface SeenGraph {
  readonly boxes: readonly Box[];
  readonly edges: readonly SeenEdge[];
  /** The leaf that shows a node, also one that is folded away. */
  readonly leafOf: ReadonlyMap<string, string>;
  /** The box that shows a group: its own, that of its counterpart in a first round, or the one that it is folded away in. */
  readonly boxOf: ReadonlyMap<string, string>;
}

export function seenGraph(view: GraphView, folds: Folds): SeenGraph {
  const groups = new Map(view.groups.map((group) => [group.id, group]));
  const seen = new Seen(view, groups, folds);
  return { boxes: seen.boxesIn(undefined), edges: seen.edges(), leafOf: seen.leaves, boxOf: seen.boxes };
}

/** What a group is when nothing else is said of it. */
export const foldOf = (folds: Folds, { id, alike }: ViewGroup): Fold => {
  const fold = folds.get(id) ?? 'open';
  return fold === 'all' && !alike ? 'open' : fold;
};

type Item = ViewNode | ViewGroup;

class Seen {
  readonly leaves = new Map<string, string>();
  readonly boxes = new Map<string, string>();
  readonly #view: GraphView;
  readonly #groups: ReadonlyMap<string, ViewGroup>;
  readonly #folds: Folds;
  readonly #childrenOf = new Map<string | undefined, Item[]>();
  /** Of each node, in which round of the loops that are shown by their first round it stands. */
  readonly #rounds = new Map<string, ReadonlyMap<string, string>>();

  constructor(view: GraphView, groups: ReadonlyMap<string, ViewGroup>, folds: Folds) {
    this.#view = view;
    this.#groups = groups;
    this.#folds = folds;
    const met = new Set<Item>();
    const add = (item: Item): void => {
      if (met.has(item)) return;
      met.add(item);
      if (item.group !== undefined) add(this.#groups.get(item.group)!);
      const siblings = this.#childrenOf.get(item.group) ?? [];
      siblings.push(item);
      this.#childrenOf.set(item.group, siblings);
    };
    // In the order of the text.
    for (const node of view.nodes) add(node);
    for (const node of view.nodes) this.#place(node);
  }

  boxesIn(parent: string | undefined, of: string | undefined = parent): readonly Box[] {
    const items = this.#childrenOf.get(of) ?? [];
    return items.flatMap((item) => {
      if ('results' in item) return [leafOfNode(item, parent)];
      return this.#isThin(item) ? this.boxesIn(parent, item.id) : [this.#boxOf(item, parent)];
    });
  }

  #boxOf(group: ViewGroup, parent: string | undefined): Box {
    const { id } = group;
    const fold = foldOf(this.#folds, group);
    if (fold === 'folded') return { kind: 'leaf', id, group, parent };
    if (!group.alike || fold === 'all') return { kind: 'open', id, group, parent, fold, children: this.boxesIn(id) };
    const only = onlyGroup(this.#childrenOf, id);
    const children = this.boxesIn(id, only?.id ?? firstRound(id));
    return { kind: 'open', id, group, parent, fold, children, ...(only ? { only } : {}) };
  }

  /** Finds the leaf that shows a node: itself or its counterpart in a first round, or the outermost folded group around. */
  #place(node: ViewNode): void {
    const rounds = new Map<string, string>();
    this.#rounds.set(node.id, rounds);
    let shown: string | undefined;
    let isFolded = false;
    for (const group of this.#around(node)) {
      const seen = this.#groups.get(counterpart(group.id, rounds))!;
      if (!isFolded && !this.#isInFrame(seen)) {
        const fold = foldOf(this.#folds, seen);
        isFolded = fold === 'folded';
        shown = seen.id;
        if (seen.alike && fold === 'open') rounds.set(seen.id, node.id.slice(group.id.length + 1).split('/')[0]!);
      }
      if (shown !== undefined) this.boxes.set(group.id, shown);
    }
    this.leaves.set(node.id, isFolded ? shown! : counterpart(node.id, rounds));
  }

  /** Outermost first. */
  #around(node: ViewNode): readonly ViewGroup[] {
    const around: ViewGroup[] = [];
    for (let id = node.group; id !== undefined; id = around[0]?.group) around.unshift(this.#groups.get(id)!);
    return around;
  }

  /** A round with one thing in it needs no box around that. */
  #isThin({ kind, id }: ViewGroup): boolean {
    return kind === 'round' && this.#childrenOf.get(id)?.length === 1;
  }

  /** Whether a group is the first round of a loop that it stands for, or all there is in it: it has no box of its own. */
  #isInFrame(group: ViewGroup): boolean {
    if (this.#isThin(group)) return true;
    const round = group.kind === 'round' ? group : this.#groups.get(group.group ?? '');
    const loop = round?.kind === 'round' ? this.#groups.get(round.group!) : undefined;
    if (!loop?.alike || foldOf(this.#folds, loop) !== 'open') return false;
    return group === round || onlyGroup(this.#childrenOf, loop.id)?.id === group.id;
  }

  edges(): readonly SeenEdge[] {
    const edges = new Map<string, SeenEdge>();
    for (const edge of this.#view.edges) {
      const seen = this.#edge(edge);
      if (seen && !edges.has(`${seen.value} ${seen.to}`)) edges.set(`${seen.value} ${seen.to}`, seen);
    }
    return [...edges.values()];
  }

  #edge({ from, to, result, type }: ViewEdge): SeenEdge | undefined {
    const [source, target] = [this.leaves.get(from)!, this.leaves.get(to)!];
    if (source === target) return undefined;
    const [before, after] = [this.#rounds.get(from)!, this.#rounds.get(to)!];
    // From one round to the next: the first one stands for both.
    for (const [loop, round] of before) if (after.has(loop) && after.get(loop) !== round) return undefined;
    return { from: source, to: target, value: `${counterpart(from, before)}#${result}`, type };
  }
}

const leafOfNode = (node: ViewNode, parent: string | undefined): LeafBox => ({
  kind: 'leaf',
  id: node.id,
  node,
  parent,
});

const firstRound = (loop: string): string => `${loop}/0`;

/** The group that is all a first round holds. */
function onlyGroup(childrenOf: ReadonlyMap<string | undefined, readonly Item[]>, loop: string): ViewGroup | undefined {
  // prettier-ignore
  const children = childrenOf.get(firstRound(loop)) ?? [];
  const [only] = children;
  return children.length === 1 && only && !('results' in only) && only.kind !== 'loop' ? only : undefined;
}

/** The id in the first rounds of these loops, outermost first. */
function counterpart(id: string, rounds: ReadonlyMap<string, string>): string {
  let own = id;
  for (const [loop, round] of rounds)
    if (own.startsWith(`${loop}/${round}/`) || own === `${loop}/${round}`)
      own = `${loop}/0${own.slice(loop.length + 1 + round.length)}`;
  return own;
}
