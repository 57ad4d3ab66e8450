/** `DepthwiseConv1D`, `DepthwiseConv2D`: each channel by its own filters. */
import { product, sizesOf } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import { activation, bool, constraint, initializer, int, ints, named, padding, regularizer } from '../../definitions/parameters.ts'; // prettier-ignore
import { add, dim, multiply, ONE } from '../../shapes/index.ts';
import { ones, spatialSizes, spatialWords } from '../spatial.ts';
import { needStridesOrDilation, windowedSizes } from '../windows.ts';
import { convolving, depthwiseConvolved } from './windowed.ts';

const examples: Readonly<Record<1 | 2, readonly DefinitionExample[]>> = {
  1: [
    { source: 'DepthwiseConv1D(3)', input: [10, 4], output: [8, 4] },
    { source: 'DepthwiseConv1D(4, padding: causal, depthMultiplier: 2)', input: ['seq', 3], output: ['seq', 6] },
  ],
  2: [
    { source: 'DepthwiseConv2D(3, padding: same)', input: ['h', 'w', 8], output: ['h', 'w', 8] },
    { source: 'DepthwiseConv2D(3, strides: 2, padding: same, depthMultiplier: 2, activation: relu)', input: [7, 8, 3], output: [4, 4, 6] },
    { source: 'DepthwiseConv2D((2, 3), dilationRate: 2)', input: [8, 8, 3], output: [6, 4, 3] },
  ],
}; // prettier-ignore

const depthwiseConvolution = (rank: 1 | 2): LayerDefinition =>
  defineLayer({
    name: `DepthwiseConv${rank}D`,
    summary: `Convolution of each channel alone, over ${spatialWords[rank]}.`,
    doc: `$y_{…,\\, c m + j} = \\sum_a x_{… s + a d,\\, c}\\, k_{a c j} + b$ with strides $s$, dilation $d$ and $m$ filters for each channel. [Keras](https://keras.io/api/layers/convolution_layers/depthwise_convolution${rank}d/)`,
    flow: 'linear',
    parameters: {
      kernelSize: ints(rank, { doc: `Size of a filter: ${spatialWords[rank]}.`, min: 1 }),
      strides: ints(rank, { doc: 'Steps between windows.', default: ones(rank), min: 1 }),
      padding: padding(rank, {
        doc: '`same` pads with zeros so that strides alone decide the size, `valid` does not pad, numbers are zeros on each side.',
        default: 'valid',
        causal: rank === 1,
      }),
      depthMultiplier: int({ doc: 'Filters for each channel.', default: ONE, min: 1 }),
      dilationRate: ints(rank, { doc: 'Steps between the elements of a filter.', default: ones(rank), min: 1 }),
      activation: activation({ doc: 'Applied to the result.', default: undefined }),
      useBias: bool({ doc: 'Add a learned offset to each filter.', default: true }),
      depthwiseInitializer: initializer({ doc: 'Start values of the kernel.', default: named('glorotUniform') }),
      biasInitializer: initializer({ doc: 'Start values of the bias.', default: named('zeros') }),
      depthwiseRegularizer: regularizer({ doc: 'Penalty on the kernel, added to the loss.' }),
      biasRegularizer: regularizer({ doc: 'Penalty on the bias, added to the loss.' }),
      activityRegularizer: regularizer({ doc: 'Penalty on the result, a mean per example, added to the loss.' }),
      depthwiseConstraint: constraint({ doc: 'Applied to the kernel after each update.' }),
      biasConstraint: constraint({ doc: 'Applied to the bias after each update.' }),
    },
    weights: ({ input, parameters: p }) => {
      const channels = sizesOf(input.shape)![rank]!;
      return {
        kernel: { shape: [...p.kernelSize, channels, p.depthMultiplier], initializer: p.depthwiseInitializer, regularizer: p.depthwiseRegularizer, constraint: p.depthwiseConstraint },
        bias: p.useBias && { shape: [multiply(channels, p.depthMultiplier)], initializer: p.biasInitializer, regularizer: p.biasRegularizer, constraint: p.biasConstraint },
      };
    },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      if (!sizes || !need.known(sizes[rank]!, { what: 'channels' })) return undefined;
      if (!needStridesOrDilation(p.strides, p.dilationRate, need)) return undefined;
      const windows = { sizes: p.kernelSize, strides: p.strides, padding: p.padding, dilations: p.dilationRate };
      const spatial = windowedSizes(sizes, 0, { ...windows, argument: 'kernelSize' }, need);
      return spatial && [...spatial, multiply(sizes[rank]!, p.depthMultiplier)];
    },
    lower: ({ x, weights: w, parameters: p, op, activate }) => {
      const y = depthwiseConvolved(op, x, w['kernel']!, convolving(p));
      return activate(p.activation, w['bias'] ? op.add(y, w['bias']) : y);
    },
    flops: ({ output, parameters: p }) => {
      const perOutput = add(multiply(dim(2), product(p.kernelSize)), dim(p.useBias ? 1 : 0));
      return multiply(perOutput, product(sizesOf(output.shape)!));
    },
    examples: examples[rank],
  }); // prettier-ignore

export const depthwiseConvolutions: readonly LayerDefinition[] = [depthwiseConvolution(1), depthwiseConvolution(2)];
