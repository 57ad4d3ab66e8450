/** Parameters without a written type, parameters set from outside, and size names beside other names. */
import { describe, expect, it } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { checkText, summaryOf } from './checking.ts';

const block = `block S(k = 3, act = relu, rate = 0.5, pad = same, flag = true, Norm = LayerNormalization, sizes = [2, 3]) {
  input x: [d, c]
  output y = x -> Conv1D(k, 1, padding: pad, activation: act) -> Dropout(rate) -> if flag { Norm } -> repeat len(sizes) { Dense(2, activation: relu) }
}
`;

describe('a default fixes the type', () => {
  for (const [argument, code] of [
    ['0.5', 'argument/type'],
    ['(3, 4)', 'argument/type'],
    ['k: true', 'argument/type'],
    ['act: 3', 'argument/type'],
    ['act: heNormal', 'argument/option'],
    ['act: "tanh"', 'argument/option'],
    ['rate: true', 'argument/type'],
    ['pad: "same"', 'argument/option'],
    ['pad: 1', 'argument/type'],
    ['flag: 1', 'argument/type'],
    ['Norm: 3', 'argument/type'],
    ['sizes: [0.5]', 'argument/type'],
    ['sizes: 2', 'argument/type'],
  ] as const)
    it(`${argument} does not fit`, () => {
      const { diagnostics } = checkText(
        `${block}\nmodel M {\n  input x: [8, 4]\n  output y = x -> S(${argument})\n}\n`,
      );
      expect(diagnostics.map((d) => d.code)).toEqual([code]);
    });

  for (const argument of [
    '5',
    'act: tanh',
    'rate: 0',
    'pad: valid',
    'flag: 2 > 3',
    'Norm: Dense(2) -> tanh',
    'sizes: [1, 2, 4]',
    'k: 8 / 2',
  ])
    // prettier-ignore
    it(`${argument} fits`, () => {
      const { diagnostics } = checkText(`${block}\nmodel M {\n  input x: [8, 4]\n  output y = x -> S(${argument})\n}\n`);
      expect(diagnostics.map(summaryOf)).toEqual([]);
    });

  it('leaves a quotient of open numbers to the uses', () => {
    const head = 'block Head(width = 4) {\n  input x: [n, d]\n  output y = x -> Dense(width, activation: relu)\n}\n';
    const heads = 'block Heads(dim: int, heads: int) {\n  input x: [n, d]\n  output y = x -> Head(dim / heads)\n}\n';
    const use = (args: string): string => `model M {\n  input x: [8, 4]\n  output y = x -> Heads(${args})\n}\n`;
    expect(checkText(`${head}\n${heads}\n${use('12, 4')}`).diagnostics.map(summaryOf)).toEqual([]);
    expect(checkText(`${head}\n${heads}\n${use('12, 5')}`).diagnostics.map((d) => d.code)).toEqual(['argument/type']);
  });
});

describe('a setting from outside', () => {
  const text = 'model P(n: int, act = relu, k = 3, m = k + 1) {\n  input x: [4]\n  output y = x -> Dense(n, activation: act) -> Dense(m)\n}\n'; // prettier-ignore
  const compiler = createCompiler({
    readFile: (path) => (path === 'main.nn' ? text : undefined),
    exists: (path) => path === 'main.nn',
    resolvePackage: () => undefined,
  });
  const check = (values: Readonly<Record<string, string>>) => compiler.checkWith('main.nn', undefined, values);

  it('makes a model of one with required parameters', () => {
    expect(compiler.check('main.nn').models).toEqual([]);
    expect(check({ k: '5' }).models).toEqual([]);
    const { models, diagnostics } = check({ n: '5', k: '7', act: 'tanh' });
    expect(diagnostics).toEqual([]);
    expect(models.map((model) => model.arguments)).toEqual([{ n: '5', act: 'tanh', k: '7', m: '8' }]);
  });

  for (const [name, value, code] of [
    ['n', '0.5', 'argument/type'],
    ['act', '3', 'argument/type'],
    ['act', '"relu"', 'argument/option'],
    ['k', '0.5', 'argument/type'],
    ['m', '7 8', 'syntax/unexpected'],
    ['k', 'foo', 'name/unknown'],
  ] as const)
    it(`${name}=${value} is ${code}, and there is no model`, () => {
      const { models, diagnostics } = check({ n: '5', [name]: value });
      expect(diagnostics.map((d) => [d.code, d.file.path])).toEqual([[code, `--set ${name}`]]);
      expect(models).toEqual([]);
    });
});

describe('a size name', () => {
  it('is a name of the whole body: a `let` before the input may not take it', () => {
    const { diagnostics } = checkText('model M {\n  let n = 4\n  input x: [n]\n  output y = x\n}\n');
    expect(diagnostics.map(summaryOf)).toEqual(['error name/duplicate 2:7']);
  });

  it('can be used before the input stands', () => {
    const { diagnostics } = checkText('model M {\n  let k = n + 1\n  input x: [n]\n  output y = x * k\n}\n');
    expect(diagnostics.map(summaryOf)).toEqual([]);
  });
});
