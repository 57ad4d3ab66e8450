/**
 * The gradients of slices that cut one axis up are pads that add up to a concat: pad(a) + pad(b) + … of neighbours.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { pairsOf } from '../ops/attributes.ts';
import { add, asNumber, equals, type Dim } from '../shapes/index.ts';
import type { Rule } from './rewrite.ts';

/** A value with zeros before and after it along one axis. */
interface Piece {
  readonly value: TensorNode;
  readonly axis: number;
  readonly before: Dim;
  readonly after: Dim;
}

function pieceOf(node: TensorNode): Piece | undefined {
  if (node.op !== 'pad' || node.attributes['value'] !== 0) return undefined;
  const pairs = pairsOf(node.attributes, 'paddings');
  const padded = pairs.flatMap((pair, axis) => (pair.every((p) => asNumber(p) === 0) ? [] : [axis]));
  const [axis] = padded;
  if (axis === undefined || padded.length > 1) return undefined;
  return { value: node.inputs[0]!, axis, before: pairs[axis]![0], after: pairs[axis]![1] };
}

/** The summands of sums of pads; undefined where one is something else. */
function piecesOf(node: TensorNode): readonly Piece[] | undefined {
  const own = pieceOf(node);
  if (own) return [own];
  if (node.op !== 'add') return undefined;
  const [left, right] = node.inputs.map(piecesOf);
  return left && right && [...left, ...right];
}

const sizeOf = ({ value, axis }: Piece): Dim => value.shape[axis]!;

/** The pieces from the first to the last, each right after the one before; undefined where they are not such. */
function inOrder(pieces: readonly Piece[]): readonly Piece[] | undefined {
  const sorted = pieces.toSorted((a, b) => (asNumber(a.before) ?? Number.NaN) - (asNumber(b.before) ?? Number.NaN));
  const follows = sorted.every(
    (piece, i) =>
      asNumber(piece.before) !== undefined &&
      (i === 0 || equals(piece.before, add(sorted[i - 1]!.before, sizeOf(sorted[i - 1]!)))),
  );
  return follows && pieces.every((piece) => piece.axis === pieces[0]!.axis) ? sorted : undefined;
}

export const padsTogether: Rule = {
  name: 'pad(a) + pad(b) → pad(concat(a, b))',
  apply: (node, op) => {
    if (node.op !== 'add' || node.dtype !== 'float32') return undefined;
    const pieces = piecesOf(node);
    const sorted = pieces && inOrder(pieces);
    if (!sorted) return undefined;
    const { axis, before } = sorted[0]!;
    const { after } = sorted.at(-1)!;
    // What was put together before stays flat.
    const values = sorted.flatMap(({ value }) =>
      value.op === 'concat' && value.attributes['axis'] === axis ? value.inputs : [value],
    );
    const joined = op.concat(values, axis);
    return op.pad(
      joined,
      joined.shape.map((_, i) => (i === axis ? [before, after] : [0, 0])),
    );
  },
};
