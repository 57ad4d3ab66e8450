/** What of a picture is folded at first: groups deeper than asked for, or else so deep that too much would be seen at once. */
import { seenGraph, type Box, type Fold, type Folds } from './fold.ts';
import type { GraphView } from './graph-view.ts';

/** More boxes than this are no longer taken in at a glance. */
const mostSeen = 40;

export const allOpen: Folds = new Map();

/** Every round of every loop by itself too. */
export const everything = ({ groups }: GraphView): Folds =>
  new Map(groups.filter(({ alike }) => alike).map(({ id }): [string, Fold] => [id, 'all']));

/** Groups in `depth` others are folded: 0 folds all of them. */
export function foldedFrom(view: GraphView, depth: number): Folds {
  const depths = depthsOf(view);
  const deep = view.groups.filter(({ id }) => (depths.get(id) ?? 0) >= depth);
  return new Map(deep.map(({ id }): [string, Fold] => [id, 'folded']));
}

export function defaultFolds(view: GraphView): Folds {
  const deepest = Math.max(0, ...depthsOf(view).values()) + 1;
  for (let depth = deepest; depth > 0; depth--) {
    const folds = foldedFrom(view, depth);
    if (leavesIn(seenGraph(view, folds).boxes) <= mostSeen) return folds;
  }
  return foldedFrom(view, 0);
}

const leavesIn = (boxes: readonly Box[]): number =>
  boxes.reduce((sum, box) => sum + (box.kind === 'leaf' ? 1 : leavesIn(box.children)), 0);

/** In how many others each group stands, as it is seen when all are open. */
function depthsOf(view: GraphView): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const seen = new Set<string>();
  const walk = (boxes: readonly Box[], depth: number): void => {
    for (const box of boxes) {
      if (box.kind === 'leaf') continue;
      seen.add(box.id);
      depths.set(box.id, depth);
      walk(box.children, depth + 1);
    }
  };
  walk(seenGraph(view, allOpen).boxes, 0);
  // What the first round stands for, or is in the frame of its loop; outer groups come first.
  for (const { id, group, kind } of view.groups) {
    if (seen.has(id)) continue;
    const around = group === undefined ? -1 : (depths.get(group) ?? 0);
    depths.set(id, kind === 'round' ? around : around + 1);
  }
  return depths;
}
