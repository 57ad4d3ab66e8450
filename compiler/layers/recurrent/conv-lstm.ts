/** `ConvLSTM1D`, `ConvLSTM2D`, `ConvLSTM3D`: an LSTM over rows, images or volumes, its products being convolutions. */
import { sizeAt, sizesOf } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition, type LowerContext } from '../../definitions/define-layer.ts'; // prettier-ignore
import { bool, int, ints, padding, type ActivationUse, type PaddingValue } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { dim, multiply, type Dim, type Shape } from '../../shapes/index.ts';
import { convolved, convolving, type Convolving } from '../convolution/windowed.ts';
import { ones, spatialRanks, spatialWords, type SpatialRank } from '../spatial.ts';
import { needStridesOrDilation, windowedSizes } from '../windows.ts';
import { layerPenalties, recurrentActivation, startValues, unitsAndActivation } from './cell.ts';
import { withForgetBias } from './lstm-cell.ts';
import { initialNames, sequenceFits, sequenceParameters, sequenceResults } from './recurrent-layer.ts';
import { dropoutMask, runRecurrence, type Recurrence } from './run-cell.ts';

const layouts: Readonly<Record<SpatialRank, string>> = {
  1: '[time, steps, channels]',
  2: '[time, height, width, channels]',
  3: '[time, depth, height, width, channels]',
};

const examples: Readonly<Record<SpatialRank, readonly DefinitionExample[]>> = {
  1: [{ source: 'ConvLSTM1D(4, 3, returnSequences: true)', input: ['seq', 6, 2], output: ['seq', 4, 4] }],
  2: [
    { source: 'ConvLSTM2D(4, 3)', input: ['seq', 6, 5, 2], output: [4, 3, 4] },
    { source: 'ConvLSTM2D(4, 3, padding: same)', input: ['seq', 'h', 'w', 2], output: ['h', 'w', 4] },
  ],
  3: [{ source: 'ConvLSTM3D(2, 2)', input: [3, 3, 4, 3, 2], output: [2, 3, 2, 2] }],
};

const gates = dim(4);

/** Channels `at · filters` to `(at + 1) · filters`. */
function gateOf(op: Parameters<typeof convolved>[0], z: TensorNode, filters: Dim, at: number): TensorNode {
  const last = z.shape.length - 1;
  const begin = z.shape.map((_, axis) => (axis === last ? multiply(dim(at), filters) : 0));
  return op.slice(z, begin, [...z.shape.slice(0, -1), filters]);
}

/** The parameters that a step reads. */
interface ConvolutionalCell {
  readonly filters: Dim;
  readonly kernelSize: readonly Dim[];
  readonly strides: readonly Dim[];
  readonly padding: PaddingValue;
  readonly dilationRate: readonly Dim[];
  readonly activation: ActivationUse | undefined;
  readonly recurrentActivation: ActivationUse | undefined;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly returnSequences: boolean;
}

/** What every convolution of the state is. */
const sameConvolution = (rank: SpatialRank, { kernelSize }: ConvolutionalCell): Convolving =>
  convolving({ kernelSize, strides: ones(rank), padding: 'same', dilationRate: ones(rank) });

function recurrenceFor(rank: SpatialRank, context: LowerContext<unknown>, p: ConvolutionalCell): Recurrence {
  const { op, x, weights: w, activate, output, training } = context;
  const n = x.shape[0]!;
  const sizes = sizesOf(output.shape)!;
  const state = [n, ...(p.returnSequences ? sizes.slice(1) : sizes)];
  const mask = (shape: readonly Dim[], rate: number): TensorNode | undefined =>
    training && rate > 0 ? dropoutMask(context, shape, rate) : undefined;
  const inputMask = mask([n, ...x.shape.slice(2)], p.dropout);
  const stateMask = mask(state, p.recurrentDropout);
  const project = (all: TensorNode): TensorNode => {
    const given = inputMask ? op.multiply(all, inputMask) : all;
    const each = op.reshape(given, [multiply(all.shape[0]!, n), ...all.shape.slice(2)]);
    const y = convolved(op, each, w['kernel']!, convolving(p), 1);
    return op.reshape(w['bias'] ? op.add(y, w['bias']) : y, [all.shape[0]!, n, ...y.shape.slice(1)]);
  };
  const step = (share: TensorNode, [h, c]: readonly TensorNode[]): readonly TensorNode[] => {
    const entering = stateMask ? op.multiply(h!, stateMask) : h!;
    const z = op.add(share, convolved(op, entering, w['recurrentKernel']!, sameConvolution(rank, p), 1));
    const gate = (at: number): TensorNode => activate(p.recurrentActivation, gateOf(op, z, p.filters, at));
    const candidate = activate(p.activation, gateOf(op, z, p.filters, 2));
    const memory = op.add(op.multiply(gate(1), c!), op.multiply(gate(0), candidate));
    return [op.multiply(gate(3), activate(p.activation, memory)), memory];
  };
  return { project, step, names: ['h', 'c'], states: [state, state], output: 0 };
}

