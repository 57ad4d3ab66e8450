/** `Embedding`: a learned vector for each index. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { bool, constraint, initializer, int, named, regularizer } from '../../definitions/parameters.ts';

export const embedding = defineLayer({
  name: 'Embedding',
  summary: 'Looks up a learned vector for each index.',
  doc: '$y_{…d} = E_{x_…, d}$; indices must lie in [0, inputDim). [Keras](https://keras.io/api/layers/core_layers/embedding/)',
  parameters: {
    inputDim: int({ doc: 'Number of indices: the size of the vocabulary.', min: 1 }),
    outputDim: int({ doc: 'Size of a vector.', min: 1 }),
    embeddingsInitializer: initializer({
      doc: 'Start values of the vectors.',
      default: named('randomUniform', { minval: -0.05, maxval: 0.05 }),
    }),
    embeddingsRegularizer: regularizer({ doc: 'Penalty on the vectors, added to the loss.' }),
    embeddingsConstraint: constraint({ doc: 'Applied to the vectors after each update.' }),
    maskZero: bool({ doc: 'Not used here: masks are passed by hand.', default: false }),
  },
  weights: ({ parameters: p }) => ({
    embeddings: {
      shape: [p.inputDim, p.outputDim],
      initializer: p.embeddingsInitializer,
      regularizer: p.embeddingsRegularizer,
      constraint: p.embeddingsConstraint,
    },
  }),
  shape: ({ input, parameters: p, need }) => {
    const advice = 'be left out: nothing travels invisibly, so pass `mask: tokens != 0` to the layers that take one.';
    if (!need.argument(!p.maskZero, 'maskZero', advice) || !need.dtype(input, ['int32'])) return undefined;
    return need.indices(input, p.inputDim) ? [...input.shape, p.outputDim] : undefined;
  },
  lower: ({ x, weights: w, op }) => op.gather(w['embeddings']!, x),
  examples: [
    { source: 'Embedding(1000, 16)', input: { dtype: 'int32', shape: ['seq'] }, output: ['seq', 16] },
    { source: 'Embedding(10, 4)', input: { dtype: 'int32', shape: [] }, output: [4] },
  ],
});
