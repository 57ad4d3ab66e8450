/** `GroupNormalization`: mean 0 and variance 1 within each example and group of channels, then a learned scale and offset. */
import { axisFromStart, axisPosition, elementwiseFlops, sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { axis, bool, constraint, float, initializer, int, named, regularizer } from '../../definitions/parameters.ts';
import { asInteger, dim, divide, type Dim } from '../../shapes/index.ts';
import { alongAxes } from './along-axes.ts';

/** −1 is one group for each channel. */
const groupsOf = (groups: Dim, channels: Dim): Dim => (asInteger(groups) === -1 ? channels : groups);

export const groupNormalization = defineLayer({
  name: 'GroupNormalization',
  summary: 'Brings each group of channels of an example to mean 0 and variance 1, then scales and shifts each channel.',
  doc: '$\\gamma (x - \\mu) / \\sqrt{\\sigma^2 + \\epsilon} + \\beta$ with mean and (biased) variance over a group of channels and all other axes (Wu and He 2018). [Keras](https://keras.io/api/layers/normalization_layers/group_normalization/)',
  parameters: {
    groups: int({ doc: 'Number of groups; 1 is all channels together, −1 each by itself.', default: dim(32), min: -1 }),
    axis: axis({ doc: 'The axis of the channels.', default: -1 }),
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
    const shape = [sizeAt(input.shape, axisFromStart(p.axis, input.shape.length))!];
    return {
      gamma: p.scale && { shape, initializer: p.gammaInitializer, regularizer: p.gammaRegularizer, constraint: p.gammaConstraint },
      beta: p.center && { shape, initializer: p.betaInitializer, regularizer: p.betaRegularizer, constraint: p.betaConstraint },
    };
  }, // prettier-ignore
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1, '[…, channels]') || !need.dtype(input, ['float32'])) return undefined;
    const position = axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    const channels = position === undefined ? undefined : sizeAt(input.shape, position);
    if (!channels || !need.known(channels, { what: 'channels' })) return undefined;
    if (!need.argument(asInteger(p.groups) !== 0, 'groups', 'be at least 1, or −1')) return undefined;
    const fits = need.divisible(channels, groupsOf(p.groups, channels), { argument: 'groups', what: 'channels' });
    return fits ? input.shape : undefined;
  },
  lower: ({ x, weights: w, parameters: p, op }) => {
    const at = 1 + axisFromStart(p.axis, x.shape.length - 1);
    const channels = x.shape[at]!;
    const groups = groupsOf(p.groups, channels);
    const apart = op.reshape(x, [...x.shape.slice(0, at), groups, divide(channels, groups), ...x.shape.slice(at + 1)]);
    const others = apart.shape.map((_, i) => i).filter((i) => i !== 0 && i !== at);
    const centred = op.subtract(apart, op.mean(apart, others, true));
    const variance = op.mean(op.square(centred), others, true);
    const normal = op.reshape(op.multiply(centred, op.rsqrt(op.add(variance, p.epsilon))), x.shape);
    const scaled = w['gamma'] ? op.multiply(normal, alongAxes(op, w['gamma'], x, [at])) : normal;
    return w['beta'] ? op.add(scaled, alongAxes(op, w['beta'], x, [at])) : scaled;
  },
  flops: ({ output }) => elementwiseFlops(output, 8),
  examples: [
    { source: 'GroupNormalization(2)', input: ['h', 'w', 8], output: ['h', 'w', 8] },
    { source: 'GroupNormalization(-1, axis: 0, scale: false)', input: [4, 8], output: [4, 8] },
  ],
});
