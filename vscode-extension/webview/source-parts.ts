/** A place of the text → what of the graph comes from there. */
import type { SeenGraph } from '../../compiler/graph-view/fold.ts';
import type { GraphView, ViewSpan } from '../../compiler/graph-view/graph-view.ts';

interface Part {
  readonly span: ViewSpan;
  readonly box: string | undefined;
}

/** The boxes that show the innermost stage, statement, loop or block around an offset: several for a block used twice. */
export function boxesAt(view: GraphView, seen: SeenGraph, file: string, offset: number): readonly string[] {
  const parts: readonly Part[] = [
    ...view.nodes.map(({ id, source }) => ({ span: source, box: seen.leafOf.get(id) })),
    ...view.groups.flatMap(({ id, kind, source, declared }) => {
      const box = seen.boxOf.get(id);
      // A round is where its loop is.
      const own = kind === 'round' ? [] : [{ span: source, box }];
      return declared ? [...own, { span: declared, box }] : own;
    }),
  ];
  const around = parts.filter(({ span }) => span.file === file && span.start <= offset && offset <= span.end);
  const shortest = Math.min(...around.map(({ span }) => lengthOf(span)));
  const found = around.flatMap(({ span, box }) => (lengthOf(span) === shortest && box !== undefined ? [box] : []));
  return [...new Set(found)];
}

const lengthOf = ({ start, end }: ViewSpan): number => end - start;
