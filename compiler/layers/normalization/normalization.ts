/** `Normalization`: mean 0 and variance 1 by the statistics of the training data, learned before training. */
import { axisFromStart, axisPosition, elementwiseFlops, product, sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { axis, bool, named, optionalFloat } from '../../definitions/parameters.ts';
import { alongAxes } from './along-axes.ts';

/** Keras's: divisors are no smaller. */
const epsilon = 1e-7;

export const normalization = defineLayer({
  name: 'Normalization',
  summary: 'Brings each feature to mean 0 and variance 1 by statistics of the training data.',
  doc: 'Computes $(x - \\mu) / \\max(\\sqrt{\\sigma^2}, 10^{-7})$. Unless `mean` and `variance` are given, `fit` computes them from the training data before its first epoch, and they are saved with the weights; weights that are loaded keep theirs. [Keras](https://keras.io/api/layers/preprocessing_layers/numerical/normalization/)',
  parameters: {
    axis: axis({ doc: 'The axis of the features.', default: -1 }),
    mean: optionalFloat({ doc: 'The mean, where it is known; with `variance`.' }),
    variance: optionalFloat({ doc: 'The variance, where it is known; with `mean`.', min: 0 }),
    invert: bool({ doc: 'Turn normalised values back instead.', default: false }),
  },
  weights: ({ input, parameters: p }) => {
    if (p.mean !== undefined && p.variance !== undefined) return {};
    const shape = [sizeAt(input.shape, axisFromStart(p.axis, input.shape.length))!];
    return {
      mean: { shape, initializer: named('zeros'), trainable: false },
      variance: { shape, initializer: named('ones'), trainable: false },
      // Of the numbers that the statistics are of; Keras has it among the weights, and so do its parameter counts.
      count: { shape: [], dtype: 'int32', initializer: named('zeros'), trainable: false },
    };
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1, '[…, features]') || !need.dtype(input, ['float32'])) return undefined;
    const position = axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    const features = position === undefined ? undefined : sizeAt(input.shape, position);
    return features && need.known(features, { what: 'features' }) ? input.shape : undefined;
  },
  adapt: ({ x, parameters: p, op }) => {
    const features = 1 + axisFromStart(p.axis, x.shape.length - 1);
    const others = x.shape.map((_, i) => i).filter((i) => i !== features);
    const mean = op.mean(x, others);
    const centred = op.subtract(x, alongAxes(op, mean, x, [features]));
    const count = op.dimension(product(others.map((i) => x.shape[i]!)));
    return { mean, variance: op.mean(op.square(centred), others), count };
  },
  lower: ({ x, weights: w, parameters: p, op }) => {
    const features = 1 + axisFromStart(p.axis, x.shape.length - 1);
    const mean = w['mean'] ? alongAxes(op, w['mean'], x, [features]) : p.mean!;
    const deviation = w['variance']
      ? alongAxes(op, op.maximum(op.sqrt(w['variance']), epsilon), x, [features])
      : Math.max(Math.sqrt(p.variance!), epsilon);
    return p.invert ? op.add(op.multiply(x, deviation), mean) : op.divide(op.subtract(x, mean), deviation);
  },
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [
    { source: 'Normalization', input: [4], output: [4] },
    { source: 'Normalization(mean: 3, variance: 2)', input: ['h', 8], output: ['h', 8] },
    { source: 'Normalization(axis: 0, invert: true)', input: [3, 'w'], output: [3, 'w'] },
  ],
});
