/** Names of Keras 2, PyTorch and others that edit distance does not find → Keras 3's, and the edits that turn a call. */
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { Fix, TextEdit } from '../diagnostics/diagnostic.ts';

/** What a PyTorch layer is told about its input, and a layer here finds itself: the places of such arguments. */
const ownSizes: Readonly<Record<string, { readonly places: readonly number[]; readonly from: number }>> = {
  Linear: { places: [0], from: 2 },
  Conv1d: { places: [0], from: 3 },
  Conv2d: { places: [0], from: 3 },
  Conv3d: { places: [0], from: 3 },
  ConvTranspose1d: { places: [0], from: 3 },
  ConvTranspose2d: { places: [0], from: 3 },
  BatchNorm: { places: [0], from: 1 },
  BatchNorm1d: { places: [0], from: 1 },
  BatchNorm2d: { places: [0], from: 1 },
  BatchNorm3d: { places: [0], from: 1 },
  LayerNorm: { places: [0], from: 1 },
  RMSNorm: { places: [0], from: 1 },
  GroupNorm: { places: [1], from: 2 },
};

/** What Python programs reach functions and layers through. */
export const modulesElsewhere: ReadonlySet<string> = new Set([
  'nn', 'torch', 'F', 'tf', 'keras', 'layers', 'ops', 'activations', 'K', 'np', 'numpy', 'jnp', 'jax', 'flax', 'math',
  'Math',
]); // prettier-ignore

/** Words for no value at all. */
export const nothingElsewhere: ReadonlySet<string> = new Set(['None', 'null', 'nil', 'undefined']);

/** Methods and properties of tensors whose functions have other names. */
export const methodsElsewhere: Readonly<Record<string, string>> = { T: 'transpose', t: 'transpose', mT: 'transpose', flatten: 'Flatten' }; // prettier-ignore

export const otherSpellings: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  Linear: 'Dense',
  FullyConnected: 'Dense',
  BatchNorm: 'BatchNormalization',
  BatchNorm1d: 'BatchNormalization',
  BatchNorm2d: 'BatchNormalization',
  BatchNorm3d: 'BatchNormalization',
  LayerNorm: 'LayerNormalization',
  GroupNorm: 'GroupNormalization',
  RMSNorm: 'RMSNormalization',
  MaxPool1D: 'MaxPooling1D',
  MaxPool1d: 'MaxPooling1D',
  MaxPool2D: 'MaxPooling2D',
  MaxPool2d: 'MaxPooling2D',
  MaxPool3D: 'MaxPooling3D',
  MaxPool3d: 'MaxPooling3D',
  MaxPool: 'MaxPooling2D',
  AvgPool1d: 'AveragePooling1D',
  AvgPool1D: 'AveragePooling1D',
  AvgPool2D: 'AveragePooling2D',
  AvgPool2d: 'AveragePooling2D',
  AvgPool3D: 'AveragePooling3D',
  AvgPooling2D: 'AveragePooling2D',
  GlobalAvgPool1D: 'GlobalAveragePooling1D',
  GlobalAvgPool2D: 'GlobalAveragePooling2D',
  GlobalMaxPool1D: 'GlobalMaxPooling1D',
  GlobalMaxPool2D: 'GlobalMaxPooling2D',
  AdaptiveAvgPool1d: 'AdaptiveAveragePooling1D',
  AdaptiveAvgPool2d: 'AdaptiveAveragePooling2D',
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  Convolution3D: 'Conv3D',
  ConvTranspose1d: 'Conv1DTranspose',
  ConvTranspose2d: 'Conv2DTranspose',
  Deconv2D: 'Conv2DTranspose',
  Deconvolution2D: 'Conv2DTranspose',
  Convolution2DTranspose: 'Conv2DTranspose',
  SeparableConvolution2D: 'SeparableConv2D',
  Upsample: 'UpSampling2D',
  Concat: 'Concatenate',
  Merge: 'Concatenate',
  Dropout1d: 'SpatialDropout1D',
  Dropout2d: 'SpatialDropout2D',
  Reshaping: 'Reshape',
  MultiheadAttention: 'MultiHeadAttention',
  CuDNNLSTM: 'LSTM',
  CuDNNGRU: 'GRU',
  ZeroPad2d: 'ZeroPadding2D',
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  mape: 'meanAbsolutePercentageError',
  bce: 'binaryCrossentropy',
  crossEntropy: 'categoricalCrossentropy',
  concatenate: 'concat',
  cat: 'concat',
  view: 'reshape',
  permute: 'transpose',
  unsqueeze: 'expandDims',
  bmm: 'matMul',
  mm: 'matMul',
  chunk: 'split',
  detach: 'stopGradient',
  interpolate: 'resizeBilinear',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  GELU: 'gelu',
  SiLU: 'silu',
};

