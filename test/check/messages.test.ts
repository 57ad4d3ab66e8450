/** Wording and help that depend on what stands around the mistake. */
import { describe, expect, it } from 'vitest';
import type { Fix } from '../../compiler/diagnostics/diagnostic.ts';
import { displayCondition } from '../../compiler/shapes/index.ts';
import { checkText, summaryOf } from './checking.ts';

const inputs = '  input x: [20, 8]\n  input f: [3, 224, 224]\n  input tiny: [2, 2, 128]\n  input tokens: int32[20]\n';
const first = (expression: string): string => {
  const { diagnostics } = checkText(`model M {\n${inputs}  output y = ${expression}\n}\n`);
  const [found] = diagnostics.filter((d) => d.severity === 'error');
  return `${found?.code}: ${found?.message} ${found?.help ?? ''}`;
};

const appliedFix = (text: string, { edits }: Fix): string =>
  [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end), text);

describe('a message says what is probably meant', () => {
  for (const [expression, words] of [
    ['f -> Conv2D(8, 5)', 'channels first'],
    ['tiny -> Conv2D(8, 3)', 'fewer pooling layers'],
    ['x[0:30]', '`x[0:30]` reaches beyond the end: it needs 30 elements, but axis 0 of [20, 8] has only 20.'],
    ['x[25:]', 'needs 26 elements'],
    ['x[5:2]', 'takes nothing: on axis 0 of [20, 8] it begins at 5 and ends before 2.'],
    ['x -> LSTM(8) -> Dropout(0.5) -> LSTM(8)', '`LSTM(8)` gives only its last step; with `returnSequences: true`'],
    ['x -> Bidirectional(LSTM(8)) -> Conv1D(8, 3)', 'with `returnSequences: true`'],
    ['concat(x, f)', '[20, 8]\n    [3, 224, 224]'],
    ['x @ x', 'The right one would fit transposed: `a @ transpose(b)`.'],
    ['transpose(x) @ transpose(x)', 'The right one would fit transposed'],
    ['tokens -> LSTM(8)', 'become vectors first: `Embedding(vocabulary, width)`'],
    ['x -> Conv2D(8, 3)', 'For a series of vectors, `Conv1D` is the one.'],
    ['x[0] -> LSTM(8)', 'wants 2 axes'],
  ] as const)
    it(expression, () => expect(first(expression)).toContain(words));

  it('takes tensors out of the list that Keras wants', () => {
    for (const [expression, meant] of [['concat([x, x], axis: 0)', 'concat(x, x, axis: 0)'], ['Add()([ x, x ])', 'Add()( x, x )']] as const) {
      const text = (call: string): string => `model M {\n${inputs}  output y = ${call}\n}\n`;
      const [found] = checkText(text(expression)).diagnostics;
      expect(found!.message).toBe(`\`${/^\w+/.exec(expression)![0]}\` takes tensors as arguments of their own, not in a list.`);
      expect(appliedFix(text(expression), found!.fixes[0]!)).toBe(text(meant));
      expect(checkText(text(meant)).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
    expect(first('x + [x, x]')).toContain('Tensors are joined by `concat(a, b)`');
  }); // prettier-ignore

  it('does not blame a recurrent layer for an input without time', () => {
    expect(first('x[0] -> LSTM(8)')).not.toContain('returnSequences');
  });

  it.each(['meanSquaredError', 'binaryCrossentropy', 'meanAbsoluteError'])('%s of class numbers', (loss) => {
    const { diagnostics } = checkText(`model M {\n  input x: [8]\n  output y = x -> Dense(10, activation: sigmoid)\n}\n\ntrain M {\n  target t: int32\n  loss: ${loss}(t, y)\n  optimizer: adam\n}\n`); // prettier-ignore
    expect(diagnostics.map((d) => d.code)).toEqual(['train/target']);
    expect(diagnostics[0]!.help).toMatch(
      /^The output has 10 numbers where the target has one.*sparseCategoricalCrossentropy/,
    );
  });

  it('tells how to drop an axis of 1 before a loss', () => {
    const { diagnostics } = checkText('model M {\n  input x: [100, 8]\n  output y = x -> Dense(1)\n}\n\ntrain M {\n  target t: [100]\n  loss: meanSquaredError(t, y)\n  optimizer: adam\n}\n'); // prettier-ignore
    expect(diagnostics.map((d) => d.code)).toEqual(['train/target']);
    expect(diagnostics[0]!.help).toContain('squeeze(axis: -1)');
    expect(diagnostics[0]!.help).not.toContain('Flatten');
  });
});

describe('what programs in Python have, and what it is here', () => {
  it.each([
    ['F.relu(x)', 'There are no modules to reach into, as in `F.relu`.', 'relu(x)'],
    ['np.mean(x)', 'as in `np.mean`.', 'mean(x)'],
    ['x -> tf.keras.layers.Dense(3)', 'as in `tf.keras.layers.Dense`.', 'x -> Dense(3)'],
    ['x -> nn.Linear(8, 3)', 'as in `nn.Linear`.', 'x -> Dense(3)'],
    ['torch.sigmod(x)', 'as in `torch.sigmod`.', 'sigmoid(x)'],
    ['x -> Dense(3, useBias: False)', 'There is no `False` here.', 'x -> Dense(3, useBias: false)'],
  ])('%s', (expression, message, meant) => {
    const text = (written: string): string => `model M {\n  input x: [20, 8]\n  output y = ${written}\n}\n`;
    const [found, ...more] = checkText(text(expression)).diagnostics;
    expect(more).toEqual([]);
    expect(found!.message).toContain(message);
    expect(appliedFix(text(expression), found!.fixes[0]!)).toBe(text(meant));
    expect(checkText(text(meant)).diagnostics).toEqual([]);
  });
  it.each([
    ['x -> Dropout(None)', 'There is no `None`: every argument has a value. Leave the argument out'],
    ['x.view(-1, 4)', 'Tensors have no methods, so there is no `x.view`. Write `reshape(x)`'],
    ['x.flatten()', 'Let it flow: `x -> Flatten`.'],
    ['Dense(x)', 'tensors flow in: `x -> Dense`.'],
    ['x -> Dense(x.shape[0])', 'there is no `x.shape`. Sizes get their names where an input is declared'],
  ])('%s', (expression, words) => expect(first(expression)).toContain(words));

  it.each([
    ['input x: [-1, 8]', 'A size that is known only at run time gets a name: `[n, 8]`.'],
    ['input x: [0, 8]', 'gets a name'],
  ])('%s', (input, words) => {
    const [found] = checkText(`model M {\n  ${input}\n  output y = x -> Dense(3)\n}\n`).diagnostics;
    expect(found!.help).toContain(words);
  });
  it.each([
    ['meanSquaredError(t, M.y)', '  target t: [3]\n', 'What its body has named stands by its name alone: `y`.'],
    ['meanSquaredError(t, y)', '', 'A `train` sees its targets, declared as in `target label: int32`'],
  ])('in a train: %s', (loss, target, words) => {
    const [found] = checkText(`model M {\n  input x: [8]\n  output y = x -> Dense(3)\n}\n\ntrain M {\n${target}  loss: ${loss}\n  optimizer: adam\n}\n`).diagnostics; // prettier-ignore
    expect(found!.help).toContain(words);
  });

  it('what the file calls so itself is left alone', () => {
    const { diagnostics } = checkText('model M {\n  input np: [4]\n  layer nn = Dense(3)\n  output y = nn(np) @ transpose(nn.kernel)\n}\n'); // prettier-ignore
    expect(diagnostics.map(({ code }) => code)).not.toContain('name/unknown');
  });
});

describe('the activation of what is joined', () => {
  const codes = (output: string): readonly string[] =>
    checkText(`model M {\n  input x: [8]\n  output y = ${output}\n}\n\ntrain M {\n  target t: [4]\n  loss: binaryCrossentropy(t, y)\n  optimizer: adam\n}\n`).diagnostics.map((d) => d.code); // prettier-ignore
  const dense = (activation: string): string => `(x -> Dense(2, activation: ${activation}))`;

  it('is that of all parts', () => {
    expect(codes(`concat(${dense('sigmoid')}, ${dense('sigmoid')})`)).toEqual([]);
    expect(codes(`concat(${dense('tanh')}, ${dense('tanh')})`)).toEqual(['train/activation']);
  });
  it('is not known where they differ', () => {
    expect(codes(`concat(${dense('tanh')}, ${dense('sigmoid')})`)).toEqual([]);
    expect(codes(`concat(${dense('sigmoid')}, ${dense('tanh')})`)).toEqual([]);
  });
});

describe('a branch that is not taken', () => {
  const codes = (stage: string): readonly string[] =>
    checkText(`model M(deep = false, act = relu, size = 3) {\n  input x: [8, 8, 4]\n  output y = x -> Conv2D(size, 1, activation: act) -> if deep { ${stage} }\n}\n`).diagnostics.map(summaryOf); // prettier-ignore

  for (const [stage, code] of [
    ['Conv2D(0.5, 3)', 'argument/type'],
    ['Conv2D(4, 3, padding: "same")', 'argument/option'],
    ['Conv2D(4, 3, padding: smae)', 'argument/option'],
    ['Conv2D(4, 3, kernel_size: 3)', 'argument/unknown'],
  ] as const)
    it(`has ${code} in ${stage}`, () => expect(codes(stage)).toEqual([expect.stringContaining(code)]));

  for (const stage of ['Conv2D(4, 3, padding: act)', 'Conv2D(size / 2, 3)', 'Flatten -> Conv2D(4, 3)', 'Conv2D(4, 30)'])
    it(`may hold ${stage}`, () => expect(codes(stage)).toEqual([]));
});

it('the requirements of blocks are listed', () => {
  const { blocks } = checkText('block Half(k = 2) {\n  input x: [n, d]\n  output y = x -> reshape(n / 2, 2, d)\n}\n\nblock Same {\n  input x: [n]\n  output y = x\n}\n'); // prettier-ignore
  expect(blocks?.map(({ name, requirements }) => [name, requirements.map(displayCondition)])).toEqual([['Half', ['n % 2 == 0']], ['Same', []]]); // prettier-ignore
});
