/** `Conv1D`, `Conv2D`, `Conv3D`: filters that slide over steps, images or volumes. */
import { product, sizesOf } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import { int, ints, padding } from '../../definitions/parameters.ts';
import { add, dim, divide, multiply, ONE } from '../../shapes/index.ts';
import { kernelAndBias, kernelAndBiasParameters } from '../kernel-and-bias.ts';
import { ones, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';
import { needStridesOrDilation, numbers, windowedSizes } from '../windows.ts';
import { convolved, convolving } from './windowed.ts';

const formulas: Readonly<Record<SpatialRank, string>> = {
  1: '$y_{if} = \\mathrm{activation}(\\sum_{ac} x_{i s + a d,\\, c}\\, k_{acf} + b_f)$',
  2: '$y_{ijf} = \\mathrm{activation}(\\sum_{abc} x_{i s + a d,\\, j s + b d,\\, c}\\, k_{abcf} + b_f)$',
  3: '$y_{tijf} = \\mathrm{activation}(\\sum_{eabc} x_{t s + e d,\\, i s + a d,\\, j s + b d,\\, c}\\, k_{eabcf} + b_f)$',
};

const examples: Readonly<Record<SpatialRank, readonly DefinitionExample[]>> = {
  1: [
    { source: 'Conv1D(16, 3)', input: [10, 4], output: [8, 16] },
    { source: 'Conv1D(8, 3, strides: 2, padding: same)', input: ['seq', 4], output: ['ceil(seq / 2)', 8] },
    { source: 'Conv1D(8, 2, padding: causal, dilationRate: 4, activation: relu)', input: ['seq', 4], output: ['seq', 8] },
    { source: 'Conv1D(8, 3, groups: 2)', input: [10, 4], output: [8, 8] },
  ],
  2: [
    { source: 'Conv2D(32, 3)', input: [28, 28, 1], output: [26, 26, 32] },
    { source: 'Conv2D(8, (3, 5), strides: 2, padding: same, activation: relu)', input: ['h', 'w', 3], output: ['ceil(h / 2)', 'ceil(w / 2)', 8] },
    { source: 'Conv2D(8, 3, padding: ((0, 1), (0, 1)), strides: 2)', input: [16, 16, 3], output: [8, 8, 8] },
    { source: 'Conv2D(8, 3, dilationRate: 2, groups: 2)', input: [16, 16, 4], output: [12, 12, 8] },
  ],
  3: [
    { source: 'Conv3D(4, 3)', input: [6, 6, 6, 2], output: [4, 4, 4, 4] },
    { source: 'Conv3D(2, (2, 3, 3), strides: 2, padding: same)', input: [5, 'h', 'w', 2], output: [3, 'ceil(h / 2)', 'ceil(w / 2)', 2] },
  ],
}; // prettier-ignore

const convolution = (rank: SpatialRank): LayerDefinition =>
  defineLayer({
    name: `Conv${rank}D`,
    summary: `Convolution over ${spatialWords[rank]}.`,
    doc: `${formulas[rank]} with strides $s$ and dilation $d$. [Keras](https://keras.io/api/layers/convolution_layers/convolution${rank}d/)`,
    flow: 'linear',
    parameters: {
      filters: int({ doc: 'Number of filters: the channels of the result.', min: 1 }),
      kernelSize: ints(rank, { doc: `Size of a filter: ${spatialWords[rank]}.`, min: 1 }),
      strides: ints(rank, { doc: 'Steps between windows.', default: ones(rank), min: 1 }),
      padding: padding(rank, {
        doc: `\`same\` pads with zeros so that strides alone decide the size, \`valid\` does not pad, ${rank === 1 ? '`causal` pads before only, so that no step sees a later one, ' : ''}numbers are zeros on each side.`,
        default: 'valid',
        causal: rank === 1,
      }),
      dilationRate: ints(rank, { doc: 'Steps between the elements of a filter.', default: ones(rank), min: 1 }),
      groups: int({ doc: 'Channels and filters are split into this many independent groups.', default: ONE, min: 1 }),
      ...kernelAndBiasParameters,
    },
    weights: ({ input, parameters: p }) => {
      const channels = sizesOf(input.shape)![rank]!;
      return kernelAndBias(p, [...p.kernelSize, divide(channels, p.groups), p.filters], [p.filters]);
    },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      if (!sizes || !need.known(sizes[rank]!, { what: 'channels' })) return undefined;
      if (!needStridesOrDilation(p.strides, p.dilationRate, need)) return undefined;
      if (!need.divisible(sizes[rank]!, p.groups, { argument: 'groups', what: 'channels' })) return undefined;
      if (!need.divisible(p.filters, p.groups, { argument: 'groups', what: 'filters' })) return undefined;
      const windows = { sizes: p.kernelSize, strides: p.strides, padding: p.padding, dilations: p.dilationRate };
      const spatial = windowedSizes(sizes, 0, { ...windows, argument: 'kernelSize' }, need);
      return spatial && [...spatial, p.filters];
    },
    lower: ({ x, weights: w, parameters: p, op, activate }) => {
      const y = convolved(op, x, w['kernel']!, convolving(p), numbers([p.groups])[0]!);
      return activate(p.activation, w['bias'] ? op.add(y, w['bias']) : y);
    },
    flops: ({ inputs, output, parameters: p }) => {
      const channels = divide(sizesOf(inputs[0]!.shape)![rank]!, p.groups);
      const perOutput = add(multiply(dim(2), product([...p.kernelSize, channels])), dim(p.useBias ? 1 : 0));
      return multiply(perOutput, product(sizesOf(output.shape)!));
    },
    examples: examples[rank],
  });

export const convolutions: readonly LayerDefinition[] = spatialRanks.map(convolution);
