/** `Reshape`: the same elements in another shape. */
import { completeSizes } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { sizes } from '../../definitions/parameters.ts';
import { reshapedSizes } from '../../functions/reshaped-sizes.ts';

export const reshapeLayer = defineLayer({
  name: 'Reshape',
  summary: 'Puts the elements of an example into another shape, in the same order.',
  doc: 'The $k$-th element stays the $k$-th, the last axis running fastest: $\\prod \\mathrm{targetShape} = \\prod \\mathrm{shape}$. One size may be −1: what is left. [Keras](https://keras.io/api/layers/reshaping_layers/reshape/)',
  flow: 'moves',
  prefer: 'reshape',
  parameters: { targetShape: sizes({ doc: 'The new shape of an example.' }) },
  shape: ({ input, parameters: p, need }) => {
    const shape = reshapedSizes(input, p.targetShape, need, 'targetShape');
    return shape && { dtype: input.dtype, shape };
  },
  lower: ({ x, output, op }) => op.reshape(x, [x.shape[0]!, ...completeSizes(output.shape)]),
  examples: [
    { source: 'Reshape((7, 7, 64))', input: [3136], output: [7, 7, 64] },
    { source: 'Reshape((-1, 4))', input: ['n', 8], output: ['2 * n', 4] },
  ],
});
