/** `CategoryEncoding`: categories as vectors of zeros and ones, or of counts. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { int, option } from '../../definitions/parameters.ts';
import { shapesEqual } from '../../shapes/index.ts';
import { encoded, encodedShape } from './categories.ts';

export const categoryEncoding = defineLayer({
  name: 'CategoryEncoding',
  summary: 'Turns whole numbers into vectors with an entry for each category.',
  doc: '`oneHot` gives $y_k = [x = k]$ for each number, `multiHot` $y_k = \\max_i [x_i = k]$ and `count` $y_k = \\sum_i w_i [x_i = k]$ over the last axis, with weights $w_i$ of 1 unless `countWeights` gives others. [Keras](https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/)',
  tensors: ['x', 'countWeights?'],
  parameters: {
    numTokens: int({ doc: 'Number of categories; the numbers lie in [0, numTokens).', min: 1 }),
    outputMode: option(['multiHot', 'oneHot', 'count'], {
      doc: 'One vector for each number (`oneHot`; on a last axis of 1, in its place), or one for all of the last axis.',
      default: 'multiHot',
    }),
  },
  shape: ({ input, named, parameters: p, need }) => {
    const weights = named['countWeights'];
    const counts = p.outputMode === 'count';
    if (!need.dtype(input, ['int32'])) return undefined;
    if (weights && !need.argument(counts, 'outputMode', 'be `count` where `countWeights` are given')) return undefined;
    if (weights && !(need.dtype(weights, ['float32']) && need.argument(shapesEqual(weights.shape, input.shape), 'countWeights', 'have the shape of the numbers'))) return undefined; // prettier-ignore
    return need.indices(input, p.numTokens) ? encodedShape(input, p.outputMode, p.numTokens) : undefined;
  },
  lower: ({ x, named, parameters: p, op }) => encoded(op, x, p.outputMode, p.numTokens, named['countWeights']),
  examples: [
    { source: 'CategoryEncoding(4)', input: { dtype: 'int32', shape: ['seq'] }, output: [4] },
    { source: 'CategoryEncoding(4, outputMode: oneHot)', input: { dtype: 'int32', shape: ['seq'] }, output: ['seq', 4] },
    { source: 'CategoryEncoding(4, oneHot)', input: { dtype: 'int32', shape: [1] }, output: [4] },
    {
      source: 'x -> CategoryEncoding(4, outputMode: count)(countWeights: w)',
      input: { dtype: 'int32', shape: [3] },
      tensors: { w: [3] },
      output: [4],
    },
  ], // prettier-ignore
});
