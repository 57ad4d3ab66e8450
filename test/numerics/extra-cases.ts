/**
 * Options that matter and that no example of the definition has, as expressions over inputs. By the definition whose row
 * they belong to.
 */
import type { DefinitionExample } from '../../compiler/definitions/define-layer.ts';

type Described = DefinitionExample['input'];
export interface ExtraCase {
  readonly source: string;
  readonly inputs: Readonly<Record<string, Described>>;
}

const of = (shape: readonly (number | string)[], ...sources: readonly string[]): readonly ExtraCase[] =>
  sources.map((source) => ({ source, inputs: { x: shape } }));

const with2 = (x: Described, m: Described, ...sources: readonly string[]): readonly ExtraCase[] =>
  sources.map((source) => ({ source, inputs: { x, m } }));

const bools = (...shape: (number | string)[]): Described => ({ dtype: 'bool', shape });
const ints = (...shape: (number | string)[]): Described => ({ dtype: 'int32', shape });

const fused = ['relu6', 'elu', 'sigmoid', 'leakyRelu', 'tanh', 'gelu', 'softmax', 'softplus'] as const;

const convolutions: Readonly<Record<string, readonly ExtraCase[]>> = {
  Conv1D: of([7, 2], 'x -> Conv1D(2, 2, strides: 3, padding: same)', 'x -> Conv1D(2, 3, strides: 2, padding: causal)', 'x -> Conv1D(2, 3, padding: (2, 1), useBias: false)'),
  Conv2D: [
    ...of([6, 5, 4], ...fused.map((activation) => `x -> Conv2D(3, 2, activation: ${activation})`)),
    ...of([7, 5, 2], 'x -> Conv2D(2, 2, strides: (3, 1), padding: same)', 'x -> Conv2D(2, 3, dilationRate: 2, padding: same, useBias: false)', 'x -> Conv2D(2, (1, 3), strides: (2, 1), padding: same)', 'x -> Conv2D(3, 1)', 'x -> Conv2D(3, 1, strides: 2)', 'x -> Conv2D(2, 3, strides: 2, padding: ((0, 1), (2, 1)))'),
    ...of([4, 4, 3], 'x -> Conv2D(6, (2, 3), groups: 3, padding: same)'),
  ],
  Conv3D: [
    ...of([4, 3, 4, 2], 'x -> Conv3D(2, (2, 3, 2), strides: (2, 1, 2), padding: same)', 'x -> Conv3D(2, 2, dilationRate: (2, 1, 2), groups: 2)', 'x -> Conv3D(1, (1, 2, 2), strides: (3, 1, 1), padding: same)', 'x -> Conv3D(2, 1, activation: elu)'),
  ],
  Conv1DTranspose: of([4, 3], 'x -> Conv1DTranspose(2, 2, strides: 3, padding: same)', 'x -> Conv1DTranspose(2, 4, strides: 3, outputPadding: 2)', 'x -> Conv1DTranspose(2, 3, dilationRate: 2)'),
  Conv2DTranspose: of([2, 3, 3], 'x -> Conv2DTranspose(2, (3, 4), strides: (2, 3), padding: same, activation: relu)', 'x -> Conv2DTranspose(2, 2, dilationRate: 2)'),
  Conv3DTranspose: of([2, 2, 3, 2], 'x -> Conv3DTranspose(1, (3, 2, 2), strides: (2, 1, 2), padding: same)', 'x -> Conv3DTranspose(1, (2, 1, 2), dilationRate: (2, 1, 1))'),
  DepthwiseConv1D: of([7, 3], 'x -> DepthwiseConv1D(3, strides: 2, padding: same, depthMultiplier: 2)', 'x -> DepthwiseConv1D(3, dilationRate: 2, activation: relu)'),
  DepthwiseConv2D: of([5, 6, 2], 'x -> DepthwiseConv2D((1, 2), strides: (3, 2), padding: same)', 'x -> DepthwiseConv2D((2, 3), depthMultiplier: 2, dilationRate: 2)', ...fused.slice(0, 4).map((activation) => `x -> DepthwiseConv2D(2, activation: ${activation})`)),
  SeparableConv2D: of([5, 4, 2], 'x -> SeparableConv2D(3, (3, 2), strides: 2, padding: same, depthMultiplier: 2, activation: tanh)'),
}; // prettier-ignore

