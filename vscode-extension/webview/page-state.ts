/** What the reader has done to the graphs, kept while the text is edited and while the page is hidden. */
import { defaultFolds } from '../../compiler/graph-view/default-folds.ts';
import { foldOf, type Fold, type Folds } from '../../compiler/graph-view/fold.ts';
import type { GraphView, ViewGroup } from '../../compiler/graph-view/graph-view.ts';
import type { Zoom } from './viewport.ts';

type FoldEntries = Readonly<Record<string, Fold>>;

/** By the names of views. */
export interface PageState {
  readonly shown?: string;
  readonly folds: Readonly<Record<string, FoldEntries>>;
  readonly zooms: Readonly<Record<string, Zoom>>;
}

export const emptyState: PageState = { folds: {}, zooms: {} };

/** Groups that are new are folded as they would be at first, the others stay as they are. */
export function foldsNow(view: GraphView, { folds }: PageState, given: FoldEntries = {}): Folds {
  const first = defaultFolds(view);
  const kept = folds[view.name] ?? {};
  return new Map(view.groups.map((group): [string, Fold] => [group.id, kept[group.id] ?? given[group.id] ?? foldOf(first, group)])); // prettier-ignore
}

/** With the folds of a view kept; of groups that are gone too, for they may come back with the next key. */
export const withFolds = (state: PageState, name: string, folds: Folds): PageState => ({
  ...state,
  folds: { ...state.folds, [name]: { ...state.folds[name], ...Object.fromEntries(folds) } },
});

/** A group folded or unfolded; shown round by round, the rounds are folded at first. */
export function toggled(view: GraphView, folds: Folds, group: ViewGroup, way: 'fold' | 'rounds'): Folds {
  const next = new Map(folds);
  const now = foldOf(folds, group);
  if (way === 'fold') return next.set(group.id, now === 'folded' ? 'open' : 'folded');
  if (now === 'all') return next.set(group.id, 'open');
  for (const inside of view.groups) {
    const isRound = inside.group === group.id;
    const isInRound = view.groups.find(({ id }) => id === inside.group)?.group === group.id;
    if (isRound || isInRound) next.set(inside.id, 'folded');
  }
  return next.set(group.id, 'all');
}
