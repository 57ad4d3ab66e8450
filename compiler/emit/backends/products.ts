/**
 * Matrix products, sums and broadcasts in the forms that kernels are fast and right for.
 *
 * Measured on wasm: tfjs's matMul with a transposed operand is 12 to 18 × slower than transposing first; summing
 * [64, 26, 26, 32] over all but the last axis 3 ms, by pooling 0.2; tiling 48 ms, as a product with ones 0.4; a strided
 * slice over rows 44 to 88 ms, by reshaping 1 to 2.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { booleanOf, numbersOf, sizesOf } from '../../ops/attributes.ts';
import { isOne, product } from '../../ops/shape-rules.ts';
import { ruleFor, type Rule } from '../../optimise/rewrite.ts';
import { asNumber, dim, multiply, ONE, ZERO, type Dim } from '../../shapes/index.ts';

const withLastTwoSwapped = (op: GraphBuilder, x: TensorNode): TensorNode => {
  const rank = x.shape.length;
  return op.transpose(
    x,
    [...x.shape.keys()].map((axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)),
  );
};

const flagsOf = (node: TensorNode): readonly [a: boolean, b: boolean] => [
  booleanOf(node.attributes, 'transposeA'),
  booleanOf(node.attributes, 'transposeB'),
];

export const plainMatMul: Rule = ruleFor(
  'matMul(aᵀ, bᵀ) → matMul(transpose(a), transpose(b))',
  'matMul',
  ([a, b], op, node) => {
    const [tA, tB] = flagsOf(node);
    if (!tA && !tB) return undefined;
    return op.matMul(tA ? withLastTwoSwapped(op, a!) : a!, tB ? withLastTwoSwapped(op, b!) : b!);
  },
);

/** What a loop takes from outside can be transposed outside, once. */
export const plainInLoops: Rule = ruleFor(
  'matMul(a, parameterᵀ) → matMul(a, transpose(parameter))',
  'matMul',
  ([a, b], op, node) => {
    const [transposeA, tB] = flagsOf(node);
    if (!tB || b!.op !== 'parameter') return undefined;
    return op.matMul(a!, withLastTwoSwapped(op, b!), { transposeA });
  },
);

/** A row is a column in the same order. */
export const plainVectors: Rule = ruleFor('matMul(rowᵀ, b) → matMul(reshape(row), b)', 'matMul', ([a, b], op, node) => {
  const [tA, tB] = flagsOf(node);
  const isVector = (x: TensorNode): boolean => x.shape.slice(-2).some(isOne);
  const [left, right] = [tA && isVector(a!), tB && isVector(b!)];
  if (!left && !right) return undefined;
  const options = { transposeA: tA && !left, transposeB: tB && !right };
  return op.matMul(left ? withLastTwoSwapped(op, a!) : a!, right ? withLastTwoSwapped(op, b!) : b!, options);
});

/** One matrix for the whole batch: all rows of the batch in one product. */
export const flatMatMul: Rule = ruleFor(
  'matMul([n, s, d], [d, v]) → reshape(matMul([n · s, d], [d, v]))',
  'matMul',
  ([a, b], op, node) => {
    const [transposeA, transposeB] = flagsOf(node);
    const flat = a!.shape.length === 2 && b!.shape.length === 2;
    if (transposeA || flat || !b!.shape.slice(0, -2).every(isOne) || b!.shape.length > node.shape.length)
      return undefined;
    const rows = op.reshape(a!, [product(a!.shape.slice(0, -1)), a!.shape.at(-1)!]);
    return op.reshape(op.matMul(rows, op.reshape(b!, b!.shape.slice(-2)), { transposeB }), node.shape);
  },
);

/** Also the way round that wasm needs for vectors: see `right-operands.ts`. */
export const outerProduct: Rule = ruleFor('matMul([m, 1], [1, n]) → [m, 1] · [1, n]', 'matMul', ([a, b], op, node) => {
  const transposed = flagsOf(node).some(Boolean);
  return !transposed && isOne(a!.shape.at(-1)!) ? op.multiply(a!, b!) : undefined;
});

/** Fewer summands than this are not worth another kernel. */
const manySummands = 4;