const convLSTM = (rank: SpatialRank): LayerDefinition =>
  defineLayer({
    name: `ConvLSTM${rank}D`,
    summary: `Long short-term memory over ${spatialWords[rank]}, with convolutions in place of matrix products.`,
    doc: `As \`LSTM\`, with $x_t * W + h_{t-1} * U + b$; the convolution of the state is \`same\` (Shi et al. 2015). [Keras](https://keras.io/api/layers/recurrent_layers/conv_lstm${rank}d/)`,
    flow: 'bends',
    tensors: ['x', ...initialNames(2).map((name) => `${name}?`), 'mask?'],
    parameters: {
      filters: int({ doc: 'Number of filters: the channels of the output and of each state.', min: 1 }),
      kernelSize: ints(rank, { doc: `Size of a filter: ${spatialWords[rank]}.`, min: 1 }),
      strides: ints(rank, { doc: 'Steps between windows over the input.', default: ones(rank), min: 1 }),
      padding: padding(rank, { doc: 'Of the input: `same` or `valid`, or zeros on each side.', default: 'valid' }),
      dilationRate: ints(rank, { doc: 'Steps between the elements of a filter over the input.', default: ones(rank), min: 1 }),
      activation: unitsAndActivation.activation,
      ...recurrentActivation,
      ...startValues,
      unitForgetBias: bool({ doc: 'Let the bias of the forget gate start at 1.', default: true }),
      ...layerPenalties,
      ...sequenceParameters,
    },
    weights: ({ input, parameters: p }) => {
      const channels = sizeAt(input.shape, rank + 1)!;
      const wide = multiply(gates, p.filters);
      const bias = { shape: [wide], initializer: p.biasInitializer, regularizer: p.biasRegularizer, constraint: p.biasConstraint };
      return {
        kernel: { shape: [...p.kernelSize, channels, wide], initializer: p.kernelInitializer, regularizer: p.kernelRegularizer, constraint: p.kernelConstraint },
        recurrentKernel: { shape: [...p.kernelSize, p.filters, wide], initializer: p.recurrentInitializer, regularizer: p.recurrentRegularizer, constraint: p.recurrentConstraint },
        bias: p.useBias && (p.unitForgetBias ? withForgetBias(bias) : bias),
      };
    },
    shape: ({ input, named, parameters: p, need }) => {
      if (!need.rank(input, rank + 2, layouts[rank]) || !need.dtype(input, ['float32'])) return undefined;
      const [time, ...sizes] = sizesOf(input.shape) ?? [];
      if (!time || !need.known(sizes[rank]!, { what: 'channels' })) return undefined;
      if (!needStridesOrDilation(p.strides, p.dilationRate, need)) return undefined;
      const windows = { sizes: p.kernelSize, strides: p.strides, padding: p.padding, dilations: p.dilationRate };
      const spatial = windowedSizes(sizes, 0, { ...windows, argument: 'kernelSize' }, need);
      if (!spatial) return undefined;
      const state: Shape = [...spatial, p.filters];
      if (!sequenceFits({ input, named, parameters: p, need }, [state, state])) return undefined;
      return sequenceResults(p.returnSequences ? [time, ...state] : state, ['h', 'c'], [state, state], p);
    },
    lower: (context) => {
      const p = context.parameters;
      const initial = initialNames(2).flatMap((name) => context.named[name] ?? []);
      const inputs = { x: context.x, mask: context.named['mask'], initial };
      return runRecurrence(context, inputs, recurrenceFor(rank, context, p), { ...p, zeroOutputForMask: false });
    },
    examples: examples[rank],
  }); // prettier-ignore

export const convLSTMs: readonly LayerDefinition[] = spatialRanks.map(convLSTM);
