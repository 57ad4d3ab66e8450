/** `Flatten`: all axes of an example become one. */
import { completeSizes, product } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { elementCount } from '../../shapes/index.ts';

export const flattenLayer = defineLayer({
  name: 'Flatten',
  summary: 'Makes all axes of an example into one.',
  doc: '$y_{i w c + j c + k} = x_{i j k}$ for a shape $[h, w, c]$, likewise for others. [Keras](https://keras.io/api/layers/reshaping_layers/flatten/)',
  flow: 'moves',
  parameters: {},
  shape: ({ input }) => {
    const count = elementCount(input.shape);
    return count && { dtype: input.dtype, shape: [count] };
  },
  lower: ({ x, types, op }) => op.reshape(x, [x.shape[0]!, product(completeSizes(types[0]!.shape))]),
  examples: [
    { source: 'Flatten', input: [7, 7, 64], output: [3136] },
    { source: 'Flatten', input: ['h', 'w', 3], output: ['3 * h * w'] },
  ],
});
