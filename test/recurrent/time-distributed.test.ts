/** `TimeDistributed` of blocks, models, pipelines and made layers, as the checker sees it: shapes, names and messages. */
import { describe, expect, it } from 'vitest';
import { displayShape } from '../../compiler/shapes/index.ts';
import { checkText, summaryOf } from '../check/checking.ts';

const blocks = `
block Frame(width: int) {
  input image: [h, w, 3]
  output code = image -> Conv2D(2, 3, activation: relu) -> GlobalAveragePooling2D -> Dense(width)
}
block Pair { input a: [d]  input b: [d]  input m: bool[d] = true  output s = where(m, a + b, a)  output p = a * b }
block Twice(Part: layer) { input x: [t, d]  output y = x -> TimeDistributed(Part) -> TimeDistributed(Part) }
model Two { input x: [4]  output y = x -> Dense(3) }
`;

/** `y: [seq, 8]` of the last model, and its weights. */
function seen(model: string): { readonly outputs: readonly string[]; readonly weights: readonly string[] } {
  const { models, diagnostics } = checkText(blocks + model);
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
  const graph = models.at(-1)!;
  return {
    outputs: graph.outputs.map(({ name, value }) => `${name}: ${displayShape(value.type.shape)}`),
    weights: graph.weights.map(({ path }) => path),
  };
}

describe('shapes and names', () => {
  it.each([
    [
      'a block, of a sequence of any length and pictures of any size',
      'model M { input clip: [seq, h, w, 3]  output y = clip -> TimeDistributed(Frame(8)) }',
      ['y: [seq, 8]'],
      ['conv2D.kernel', 'conv2D.bias', 'dense.kernel', 'dense.bias'].map((name) => `timeDistributed.layer.${name}`),
    ],
    [
      'a pipeline of layers',
      'model M { input clip: [7, 8, 8, 3]  output y = clip -> TimeDistributed(Conv2D(2, 3, name: "look") -> relu -> Flatten) }',
      ['y: [7, 72]'],
      ['timeDistributed.layer.look.kernel', 'timeDistributed.layer.look.bias'],
    ],
    [
      'a model, once more in a sequence of sequences',
      'model M { input x: [2, seq, 4]  output y = x -> TimeDistributed(TimeDistributed(Two), name: "td") }',
      ['y: [2, seq, 3]'],
      ['td.layer.layer.dense.kernel', 'td.layer.layer.dense.bias'],
    ],
    [
      'a made layer, which is shared',
      'model M { input x: [5, 4]  layer f = Dense(4)  output y = x -> TimeDistributed(f) -> TimeDistributed(f)  output z = f(x) }',
      ['y: [5, 4]', 'z: [5, 4]'],
      ['f.kernel', 'f.bias'],
    ],
    [
      'a `layer` parameter',
      'model M { input x: [5, 4]  output y = x -> Twice(Dense(4) -> relu) }',
      ['y: [5, 4]'],
      ['timeDistributed', 'timeDistributed_1'].flatMap((td) => ['kernel', 'bias'].map((name) => `twice.${td}.layer.dense.${name}`)),
    ],
    [
      'several inputs and results, by position and by name',
      'model M { input x: [5, 4]  input m: bool[5, 4]  let (s, _) = (x, x) -> TimeDistributed(Pair)  output y = s  output z = TimeDistributed(Pair)(b: x, m:, a: x).p }',
      ['y: [5, 4]', 'z: [5, 4]'],
      [],
    ],
    [
      'in a loop, and made once for all rounds',
      'model M { input x: [5, 4]  layer f = TimeDistributed(Dense(4) -> tanh)  output y = x -> repeat 2 { TimeDistributed(Two) -> TimeDistributed(Dense(4) -> relu) } -> repeat 2 { f } }',
      ['y: [5, 4]'],
      [
        ...[0, 1].flatMap((i) => [`timeDistributed.${i}.layer.dense.kernel`, `timeDistributed.${i}.layer.dense.bias`, `timeDistributed_1.${i}.layer.dense.kernel`, `timeDistributed_1.${i}.layer.dense.bias`]),
        'f.layer.dense.kernel', 'f.layer.dense.bias',
      ],
    ],
  ])('%s', (_, model, outputs, weights) => {
    expect(seen(model)).toEqual({ outputs, weights });
  }); // prettier-ignore

  it('what the steps must hold is required of the input', () => {
    const { models } = checkText(
      'model M { input words: int32[seq, 6]  output y = words -> TimeDistributed(Embedding(20, 3) -> LSTM(4)) -> LSTM(2) }',
    );
    expect(models[0]!.valueRequirements).toMatchObject([{ tensor: 'words', below: 20 }]);
  });
});

