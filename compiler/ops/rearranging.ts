/**
 * Ops that only move values: reshape, transpose, broadcastTo, reverse, concat.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { build, countOf, reader } from '../graph/nd-array.ts';
import { add, asNumber, ZERO } from '../shapes/index.ts';
import { numberOf, numbersOf, sizesOf } from './attributes.ts';
import { defineOp } from './define-op.ts';
import { broadcastSize, product, showShape } from './shape-rules.ts';
import { sumTo } from './sum-to.ts';

export const reshape = defineOp('reshape', {
  type: ([x], attributes) => {
    const shape = sizesOf(attributes, 'shape');
    const [before, after] = [asNumber(product(x!.shape)), asNumber(product(shape))];
    // Products that hold size variables may be equal without being the same polynomial.
    if (before !== undefined && after !== undefined && before !== after)
      bug(`reshape of ${showShape(x!.shape)} to ${showShape(shape)}`);
    return { dtype: x!.dtype, shape };
  },
  evaluate: ([x], attributes, context) => {
    const shape = sizesOf(attributes, 'shape').map(context.size);
    if (countOf(shape) !== countOf(x!.shape)) bug(`reshape of [${x!.shape.join(', ')}] to [${shape.join(', ')}]`);
    return { ...x!, shape };
  },
  gradient: ({ node, dy, op }) => [() => op.reshape(dy, node.inputs[0]!.shape)],
  traits: { alias: true },
});

/** permutation[i] is the axis of the operand that becomes axis i. */
export const transpose = defineOp('transpose', {
  type: ([x], attributes) => {
    const permutation = numbersOf(attributes, 'permutation');
    if ([...permutation].sort((a, b) => a - b).some((v, i) => v !== i) || permutation.length !== x!.shape.length)
      bug(`permutation [${permutation.join(', ')}] of ${showShape(x!.shape)}`);
    return { dtype: x!.dtype, shape: permutation.map((axis) => x!.shape[axis]!) };
  },
  evaluate: ([x], attributes) => {
    const permutation = numbersOf(attributes, 'permutation');
    const at = reader(x!);
    const source = permutation.map(() => 0);
    return build(
      x!.dtype,
      permutation.map((axis) => x!.shape[axis]!),
      (index) => {
        for (const [i, axis] of permutation.entries()) source[axis] = index[i]!;
        return at(source);
      },
    );
  },
  gradient: ({ node, dy, op }) => [
    () => op.transpose(dy, inversePermutation(numbersOf(node.attributes, 'permutation'))),
  ],
});

export function inversePermutation(permutation: readonly number[]): readonly number[] {
  const inverse = permutation.map(() => 0);
  for (const [i, axis] of permutation.entries()) inverse[axis] = i;
  return inverse;
}

export const broadcastTo = defineOp('broadcastTo', {
  type: ([x], attributes) => {
    const shape = sizesOf(attributes, 'shape');
    const added = shape.length - x!.shape.length;
    if (added < 0) bug(`${showShape(x!.shape)} to ${showShape(shape)}`);
    for (const [i, size] of x!.shape.entries()) broadcastSize(size, shape[added + i]!);
    return { dtype: x!.dtype, shape };
  },
  evaluate: ([x], attributes, context) => build(x!.dtype, sizesOf(attributes, 'shape').map(context.size), reader(x!)),
  gradient: ({ node, dy, op }) => [() => sumTo(op, dy, node.inputs[0]!.shape)],
});

export const reverse = defineOp('reverse', {
  type: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  evaluate: ([x], attributes) => {
    const axes = numbersOf(attributes, 'axes');
    const at = reader(x!);
    return build(x!.dtype, x!.shape, (index) =>
      at(index.map((v, axis) => (axes.includes(axis) ? x!.shape[axis]! - 1 - v : v))),
    );
  },
  gradient: ({ node, dy, op }) => [() => op.reverse(dy, numbersOf(node.attributes, 'axes'))],
});

export const concat = defineOp('concat', {
  type: (xs, attributes) => {
    const axis = numberOf(attributes, 'axis');
    const first = xs[0]!;
    if (xs.some((x) => x.dtype !== first.dtype || x.shape.length !== first.shape.length))
      bug('concat of unlike tensors');
    const shape = first.shape.map((size, i) =>
      i === axis ? xs.reduce((total, x) => add(total, x.shape[axis]!), ZERO) : size,
    );
    return { dtype: first.dtype, shape };
  },
  evaluate: (xs, attributes) => {
    const axis = numberOf(attributes, 'axis');
    const shape = xs[0]!.shape.map((size, i) =>
      i === axis ? xs.reduce((total, x) => total + x.shape[axis]!, 0) : size,
    );
    const result = build(xs[0]!.dtype, shape, () => 0);
    const inner = countOf(shape.slice(axis + 1));
    const row = shape[axis]! * inner;
    let start = 0;
    for (const x of xs) {
      const width = x.shape[axis]! * inner;
      x.data.forEach((value, i) => {
        result.data[Math.floor(i / width) * row + start + (i % width)] = value;
      });
      start += width;
    }
    return result;
  },
  gradient: ({ node, dy, op }) => {
    const axis = numberOf(node.attributes, 'axis');
    let start = ZERO;
    return node.inputs.map((x) => {
      const begin = x.shape.map((_, i) => (i === axis ? start : ZERO));
      start = add(start, x.shape[axis]!);
      return () => op.slice(dy, begin, x.shape);
    });
  },
});
