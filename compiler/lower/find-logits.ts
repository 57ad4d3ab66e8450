/**
 * The tensor to which an output's softmax or sigmoid was applied, moved as the output was: through what only moves or
 * selects values. Losses are computed from it, because a logarithm of a softmax loses digits that the logits have.
 */
import { product } from '../definitions/axes.ts';
import type { GraphBuilder, TensorNode } from '../graph/index.ts';

/** Where a reshape keeps an axis whole, its place before it. */
function axisBeforeReshape(node: TensorNode, axis: number): number | undefined {
  const from = node.inputs[0]!.shape;
  const size = node.shape[axis]!.key;
  const after = product(node.shape.slice(axis + 1)).key;
  const place = from.findIndex((s, i) => s.key === size && product(from.slice(i + 1)).key === after);
  return place < 0 ? undefined : place;
}

/** The place of an axis before a node that moves values; undefined where the axis does not survive whole. */
function axisBefore(node: TensorNode, axis: number): number | undefined {
  const from = node.inputs[0]!;
  switch (node.op) {
    case 'reshape':
      return axisBeforeReshape(node, axis);
    case 'transpose': {
      const { permutation } = node.attributes;
      return Array.isArray(permutation) ? Number(permutation[axis]) : undefined;
    }
    case 'slice':
    case 'stridedSlice':
    case 'reverse':
    case 'stopGradient':
      return from.shape[axis]!.key === node.shape[axis]!.key ? axis : undefined;
    default:
      return undefined;
  }
}

const moving: ReadonlySet<string> = new Set([
  'reshape',
  'transpose',
  'slice',
  'stridedSlice',
  'reverse',
  'stopGradient',
]);

/** `classAxis` counts all axes of the output; a sigmoid has none. */
export function findLogits(
  builder: GraphBuilder,
  output: TensorNode,
  activation: 'softmax' | 'sigmoid',
  classAxis: number,
): TensorNode | undefined {
  const passed: TensorNode[] = [];
  let node = output;
  let axis: number | undefined = activation === 'softmax' ? classAxis : undefined;
  while (node.op !== activation) {
    if (!moving.has(node.op)) return undefined;
    if (axis !== undefined) {
      axis = axisBefore(node, axis);
      if (axis === undefined) return undefined;
    }
    passed.push(node);
    node = node.inputs[0]!;
  }
  // The op's softmax is over the last axis.
  if (axis !== undefined && axis !== node.shape.length - 1) return undefined;
  return passed.reduceRight((x, move) => builder.make(move.op, [x], move.attributes), node.inputs[0]!);
}
