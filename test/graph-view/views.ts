/** Programs given as text, as views; and views as lines that a test can be read by. */
import { graphViews, type GraphView } from '../../compiler/graph-view/index.ts';
import type { Box, Folds } from '../../compiler/graph-view/fold.ts';
import { seenGraph } from '../../compiler/graph-view/fold.ts';
import { checkText } from '../check/checking.ts';

export function viewsOf(text: string): readonly GraphView[] {
  const { diagnostics, models } = checkText(text);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return models.flatMap((model) => graphViews(model));
}

export const viewOf = (text: string): GraphView => viewsOf(text)[0]!;

/** `from -> to [shape]`, between leaves. */
export const seenEdges = (view: GraphView, folds: Folds): readonly string[] =>
  seenGraph(view, folds).edges.map(({ from, to, type }) => `${from} -> ${to} ${type}`);

/** Boxes in boxes: `for(conv2D dense)`. */
export const seenBoxes = (view: GraphView, folds: Folds): string => boxesText(seenGraph(view, folds).boxes);

const boxesText = (boxes: readonly Box[]): string =>
  boxes.map((box) => (box.kind === 'leaf' ? box.id : `${box.id}(${boxesText(box.children)})`)).join(' ');
