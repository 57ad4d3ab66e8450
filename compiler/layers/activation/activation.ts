/** `Activation` and the activations that are layers. */
import { axisPosition, elementwiseFlops } from '../../definitions/axes.ts';
import { alignRanks } from '../../definitions/align-ranks.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { activation, axis, float, optionalFloat } from '../../definitions/parameters.ts';
import { eluOf } from '../../functions/activations.ts';
import { leak, rectify } from '../../functions/relu.ts';
import { softmaxAlong } from '../../functions/softmax.ts';

export const activationLayer = defineLayer({
  name: 'Activation',
  summary: 'Applies an activation function.',
  doc: '$y = \\mathrm{activation}(x)$. `Activation(relu)` is `relu`. [Keras](https://keras.io/api/layers/core_layers/activation/)',
  flow: 'bends',
  parameters: { activation: activation({ doc: 'The function.' }) },
  shape: ({ input, need }) => (need.dtype(input, ['float32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, activate }) => activate(p.activation, x),
  flops: ({ output }) => elementwiseFlops(output),
  preferFor: (p) => p.activation?.definition.name,
  examples: [{ source: 'Activation(relu)', input: ['n', 8], output: ['n', 8] }],
});

export const reluLayer = defineLayer({
  name: 'ReLU',
  summary: 'Rectified linear unit: negative numbers become 0.',
  doc: '`maxValue` at most, $x$ above the threshold, $\\mathrm{negativeSlope}\\,(x - \\mathrm{threshold})$ below. [Keras](https://keras.io/api/layers/activation_layers/relu/)',
  flow: 'bends',
  parameters: {
    maxValue: optionalFloat({ doc: 'The largest result; unbounded if left out.', min: 0 }),
    negativeSlope: float({ doc: 'Slope below the threshold.', default: 0, min: 0 }),
    threshold: float({ doc: 'Values up to it count as negative.', default: 0, min: 0 }),
  },
  shape: ({ input, need }) => (need.dtype(input, ['float32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, op }) => rectify(op, x, p),
  flops: ({ output }) => elementwiseFlops(output),
  examples: [
    { source: 'ReLU', input: ['n', 8], output: ['n', 8] },
    { source: 'ReLU(6, negativeSlope: 0.1)', input: [8], output: [8] },
  ],
});

export const leakyReLU = defineLayer({
  name: 'LeakyReLU',
  summary: 'Lets a part of negative numbers through.',
  doc: '$x$ where positive, else $\\mathrm{negativeSlope} \\cdot x$. [Keras](https://keras.io/api/layers/activation_layers/leaky_relu/)',
  flow: 'bends',
  parameters: { negativeSlope: float({ doc: 'Slope for negative numbers.', default: 0.3 }) },
  shape: ({ input, need }) => (need.dtype(input, ['float32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, op }) => leak(op, x, p.negativeSlope),
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [{ source: 'LeakyReLU(0.1)', input: ['n', 8], output: ['n', 8] }],
});

export const eluLayer = defineLayer({
  name: 'ELU',
  summary: 'Exponential linear unit.',
  doc: '$x$ where positive, else $\\alpha (e^x - 1)$ (Clevert et al. 2015). [Keras](https://keras.io/api/layers/activation_layers/elu/)',
  flow: 'bends',
  parameters: { alpha: float({ doc: 'Scale for negative numbers.', default: 1 }) },
  shape: ({ input, need }) => (need.dtype(input, ['float32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, op }) => eluOf(op, x, p.alpha),
  flops: ({ output }) => elementwiseFlops(output, 3),
  examples: [{ source: 'ELU', input: ['n', 8], output: ['n', 8] }],
});

/** What Keras adds to scores that do not count. */
const MASKED = -1e9;

export const softmaxLayer = defineLayer({
  name: 'Softmax',
  summary: 'Turns scores into probabilities that sum to 1 along an axis.',
  doc: '$e^{x_i} / \\sum_j e^{x_j}$; where `mask` is false, −10⁹ is added first. [Keras](https://keras.io/api/layers/activation_layers/softmax/)',
  flow: 'bends',
  tensors: ['x', 'mask?'],
  parameters: { axis: axis({ doc: 'The axis along which the results sum to 1.', default: -1 }) },
  shape: ({ input, named, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1) || !need.dtype(input, ['float32'])) return undefined;
    if (axisPosition(p.axis, input.shape, need, { argument: 'axis' }) === undefined) return undefined;
    const mask = named['mask'];
    if (mask && !(need.dtype(mask, ['bool']) && need.broadcast([input, mask]))) return undefined;
    return input.shape;
  },
  lower: ({ x, named, parameters: p, op }) => {
    const mask = named['mask'] && alignRanks(op, [x, named['mask']])[1]!;
    return softmaxAlong(op, mask ? op.add(x, op.select(mask, 0, MASKED)) : x, p.axis);
  },
  flops: ({ output }) => elementwiseFlops(output, 5),
  examples: [{ source: 'Softmax', input: ['n', 8], output: ['n', 8] }],
});
