/** What is usually written next, by the kind of tensor that flows: the order of completions, and nothing else. */
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
