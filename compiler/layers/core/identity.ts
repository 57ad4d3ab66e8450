/** `Identity`: the value as it is. */
import { defineLayer } from '../../definitions/define-layer.ts';

export const identityLayer = defineLayer({
  name: 'Identity',
  summary: 'Passes the value on as it is.',
  doc: '$y = x$. [Keras](https://keras.io/api/layers/core_layers/identity/)',
  flow: 'moves',
  parameters: {},
  shape: ({ input }) => ({ dtype: input.dtype, shape: input.shape }),
  lower: ({ x }) => x,
  examples: [{ source: 'Identity', input: ['n', 8], output: ['n', 8] }],
});
