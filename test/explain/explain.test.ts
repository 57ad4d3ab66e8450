import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { definitionsOf, kinds, listNames } from '../../compiler/explain/kinds.ts';
import { documentationOf } from '../../compiler/explain/documentation.ts';
import { plainFormula, plainMarkdown } from '../../compiler/explain/formula.ts';
import { weightsOf } from '../../compiler/explain/weights.ts';
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
    expect(stdout).toContain('Weights of `x -> Dense(64)`\n  kernel  [128, 64]');
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

  it('knows the weights of every layer that has some in its first example', () => {
    for (const layer of registry.layers.values()) {
      if (!layer.weights || layer.examples.length === 0) continue;
      const weights = weightsOf(layer)?.weights.map(({ name }) => name);
      if (weights)
        expect(
          weights.every((name) => /^\w+(\.\w+)*$/.test(name)),
          layer.name,
        ).toBe(true);
    }
    expect(weightsOf(registry.layers.get('BatchNormalization')!)?.weights.map((w) => w.trainable)).toEqual([true, true, false, false]); // prettier-ignore
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
