/** Stages and statements that become a block, and blocks that become stages again. */
import { describe, expect, it } from 'vitest';
import { diagnosticsOf } from '../../compiler/language-service/index.ts';
import { after, offered, titlesOf } from './actions.ts';
import { projectWith } from './marked.ts';

const body = (statements: string): string =>
  `model M {\n  input x: [8]\n  input image: [28, 28, 1]\n${statements}\n}\n`;
const anew = ' (weights are named anew)';

/** The new block and the statements of the model. */
async function extracted(
  statements: string,
  title = `Extract into a block${anew}`,
): Promise<readonly [string, string]> {
  const result = await after(offered(body(statements)), title);
  const problems = diagnosticsOf(projectWith({ '/a.nn': result.replace('¦', '') }), '/a.nn');
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const at = result.indexOf('model M');
  return [result.slice(0, at).trim(), result.slice(at)];
}

describe('extract a block of stages', () => {
  it('takes sizes from what flows in, and stands where the stages were', async () => {
    expect(await extracted('  output y = image\n    -> ⟦Conv2D(8, 3)\n    -> relu⟧\n    -> Flatten')).toEqual([
      'block ConvBlock {\n  input x: [h, w, c]\n\n  output y = x\n    -> Conv2D(8, 3)\n    -> relu\n}',
      body('  output y = image\n    -> ¦ConvBlock\n    -> Flatten'),
    ]);
  });

  it('leaves where it is what a selected pipeline begins with', async () => {
    expect(await extracted('  output y = ⟦image -> Flatten -> Dense(3)⟧ -> relu')).toEqual([
      'block DenseBlock {\n  input x: [h, w, c]\n\n  output y = x -> Flatten -> Dense(3)\n}',
      body('  output y = image -> ¦DenseBlock -> relu'),
    ]);
  });

  it('is given the numbers, layers and tensors that it reads', async () => {
    expect(
      await extracted(
        '  let n = 16\n  layer f = Dense(8)\n  output y = x -> ⟦Dense(n) -> f -> add(x)⟧ -> repeat 2 as i { Dense(i + 1) }',
      ),
    ).toEqual([
      'block DenseBlock(n: int, F: layer) {\n  input x2: [n2]\n  input x: [n3]\n\n  output y = x2 -> Dense(n) -> F -> add(x)\n}',
      body(
        '  let n = 16\n  layer f = Dense(8)\n  output y = x -> ¦DenseBlock(n, f)(x) -> repeat 2 as i { Dense(i + 1) }',
      ),
    ]);
  });

  it('inside a loop is given its index', async () => {
    expect(await extracted('  output y = x -> repeat 2 as i { ⟦Dense(i + 1) -> relu⟧ }')).toEqual([
      'block DenseBlock(i: int) {\n  input x: [n]\n\n  output y = x -> Dense(i + 1) -> relu\n}',
      body('  output y = x -> repeat 2 as i { ¦DenseBlock(i) }'),
    ]);
  });

  it('of a block takes its parameters along, and the names of sizes', async () => {
    const block = (stages: string): string => `block Old(units: int, activation: activation, Norm: layer = LayerNormalization, padding = same) {\n  input x: [seq, dim]\n\n  output y = x\n${stages}\n}\n`; // prettier-ignore
    const stages = '    -> Conv1D(units, 3, activation:, padding:)\n    -> Norm\n    -> Dense(2 * dim)';
    const found = offered(block(stages.replace('Conv', '⟦Conv').replace('(2 * dim)', '(2 * dim)⟧')));
    expect(await after(found, `Extract into a block${anew}`)).toBe(
      `block ConvBlock(\n  units: int,\n  activation: activation,\n  padding = same,\n  Norm: layer,\n) {\n  input x: [seq, dim]\n\n  output y = x\n${stages}\n}\n\n${block('    -> ¦ConvBlock(units, activation, padding, Norm)')}`,
    );
  });

  it('says what is in the way', () => {
    const why = (statements: string): string => titlesOf(offered(body(statements)), 'refactor.extract').join();
    expect(why('  output y = x -> ⟦split(2)⟧ -> add')).toContain('It gives several results.');
    expect(why('  layer f = Dense(8)\n  output y = x -> ⟦f -> matMul(transpose(f.kernel))⟧')).toContain('It calls the layer `f` or reads its weights'); // prettier-ignore
  });
});

