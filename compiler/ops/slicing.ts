/**
 * Ops that cut out or surround: slice, stridedSlice, pad.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { build, reader } from '../graph/nd-array.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { add, asNumber, dim, multiply, ONE, subtract, ZERO, type Dim } from '../shapes/index.ts';
import { numberOf, numbersOf, pairsOf, sizesOf } from './attributes.ts';
import { defineOp } from './define-op.ts';
import type { Ops } from './ops.ts';
import { product } from './shape-rules.ts';

export const slice = defineOp('slice', {
  type: ([x], attributes) => {
    const [begin, size] = [sizesOf(attributes, 'begin'), sizesOf(attributes, 'size')];
    checkReach(
      x!.shape,
      begin,
      size,
      begin.map(() => 1),
    );
    return { dtype: x!.dtype, shape: size };
  },
  evaluate: ([x], attributes, context) => {
    const begin = sizesOf(attributes, 'begin').map(context.size);
    const at = reader(x!);
    // A reader stretches axes of size 1, so what lies outside must be caught here.
    const size = sizesOf(attributes, 'size').map(context.size);
    if (size.some((n, axis) => begin[axis]! < 0 || begin[axis]! + n > x!.shape[axis]!)) bug('slice out of range');
    return build(x!.dtype, size, (index) => at(index.map((v, axis) => v + begin[axis]!)));
  },
  gradient: ({ node, dy, op }) => [
    () => {
      const begin = sizesOf(node.attributes, 'begin');
      const size = sizesOf(node.attributes, 'size');
      const whole = node.inputs[0]!.shape;
      return op.pad(
        dy,
        begin.map((b, axis) => [b, subtract(whole[axis]!, add(b, size[axis]!))]),
      );
    },
  ],
});

export const stridedSlice = defineOp('stridedSlice', {
  type: ([x], attributes) => {
    const [begin, size] = [sizesOf(attributes, 'begin'), sizesOf(attributes, 'size')];
    checkReach(x!.shape, begin, size, numbersOf(attributes, 'strides'));
    return { dtype: x!.dtype, shape: size };
  },
  evaluate: ([x], attributes, context) => {
    const begin = sizesOf(attributes, 'begin').map(context.size);
    const strides = numbersOf(attributes, 'strides');
    const at = reader(x!);
    return build(x!.dtype, sizesOf(attributes, 'size').map(context.size), (index) =>
      at(index.map((v, axis) => v * strides[axis]! + begin[axis]!)),
    );
  },
  gradient: ({ node, dy, op }) => [
    () => {
      const begin = sizesOf(node.attributes, 'begin');
      const whole = node.inputs[0]!.shape;
      const spread = dilate(op, dy, numbersOf(node.attributes, 'strides'));
      return op.pad(
        spread,
        begin.map((b, axis) => [b, subtract(whole[axis]!, add(b, spread.shape[axis]!))]),
      );
    },
  ],
});

function checkReach(
  shape: readonly Dim[],
  begin: readonly Dim[],
  size: readonly Dim[],
  strides: readonly number[],
): void {
  if (begin.length !== shape.length || size.length !== shape.length || strides.length !== shape.length)
    bug('a slice of another rank');
  for (const [axis, whole] of shape.entries()) {
    const last = add(begin[axis]!, multiply(subtract(size[axis]!, ONE), dim(strides[axis]!)));
    const left = asNumber(subtract(subtract(whole, ONE), last));
    if ((left !== undefined && left < 0 && asNumber(size[axis]!) !== 0) || strides[axis]! < 1)
      bug('a slice out of range');
  }
}

/** Puts strides - 1 zeros between neighbours along each axis: sizes n become (n - 1)·stride + 1. */
export function dilate(op: Ops, x: TensorNode, strides: readonly number[]): TensorNode {
  return strides.reduce((result, stride, axis) => (stride === 1 ? result : dilateAxis(op, result, axis, stride)), x);
}

/** Zeros as a new inner axis, folded in; of rank 3, because kernels for few axes are fast. */
function dilateAxis(op: Ops, x: TensorNode, axis: number, stride: number): TensorNode {
  const inner = product(x.shape.slice(axis + 1));
  const outer = product(x.shape.slice(0, axis + 1));
  const padded = op.pad(op.reshape(x, [outer, 1, inner]), [
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const size = x.shape[axis]!;
  const longer = x.shape.map((s, i) => (i === axis ? multiply(size, dim(stride)) : s));
  const wanted = add(multiply(subtract(size, ONE), dim(stride)), ONE);
  return op.slice(
    op.reshape(padded, longer),
    x.shape.map(() => ZERO),
    x.shape.map((s, i) => (i === axis ? wanted : s)),
  );
}

export const pad = defineOp('pad', {
  type: ([x], attributes) => {
    const paddings = pairsOf(attributes, 'paddings');
    if (paddings.length !== x!.shape.length) bug('paddings of another rank');
    if (paddings.flat().some((p) => (asNumber(p) ?? 0) < 0)) bug('a negative padding');
    return { dtype: x!.dtype, shape: x!.shape.map((size, i) => add(size, add(...paddings[i]!))) };
  },
  evaluate: ([x], attributes, context) => {
    const paddings = pairsOf(attributes, 'paddings').map((pair) => pair.map(context.size));
    if (paddings.flat().some((p) => p < 0)) bug('a negative padding');
    const value = numberOf(attributes, 'value');
    const at = reader(x!);
    const shape = x!.shape.map((size, i) => size + paddings[i]![0]! + paddings[i]![1]!);
    return build(x!.dtype, shape, (index) => {
      const source = index.map((v, i) => v - paddings[i]![0]!);
      return source.every((v, i) => v >= 0 && v < x!.shape[i]!) ? at(source) : value;
    });
  },
  gradient: ({ node, dy, op }) => [
    () => {
      const x = node.inputs[0]!;
      return op.slice(
        dy,
        pairsOf(node.attributes, 'paddings').map(([before]) => before),
        x.shape,
      );
    },
  ],
});
