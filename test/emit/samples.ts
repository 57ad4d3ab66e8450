/** Small models by hand that between them show everything emission has to deal with. */
import type { TensorNode } from '../../compiler/graph/index.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { dim, divisible, multiply, variable } from '../../compiler/shapes/index.ts';
import type { SourceFile } from '../../grammar/source.ts';
import { HandMade, n } from './hand-made.ts';

export interface Sample {
  readonly file: SourceFile;
  readonly models: readonly LoweredModel[];
}

const digitsText = `/// Handwritten digits, 28×28 greyscale.
model Digits {
  /// Grey values in [0, 1].
  input image: [28, 28, 1]

  output digit = image
    -> Conv2D(4, 3, activation: relu)
    -> MaxPooling2D(2)
    -> Flatten
    -> Dropout(0.5)
    -> Dense(10, activation: softmax)
}

train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit)
  metrics: [sparseCategoricalAccuracy(label, digit)]
  optimizer: adam(learningRate: 1e-3)
}
`;

/** Convolution, pooling, dropout, a softmax head; trained with Adam. */
export function digits(): Sample {
  const made = new HandMade(digitsText);
  const { op } = made;
  const image = made.input('image', [28, 28, 1], 'float32', 'Grey values in [0, 1].');
  const convText = 'Conv2D(4, 3, activation: relu)';
  const kernel = made.weight('conv2D.kernel', [3, 3, 1, 4], convText);
  const bias = made.weight('conv2D.bias', [4], convText, { initializer: 'zeros' });
  const denseText = 'Dense(10, activation: softmax)';
  const denseKernel = made.weight('dense.kernel', [676, 10], denseText);
  const denseBias = made.weight('dense.bias', [10], denseText, { initializer: 'zeros' });
  const logits = (training: boolean): TensorNode => {
    const conv = made.stage(convText, 'conv2D', () =>
      op.relu(op.add(op.conv2d(image, kernel, { strides: [1, 1], padding: 'valid' }), bias)),
    );
    const pool = made.stage('MaxPooling2D(2)', 'maxPooling2D', () =>
      op.maxPool(conv, { poolSize: [2, 2], strides: [2, 2], padding: 'valid' }),
    );
    const flat = made.stage('Flatten', 'flatten', () => op.reshape(pool, [n, 676]));
    const dropped = training
      ? made.stage('Dropout(0.5)', 'dropout', () => {
          const keep = op.less(op.randomUniform([n, 676], { use: 0 }), 0.5);
          return op.multiply(op.multiply(flat, op.cast(keep, 'float32')), 2);
        })
      : flat;
    return made.stage(denseText, 'dense', () => op.add(op.matMul(dropped, denseKernel), denseBias));
  };
  const digit = made.stage(denseText, 'dense', () => op.softmax(logits(false)));
  made.output('digit', digit, 'Probability of each digit.');
  const label = made.target('label', [], 'int32');
  const loss = (x: TensorNode): TensorNode =>
    made.stage(
      'sparseCategoricalCrossentropy(label, digit)',
      '',
      () => op.mean(op.negate(op.sum(op.multiply(op.logSoftmax(x), op.oneHot(label, 10)), [1]))),
      'loss',
    );
  const report = (x: TensorNode, value: TensorNode): TensorNode =>
    made.stage(
      'sparseCategoricalAccuracy(label, digit)',
      '',
      () => {
        const hits = op.sum(op.cast(op.equal(op.argMax(op.softmax(x), 1), label), 'float32'));
        return op.concat([op.reshape(value, [1]), op.reshape(hits, [1]), op.reshape(op.dimension(n), [1])], 0);
      },
      'loss',
    );
  const [trained, tested] = [logits(true), logits(false)];
  const trainedLoss = loss(trained);
  const training = made.adam(trainedLoss, report(trained, trainedLoss), report(tested, loss(tested)));
  const scored = {
    ...training,
    report: [
      { name: 'loss', kind: 'loss' as const },
      { name: 'sparseCategoricalAccuracy', kind: 'mean' as const },
    ],
  };
  return { file: made.file, models: [made.model('Digits', { doc: 'Handwritten digits, 28×28 greyscale.' }, scored)] };
}