const windows: Readonly<Record<string, readonly ExtraCase[]>> = {
  MaxPooling2D: of(
    [5, 6, 2],
    'x -> MaxPooling2D(2, strides: 1)',
    'x -> MaxPooling2D(2, padding: ((1, 0), (0, 1)))',
    'x -> MaxPooling2D(2, strides: 3)',
    'x -> add(-20) -> MaxPooling2D(3, strides: 2, padding: same)',
  ),
  MaxPooling3D: of(
    [3, 4, 5, 2],
    'x -> MaxPooling3D((2, 3, 2), strides: (1, 2, 2), padding: same)',
    'x -> add(-20) -> MaxPooling3D(2)',
  ),
  AveragePooling2D: of(
    [5, 6, 2],
    'x -> AveragePooling2D(2, padding: ((1, 1), (0, 1)))',
    'x -> AveragePooling2D(2, strides: 3)',
    'x -> AveragePooling2D(3, strides: 1)',
  ),
  AveragePooling3D: of([3, 4, 5, 2], 'x -> AveragePooling3D((2, 3, 2), strides: (1, 2, 2), padding: same)'),
  UpSampling2D: of([3, 2, 1], 'x -> UpSampling2D((4, 1), interpolation: bilinear)'),
};

const sequences: Readonly<Record<string, readonly ExtraCase[]>> = {
  SimpleRNN: of(['seq', 3], 'x -> SimpleRNN(4, useBias: false, goBackwards: true, returnSequences: true)'),
  LSTM: [
    ...of(['seq', 3], 'x -> LSTM(4, activation: relu, recurrentActivation: hardSigmoid, unitForgetBias: false)', 'x -> LSTM(3) -> Dense(2)', 'x -> LSTM(3, returnSequences: true) -> LSTM(2)', 'x -> LSTM(4, dropout: 0.3, recurrentDropout: 0.2)'),
  ],
  GRU: of(['seq', 3], 'x -> GRU(4, goBackwards: true, returnSequences: true)', 'x -> GRU(4, dropout: 0.3, resetAfter: false)'),
  Bidirectional: of(['seq', 3], 'x -> Bidirectional(LSTM(3, returnSequences: true), mergeMode: mul)', 'x -> Bidirectional(SimpleRNN(3), mergeMode: ave)'),
  TimeDistributed: of([3, 6, 6, 1], 'x -> TimeDistributed(Conv2D(2, 3, activation: relu))'),
  MultiHeadAttention: [
    ...with2([4, 6], bools(4, 4), 'MultiHeadAttention(2, 3)(x, x, attentionMask: m)'),
    ...of([5, 6], 'MultiHeadAttention(2, 3)(x, x, useCausalMask: true)', '(x, x) -> MultiHeadAttention(2, 3, dropout: 0.2)'),
  ],
  GroupQueryAttention: of([5, 8], 'GroupQueryAttention(4, 4, 2)(x, x, useCausalMask: true)'),
  Attention: of([5, 6], 'Attention(dropout: 0.2)(x, x, useCausalMask: true)'),
  Embedding: [{ source: 'x -> Embedding(5, 3) -> LSTM(2)', inputs: { x: ints('seq') } }],
}; // prettier-ignore

