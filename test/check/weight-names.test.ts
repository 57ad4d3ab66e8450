/** Weight names: LANGUAGE.md §8. */
import { describe, expect, it } from 'vitest';
import { lowerCamelCase } from '../../compiler/check/layer-names.ts';
import { checkText, summaryOf } from './checking.ts';

/** The weight names of the model `M`, without those that share a layer with the one before. */
function layersOf(program: string): readonly string[] {
  const { diagnostics, models } = checkText(program);
  expect(diagnostics.filter((d) => d.severity === 'error').map(summaryOf)).toEqual([]);
  const model = models.find(({ name }) => name === 'M');
  const paths = model!.weights.map(({ path }) => path);
  return [...new Set(paths.map((path) => path.replace(/\.(kernel|bias|gamma|beta|movingMean|movingVariance)$/, '')))];
}

const model = (body: string, parameters = ''): string =>
  `model M${parameters} {\n  input x: [4]\n  input image: [8, 8, 4]\n  ${body}\n}\n`;

describe('lower camel case', () => {
  for (const [written, expected] of [
    ['Dense', 'dense'],
    ['Conv2D', 'conv2D'],
    ['LSTM', 'lstm'],
    ['GRU', 'gru'],
    ['VGG16', 'vgg16'],
    ['UNet', 'uNet'],
    ['RMSNormalization', 'rmsNormalization'],
    ['ReLU', 'reLU'],
    ['MultiHeadAttention', 'multiHeadAttention'],
    ['ConvLSTM2D', 'convLSTM2D'],
    ['A', 'a'],
    ['_Inner', '_inner'],
  ] as const)
    it(`${written} → ${expected}`, () => expect(lowerCamelCase(written)).toBe(expected));
});

describe('weight names', () => {
  const cases: Readonly<Record<string, readonly [program: string, layers: readonly string[]]>> = {
    'count from the second of their kind on': [model('output y = x -> Dense(4) -> Dense(4) -> Dense(4)'), ['dense', 'dense_1', 'dense_2']], // prettier-ignore
    'count in the text, also what an `if` leaves out': [
      model('output y = x -> if big { Dense(4) } -> Dense(4)', '(big = false)'),
      ['dense_1'],
    ],
    'count over all statements': [model('let a = x -> Dense(4)\n  output y = Dense(3)(a)'), ['dense', 'dense_1']],
    'add the index of each loop': [
      model('output y = x -> repeat 2 { repeat 2 { Dense(4) } -> Dense(4) }'),
      ['dense.0.0', 'dense.0.1', 'dense_1.0', 'dense.1.0', 'dense.1.1', 'dense_1.1'],
    ],
    'of a `for`': [model('output y = x -> for n in [1, 2] { Dense(n) }'), ['dense.0', 'dense.1']],
    'can be overridden': [model('output y = x -> Dense(4, name: "logits") -> Dense(4)'), ['logits', 'dense_1']],
    'of a `layer` statement are its own, once': [
      model('layer f = Dense(4)\n  output y = x -> f -> f -> Dense(4)'),
      ['f', 'dense'],
    ],
    'in a pipeline step aside for a statement': [
      model('layer dense = Dense(4)\n  output y = x -> dense -> Dense(4)'),
      ['dense', 'dense_1'],
    ],
    'of blocks are segments': [
      `block Two {\n  input x: [4]\n  output y = x -> Dense(4) -> Dense(4)\n}\n${model('layer twice = Two\n  output y = x -> Two -> repeat 2 { Two } -> twice')}`,
      ['two.dense', 'two.dense_1', 'two_1.0.dense', 'two_1.0.dense_1', 'two_1.1.dense', 'two_1.1.dense_1', 'twice.dense', 'twice.dense_1'], // prettier-ignore
    ],
    'of a `layer` parameter are those of the parameter': [
      `block Wrap(Norm: layer = BatchNormalization) {\n  input x: [4]\n  output y = x -> Norm -> Norm\n}\n${model('output y = x -> Wrap -> Wrap(LayerNormalization -> Dense(4))')}`,
      ['wrap.norm', 'wrap.norm_1', 'wrap_1.norm.layerNormalization', 'wrap_1.norm.dense', 'wrap_1.norm_1.layerNormalization', 'wrap_1.norm_1.dense'], // prettier-ignore
    ],
    'of an instance that is passed on are its own': [
      `block Wrap(Inner: layer) {\n  input x: [4]\n  output y = x -> Inner -> Inner\n}\n${model('layer f = Dense(4)\n  output y = x -> Wrap(f) -> Wrap(f)')}`,
      ['f'],
    ],
    'of a pipeline of layers begin with its name': [
      model('layer tower = BatchNormalization -> BatchNormalization -> relu -> Dense(4)\n  output y = x -> tower'),
      ['tower.batchNormalization', 'tower.batchNormalization_1', 'tower.dense'],
    ],
    'of a loop of layers': [
      model('layer tower = repeat 2 { Dense(4) } -> Dense(4)\n  output y = x -> tower'),
      ['tower.dense.0', 'tower.dense.1', 'tower.dense_1'],
    ],
    'of `weight` statements are their own': [
      model('weight scale: [4] = ones\n  output y = x * scale -> Dense(4)'),
      ['scale', 'dense'],
    ],
    'of models and their aliases that are used as blocks': [
      `model Inner(n = 4) {\n  input x: [4]\n  output y = x -> Dense(n)\n}\nmodel InnerBig = Inner(n: 8)\n${model('output y = x -> Inner\n  output z = x -> InnerBig')}`,
      ['inner.dense', 'innerBig.dense'],
    ],
    'of different kinds do not count each other': [
      model('output y = image -> Conv2D(4, 3) -> BatchNormalization -> Flatten -> Dense(2)'),
      ['conv2D', 'batchNormalization', 'dense'],
    ],
  };
  for (const [name, [program, layers]] of Object.entries(cases))
    it(name, () => expect(layersOf(program)).toEqual(layers));
});