describe('messages', () => {
  const frames = 'block Frame { input image: [28, 28, 3]  output code = image -> Conv2D(2, 3) -> Flatten }\n';
  const cases: readonly (readonly [text: string, code: string, message: RegExp, help: RegExp])[] = [
    [
      `${frames}model M { input clip: [9, 32, 32, 3]  output y = clip -> TimeDistributed(Frame) }`,
      'error shape/mismatch 2:58',
      /`Frame` takes `image` of another shape: on axis 0 it wants 28 and gets 32/,
      /the declaration of `image`/,
    ],
    [
      `${frames}model M { input clip: [28, 28, 3]  output y = clip -> TimeDistributed(Frame) }`,
      'error shape/rank 2:55',
      /gets \[28, 3\]/,
      /the first axis, of 28, counts the steps. Where there are no steps, leave `TimeDistributed` away/,
    ],
    [
      `${frames}model M { input clip: [9, 28, 28, 3]  output y = clip -> Frame }`,
      'error shape/rank 2:58',
      /4 axes where 3 are declared/,
      /take them one by one: `TimeDistributed\(Frame\)`/,
    ],
    [
      'model M { input clip: [9, 28, 28, 3]  output y = clip -> TimeDistributed(Conv2D(4, 30) -> Flatten) }',
      'error shape/too-small 1:84',
      /the height of \[28, 28, 3\] has only 28/,
      /Use a smaller window/,
    ],
    [
      'model M { input x: []  output y = x -> TimeDistributed(Dense(3) -> relu) }',
      'error shape/rank 1:40',
      /at least 1 axis, \[time, …\]/,
      /reshape\(1\)/,
    ],
    [
      `${blocks}model M { input x: [5, 4]  input z: [6, 4]  let (s, p) = (x, z) -> TimeDistributed(Pair)  output y = s + p }`,
      'error shape/mismatch 9:68',
      /needs equal numbers of steps, but they are 5 and 6/,
      /^$/,
    ],
    [
      `${blocks}model M { input x: [5, 4]  output y = (x -> TimeDistributed(Pair)).s }`,
      'error type/arity 9:45',
      /`Pair` takes 2 to 3 tensors/,
      /`x -> TimeDistributed\(…\)\(b\)`/,
    ],
    [
      `${blocks}model M { input x: [5, 4]  input m: bool[5]  output y = TimeDistributed(Dense(2) -> relu)(x, mask: m) }`,
      'error argument/unknown 9:94',
      /What `TimeDistributed` applies has no input called `mask`/,
      /each step is an example by itself/,
    ],
    [
      `${blocks}model M { input x: [5, 4]  input m: bool[5, 4]  output y = TimeDistributed(Pair)(x, m:).s }`,
      'error argument/missing 9:60',
      /gets no `b`, but an input after it/,
      /without a gap: `a`, `b`, `m`/,
    ],
    [
      `${blocks}model M { input x: [5, 4]  output y = x -> Bidirectional(Twice(Two)) }`,
      'error argument/type 9:58',
      /but this is the block `Twice\(Two\)`/,
      /Only a built-in layer can be wrapped here/,
    ],
  ];
  it.each(cases)('%s', (text, code, message, help) => {
    const errors = checkText(text).diagnostics.filter((d) => d.severity === 'error');
    expect(errors.map(summaryOf)).toEqual([code]);
    expect(errors[0]!.message).toMatch(message);
    expect(errors[0]!.help ?? '').toMatch(help);
  });
});
