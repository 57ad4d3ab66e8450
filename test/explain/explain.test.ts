import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { definitionsOf, kinds, listNames } from '../../compiler/explain/kinds.ts';
import { documentationOf } from '../../compiler/explain/documentation.ts';
import { plainFormula, plainMarkdown } from '../../compiler/explain/formula.ts';
import { shapesOf } from '../../compiler/explain/shapes.ts';
import { registry } from '../../compiler/definitions/registry.ts';
import { nn } from '../cli/fakes.ts';

const run = (...args: string[]) => nn(['explain', ...args], { cwd: '/' });

describe('nn explain', () => {
  it('shows a layer with its signature, arguments, weights and examples', async () => {
    const { code, stdout, stderr } = await run('Dense');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Dense  layer\n');
    expect(stdout).toContain('    Dense(units, activation: linear,');
    expect(stdout).toMatch(/ {2}units +whole number, at least 1; required\n/);
    expect(stdout).toMatch(/ {2}useBias +`true` or `false`; default `true`\n/);
    expect(stdout).toContain('Shapes\n  x: [d] → [units]\n');
    expect(stdout).toContain('Weights\n  kernel  [d, units]');
    expect(stdout).toContain('  x -> Dense(64)  x: [128] gives [64]\n');
  });

  it('shows a diagnostic with what nn says to its example', async () => {
    const { stdout } = await run('lint/double-activation');
    expect(stdout).toMatch(/^warning\[lint\/double-activation\]\n/);
    expect(stdout).toContain('  warning[lint/double-activation] example.nn:3:');
    expect(stdout).toContain('Right\n    model M {\n');
  });

  it('shows both of two things of one name, and one thing of two kinds once', async () => {
    const { stdout } = await run('randomNormal');
    expect(stdout).toContain('randomNormal  function\n');
    expect(stdout).toContain('randomNormal  initializer\n');
    expect((await run('meanSquaredError')).stdout).toContain('meanSquaredError  loss, metric\n');
    expect((await run('relu')).stdout).toContain('relu  function, activation\n');
  });

  it('lists a kind, or an area of diagnostics', async () => {
    expect((await run('optimizers')).stdout).toMatch(/ {2}adam +Steps scaled/);
    expect((await run('lint')).stdout).toMatch(/ {2}lint\/dead-window +A window/);
  });

  it.each([
    ['Conv2d', 'Conv2D'],
    ['BatchNorm', 'BatchNormalization'],
    ['double-activation', 'lint/double-activation'],
    ['shape/missmatch', 'shape/mismatch'],
  ])('suggests for %s', async (wrong, right) => {
    const { code, stderr } = await run(wrong);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `error: there is nothing called \`${wrong}\` to explain\n  help: Did you mean \`${right}\``,
    );
  });

  it('asks for a name', async () => {
    expect(await run()).toMatchObject({ code: 2, stdout: '' });
  });

  it('prints everything as JSON', async () => {
    const list = JSON.parse((await run('--list', '--json')).stdout) as Record<string, string[]>;
    expect(Object.keys(list)).toEqual([...kinds]);
    expect(list['layers']).toContain('Conv2D');
    expect(list['activations']).toContain('relu');
    expect(list['diagnostics']).toContain('shape/rank');
    expect(JSON.parse((await run('Dense', '--json')).stdout)[0]).toMatchObject({ name: 'Dense', is: ['layer'] });
  });

  it('keeps to 80 columns, and leaves no TeX behind', async () => {
    for (const name of Object.values(listNames()).flat()) {
      const { stdout } = await run(name);
      const [page = ''] = stdout.split('\nWrong\n');
      const isCode = (line: string): boolean => / -> |https:|gives|^ {4}/.test(line);
      for (const line of page.split('\n')) if (!isCode(line)) expect(stringWidth(line), `${name}: ${line}`).toBeLessThanOrEqual(80); // prettier-ignore
      expect(page, name).not.toMatch(/\\[a-z]+|\$|\bundefined\b/);
    }
  });
});

describe('documentation', () => {
  it('is there for every name', () => {
    for (const name of Object.values(listNames()).flat()) expect(documentationOf(name), name).not.toEqual([]);
  });

  const everything = [...registry.layers.values(), ...registry.functions.values()].filter(
    (definition) => definition.kind === 'layer' || (!definition.internal && /^\w+$/.test(definition.name)),
  );

  it.each(everything.map((d) => [`${d.kind} ${d.name}`, d] as const))('%s tells its shapes in symbols, its formula and its source', (_, definition) => {
    const [first, ...others] = shapesOf(definition)!.shapes;
    const letters = /[a-z]/.test(first!.result.replaceAll(/\b(int32|bool)\b/g, ''));
    // Sums over everything leave nothing that a letter could stand for.
    expect(letters || /\[(1|1, 1)?\]$/.test(first!.result) || definition.name === 'EinsumDense', first!.result).toBe(true);
    for (const { option } of others) expect(option).toMatch(/\w/);
    expect(definition.doc).toMatch(/\$[^$]+\$/);
    expect(definition.doc).toMatch(/https:|\(.*\d{4}\)/);
  }); // prettier-ignore

  it('shapes follow the arguments', () => {
    const of = (name: string): readonly string[] =>
      shapesOf(registry.layers.get(name)!)!.shapes.map(({ option, result }) => `${option ?? ''} ${result}`.trim());
    expect(of('Dense')).toEqual(['[units]']);
    expect(of('MaxPooling1D')).toEqual(['[floor(n / poolSize), d]', 'padding: same [ceil(n / poolSize), d]']);
    expect(of('LSTM')[1]).toBe('returnSequences: true [seq, units]');
    expect(of('Conv1DTranspose')).toContain('[seq * strides - strides + max(kernelSize, strides), filters]'); // prettier-ignore
  });

  it('weights have shapes in symbols, and say what is not trained', () => {
    const weights = (name: string) => shapesOf(registry.layers.get(name)!)!.weights;
    expect(weights('Conv1D').map(({ name, shape }) => `${name} ${shape}`)).toEqual(['kernel [kernelSize, d / groups, filters]', 'bias [filters]']); // prettier-ignore
    expect(weights('BatchNormalization').map((w) => w.trainable)).toEqual([true, true, false, false]);
    for (const layer of registry.layers.values())
      for (const { name } of shapesOf(layer)!.weights) expect(name, layer.name).toMatch(/^\w+(\.\w+)*$/);
  });

  it('has no internal functions', () => {
    expect(definitionsOf('functions').filter((definition) => 'internal' in definition && definition.internal)).toEqual([]); // prettier-ignore
  });
});

describe('formulas', () => {
  it.each([
    ['\\frac{1}{n} \\sum (x - \\bar x)^2', '1 / n Σ (x - x\u0304)²'],
    ['w \\leftarrow w - \\eta g', 'w ← w - η g'],
    ['e^{x_i} / \\sum_j e^{x_j}', 'e^(x_i) / Σ_j e^(x_j)'],
    ['\\sqrt{v} + \\mathrm{negativeSlope}\\,x', '√v + negativeSlope x'],
  ])('%s', (tex, plain) => expect(plainFormula(tex)).toBe(plain));

  it('and links are taken out of Markdown', () => {
    expect(plainMarkdown('$x^2$. [Keras](https://keras.io/a/)')).toEqual({ text: 'x².', links: ['Keras: https://keras.io/a/'] }); // prettier-ignore
  });
});
