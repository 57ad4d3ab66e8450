/** `LayerNormalization`: mean 0 and variance 1 within each example, then a learned scale and offset. */
import { axesFromStart, axisPositions, elementwiseFlops, sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { axes, bool, constraint, float, initializer, named, regularizer } from '../../definitions/parameters.ts';
import { alongAxes } from './along-axes.ts';

export const layerNormalization = defineLayer({
  name: 'LayerNormalization',
  summary: 'Brings each example to mean 0 and variance 1 along an axis, then scales and shifts it by learned numbers.',
  doc: '$\\gamma (x - \\mu) / \\sqrt{\\sigma^2 + \\epsilon} + \\beta$ with mean and (biased) variance over `axis` (Ba et al. 2016). [Keras](https://keras.io/api/layers/normalization_layers/layer_normalization/)',
  parameters: {
    axis: axes({ doc: 'The axis or axes over which the mean and the variance are taken.', default: [-1] }),
    epsilon: float({ doc: 'Keeps the divisor away from 0.', default: 1e-3, min: 0 }),
    center: bool({ doc: 'Add a learned offset, `beta`.', default: true }),
    scale: bool({ doc: 'Multiply by a learned scale, `gamma`.', default: true }),
    betaInitializer: initializer({ doc: 'Start values of the offset.', default: named('zeros') }),
    gammaInitializer: initializer({ doc: 'Start values of the scale.', default: named('ones') }),
    betaRegularizer: regularizer({ doc: 'Penalty on the offset, added to the loss.' }),
    gammaRegularizer: regularizer({ doc: 'Penalty on the scale, added to the loss.' }),
    betaConstraint: constraint({ doc: 'Applied to the offset after each update.' }),
    gammaConstraint: constraint({ doc: 'Applied to the scale after each update.' }),
  },
  weights: ({ input, parameters: p }) => {
    const shape = axesFromStart(p.axis, input.shape.length).map((position) => sizeAt(input.shape, position)!);
    return {
      gamma: p.scale && { shape, initializer: p.gammaInitializer, regularizer: p.gammaRegularizer, constraint: p.gammaConstraint },
      beta: p.center && { shape, initializer: p.betaInitializer, regularizer: p.betaRegularizer, constraint: p.betaConstraint },
    };
  }, // prettier-ignore
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1, '[…, features]') || !need.dtype(input, ['float32'])) return undefined;
    const positions = axisPositions(p.axis, input.shape, need, { argument: 'axis' });
    const known = positions?.every((position) => {
      const size = sizeAt(input.shape, position);
      return size !== undefined && need.known(size, { what: 'features' });
    });
    return known ? input.shape : undefined;
  },
  lower: ({ x, weights: w, parameters: p, op }) => {
    const positions = axesFromStart(p.axis, x.shape.length - 1).map((axis) => axis + 1);
    const centred = op.subtract(x, op.mean(x, positions, true));
    const variance = op.mean(op.square(centred), positions, true);
    const normal = op.multiply(centred, op.rsqrt(op.add(variance, p.epsilon)));
    const scaled = w['gamma'] ? op.multiply(normal, alongAxes(op, w['gamma'], x, positions)) : normal;
    return w['beta'] ? op.add(scaled, alongAxes(op, w['beta'], x, positions)) : scaled;
  },
  flops: ({ output }) => elementwiseFlops(output, 8),
  examples: [
    { source: 'LayerNormalization', input: ['seq', 8], output: ['seq', 8] },
    { source: 'LayerNormalization(axis: [0, 2], center: false)', input: [4, 5, 8], output: [4, 5, 8] },
  ],
});
