/** What Keras 3 has and nnlang leaves out, with the reason: for messages, the page `left-out.md`, and the tests that look for holes. */

export interface LeftOut {
  readonly names: readonly string[];
  readonly reason: string;
  /** What to write instead. */
  readonly instead?: string;
}

export const leftOutLayers: readonly LeftOut[] = [
  {
    names: ['Lambda'],
    reason: 'It holds a Python function, which no compiler can see into.',
    instead: 'any expression or `block`: `x -> relu`, `let y = x * 2 + 1`',
  },
  {
    names: ['Masking'],
    reason: 'Nothing travels invisibly between layers: masks are tensors that are passed by hand.',
    instead: '`LSTM(64)(x, mask: any(x != 0, axis: -1))`',
  },
  {
    names: ['StringLookup', 'IntegerLookup', 'TextVectorization', 'Hashing', 'HashedCrossing'],
    reason:
      'They turn text, or numbers by a vocabulary, into indices. There are no tensors of strings, and vocabularies belong to the data.',
    instead: 'indices made before training, then `Embedding` or `CategoryEncoding`',
  },
  {
    names: ['MixUp', 'CutMix'],
    reason:
      'They mix the examples of a batch, and their labels with them. A model is written for one example and does not see the others.',
    instead: 'mixing in the data that `fit` is given',
  },
  {
    names: ['AugMix', 'RandAugment'],
    reason:
      'They compute every random change for every image and keep a few of the results. What is written out costs what it says.',
    instead: 'a pipeline of the `Random…` layers',
  },
  {
    names: ['ContrastLimitedAdaptiveHistogramEqualization'],
    reason: 'Histograms of tiles: it has no derivative, and is done once to each image rather than at every step.',
    instead: 'equalising before training, or `Equalization` and `AutoContrast`',
  },
  {
    names: ['STFTSpectrogram', 'MelSpectrogram'],
    reason: 'The wasm backend has no Fourier transform, and one as a matrix product would be slow without saying so.',
    instead: 'spectrograms made before training',
  },
  {
    names: ['MaxNumBoundingBoxes'],
    reason: 'Bounding boxes travel in dictionaries beside the images; here values are tensors.',
  },
  {
    names: ['ReversibleEmbedding'],
    reason: 'The members of a layer say the same.',
    instead: '`layer e = Embedding(vocab, dim)`, then `h @ transpose(e.embeddings)`',
  },
  {
    names: ['InputLayer', 'InputSpec', 'Layer', 'Wrapper', 'Pipeline'],
    reason: 'They are how Keras is built, and statements of the language here.',
    instead: '`input`, `block`, `->`',
  },
  {
    names: ['TFSMLayer', 'JaxLayer', 'FlaxLayer', 'TorchModuleWrapper'],
    reason: 'They run other frameworks, of which there are none in a browser.',
  },
];

export const leftOutLayerNamed = (name: string): LeftOut | undefined =>
  leftOutLayers.find(({ names }) => names.includes(name));

/** Old names of layers that are there: `nn check` answers with the right one. */
export const aliases: Readonly<Record<string, string>> = {
  AvgPool1D: 'AveragePooling1D',
  AvgPool2D: 'AveragePooling2D',
  AvgPool3D: 'AveragePooling3D',
  Convolution1D: 'Conv1D',
  Convolution1DTranspose: 'Conv1DTranspose',
  Convolution2D: 'Conv2D',
  Convolution2DTranspose: 'Conv2DTranspose',
  Convolution3D: 'Conv3D',
  Convolution3DTranspose: 'Conv3DTranspose',
  GlobalAvgPool1D: 'GlobalAveragePooling1D',
  GlobalAvgPool2D: 'GlobalAveragePooling2D',
  GlobalAvgPool3D: 'GlobalAveragePooling3D',
  GlobalMaxPool1D: 'GlobalMaxPooling1D',
  GlobalMaxPool2D: 'GlobalMaxPooling2D',
  GlobalMaxPool3D: 'GlobalMaxPooling3D',
  MaxPool1D: 'MaxPooling1D',
  MaxPool2D: 'MaxPooling2D',
  MaxPool3D: 'MaxPooling3D',
  SeparableConvolution1D: 'SeparableConv1D',
  SeparableConvolution2D: 'SeparableConv2D',
};

export interface LeftOutArgument extends LeftOut {
  /** Of these layers only; of all that have it unless given. */
  readonly of?: readonly string[];
}

export const leftOutArguments: readonly LeftOutArgument[] = [
  { names: ['dataFormat'], reason: 'Images are channels last.', instead: '`rearrange(x, "c h w -> h w c")`' },
  { names: ['seed'], reason: 'Every draw follows from the seed of the model, the step and its place in the text.', instead: '`create({ seed: 1 })`' },
  { names: ['dtype', 'autocast'], reason: 'Numbers are float32 on every backend.' },
  { names: ['trainable'], reason: 'What learns is a matter of training.', instead: '`freeze: [encoder]` in `train`, or `net.freeze("encoder.*")`' },
  { names: ['name'], reason: 'A label that every layer takes, beside its arguments.', instead: '`Dense(10, name: "logits")`' },
  { names: ['sparse'], reason: 'There are no sparse tensors.' },
  { names: ['weights'], reason: 'Weights are loaded by name.', instead: '`load`, or `create({ from })`' },
  { names: ['loraRank', 'loraAlpha'], reason: 'Two small layers beside a frozen one say the same.', instead: '`frozen(x) + (x -> Dense(4, useBias: false) -> Dense(n, useBias: false))`' },
  { names: ['quantizationConfig', 'gptqUnpackedColumnSize'], reason: 'There are no kernels for quantised weights.' },
  { names: ['unroll', 'useCudnn'], reason: 'They choose between ways to run the same loop. The compiler emits one step, called in a loop.' },
  { names: ['attentionAxes'], reason: 'Attention is over the positions of `[positions, features]`.', instead: '`rearrange` or `TimeDistributed` for more axes' },
  { names: ['flashAttention'], reason: 'It asks for a GPU kernel that TensorFlow.js does not have.' },
  { names: ['synchronized'], reason: 'A batch is on one device.' },
  { names: ['renorm', 'renormClipping', 'renormMomentum'], reason: 'Batch renormalisation has a second set of statistics whose limits are scheduled from outside.', instead: '`GroupNormalization` or `LayerNormalization` for small batches' },
  { names: ['numBins', 'epsilon'], of: ['Discretization'], reason: 'Bins of equal shares are quantiles of the data.', instead: '`binBoundaries`, computed from the data' },
]; // prettier-ignore

/** Arguments of calls. */
export const leftOutCallArguments: readonly LeftOutArgument[] = [
  { names: ['training'], reason: 'Training and prediction are compiled apart.', instead: '`net.forward(inputs, { training: true })`' },
  { names: ['mask'], of: ['TimeDistributed'], reason: 'Each step is an example to what is inside; a mask of the steps has no place there.' },
  { names: ['mask'], of: ['Attention', 'AdditiveAttention'], reason: 'Keras takes a list of two masks.', instead: '`queryMask:` and `valueMask:`' },
  { names: ['states'], of: ['SimpleRNNCell', 'LSTMCell', 'GRUCell', 'StackedRNNCells'], reason: 'A list; each state has a name of its own.', instead: '`LSTMCell(8)(x, h: h, c: c)`' },
  { names: ['initialState'], of: ['Bidirectional'], reason: 'A list; here a tuple of tensors.', instead: '`initialState:`' },
]; // prettier-ignore
