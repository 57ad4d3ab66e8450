/** `Discretization`: numbers as the bins that they fall into. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { numberList, option } from '../../definitions/parameters.ts';
import { dim } from '../../shapes/index.ts';
import { encoded, encodedShape } from './categories.ts';

export const discretization = defineLayer({
  name: 'Discretization',
  summary: 'Turns numbers into the bins that they fall into.',
  doc: '$\\sum_k [x \\ge b_k]$ for boundaries $b_k$: bin 0 lies below the first, and a number on a boundary belongs to the bin above. Other modes are those of `CategoryEncoding`, of one category more than there are boundaries. [Keras](https://keras.io/api/layers/preprocessing_layers/numerical/discretization/)',
  parameters: {
    binBoundaries: numberList({ doc: 'Where bins meet, in ascending order.' }),
    outputMode: option(['int', 'oneHot', 'multiHot', 'count'], {
      doc: 'The number of the bin (int32), or a vector with an entry for each bin.',
      default: 'int',
    }),
  },
  shape: ({ input, parameters: p, need }) => {
    const ascending = p.binBoundaries.every((b, i) => i === 0 || b > p.binBoundaries[i - 1]!);
    if (!need.argument(ascending, 'binBoundaries', 'ascend')) return undefined;
    if (!need.argument(p.binBoundaries.length > 0, 'binBoundaries', 'have at least one number')) return undefined;
    if (!need.dtype(input, ['float32', 'int32'])) return undefined;
    if (p.outputMode === 'int') return { dtype: 'int32', shape: input.shape };
    return encodedShape(input, p.outputMode, dim(p.binBoundaries.length + 1));
  },
  lower: ({ x, parameters: p, op }) => {
    const bounds = op.constant([...p.binBoundaries], [p.binBoundaries.length]);
    const apart = op.reshape(op.cast(x, 'float32'), [...x.shape, 1]);
    const passed = op.cast(op.greaterEqual(apart, bounds), 'int32');
    const bin = op.sum(passed, [x.shape.length]);
    return p.outputMode === 'int' ? bin : encoded(op, bin, p.outputMode, dim(p.binBoundaries.length + 1));
  },
  flops: ({ output, parameters: p }) => elementwiseFlops(output, 2 * p.binBoundaries.length),
  examples: [
    { source: 'Discretization([0, 1, 2])', input: ['n', 8], output: ['n', 8], dtype: 'int32' },
    { source: 'Discretization([0.5], outputMode: oneHot)', input: ['n'], output: ['n', 2] },
    { source: 'Discretization((0, 1), count)', input: [5], output: [3] },
  ],
});