const sizesText = `model Halve {
  input photo: [h, w, 3]
  require h % 2 == 0
  output small = photo -> AveragePooling2D(2) -> tanh
  output same = photo
  output flat = photo -> flatten
}
`;

/** Run-time sizes, a requirement, results that are aliases. */
export function halve(): Sample {
  const made = new HandMade(sizesText, 'models/halve.nn');
  const { op } = made;
  const [h, w] = [variable({ name: 'h', id: 1 }), variable({ name: 'w', id: 2 })];
  const photo = made.input('photo', [h, w, 3]);
  const pooled = made.stage('AveragePooling2D(2)', 'averagePooling2D', () =>
    op.averagePool(photo, { poolSize: [2, 2], strides: [2, 2], padding: 'valid' }),
  );
  made.output(
    'small',
    made.stage('tanh', '', () => op.tanh(pooled)),
  );
  made.output('same', photo);
  made.output(
    'flat',
    made.stage('flatten', '', () => op.reshape(photo, [n, multiply(multiply(h, w), dim(3))])),
  );
  const condition = divisible(h, dim(2));
  return {
    file: made.file,
    models: [made.model('Halve', { requirements: [{ condition, origin: made.place('require h % 2 == 0') }] })],
  };
}

const oddText = `model Promise {
  input class: [d, w]
  input default: int32[2]
  output default_ = class -> scale(default)
  output delete = class
}

model Map {
  input free: [4]
  output var = free -> lookup
}

train Map {
  target function: [4]
  loss: meanSquaredError(function, var)
}
`;

/** Names that mean something in TypeScript or in the module, several models, weights with odd names, a long constant. */
export function odd(): Sample {
  const made = new HandMade(oddText, 'odd names.nn');
  const { op } = made;
  const [d, w] = [variable({ name: 'd', id: 1 }), variable({ name: 'w', id: 2 })];
  const x = made.input('class', [d, w]);
  const index = made.input('default', [2], 'int32');
  const gain = made.weight('a-b.0.gäin', [1], 'scale(default)', { initializer: 'ones' });
  const proto = made.weight('__proto__', [1], 'scale(default)', { initializer: 'ones' });
  const scaled = made.stage('scale(default)', 'scale', () => {
    const total = op.reshape(op.cast(op.sum(op.multiply(index, op.constant([3], [], 'int32')), [1]), 'float32'), [
      n,
      1,
      1,
    ]);
    return op.add(op.multiply(op.multiply(x, gain), total), op.add(proto, op.dimension(w)));
  });
  made.output('default_', scaled);
  made.output('delete', x);
  const first = made.model('Promise');

  const other = new HandMade(oddText, 'odd names.nn', made.op);
  const y = other.input('free', [4]);
  const table = op.constant(
    Array.from({ length: 32 }, (_, i) => i / 7),
    [4, 8],
  );
  const bias = other.weight('step', [4], 'lookup', { initializer: 'zeros' });
  const found = other.stage('lookup', 'return', () =>
    op.add(op.matMul(op.matMul(y, table), op.reshape(table, [8, 4])), bias),
  );
  other.output('var', found);
  const target = other.target('function', [4]);
  const loss = other.stage(
    'meanSquaredError(function, var)',
    '',
    () => op.mean(op.square(op.subtract(found, target))),
    'loss',
  );
  const second = other.model('Map', {}, other.adam(loss, op.reshape(loss, [1]), op.reshape(loss, [1])));
  return { file: made.file, models: [first, second] };
}

const normText = `model Norm {
  input x: [6]
  output y = x
    -> Dense(8)
    -> BatchNormalization
    -> sigmoid
    -> Dense(3)
}

train Norm {
  target t: [3]
  loss: meanSquaredError(t, y)
  optimizer: adam(learningRate: 1e-3)
}
`;

