/** `Dot`: products of two tensors summed along an axis of each. */
import { axisFromStart, product, sizeAt, sizesOf } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { axes, bool } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { dim, multiply, ONE } from '../../shapes/index.ts';
import { unitAlong } from '../normalization/unit-normalization.ts';

/** The axis of each input, counted from 0. */
function summedAxes(given: readonly number[] | undefined, ranks: readonly [number, number]): readonly [number, number] {
  const [first, second] = [given?.[0] ?? -1, given?.[1] ?? given?.[0] ?? -1];
  return [axisFromStart(first, ranks[0]), axisFromStart(second, ranks[1])];
}

/** The other axes, then this one last: `[n, others, size]`. */
function withAxisLast(op: Ops, x: TensorNode, axis: number): TensorNode {
  const others = x.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
  const moved = op.transpose(x, [0, ...others, axis]);
  return op.reshape(moved, [x.shape[0]!, product(others.map((i) => x.shape[i]!)), x.shape[axis]!]);
}

/** Keras's small number, below which a vector counts as zero. */
const SMALL = 1e-7;

export const dotLayer = defineLayer({
  name: 'Dot',
  summary: 'Sums the products of two tensors along an axis of each.',
  doc: '$y_{… …} = \\sum_k a_{… k …} b_{… k …}$; with `normalize`, of vectors of length 1. The axes that are left follow one another; vectors give `[1]`. Axes count from 0: Keras’s `Dot(axes=1)` of vectors is `Dot(axes: 0)`. [Keras](https://keras.io/api/layers/merging_layers/dot/)',
  tensors: ['x1', 'x2'],
  flow: 'other',
  parameters: {
    axes: axes({ doc: 'The axis of both, or a pair with one for each.' }),
    normalize: bool({ doc: 'Bring both to length 1 along their axis first: the result is their cosine.', default: false }),
  },
  shape: ({ inputs, parameters: p, need }) => {
    const [a, b] = [inputs[0]!, inputs[1]!];
    if (![a, b].every((x) => need.rankAtLeast(x, 1) && need.dtype(x, ['float32']))) return undefined;
    const sizes = [sizesOf(a.shape), sizesOf(b.shape)] as const;
    const count = p.axes?.length ?? 0;
    if (!sizes[0] || !sizes[1] || !need.argument(count === 1 || count === 2, 'axes', 'be one axis, or one for each tensor')) return undefined;
    const written = [p.axes![0]!, p.axes![1] ?? p.axes![0]!];
    const within = written.every((axis, i) => need.axis(axis, sizes[i]!.length, { argument: 'axes' }) !== undefined);
    if (!within) return undefined;
    const [i, j] = summedAxes(p.axes, [sizes[0].length, sizes[1].length]);
    const context = { what: 'sizes', argument: 'axes', left: { input: a, axis: i }, right: { input: b, axis: j } };
    if (!need.equal(sizes[0][i]!, sizes[1][j]!, context)) return undefined;
    const rest = [...sizes[0].filter((_, k) => k !== i), ...sizes[1].filter((_, k) => k !== j)];
    return rest.length === 0 ? [ONE] : rest;
  },
  lower: ({ inputs, parameters: p, output, op }) => {
    const ranks = [inputs[0]!.shape.length - 1, inputs[1]!.shape.length - 1] as const;
    const summed = summedAxes(p.axes, ranks).map((axis) => axis + 1);
    const [a, b] = summed.map((axis, i) => (p.normalize ? unitAlong(op, inputs[i]!, [axis], SMALL) : inputs[i]!));
    const left = withAxisLast(op, a!, summed[0]!);
    const sums = op.matMul(left, withAxisLast(op, b!, summed[1]!), { transposeB: true });
    return op.reshape(sums, [inputs[0]!.shape[0]!, ...sizesOf(output.shape)!]);
  },
  flops: ({ inputs, output, parameters: p }) => {
    const [i] = summedAxes(p.axes, [inputs[0]!.shape.length, inputs[1]!.shape.length]);
    return multiply(multiply(dim(2), sizeAt(inputs[0]!.shape, i) ?? ONE), product(sizesOf(output.shape) ?? []));
  },
  examples: [
    { source: '(x, y) -> Dot(0)', input: [4], tensors: { y: [4] }, output: [1] },
    { source: '(x, y) -> Dot((1, 1), normalize: true)', input: ['n', 4], tensors: { y: [3, 4] }, output: ['n', 3] },
    { source: '(x, y) -> Dot((1, 0))', input: [5, 4, 2], tensors: { y: [4, 3] }, output: [5, 2, 3] },
  ],
}); // prettier-ignore
