/**
 * The gradient of an average pool from elementwise ops, one spatial axis at a time: tfjs's kernel is wrong at padded edges, everywhere.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { readPool, sizesOf } from '../../ops/attributes.ts';
import type { Size } from '../../ops/ops.ts';
import { dilate } from '../../ops/slicing.ts';
import { explicitPadding, product } from '../../ops/shape-rules.ts';
import { ruleFor, type Rule } from '../../optimise/rewrite.ts';
import { add, asNumber, dim, multiply, subtract, ZERO, type Dim } from '../../shapes/index.ts';

/** Windows along one axis of a tensor. */
interface Line {
  readonly axis: number;
  readonly size: number;
  readonly stride: number;
  readonly added: readonly [Dim, Dim];
}

function lineOf(shape: readonly Dim[], node: TensorNode, spatial: 0 | 1): Line {
  const { poolSize, strides, padding } = readPool(node.attributes);
  const [axis, size, stride] = [1 + spatial, poolSize[spatial]!, strides[spatial]!];
  return { axis, size, stride, added: explicitPadding(shape[axis]!, dim(size), stride, padding, spatial) };
}

const onesOf = (op: GraphBuilder, shape: readonly Size[]): TensorNode => op.fill(shape, 1);

/** dy over the number of places that count in its window. */
function averaged(
  op: GraphBuilder,
  dy: TensorNode,
  shape: readonly Dim[],
  node: TensorNode,
  lines: readonly Line[],
): TensorNode {
  const { poolSize, strides } = readPool(node.attributes);
  const size = poolSize[0]! * poolSize[1]!;
  if (lines.every(({ added }) => added.every((p) => asNumber(p) === 0))) return op.multiply(dy, 1 / size);
  const image = onesOf(op, [1, shape[1]!, shape[2]!, 1]);
  const ones = op.pad(image, [[0, 0], lines[0]!.added, lines[1]!.added, [0, 0]]);
  const portion = op.averagePool(ones, { poolSize, strides, padding: 'valid' });
  return op.divide(op.multiply(dy, 1 / size), portion);
}

/** Each row `times` times along an axis: a broadcast product, which is far faster than tiling. */
function repeated(op: GraphBuilder, x: TensorNode, axis: number, times: number): TensorNode {
  if (times === 1) return x;
  const flat = op.reshape(x, [product(x.shape.slice(0, axis + 1)), 1, product(x.shape.slice(axis + 1))]);
  const longer = op.multiply(flat, onesOf(op, [1, times, 1]));
  return op.reshape(
    longer,
    x.shape.map((s, i) => (i === axis ? multiply(s, dim(times)) : s)),
  );
}

export const averagePoolGradient: Rule = ruleFor(
  'averagePoolGradient(dy) → sums over the windows that hold a place',
  'averagePoolGradient',
  ([dy], op, node) => {
    const shape = sizesOf(node.attributes, 'inputShape');
    const { poolSize, strides } = readPool(node.attributes);
    const lines = [lineOf(shape, node, 0), lineOf(shape, node, 1)];
    const portion = averaged(op, dy!, shape, node, lines);
    const padded = lines.map(({ axis, added }) => add(shape[axis]!, add(...added)));
    const begin = [ZERO, lines[0]!.added[0], lines[1]!.added[0], ZERO];
    if (lines.every(({ size, stride }) => size === stride)) {
      const up = repeated(op, repeated(op, portion, 1, poolSize[0]!), 2, poolSize[1]!);
      const rest = lines.map(({ axis }, i) => [ZERO, subtract(padded[i]!, up.shape[axis]!)] as const);
      return op.slice(op.pad(up, [[0, 0], ...rest, [0, 0]]), begin, shape);
    }
    const spread = dilate(op, portion, [1, ...strides, 1]);
    const reach = lines.map(({ axis, size }, i) => [dim(size - 1), subtract(padded[i]!, spread.shape[axis]!)] as const);
    const around = op.pad(spread, [[0, 0], ...reach, [0, 0]]);
    const summed = op.multiply(
      op.averagePool(around, { poolSize, strides: [1, 1], padding: 'valid' }),
      poolSize[0]! * poolSize[1]!,
    );
    return op.slice(op.reshape(summed, [shape[0]!, ...padded, shape[3]!]), begin, shape);
  },
);
