/** `BatchNormalization`: mean 0 and variance 1 for each channel over the batch, then a learned scale and offset. */
import { axisFromStart, axisPosition, elementwiseFlops, sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { axis, bool, constraint, float, initializer, named, regularizer } from '../../definitions/parameters.ts';
import type { Need } from '../../definitions/need.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { alongAxes } from './along-axes.ts';

const positionOf = (axis: number, rank: number): number => axisFromStart(axis, rank);

/** The mask `[n, …]` of an input `[n, …, channels]`, with an axis for the channels. */
const withChannels = (op: Ops, mask: TensorNode): TensorNode => op.reshape(mask, [...mask.shape, 1]);

/** Mean over the positions where the mask is true, or over all. */
function meanWhere(op: Ops, x: TensorNode, axes: readonly number[], mask: TensorNode | undefined): TensorNode {
  if (!mask) return op.mean(x, axes);
  const there = withChannels(op, mask);
  const count = op.sum(op.cast(there, 'float32'));
  return op.divide(op.sum(op.select(there, x, 0), axes), op.add(count, 1e-7));
}

/** A mask has the shape of the input without its last axis, which must be that of the channels. */
function maskFits(mask: TensorType, input: TensorType, position: number, need: Need): boolean {
  const last = position === input.shape.length - 1;
  if (!need.dtype(mask, ['bool']) || !need.argument(last, 'axis', 'be the last one where a `mask` is given')) return false; // prettier-ignore
  if (!need.rank(mask, input.shape.length - 1)) return false;
  return mask.shape.every((_, axis) => {
    const [own, whole] = [sizeAt(mask.shape, axis), sizeAt(input.shape, axis)];
    const context = { what: 'positions', left: { input, axis }, right: { input: mask, axis } };
    return !own || !whole || need.equal(whole, own, context);
  });
}

export const batchNormalization = defineLayer({
  name: 'BatchNormalization',
  summary: 'Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it by learned numbers.',
  doc: 'Training: $\\gamma (x - \\mu) / \\sqrt{\\sigma^2 + \\epsilon} + \\beta$ with mean and (biased) variance of the batch, whose moving means, $m \\leftarrow \\mathrm{momentum} \\cdot m + (1 - \\mathrm{momentum}) \\mu$, are used otherwise (Ioffe and Szegedy 2015). Where a `mask` is given, the statistics are over the positions where it is true. [Keras](https://keras.io/api/layers/normalization_layers/batch_normalization/)',
  tensors: ['x', 'mask?'],
  parameters: {
    axis: axis({ doc: 'The axis of the channels.', default: -1 }),
    momentum: float({ doc: 'How much of the moving means is kept at each step.', default: 0.99, min: 0, max: 1 }),
    epsilon: float({ doc: 'Keeps the divisor away from 0.', default: 1e-3, min: 0 }),
    center: bool({ doc: 'Add a learned offset, `beta`.', default: true }),
    scale: bool({ doc: 'Multiply by a learned scale, `gamma`.', default: true }),
    betaInitializer: initializer({ doc: 'Start values of the offset.', default: named('zeros') }),
    gammaInitializer: initializer({ doc: 'Start values of the scale.', default: named('ones') }),
    movingMeanInitializer: initializer({ doc: 'Start values of the moving mean.', default: named('zeros') }),
    movingVarianceInitializer: initializer({ doc: 'Start values of the moving variance.', default: named('ones') }),
    betaRegularizer: regularizer({ doc: 'Penalty on the offset, added to the loss.' }),
    gammaRegularizer: regularizer({ doc: 'Penalty on the scale, added to the loss.' }),
    betaConstraint: constraint({ doc: 'Applied to the offset after each update.' }),
    gammaConstraint: constraint({ doc: 'Applied to the scale after each update.' }),
  },
  weights: ({ input, parameters: p }) => {
    const shape = [sizeAt(input.shape, positionOf(p.axis, input.shape.length))!];
    return {
      gamma: p.scale && { shape, initializer: p.gammaInitializer, regularizer: p.gammaRegularizer, constraint: p.gammaConstraint },
      beta: p.center && { shape, initializer: p.betaInitializer, regularizer: p.betaRegularizer, constraint: p.betaConstraint },
      movingMean: { shape, initializer: p.movingMeanInitializer, trainable: false },
      movingVariance: { shape, initializer: p.movingVarianceInitializer, trainable: false },
    };
  }, // prettier-ignore
  shape: ({ input, named: { mask }, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1, '[…, channels]') || !need.dtype(input, ['float32'])) return undefined;
    const position = axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    const channels = position === undefined ? undefined : sizeAt(input.shape, position);
    if (mask && position !== undefined && !maskFits(mask, input, position, need)) return undefined;
    return channels && need.known(channels, { what: 'channels' }) ? input.shape : undefined;
  },
  lower: ({ x, named: { mask }, weights: w, parameters: p, op, training, frozen, update }) => {
    const channels = 1 + positionOf(p.axis, x.shape.length - 1);
    const others = x.shape.map((_, i) => i).filter((i) => i !== channels);
    const broadcast = (v: Parameters<typeof alongAxes>[1]) => alongAxes(op, v, x, [channels]);
    const scaleBy = (variance: Parameters<typeof alongAxes>[1]) => {
      const inverse = op.rsqrt(op.add(variance, p.epsilon));
      return w['gamma'] ? op.multiply(inverse, w['gamma']) : inverse;
    };
    if (!training) {
      // Weights first, so that the whole layer folds into one multiply-add.
      const scale = scaleBy(w['movingVariance']!);
      const shift = op.negate(op.multiply(w['movingMean']!, scale));
      return op.add(op.multiply(x, broadcast(scale)), broadcast(w['beta'] ? op.add(w['beta'], shift) : shift));
    }
    // A layer that is frozen at run time takes its moving statistics instead.
    const unlessFrozen = (now: typeof x, kept: typeof x) => (frozen ? op.select(frozen, kept, now) : now);
    const mean = unlessFrozen(meanWhere(op, x, others, mask), w['movingMean']!);
    const centred = op.subtract(x, broadcast(mean));
    const variance = unlessFrozen(meanWhere(op, op.square(centred), others, mask), w['movingVariance']!);
    const moving = (old: typeof mean, now: typeof mean) => op.add(op.multiply(old, p.momentum), op.multiply(now, 1 - p.momentum)); // prettier-ignore
    update('movingMean', moving(w['movingMean']!, mean));
    update('movingVariance', moving(w['movingVariance']!, variance));
    const normal = op.multiply(centred, broadcast(scaleBy(variance)));
    return w['beta'] ? op.add(normal, broadcast(w['beta'])) : normal;
  },
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [
    { source: 'BatchNormalization', input: ['h', 'w', 8], output: ['h', 'w', 8] },
    { source: 'BatchNormalization(axis: 0, scale: false, momentum: 0.9)', input: [4, 8], output: [4, 8] },
    { source: 'x -> BatchNormalization()(mask: m)', input: ['seq', 8], tensors: { m: { dtype: 'bool', shape: ['seq'] } }, output: ['seq', 8] },
  ], // prettier-ignore
});
