/** What is usually written next, by what flows and what stands before: the order of completions, and nothing else. */
import type { CallStage, Node } from '../../grammar/ast.ts';
import type { TensorType } from '../definitions/types.ts';
import { rankOf } from '../shapes/index.ts';

const vectors = ['Dense', 'relu', 'Dropout', 'BatchNormalization', 'LayerNormalization', 'softmax', 'sigmoid', 'gelu', 'tanh', 'reshape', 'RepeatVector']; // prettier-ignore
const sequences = ['LSTM', 'GRU', 'Dense', 'Conv1D', 'MultiHeadAttention', 'LayerNormalization', 'Bidirectional', 'Dropout', 'MaxPooling1D', 'GlobalAveragePooling1D', 'GlobalMaxPooling1D', 'Flatten', 'relu', 'gelu', 'BatchNormalization', 'TimeDistributed']; // prettier-ignore
const images = ['Conv2D', 'MaxPooling2D', 'BatchNormalization', 'relu', 'Flatten', 'GlobalAveragePooling2D', 'Dropout', 'AveragePooling2D', 'SeparableConv2D', 'DepthwiseConv2D', 'Conv2DTranspose', 'UpSampling2D', 'LayerNormalization', 'GroupNormalization', 'Dense', 'ZeroPadding2D']; // prettier-ignore
const volumes = ['Conv3D', 'ConvLSTM2D', 'MaxPooling3D', 'TimeDistributed', 'BatchNormalization', 'relu', 'GlobalAveragePooling3D', 'Flatten', 'Dropout', 'Conv3DTranspose', 'AveragePooling3D']; // prettier-ignore
const wholeNumbers = ['Embedding', 'oneHot', 'cast', 'CategoryEncoding'];
const truths = ['cast', 'logicalNot', 'any', 'all', 'where'];
const scalars = ['expandDims', 'sigmoid', 'relu', 'exp', 'log', 'square', 'sqrt', 'abs'];
const unknown = ['Dense', 'Conv2D', 'relu', 'LSTM', 'Flatten', 'Dropout', 'BatchNormalization', 'LayerNormalization', 'MaxPooling2D', 'Embedding', 'softmax', 'sigmoid']; // prettier-ignore

/** Names in the order in which they come first; of an unknown value too. */
export function usualNext(type: TensorType | undefined): readonly string[] {
  if (!type) return unknown;
  if (type.dtype === 'int32') return wholeNumbers;
  if (type.dtype === 'bool') return truths;
  const rank = rankOf(type.shape);
  if (rank === undefined) return unknown;
  return [scalars, vectors, sequences, images][rank] ?? volumes;
}

/** Written seldom, whatever flows: parts of recurrent layers, and layers that have a shorter spelling. */
export const isSeldom = (name: string): boolean => /Cells?$|^Random|^RNN$|^Identity$|^identity$/.test(name);

/** The stage before a stage of the same run of stages; undefined for the first of them. */
export function stageBefore(around: Node | undefined, stage: CallStage): CallStage | undefined {
  const runs = around?.kind === 'IfStage' ? [around.then, around.otherwise ?? []] : around && 'stages' in around ? [around.stages] : []; // prettier-ignore
  const before = runs.map((stages) => stages[stages.indexOf(stage) - 1]).find((found) => found !== undefined);
  return before?.kind === 'CallStage' ? before : undefined;
}

/** Behind a layer of this name, whatever flows. */
const behind: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^BatchNormalization$/, ['relu', 'leakyRelu', 'silu']],
  [/^(Flatten|flatten|Global\w+Pooling\dD)$/, ['Dense', 'Dropout']],
  [/^(Embedding)$/, ['LSTM', 'Bidirectional', 'GRU', 'GlobalAveragePooling1D']],
  [/^(LSTM|GRU|Bidirectional|SimpleRNN)$/, ['Dense', 'LSTM', 'Dropout']],
  [/^MultiHeadAttention$/, ['add', 'Dropout']],
  [/^(add|Add)$/, ['LayerNormalization', 'relu']],
  [/^LayerNormalization$/, ['Dense', 'MultiHeadAttention']],
  [/^Dropout$/, ['Dense']],
];

/** What comes behind a stage more often than what else fits. */
export function usualBehind(stage: CallStage | undefined): readonly string[] {
  const name = stage?.callee.kind === 'Name' ? stage.callee.name : '';
  const isActive = stage?.calls.some((list) => list.arguments.some((argument) => argument.name?.name === 'activation')) ?? false; // prettier-ignore
  const axes = /(\dD)(Transpose)?$/.exec(name)?.[1] ?? '2D';
  if (/^(Separable|Depthwise)?Conv\dD/.test(name)) return isActive ? [`MaxPooling${axes}`, `Conv${axes}`, 'Flatten'] : ['BatchNormalization', 'relu', `Conv${axes}`]; // prettier-ignore
  if (/^(Max|Average)Pooling/.test(name)) return [`Conv${axes}`, 'Flatten', 'Dropout'];
  if (name === 'Dense') return isActive ? ['Dense', 'Dropout'] : ['relu', 'softmax', 'Dropout'];
  return behind.find(([pattern]) => pattern.test(name))?.[1] ?? [];
}