describe('extract a block of statements', () => {
  it('gives what is used later', async () => {
    const statements = '  ⟦let a = x -> Dense(4)\n  let b = a * 2\n  let c = relu(b)⟧\n  output y = concat(a, c)';
    expect(await extracted(statements)).toEqual([
      'block DenseBlock {\n  input x: [n]\n\n  output a = x -> Dense(4)\n  let b = a * 2\n  output c = relu(b)\n}',
      body('  let (a, c) = x -> ¦DenseBlock\n  output y = concat(a, c)'),
    ]);
  });

  it('says what is in the way', () => {
    const why = (statements: string): string => titlesOf(offered(body(statements)), 'refactor.extract').join();
    expect(why('  ⟦let n = 3\n  let a = x * n⟧\n  output y = a + n')).toContain('`n` is used later');
    expect(why('  ⟦let a = 3⟧\n  output y = x')).toContain('It reads no tensor');
    expect(why('  let a = 3\n  ⟦output y = x⟧')).toContain('Inputs, outputs and losses stay where they are.');
  });
});

describe('inline a block', () => {
  const conv = 'block Conv(filters: int, act: activation = relu, Norm: layer = BatchNormalization) {\n  input x: [h, w, c]\n  output y = x -> Conv2D(2 * filters, 3) -> Norm -> act -> Conv2D(filters:, kernelSize: 1)\n}\n'; // prettier-ignore
  const inlined = async (declared: string, statements: string, name: string): Promise<string> => {
    const found = offered(`${declared}${body(statements)}`);
    const result = await after(found, `Inline the block \`${name}\` here${anew}`);
    const errors = diagnosticsOf(projectWith({ '/a.nn': result }), '/a.nn').filter(({ severity }) => severity === 'error'); // prettier-ignore
    expect(errors).toEqual([]);
    return result.slice(declared.length);
  };

  it('of stages puts them in the place of one, with what it is given and its defaults', async () => {
    expect(await inlined(conv, '  output y = image -> C¦onv(4 + 4) -> Flatten', 'Conv')).toBe(
      body('  output y = image\n    -> Conv2D(2 * (4 + 4), 3)\n    -> BatchNormalization\n    -> relu\n    -> Conv2D(filters: 4 + 4, kernelSize: 1)\n    -> Flatten'), // prettier-ignore
    );
    expect(
      await inlined(
        conv,
        '  output y = image -> repeat 2 as i { C¦onv(i + 1, act: tanh, Norm: Dropout(0.5) -> LayerNormalization) }',
        'Conv',
      ),
    ).toContain(
      // prettier-ignore
      'Conv2D(2 * (i + 1), 3)\n        -> Dropout(0.5)\n        -> LayerNormalization\n        -> tanh\n        -> Conv2D(filters: i + 1, kernelSize: 1)', // prettier-ignore
    );
  });

  it('of statements puts them before, with names of their own and sizes as they are', async () => {
    const residual = 'block Residual {\n  input x: [n]\n  input more: [n]\n  require n > 3, "{n} is small"\n  let y = x -> Dense(2 * n) -> relu\n  output z = x + (y -> Dense(n)) * more\n}\n'; // prettier-ignore
    expect(
      await inlined(residual, '  let y = x\n  output out = x -> relu -> Res¦idual()(y) -> Dense(3)', 'Residual'),
    ).toBe(
      body('  let y = x\n  let input2 = x -> relu\n  require 8 > 3, "{8} is small"\n  let y2 = input2 -> Dense(2 * 8) -> relu\n  output out = (input2 + (y2 -> Dense(8)) * y) -> Dense(3)'), // prettier-ignore
    );
  });

  it('says what is in the way', () => {
    const why = (declared: string, statements: string): string => titlesOf(offered(`${declared}${body(statements)}`), 'refactor.inline').join(); // prettier-ignore
    expect(why('block Two {\n  input x: [n]\n  output a = x\n  output b = x\n}\n', '  let (a, b) = x -> Tw¦o\n  output y = a + b')).toContain('It gives several results.'); // prettier-ignore
    expect(why('block B {\n  input x: [n]\n  let a = x\n  output y = a\n}\n', '  output y = x -> repeat 2 { ¦B }')).toContain('cannot stand inside a loop'); // prettier-ignore
    expect(why('const K = 3\nblock B {\n  input x: [n]\n  output y = x -> Dense(K)\n}\n', '  let K = 4\n  output y = x -> ¦B -> Dense(K)')).toContain('`K` means something else here than in the block.'); // prettier-ignore
    expect(why('block B(padding: same | valid) {\n  input x: [n]\n  output y = x -> if padding == same { relu }\n}\n', '  output y = x -> ¦B(valid)')).toContain('`valid` alone cannot be compared.'); // prettier-ignore
  });
});
