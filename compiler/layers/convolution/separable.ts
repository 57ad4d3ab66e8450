/** `SeparableConv1D`, `SeparableConv2D`: a depthwise convolution, then one over the channels of each position. */
import { product, sizesOf } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import { activation, bool, constraint, initializer, int, ints, named, padding, regularizer } from '../../definitions/parameters.ts'; // prettier-ignore
import { add, dim, multiply, ONE } from '../../shapes/index.ts';
import { ones, perAxis, spatialSizes, spatialWords } from '../spatial.ts';
import { needStridesOrDilation, windowedSizes } from '../windows.ts';
import { convolved, convolving, depthwiseConvolved } from './windowed.ts';

const examples: Readonly<Record<1 | 2, readonly DefinitionExample[]>> = {
  1: [
    { source: 'SeparableConv1D(8, 3)', input: [10, 4], output: [8, 8] },
    { source: 'SeparableConv1D(8, 3, padding: causal, dilationRate: 2)', input: ['seq', 4], output: ['seq', 8] },
  ],
  2: [
    { source: 'SeparableConv2D(8, 3, padding: same, activation: relu)', input: ['h', 'w', 4], output: ['h', 'w', 8] },
    { source: 'SeparableConv2D(5, (2, 3), strides: 2, depthMultiplier: 2)', input: [8, 9, 3], output: [4, 4, 5] },
  ],
};

const parametersOf = (rank: 1 | 2) => ({
  filters: int({ doc: 'Number of weighted sums: the channels of the result.', min: 1 }),
  kernelSize: ints(rank, { doc: `Size of a filter: ${spatialWords[rank]}.`, min: 1 }),
  strides: ints(rank, { doc: 'Steps between windows.', default: ones(rank), min: 1 }),
  padding: padding(rank, {
    doc: '`same` pads with zeros so that strides alone decide the size, `valid` does not pad, numbers are zeros on each side.',
    default: 'valid',
    causal: rank === 1,
  }),
  dilationRate: ints(rank, { doc: 'Steps between the elements of a filter.', default: ones(rank), min: 1 }),
  depthMultiplier: int({ doc: 'Filters for each channel.', default: ONE, min: 1 }),
  activation: activation({ doc: 'Applied to the result.', default: undefined }),
  useBias: bool({ doc: 'Add a learned offset to each channel of the result.', default: true }),
  depthwiseInitializer: initializer({ doc: 'Start values of the depthwise kernel.', default: named('glorotUniform') }),
  pointwiseInitializer: initializer({ doc: 'Start values of the pointwise kernel.', default: named('glorotUniform') }),
  biasInitializer: initializer({ doc: 'Start values of the bias.', default: named('zeros') }),
  depthwiseRegularizer: regularizer({ doc: 'Penalty on the depthwise kernel, added to the loss.' }),
  pointwiseRegularizer: regularizer({ doc: 'Penalty on the pointwise kernel, added to the loss.' }),
  biasRegularizer: regularizer({ doc: 'Penalty on the bias, added to the loss.' }),
  activityRegularizer: regularizer({ doc: 'Penalty on the result, a mean per example, added to the loss.' }),
  depthwiseConstraint: constraint({ doc: 'Applied to the depthwise kernel after each update.' }),
  pointwiseConstraint: constraint({ doc: 'Applied to the pointwise kernel after each update.' }),
  biasConstraint: constraint({ doc: 'Applied to the bias after each update.' }),
}); // prettier-ignore

const separableConvolution = (rank: 1 | 2): LayerDefinition =>
  defineLayer({
    name: `SeparableConv${rank}D`,
    summary: `Convolution of each channel over ${spatialWords[rank]}, then of the channels of each position.`,
    doc: `$y_{…, f} = \\mathrm{activation}(\\sum_{c, j} p_{c j f} \\sum_a x_{… s + a d, c}\\, k_{a c j} + b_f)$: a depthwise convolution with \`depthMultiplier\` filters for each channel, then \`filters\` weighted sums of the channels, the bias and the activation. [Keras](https://keras.io/api/layers/convolution_layers/separable_convolution${rank}d/)`,
    flow: 'linear',
    parameters: parametersOf(rank),
    weights: ({ input, parameters: p }) => {
      const channels = sizesOf(input.shape)![rank]!;
      const pointwise = [...ones(rank), multiply(channels, p.depthMultiplier), p.filters];
      return {
        depthwiseKernel: { shape: [...p.kernelSize, channels, p.depthMultiplier], initializer: p.depthwiseInitializer, regularizer: p.depthwiseRegularizer, constraint: p.depthwiseConstraint },
        pointwiseKernel: { shape: pointwise, initializer: p.pointwiseInitializer, regularizer: p.pointwiseRegularizer, constraint: p.pointwiseConstraint },
        bias: p.useBias && { shape: [p.filters], initializer: p.biasInitializer, regularizer: p.biasRegularizer, constraint: p.biasConstraint },
      };
    },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      if (!sizes || !need.known(sizes[rank]!, { what: 'channels' })) return undefined;
      if (!needStridesOrDilation(p.strides, p.dilationRate, need)) return undefined;
      const windows = { sizes: p.kernelSize, strides: p.strides, padding: p.padding, dilations: p.dilationRate };
      const spatial = windowedSizes(sizes, 0, { ...windows, argument: 'kernelSize' }, need);
      return spatial && [...spatial, p.filters];
    },
    lower: ({ x, weights: w, parameters: p, op, activate }) => {
      const each = depthwiseConvolved(op, x, w['depthwiseKernel']!, convolving(p));
      const one = perAxis(rank, 1);
      const y = convolved(op, each, w['pointwiseKernel']!, { sizes: one, strides: one, dilations: one, padding: 'valid' }); // prettier-ignore
      return activate(p.activation, w['bias'] ? op.add(y, w['bias']) : y);
    },
    flops: ({ inputs, output, parameters: p }) => {
      const [given, made] = [sizesOf(inputs[0]!.shape)!, sizesOf(output.shape)!];
      const between = multiply(given[rank]!, p.depthMultiplier);
      const each = multiply(between, product(p.kernelSize));
      const perPosition = add(multiply(dim(2), add(each, multiply(between, p.filters))), p.useBias ? p.filters : dim(0));
      return multiply(perPosition, product(made.slice(0, rank)));
    },
    examples: examples[rank],
  }); // prettier-ignore

export const separableConvolutions: readonly LayerDefinition[] = [separableConvolution(1), separableConvolution(2)];
