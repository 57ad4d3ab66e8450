/** `PReLU`: a rectifier whose slope below 0 is learned. */
import { axesFromStart, axisPositions, elementwiseFlops, sizesOf } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { axes, constraint, initializer, named, regularizer } from '../../definitions/parameters.ts';
import type { TensorType } from '../../definitions/types.ts';
import { ONE, type Dim } from '../../shapes/index.ts';

/** A slope for each place of an example; one for all along shared axes. */
const slopeSizes = (input: TensorType, shared: readonly number[]): readonly Dim[] => {
  const sizes = sizesOf(input.shape) ?? [];
  const alike = axesFromStart(shared, sizes.length);
  return sizes.map((size, axis) => (alike.includes(axis) ? ONE : size));
};

export const prelu = defineLayer({
  name: 'PReLU',
  summary: 'Rectified linear unit with a learned slope for negative numbers.',
  doc: '$\\max(x, 0) + \\alpha \\min(x, 0)$ with a slope $\\alpha$ for each place of an example (He et al. 2015). `sharedAxes` count from 0: an image shares height and width with `[0, 1]`. [Keras](https://keras.io/api/layers/activation_layers/prelu/)',
  flow: 'bends',
  parameters: {
    alphaInitializer: initializer({ doc: 'Start values of the slopes.', default: named('zeros') }),
    alphaRegularizer: regularizer({ doc: 'Penalty on the slopes, added to the loss.' }),
    alphaConstraint: constraint({ doc: 'Applied to the slopes after each update.' }),
    sharedAxes: axes({ doc: 'Axes along which the slope is the same.', default: [] }),
  },
  weights: ({ input, parameters: p }) => ({
    alpha: {
      shape: slopeSizes(input, p.sharedAxes ?? []),
      initializer: p.alphaInitializer,
      regularizer: p.alphaRegularizer,
      constraint: p.alphaConstraint,
    },
  }),
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1) || !need.dtype(input, ['float32']) || !sizesOf(input.shape)) return undefined;
    if (!axisPositions(p.sharedAxes ?? [], input.shape, need, { argument: 'sharedAxes' })) return undefined;
    const known = slopeSizes(input, p.sharedAxes ?? []).every((size) => need.known(size, { what: 'slopes' }));
    return known ? input.shape : undefined;
  },
  lower: ({ x, weights: w, op }) => {
    const below = op.multiply(w['alpha']!, op.relu(op.negate(x)));
    return op.subtract(op.relu(x), below);
  },
  flops: ({ output }) => elementwiseFlops(output, 3),
  examples: [
    { source: 'PReLU', input: [4, 8], output: [4, 8] },
    { source: 'PReLU(sharedAxes: [0, 1])', input: ['h', 'w', 8], output: ['h', 'w', 8] },
  ],
});
