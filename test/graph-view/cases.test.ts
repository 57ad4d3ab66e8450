/**
 * The collected architectures, each as a picture: nothing that computes is left out, counts are those of `nn summary`,
 * and however it is folded, every node is shown by something and every box has a place of its own.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allOpen, defaultFolds, everything, foldedFrom } from '../../compiler/graph-view/default-folds.ts';
import { seenGraph, type Box, type Folds } from '../../compiler/graph-view/fold.ts';
import { graphViews, type GraphView } from '../../compiler/graph-view/index.ts';
import { layoutOf, type Level } from '../../compiler/graph-view/layout.ts';
import type { ModelGraph } from '../../compiler/graph/model-graph.ts';
import { summarize } from '../../compiler/summary/summarize.ts';
import { summaryJson } from '../../compiler/summary/summary-json.ts';
import { checkOnDisk } from '../check/checking.ts';

const folder = new URL('../cases/', import.meta.url).pathname;
const files = ['zoo', 'architectures'].flatMap((where) =>
  readdirSync(folder + where).filter((name) => name.endsWith('.nn')).map((name) => `${where}/${name}`),
); // prettier-ignore

const leavesOf = (boxes: readonly Box[]): readonly string[] =>
  boxes.flatMap((box) => (box.kind === 'leaf' ? [box.id] : leavesOf(box.children)));

/** Every node is shown, edges end at what is seen, and nothing is seen that stands for nothing. */
function expectComplete(view: GraphView, folds: Folds): void {
  const { boxes, edges, leafOf } = seenGraph(view, folds);
  const leaves = leavesOf(boxes);
  expect(new Set(leaves).size).toBe(leaves.length);
  expect([...leafOf.keys()].toSorted()).toEqual(view.nodes.map(({ id }) => id).toSorted());
  expect(new Set(leafOf.values())).toEqual(new Set(leaves));
  const known = new Set(leaves);
  expect(edges.filter(({ from, to }) => !known.has(from) || !known.has(to))).toEqual([]);
}

/** Boxes of one level stand apart. */
function expectApart({ boxes }: Level): void {
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      if (!apart) expect.fail(`${a.box.id} and ${b.box.id} overlap`);
    }
    if (a.kind === 'frame') expectApart(a.inside);
  }
}

function expectWhole(model: ModelGraph, view: GraphView): void {
  const summary = summaryJson([summarize(model)]).models[0]!;
  expect(view.parameters).toEqual(summary.parameters.total);
  expect(view.flops).toEqual(summary.flops);
  const paths = new Set(view.nodes.flatMap((node) => (node.kind === 'layer' ? [node.path] : [])));
  expect(paths).toEqual(new Set(summary.layers.filter(({ type }) => type !== 'weight').map(({ path }) => path)));
  const used = new Set(view.nodes.flatMap(({ weights }) => weights));
  expect(used).toEqual(new Set(model.weights.map(({ path }) => path)));
  const top = view.groups.filter(({ group }) => group === undefined);
  expect(top.every(({ parameters }) => typeof parameters === 'string' || parameters <= Number(view.parameters))).toBe(true);
} // prettier-ignore

describe('as pictures', () => {
  it.each(files)('%s', { timeout: 120_000 }, (file) => {
    const { models, openModels = [] } = checkOnDisk(folder + file);
    for (const model of [...models, ...openModels]) {
      const [view, ...members] = graphViews(model);
      expectWhole(model, view!);
      for (const one of [view!, ...members]) {
        expect(new Set([...one.nodes, ...one.groups].map(({ id }) => id)).size).toBe(
          one.nodes.length + one.groups.length,
        );
        const standard = defaultFolds(one);
        for (const folds of [allOpen, everything(one), standard, foldedFrom(one, 0)]) expectComplete(one, folds);
        expectApart(layoutOf(seenGraph(one, standard)));
      }
    }
  });
});
