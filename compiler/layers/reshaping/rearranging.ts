/** `RepeatVector` and `Permute`; `Rescaling` of numbers beside them. */
import { elementwiseFlops, sizesOf } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { float, int, permutation } from '../../definitions/parameters.ts';
import { convert } from '../../definitions/promotion.ts';

export const repeatVector = defineLayer({
  name: 'RepeatVector',
  summary: 'Repeats a vector, as the steps of a sequence.',
  doc: '$y_{i j} = x_j$ for $i < n$. [Keras](https://keras.io/api/layers/reshaping_layers/repeat_vector/)',
  flow: 'moves',
  parameters: { n: int({ doc: 'How often.', min: 1 }) },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rank(input, 1, '[features]')) return undefined;
    const sizes = sizesOf(input.shape);
    return sizes && { dtype: input.dtype, shape: [p.n, ...sizes] };
  },
  lower: ({ x, parameters: p, op }) => {
    const [n, features] = [x.shape[0]!, x.shape[1]!];
    return op.broadcastTo(op.reshape(x, [n, 1, features]), [n, p.n, features]);
  },
  examples: [
    { source: 'RepeatVector(3)', input: [4], output: [3, 4] },
    { source: 'RepeatVector(3)', input: ['seq'], output: [3, 'seq'] },
  ],
});

/** Axis i of the result is the axis `dims[i]` of the input. */
const fromStart = (dims: readonly number[], rank: number): readonly number[] =>
  dims.map((axis) => (axis < 0 ? axis + rank : axis));

export const permute = defineLayer({
  name: 'Permute',
  summary: 'Puts the axes of an example into another order.',
  doc: '$y_{i_{p_0} i_{p_1} …} = x_{i_0 i_1 …}$ with `dims` $(p_0, p_1, …)$. Axes count from 0: Keras’s `Permute((2, 1))` is `Permute((1, 0))`. [Keras](https://keras.io/api/layers/reshaping_layers/permute/)',
  flow: 'moves',
  prefer: 'transpose',
  parameters: { dims: permutation({ doc: 'Every axis once, in their new order.' }) },
  shape: ({ input, parameters: p, need }) => {
    const dims = p.dims ?? [];
    if (!need.rank(input, dims.length)) return undefined;
    const sizes = sizesOf(input.shape);
    if (!sizes || !dims.every((axis) => need.axis(axis, sizes.length, { argument: 'dims' }) !== undefined)) return undefined; // prettier-ignore
    const order = fromStart(dims, sizes.length);
    if (!need.argument(new Set(order).size === order.length, 'dims', 'name every axis once')) return undefined;
    return { dtype: input.dtype, shape: order.map((axis) => sizes[axis]!) };
  },
  lower: ({ x, parameters: p, op }) => {
    const order = fromStart(p.dims ?? [], x.shape.length - 1);
    return op.transpose(x, [0, ...order.map((axis) => axis + 1)]);
  },
  examples: [
    { source: 'Permute((1, 0))', input: ['n', 4], output: [4, 'n'] },
    { source: 'Permute((2, 0, 1))', input: [5, 6, 3], output: [3, 5, 6] },
  ],
});

export const rescaling = defineLayer({
  name: 'Rescaling',
  summary: 'Multiplies by a number and adds another.',
  doc: '$\\mathrm{scale} \\cdot x + \\mathrm{offset}$, of whole numbers too: `Rescaling(1 / 255)`. [Keras](https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/)',
  flow: 'other',
  parameters: {
    scale: float({ doc: 'Factor.' }),
    offset: float({ doc: 'Added after.', default: 0 }),
  },
  shape: ({ input, need }) => (need.dtype(input, ['float32', 'int32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, op }) => {
    const scaled = op.multiply(convert(op, x, 'float32'), p.scale);
    return p.offset === 0 ? scaled : op.add(scaled, p.offset);
  },
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [
    { source: 'Rescaling(0.5, offset: -1)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'Rescaling(2)', input: { dtype: 'int32', shape: [4] }, output: [4] },
  ],
});
