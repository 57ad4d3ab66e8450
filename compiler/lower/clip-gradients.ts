/** `clipNorm` (per weight), `globalClipNorm` and `clipValue` of a `train` block. */
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { TrainingGraph } from '../graph/model-graph.ts';

type Clipping = Pick<TrainingGraph, 'clipNorm' | 'clipValue' | 'globalClipNorm'>;

/** g · limit / max(|g|, limit). */
const shortened = (op: GraphBuilder, gradient: TensorNode, squares: TensorNode, limit: number): TensorNode =>
  op.multiply(gradient, op.divide(limit, op.maximum(op.sqrt(squares), limit)));

const squaresOf = (op: GraphBuilder, gradient: TensorNode): TensorNode => op.sum(op.square(gradient));

export function clippedGradients(
  op: GraphBuilder,
  gradients: readonly TensorNode[],
  { clipNorm, clipValue, globalClipNorm }: Clipping,
): readonly TensorNode[] {
  let clipped = gradients;
  if (clipNorm !== undefined) clipped = clipped.map((g) => shortened(op, g, squaresOf(op, g), clipNorm));
  if (globalClipNorm !== undefined && clipped.length > 0) {
    const squares = clipped.map((g) => squaresOf(op, g)).reduce((a, b) => op.add(a, b));
    clipped = clipped.map((g) => shortened(op, g, squares, globalClipNorm));
  }
  if (clipValue !== undefined) clipped = clipped.map((g) => op.minimum(op.maximum(g, -clipValue), clipValue));
  return clipped;
}
