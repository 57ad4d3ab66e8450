/** Functions that put the same elements into another shape or order. */
import { axesFromStart, axisPositions, completeSizes, product, sizeAt } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { axes, axis, permutation, sizes } from '../definitions/parameters.ts';
import { asInteger, elementCount, isSpread, ONE, rankOf, type Shape } from '../shapes/index.ts';
import { reshapedSizes } from './reshaped-sizes.ts';

const page = '[Keras](https://keras.io/api/ops/numpy/)';

const reshape = defineFunction({
  name: 'reshape',
  summary: 'Puts the elements of an example into another shape, in the same order.',
  doc: `The $k$-th element stays the $k$-th, the last axis running fastest: $\\prod \\mathrm{newShape} = \\prod \\mathrm{shape}$. One size may be −1: what is left. ${page}`,
  flow: 'moves',
  parameters: { newShape: sizes({ doc: 'The new sizes of an example.' }) },
  shape: ({ input, parameters: p, need }) => {
    const shape = reshapedSizes(input, p.newShape, need, 'newShape');
    return shape && { dtype: input.dtype, shape };
  },
  lower: ({ x, output, op }) => op.reshape(x, [x.shape[0]!, ...completeSizes(output.shape)]),
  examples: [
    { source: 'reshape(7, 7, 64)', input: [3136], output: [7, 7, 64] },
    { source: 'reshape(8, -1)', input: ['n', 16], output: [8, '2 * n'] },
  ],
});

const flatten = defineFunction({
  name: 'flatten',
  summary: 'Makes all axes of an example into one.',
  doc: `$y_{i w c + j c + k} = x_{i j k}$ for a shape $[h, w, c]$, likewise for others. ${page}`,
  flow: 'moves',
  shape: ({ input }) => {
    const count = elementCount(input.shape);
    return count && { dtype: input.dtype, shape: [count] };
  },
  lower: ({ x, op }) => op.reshape(x, [x.shape[0]!, product(x.shape.slice(1))]),
  examples: [{ source: 'flatten', input: ['h', 'w', 3], output: ['3 * h * w'] }],
});

/** The positions in the order in which they are read; the last two swapped unless given. */
export function permutationOf(axes: readonly number[] | undefined, rank: number): readonly number[] {
  if (axes) return axes.map((axis) => (axis < 0 ? axis + rank : axis));
  return Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
}

const transpose = defineFunction({
  name: 'transpose',
  summary: 'Reorders the axes; swaps the last two unless told otherwise.',
  doc: `$y_{… j i} = x_{… i j}$, or the axes in the order that is given: \`transpose(x, 2, 0, 1)\` makes the last axis the first. ${page}`,
  flow: 'moves',
  parameters: { axes: permutation({ doc: 'The old axes in their new order.', default: undefined }) },
  shape: ({ input, parameters: p, need }) => {
    const { shape } = input;
    if (!p.axes) {
      if (!need.rankAtLeast(input, 2)) return undefined;
      const [a, b] = [shape.at(-2), shape.at(-1)];
      if (!a || !b || isSpread(a) || isSpread(b)) return undefined;
      return { dtype: input.dtype, shape: [...shape.slice(0, -2), b, a] };
    }
    const rank = rankOf(shape);
    if (rank === undefined) return undefined;
    if (!need.argument(p.axes.length === rank, 'axes', `name each of the ${rank} axes once`)) return undefined;
    const positions = p.axes.map((axis) => need.axis(axis, rank, { argument: 'axes' }));
    if (!positions.every((position) => position !== undefined)) return undefined;
    const distinct = new Set(positions).size === rank;
    if (!need.argument(distinct, 'axes', `name each of the ${rank} axes once`)) return undefined;
    return { dtype: input.dtype, shape: positions.map((position) => shape[position]!) };
  },
  lower: ({ x, parameters: p, op }) =>
    op.transpose(x, [0, ...permutationOf(p.axes, x.shape.length - 1).map((axis) => axis + 1)]),
  examples: [
    { source: 'transpose', input: ['n', 8], output: [8, 'n'] },
    { source: 'transpose(2, 0, 1)', input: [4, 5, 3], output: [3, 4, 5] },
  ],
});