/**
 * Neighbouring axes that are not the last ones, as the windows of an average pool, which adds whole rows of channels at
 * once; a leading axis of unknown size is summed after, when little is left.
 */
export const sumByPooling: Rule = ruleFor('sum(x, middle axes) → averagePool(x) · count', 'sum', ([x], op, node) => {
  const axes = numbersOf(node.attributes, 'axes');
  const [first, last] = [axes[0]!, axes.at(-1)!];
  const neighbours = last - first === axes.length - 1 && last < x!.shape.length - 1;
  if (!neighbours || x!.dtype !== 'float32') return undefined;
  const unknown = asNumber(x!.shape[first]!) === undefined ? 1 : 0;
  const count = asNumber(product(x!.shape.slice(first + unknown, last + 1)));
  const outer = product(x!.shape.slice(0, first + unknown));
  const inner = product(x!.shape.slice(last + 1));
  if (count === undefined || count < manySummands || isOne(inner)) return undefined;
  const pooled = op.averagePool(op.reshape(x!, [outer, count, 1, inner]), {
    poolSize: [count, 1],
    strides: [1, 1],
    padding: 'valid',
  });
  const summed = op.multiply(pooled, count);
  if (unknown === 0) return op.reshape(summed, node.shape);
  const rest = [...x!.shape.slice(0, first + 1), inner];
  return op.reshape(op.sum(op.reshape(summed, rest), [first]), node.shape);
});

export const broadcastByProduct: Rule = ruleFor('broadcastTo(x) → x · ones', 'broadcastTo', ([x], op, node) => {
  if (x!.dtype === 'bool') return op.cast(op.broadcastTo(op.cast(x!, 'float32'), node.shape), 'bool');
  const added = node.shape.length - x!.shape.length;
  const ones = node.shape.map((size, axis) => (axis >= added && !isOne(x!.shape[axis - added]!) ? ONE : size));
  return op.multiply(x!, op.fill(ones, 1, x!.dtype));
});

/** Rows 0, stride, 2 · stride … of one axis, by making the stride an axis of its own. */
function stridedAxis(op: GraphBuilder, x: TensorNode, axis: number, begin: Dim, size: Dim, stride: number): TensorNode {
  const whole = multiply(size, dim(stride));
  // The last stride may run over the end.
  const padded = op.pad(
    x,
    x.shape.map((_, i) => [ZERO, i === axis ? dim(stride - 1) : ZERO] as const),
  );
  const from = x.shape.map((_, i) => (i === axis ? begin : ZERO));
  const cut = op.slice(
    padded,
    from,
    x.shape.map((s, i) => (i === axis ? whole : s)),
  );
  const [outer, inner] = [product(x.shape.slice(0, axis)), product(x.shape.slice(axis + 1))];
  const rows = multiply(outer, size);
  const first = op.slice(op.reshape(cut, [rows, stride, inner]), [0, 0, 0], [rows, 1, inner]);
  return op.reshape(
    first,
    x.shape.map((s, i) => (i === axis ? size : s)),
  );
}

/** wasm's StridedSlice also forgets the dtype. */
export const plainSlice: Rule = ruleFor('stridedSlice(x) → slices of reshapes', 'stridedSlice', ([x], op, node) => {
  const strides = numbersOf(node.attributes, 'strides');
  const [begin, size] = [sizesOf(node.attributes, 'begin'), sizesOf(node.attributes, 'size')];
  const simple = strides.every((stride, axis) => stride === 1 || !isOne(size[axis]!));
  if (!simple) {
    return op.stridedSlice(
      x!,
      begin,
      size,
      strides.map((stride, axis) => (isOne(size[axis]!) ? 1 : stride)),
    );
  }
  const from = begin.map((b, axis) => (strides[axis] === 1 ? b : ZERO));
  const lengths = size.map((s, axis) => (strides[axis] === 1 ? s : x!.shape[axis]!));
  const cut = op.slice(x!, from, lengths);
  return strides.reduce(
    (result, stride, axis) =>
      stride === 1 ? result : stridedAxis(op, result, axis, begin[axis]!, size[axis]!, stride),
    cut,
  );
});
