/** `Dense`: one matrix product over the last axis. */
import { lastSize, product, sizesOf } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { int } from '../../definitions/parameters.ts';
import { add, dim, multiply } from '../../shapes/index.ts';
import { kernelAndBias, kernelAndBiasParameters } from '../kernel-and-bias.ts';
import { matMulLastAxis } from '../../functions/mat-mul-last-axis.ts';

export const dense = defineLayer({
  name: 'Dense',
  summary: 'Fully connected: every feature feeds every unit.',
  doc: '$y = \\mathrm{activation}(x W + b)$ over the last axis; axes before it are treated alike. [Keras](https://keras.io/api/layers/core_layers/dense/)',
  flow: 'linear',
  parameters: {
    units: int({ doc: 'Size of the last axis of the result.', min: 1 }),
    ...kernelAndBiasParameters,
  },
  weights: ({ input, parameters: p }) => kernelAndBias(p, [lastSize(input)!, p.units], [p.units]),
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1, '[…, features]') || !need.dtype(input, ['float32'])) return undefined;
    const features = lastSize(input);
    if (!features || !need.known(features, { what: 'features' })) return undefined;
    return [...input.shape.slice(0, -1), p.units];
  },
  lower: ({ x, weights: w, parameters: p, op, activate }) => {
    const y = matMulLastAxis(op, x, w['kernel']!);
    return activate(p.activation, w['bias'] ? op.add(y, w['bias']) : y);
  },
  flops: ({ inputs, output, parameters: p }) => {
    const perUnit = add(multiply(dim(2), lastSize(inputs[0]!)!), dim(p.useBias ? 1 : 0));
    return multiply(perUnit, product(sizesOf(output.shape) ?? []));
  },
  examples: [
    { source: 'Dense(64)', input: [128], output: [64] },
    { source: 'Dense(8, activation: relu, useBias: false)', input: ['seq', 4], output: ['seq', 8] },
  ],
});
