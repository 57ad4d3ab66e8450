/** Keywords, fields of `train`, types and compile-time functions → a sentence and an example. */

export interface Word {
  readonly says: string;
  /** `.nn` text. */
  readonly example: string;
}

type Words = Readonly<Record<string, Word>>;

const word = (says: string, ...example: readonly string[]): Word => ({ says, example: example.join('\n') });

export const keywordWords: Words = {
  import: word('Brings blocks, models and constants of another file.', 'import { Residual } from "./blocks.nn"'),
  from: word('The file or package that names are imported from.', 'import { Residual } from "./blocks.nn"'),
  as: word('Another name: of an import, or of the rounds of a loop.', 'repeat 3 as i { Dense(8 * (i + 1)) }'),
  const: word('A value that the compiler computes; with parameters, a function of such values.', 'const half(v: int) = floor(v / 2)'), // prettier-ignore
  block: word('A part of a network, with weights of its own at each use.', 'block Residual(filters: int) {', '  input x: [h, w, c]', '  output y = x + (x -> Conv2D(c, 3, padding: same))', '}'), // prettier-ignore
  model: word('A network that is compiled to a class, which trains and predicts.', 'model Digits(classes = 10) {', '  input image: [28, 28, 1]', '  output digit = image -> Flatten -> Dense(classes, activation: softmax)', '}'), // prettier-ignore
  train: word('How a model learns: its targets, loss and optimizer.', 'train Digits {', '  target label: int32', '  loss: sparseCategoricalCrossentropy(label, digit)', '  optimizer: adam()', '}'), // prettier-ignore
  input: word('What goes in, for one example. Names in its shape stand for any size; with a default it may be left out.', 'input image: [h, w, 3]'), // prettier-ignore
  output: word('What comes out. A written shape is checked.', 'output y: [10] = x -> Dense(10)'),
  let: word('A name for a value on the way, or for several results.', 'let (y, h, c) = x -> LSTM(64, returnState: true)'), // prettier-ignore
  layer: word('Makes a layer once: every use of its name shares the same weights. As a type, a parameter that is a layer.', 'layer embed = Embedding(100, 8)'), // prettier-ignore
  weight: word('A trained tensor without a batch axis, with an initializer (`glorotUniform` unless given).', 'weight scale: [dim] = ones'), // prettier-ignore
  require: word('Must hold: checked by the compiler where the sizes are known, else when the model runs.', 'require dim % heads == 0, "{heads} heads do not divide {dim}"'), // prettier-ignore
  loss: word('In `train`, the tensor whose mean is made small; in a body, a loss besides that one.', 'loss kl = 0.5 * sum(mean ** 2 + exp(logVar) - logVar - 1)'), // prettier-ignore
  target: word('What the answer to one example looks like.', 'target label: int32'),
  if: word('Decided by the compiler, at each use of a block. A stage without `else` passes its value on.', 'x -> if strides > 1 { MaxPooling2D(strides) } -> relu'), // prettier-ignore
  else: word('What is taken where the condition does not hold.', 'let y = if wide { a } else { b }'),
  repeat: word('Stages one after another, as often as a number says; each round makes weights of its own.', 'x -> repeat 3 as i { Conv2D(8 * 2 ** i, 3) }'), // prettier-ignore
  for: word('Stages once for each element of a list.', 'x -> for filters in [32, 64] { Conv2D(filters, 3) }'),
  in: word('The list that a loop goes through.', 'x -> for filters in [32, 64] { Conv2D(filters, 3) }'),
  true: word('A truth value.', 'LSTM(64, returnSequences: true)'),
  false: word('A truth value.', 'Dense(64, useBias: false)'),
};

export const fieldWords: Words = {
  loss: word('What is made small: its mean over batch and positions. The target comes first.', 'loss: meanSquaredError(price, guess)'), // prettier-ignore
  metrics: word('What is reported besides the loss: metrics, or tensors, whose means are taken.', 'metrics: [binaryAccuracy(label, spam)]'), // prettier-ignore
  optimizer: word('How the gradient changes the weights.', 'optimizer: adam(learningRate: 1e-3)'),
  batchSize: word('Examples in one step; 32 unless given.', 'batchSize: 64'),
  epochs: word('How often training goes through all examples; once unless given.', 'epochs: 5'),
  validationSplit: word('Part of the examples that is kept apart to measure on, from the end of the data.', 'validationSplit: 0.1'), // prettier-ignore
  shuffle: word('Whether the examples come in another order in each epoch; `true` unless given.', 'shuffle: false'),
  clipNorm: word('The longest that the gradient of a single weight may be; longer ones are shortened.', 'clipNorm: 1'),
  clipValue: word('The largest that a number of a gradient may be, either way.', 'clipValue: 0.5'),
  globalClipNorm: word('The longest that all gradients together may be: beyond it all are shortened alike, which keeps their direction.', 'globalClipNorm: 1'), // prettier-ignore
  freeze: word('Layers whose weights do not learn.', 'freeze: [encoder]'),
  callbacks: word('What happens between epochs.', 'callbacks: [earlyStopping(patience: 3)]'),
};

/** dtypes of tensors. */
export const dtypeWords: Words = {
  float32: word('Numbers with a fraction, 4 bytes each: the dtype of tensors unless another is written.', 'input image: [28, 28, 1]'), // prettier-ignore
  int32: word('Whole numbers, 4 bytes each: indices, class numbers.', 'input ids: int32[seq]'),
  bool: word('Truth values: masks.', 'input mask: bool[seq]'),
};

/** Types of parameters. */
export const typeWords: Words = {
  int: word('A whole number, which the compiler knows.', 'block Mlp(width: int, depth = 2) { … }'),
  float: word('A number, which the compiler knows.', 'block Noisy(rate: float = 0.1) { … }'),
  bool: word('A truth value, which the compiler knows.', 'block Mlp(useNorm: bool = true) { … }'),
  string: word('A text in quotes.', 'block Named(label: string) { … }'),
  layer: word('A layer, a block or a pipeline of layers, made anew wherever the block uses it.', 'block Residual(Inner: layer) {', '  input x: [n]', '  output y = x + (x -> Inner)', '}'), // prettier-ignore
  activation: word('An activation function such as `relu`, to be handed on or used as a stage.', 'block Mlp(act: activation = relu) { … }'), // prettier-ignore
  initializer: word('What weights start as.', 'block Mlp(init: initializer = heNormal) { … }'),
  regularizer: word('A penalty on weights that is added to the loss.', 'block Mlp(penalty: regularizer = l2(1e-4)) { … }'), // prettier-ignore
  constraint: word('What weights are brought back to after each step.', 'block Mlp(limit: constraint = maxNorm(2)) { … }'), // prettier-ignore
};

/** Functions of values that the compiler knows. */
export const compileTimeWords: Words = {
  min: word('The least of some numbers, or of a list.', 'min(channels, 512)'),
  max: word('The greatest of some numbers, or of a list.', 'max(8, width)'),
  abs: word('The number without its sign.', 'abs(-3)'),
  floor: word('The next whole number below.', 'floor(7 / 2)'),
  ceil: word('The next whole number above.', 'ceil(7 / 2)'),
  round: word('The nearest whole number; half goes up.', 'round(width * 0.75)'),
  sqrt: word('The square root.', 'sqrt(dim)'),
  log2: word('The logarithm to base 2.', 'log2(64)'),
  len: word('How many elements a list or tuple has.', 'len([32, 64])'),
  range: word(
    'The whole numbers from 0 (or a start) up to, and without, an end.',
    'for i in range(1, 4) { Dense(8 * i) }',
  ),
};