/** Layers of Keras that are no layers here, and what is written instead. */
export const insteadOf: Readonly<Record<string, string>> = {
  Input: 'An `input` statement declares it: `input x: [28, 28, 1]`.',
  InputLayer: 'An `input` statement declares it: `input x: [28, 28, 1]`.',
  Lambda: 'Write what it computes: any function or operator can stand in a pipeline, as in `(x / 255) -> Dense(8)`.',
  Sequential: 'A pipeline is one: `x -> Dense(8) -> relu`; to keep it, `layer tower = Dense(8) -> relu`.',
  Masking: 'Masks are passed by hand: `LSTM(64)(x, mask: tokens != 0)`.',
  Functional: 'A `model` declares inputs and outputs: `model Net { input x: [4] output y = … }`.',
  TextVectorization: 'Texts come in as numbers of tokens, `int32[length]`: turn them into numbers before.',
  StringLookup: 'Texts come in as numbers of tokens, `int32[length]`: turn them into numbers before.',
};

/** Functions of others that are none here, and what is written instead. */
export const functionInsteadOf: Readonly<Record<string, string>> = {
  eye: 'The identity matrix is `oneHot(arange(n), n)`.',
  zeros: 'A tensor of zeros is `fill([2, 3], 0.0)`, or `zerosLike(x)`; beside other tensors the number alone will do: `x + 0.0`.',
  ones: 'A tensor of ones is `fill([2, 3], 1.0)`, or `onesLike(x)`; beside other tensors the number alone will do: `1.0 - x`.',
  full: 'A tensor with one number everywhere is `fill([2, 3], 0.5)`.',
  linspace: 'Evenly spaced numbers are `start + arange(n) * step`.',
  meshgrid: 'Two ranges stretch over each other: `expandDims(arange(h), axis: 1)` beside `arange(w)`.',
  normalize: 'Vectors of length 1 are `x -> UnitNormalization`; images are scaled by `(x - mean) / deviation`.',
  masked_fill: 'A choice by a mask is `where(mask, x, value)`.',
  maskedFill: 'A choice by a mask is `where(mask, x, value)`.',
}; // prettier-ignore

/** Spellings whose arguments are Keras 3's as well, so that the new name alone is right. */
const sameArguments =
  /^((Global)?(Max|Avg)Pool\dD|Convolution\dD|Convolution2DTranspose|Deconv2D|CuDNN\w+|MultiheadAttention|mse|mae|mape|concatenate|unsqueeze|bmm|Sigmoid|Tanh|GELU|SiLU)$/;

/** What replaces a name of another library: where the call tells the size of its input, that goes too. */
export function respelled(file: SourceFile, span: Span, name: string, to: string): Fix {
  const title = `Replace with \`${to}\``;
  const own = ownSizes[name];
  const list = /^\(([^()]*)\)/.exec(file.text.slice(span.end));
  const edits: TextEdit[] = [{ span, newText: to }];
  const parts = list?.[1]?.split(',') ?? [];
  const positional = parts.filter((part) => !part.includes(':')).length;
  if (own && list && positional >= own.from) {
    const left = parts.filter((_, i) => !own.places.includes(i)).map((part) => part.trim());
    const newText = left.length === 0 ? '' : `(${left.join(', ')})`;
    edits.push({ span: { start: span.end, end: span.end + list[0].length }, newText });
  }
  return { title, safe: sameArguments.test(name), edits };
}