const others: Readonly<Record<string, readonly ExtraCase[]>> = {
  Dense: of([3, 4], ...fused.map((activation) => `x -> Dense(5, activation: ${activation})`), 'x -> Dense(5, kernelRegularizer: l2(0.02), biasRegularizer: l1(0.01))'),
  BatchNormalization: [
    ...of([5, 3], 'x -> Conv1D(4, 2) -> BatchNormalization -> relu', 'x -> BatchNormalization(scale: false, center: false, momentum: 0.5)'),
    ...of([6], 'x -> BatchNormalization(epsilon: 0.1)'),
  ],
  LayerNormalization: of([3, 4, 2], 'x -> LayerNormalization(axis: [0, 2], scale: false)', 'x -> LayerNormalization(epsilon: 0.1)'),
  GroupNormalization: of([3, 4], 'x -> GroupNormalization(1, scale: false, epsilon: 0.1)'),
  Concatenate: [{ source: '(x, m, x) -> Concatenate(axis: 0)', inputs: { x: ['n', 3], m: [2, 3] } }],
  Add: [{ source: '(x, m, x) -> Add', inputs: { x: ['n', 3], m: [1, 3] } }],
  PReLU: of([3, 4], 'x -> PReLU(sharedAxes: [0])'),
  Dot: with2([3, 4], [2, 4], '(x, m) -> Dot(-1)'),
}; // prettier-ignore

const functions: Readonly<Record<string, readonly ExtraCase[]>> = {
  index: [
    ...of([4, 5, 3], 'x[0]', 'x[:, -1]', 'x[..., 0:2]', 'x[::2]', 'x[1:, ::3, 1]', 'x[1, ..., 2] * x[-1, 0, 0]'),
  ],
  sin: of([4], 'x * 1000 -> sin'),
  cos: of([4], 'x * 1000 -> cos'),
  tan: of([4], 'x * 10 -> tan'),
  cumsum: [...of([4, 3], 'x -> cumsum(axis: 0)', 'x -> cumsum(axis: -1) -> cumsum(axis: 0)'), ...of([2, 3, 2, 2, 3], 'x -> cumsum(axis: 1)')],
  gather: [{ source: 'x -> gather(m, axis: 1)', inputs: { x: [3, 4, 2], m: ints(2, 3) } }],
  sum: of([2, 3, 2, 2, 3], 'x -> sum(axis: [1, 3])'),
  mean: of([2, 3, 2, 2, 3], 'x -> mean(axis: [0, 2, 4])'),
  max: of([2, 3, 2, 2, 3], 'x -> max(axis: [1, 3])'),
  prod: of([2, 3], 'x -> prod(axis: 0)'),
  transpose: of([2, 3, 2, 2, 3], 'x -> transpose(4, 1, 3, 0, 2)'),
  reverse: of([2, 3, 2, 2, 3], 'x -> reverse(axis: [1, 3])'),
  concat: with2([2, 3, 2, 2, 3], [2, 3, 2, 1, 3], 'x -> concat(m, axis: 3)'),
  add: with2([2, 3, 2, 2, 3], [2, 1, 2, 1, 1], 'x + m'),
  multiply: with2([2, 3, 2, 2, 3], [3], 'x * m'),
  where: [{ source: 'where(c, x, m)', inputs: { c: bools(2, 1, 2, 2, 1), x: [2, 3, 2, 2, 3], m: [3] } }],
  broadcastTo: of([2, 1, 2, 1], 'x -> broadcastTo(3, 2, 3, 2, 2)'),
  tile: of([2, 2, 1, 3], 'x -> tile(1, 2, 2, 1)'),
  pad: of([2, 2, 2, 2, 2], 'x -> pad(((1, 0), (0, 0), (0, 2), (0, 0), (1, 1)))'),
  matMul: [
    ...with2([2, 3, 4], [2, 4, 5], 'x @ m'),
    ...with2([3, 2, 5, 4], [2, 4, 3], 'x @ m', 'x @ m -> softmax'),
    ...of([5, 4], 'x @ (x -> transpose)'),
  ],
  einsum: [
    ...with2([3, 4], [4, 5], 'einsum("a b, b c -> a c", x, m)', 'einsum("a b, b c -> c a", x, m)'),
    ...with2([2, 3, 4], [2, 5, 4], 'einsum("h q d, h k d -> h q k", x, m)'),
  ],
  norm: of([3, 4], 'x -> norm(ord: 3)'),
}; // prettier-ignore

const all: Readonly<Record<string, readonly ExtraCase[]>> = { ...convolutions, ...windows, ...sequences, ...others, ...functions }; // prettier-ignore

export const extraCases = (name: string): readonly ExtraCase[] => all[name] ?? [];
export const extraNames: readonly string[] = Object.keys(all);