/** Moving statistics, and gradients that meet again at a weight's update. */
export function norm(): Sample {
  const made = new HandMade(normText, 'norm.nn');
  const { op } = made;
  const x = made.input('x', [6]);
  const kernel = made.weight('dense.kernel', [6, 8], 'Dense(8)');
  const words = 'BatchNormalization';
  const mean = made.weight('batchNormalization.movingMean', [8], words, { trainable: false, initializer: 'zeros' });
  const variance = made.weight('batchNormalization.movingVariance', [8], words, {
    trainable: false,
    initializer: 'ones',
  });
  const gamma = made.weight('batchNormalization.gamma', [8], words, { initializer: 'ones' });
  const last = made.weight('dense_1.kernel', [8, 3], 'Dense(3)');
  const hidden = made.stage('Dense(8)', 'dense', () => op.matMul(x, kernel));
  const state = new Map<string, TensorNode>();
  const normalised = (training: boolean): TensorNode =>
    made.stage(words, 'batchNormalization', () => {
      const m = training ? op.mean(hidden, [0]) : mean;
      const centred = op.subtract(hidden, m);
      const v = training ? op.mean(op.square(centred), [0]) : variance;
      const moved = (old: TensorNode, now: TensorNode): TensorNode =>
        op.add(op.multiply(old, 0.99), op.multiply(now, 0.01));
      if (training) {
        state.set('batchNormalization.movingMean', moved(mean, m));
        state.set('batchNormalization.movingVariance', moved(variance, v));
      }
      return op.multiply(op.multiply(centred, op.rsqrt(op.add(v, 0.001))), gamma);
    });
  const head = (z: TensorNode): TensorNode =>
    made.stage('Dense(3)', 'dense_1', () =>
      op.matMul(
        made.stage('sigmoid', '', () => op.sigmoid(z)),
        last,
      ),
    );
  const y = head(normalised(false));
  made.output('y', y);
  const t = made.target('t', [3]);
  const loss = (y: TensorNode): TensorNode =>
    made.stage('meanSquaredError(t, y)', '', () => op.mean(op.square(op.subtract(y, t))), 'loss');
  const trained = loss(head(normalised(true)));
  const tested = loss(head(normalised(false)));
  const training = made.adam(trained, op.reshape(trained, [1]), op.reshape(tested, [1]), state);
  return { file: made.file, models: [made.model('Norm', {}, training, made.passes(new Map([['y', y]])))] };
}

const partsText = `model Parts {
  input x: [4]
  layer predict = Dense(3, activation: tanh)
  /// Back from the code.
  layer decoder = Dense(4)
  output y = x -> predict -> decoder
}
`;

/** Members, one of which is called as something that every class has. */
export function parts(): Sample {
  const made = new HandMade(partsText, 'parts.nn');
  const { op } = made;
  const x = made.input('x', [4]);
  const [encoderText, decoderText] = ['Dense(3, activation: tanh)', 'Dense(4)'];
  const encoder = made.weight('predict.kernel', [4, 3], encoderText);
  const decoder = made.weight('decoder.kernel', [3, 4], decoderText);
  const encoded = (of: TensorNode): TensorNode =>
    made.stage(encoderText, 'predict', () => op.tanh(op.matMul(of, encoder)));
  const decoded = (of: TensorNode): TensorNode => made.stage(decoderText, 'decoder', () => op.matMul(of, decoder));
  const y = decoded(encoded(x));
  made.output('y', y);
  const members = [
    made.member('predict', 'layer predict', { x: [4] }, (of) => encoded(of)),
    { ...made.member('decoder', 'layer decoder', { x: [3] }, (of) => decoded(of)), doc: 'Back from the code.' },
  ];
  return { file: made.file, models: [made.withMembers(made.model('Parts'), members)] };
}

export const samples: Readonly<Record<string, () => Sample>> = { digits, halve, odd, norm, parts };