const expandDims = defineFunction({
  name: 'expandDims',
  summary: 'Adds an axis of size 1.',
  doc: `$y_{… 0 …} = x_{… …}$; \`axis\` is where it stands in the result. ${page}`,
  flow: 'moves',
  parameters: { axis: axis({ doc: 'Where the new axis stands.' }) },
  shape: ({ input, parameters: p, need }) => {
    const rank = rankOf(input.shape);
    if (rank === undefined && p.axis !== -1 && p.axis !== 0) return undefined;
    const length = input.shape.length;
    const at = rank === undefined ? (p.axis === 0 ? 0 : length) : need.axis(p.axis, rank + 1, { argument: 'axis' });
    if (at === undefined) return undefined;
    return { dtype: input.dtype, shape: [...input.shape.slice(0, at), ONE, ...input.shape.slice(at)] };
  },
  lower: ({ x, output, op }) => op.reshape(x, [x.shape[0]!, ...completeSizes(output.shape)]),
  examples: [
    { source: 'expandDims(0)', input: ['n', 8], output: [1, 'n', 8] },
    { source: 'expandDims(-1)', input: ['n', 8], output: ['n', 8, 1] },
  ],
});

const isOne = (shape: Shape, position: number): boolean => {
  const size = sizeAt(shape, position);
  return size !== undefined && asInteger(size) === 1;
};

const squeeze = defineFunction({
  name: 'squeeze',
  summary: 'Drops axes of size 1.',
  doc: `$y_{… …} = x_{… 0 …}$. All that are known to be 1 unless \`axis\` names some. ${page}`,
  flow: 'moves',
  parameters: { axis: axes({ doc: 'The axis or axes to drop.', default: undefined }) },
  shape: ({ input, parameters: p, need }) => {
    const { shape } = input;
    if (!p.axis) return { dtype: input.dtype, shape: shape.filter((_, i) => !isOne(shape, i)) };
    const positions = axisPositions(p.axis, shape, need, { argument: 'axis' });
    if (!positions) return undefined;
    for (const axis of positions) {
      const size = sizeAt(shape, axis);
      if (!size || !need.equal(size, ONE, { what: 'a dropped axis', argument: 'axis', left: { input, axis } })) return undefined; // prettier-ignore
    }
    return { dtype: input.dtype, shape: shape.filter((_, i) => !positions.includes(i)) };
  },
  lower: ({ x, output, op }) => op.reshape(x, [x.shape[0]!, ...completeSizes(output.shape)]),
  examples: [
    { source: 'squeeze', input: [1, 'n', 1], output: ['n'] },
    { source: 'squeeze(-1)', input: [1, 'n', 1], output: [1, 'n'] },
  ],
});

const reverse = defineFunction({
  name: 'reverse',
  summary: 'Turns axes round.',
  doc: `$y_i = x_{n - 1 - i}$ along the axis. The last element becomes the first. [Keras](https://keras.io/api/ops/numpy/#flip-function)`,
  flow: 'moves',
  parameters: { axis: axes({ doc: 'The axis or axes; all of them unless given.', default: undefined }) },
  shape: ({ input, parameters: p, need }) =>
    axisPositions(p.axis, input.shape, need, { argument: 'axis' }) && { dtype: input.dtype, shape: input.shape },
  lower: ({ x, parameters: p, op }) =>
    op.reverse(
      x,
      axesFromStart(p.axis, x.shape.length - 1).map((axis) => axis + 1),
    ),
  examples: [{ source: 'reverse(axis: 0)', input: ['n', 8], output: ['n', 8] }],
});

export const shapingFunctions: readonly FunctionDefinition[] = [
  reshape,
  flatten,
  transpose,
  expandDims,
  squeeze,
  reverse,
];
