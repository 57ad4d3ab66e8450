/** `ActivityRegularization`: a penalty on what flows through. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { float, named } from '../../definitions/parameters.ts';

export const activityRegularization = defineLayer({
  name: 'ActivityRegularization',
  summary: 'Passes the value on as it is and adds a penalty on it to the loss.',
  doc: '$\\frac{1}{n} (\\mathrm{l1} \\sum |x| + \\mathrm{l2} \\sum x^2)$ over a batch of $n$ examples, added to the loss. [Keras](https://keras.io/api/layers/regularization_layers/activity_regularization/)',
  flow: 'moves',
  parameters: {
    l1: float({ doc: 'Factor of the absolute values.', default: 0, min: 0 }),
    l2: float({ doc: 'Factor of the squares.', default: 0, min: 0 }),
  },
  shape: ({ input, need }) => (need.dtype(input, ['float32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, regularize }) => {
    if (p.l1 > 0 || p.l2 > 0) regularize(named('l1L2', { l1: p.l1, l2: p.l2 }), x);
    return x;
  },
  flops: ({ output }) => elementwiseFlops(output, 4),
  examples: [
    { source: 'ActivityRegularization(l2: 0.01)', input: ['n', 8], output: ['n', 8] },
    { source: 'ActivityRegularization(0.1, 0.2)', input: [4], output: [4] },
  ],
});
