/** `nn build --explain`: every kind of sentence, as people read it and as JSON. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { inFolder, nn, type Ran } from './fakes.ts';
import { watching } from './watching.ts';

const text = `block Separable(filters: int) {
  input x: [h, w, c]
  output y = x -> DepthwiseConv2D(3, padding: same, useBias: false) -> BatchNormalization -> relu6 -> Conv2D(filters, 1, activation: gelu)
}

model Pictures(classes = 10) {
  input image: [16, 16, 3]
  output label = image / 255
    -> Conv2D(8, 3, useBias: false)
    -> BatchNormalization
    -> relu
    -> BatchNormalization
    -> repeat 2 { Separable(8) }
    -> GlobalAveragePooling2D
    -> Dropout(0.5)
    -> Dense(classes, activation: softmax)
}
`;

const built = (cwd: string, ...args: readonly string[]): Promise<Ran> =>
  nn(['build', ...args], { cwd, createCompiler: (host) => createCompiler(host) });

const trainBlock = `
train Pictures {
  target t: int32
  loss: sparseCategoricalCrossentropy(t, label)
  optimizer: sgd
}
`;

describe('nn build --explain', () => {
  test('tells what was done, what was not, and why', () =>
    inFolder({ 'pictures.nn': text }, async (cwd) => {
      const { stdout, stderr, code } = await built(cwd, 'pictures.nn', '--explain', '--backends', 'wasm');
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(stdout).toBe(`pictures.nn → pictures.ts, pictures.pass.ts

Pictures (pictures.nn:6) for wasm

  Prediction: 36 operations as written, 11 as built
    fold-constants: computes what depends on numbers alone
      f(constants) → constant, in \`image / 255\` (line 8) (2 times)
    simplify: leaves out arithmetic that changes nothing and moves that undo each other
      x + -y → x - y, in BatchNormalization (line 10), BatchNormalization (line 12) and BatchNormalization
        (line 3) (4 times)
    fold-affine: puts scales and offsets by channel, such as batch normalisation, into the weights of the product beside them (36 → 31)
      \`image / 255\` (line 8) and BatchNormalization (line 10) into Conv2D (line 9): 2 operations less
      BatchNormalization (line 3) into DepthwiseConv2D (line 3): 1 operation less
      Conv2D (line 3) and BatchNormalization (line 3) into DepthwiseConv2D (line 3): 2 operations less
      not BatchNormalization (line 12) stays: what it scales, from relu (line 11), is no product;
        DepthwiseConv2D (line 3), which reads it, pads with zeros, where its offset would be missing
    backends: takes the forms that are right and fast on wasm (31 → 30)
      f(constants) → constant, in Conv2D (line 9) (2 times)
      sum(x, middle axes) → averagePool(x) · count, in GlobalAveragePooling2D (line 14): wasm sums over axes
        before the last 15 times as fast by pooling
      f(reshape(x)) → reshape(f(x)), in GlobalAveragePooling2D (line 14)
      x * a / b → x * (a / b), in GlobalAveragePooling2D (line 14)
      x * 1 → x, in GlobalAveragePooling2D (line 14)
    fuse: lets the kernel of a product add the bias and apply the activation (30 → 19)
      Conv2D (line 9), BatchNormalization (line 10) and relu (line 11): product, bias and relu are one
        kernel
      DepthwiseConv2D (line 3), BatchNormalization (line 3) and relu6 (line 3): product, bias and relu6 are
        one kernel (2 times)
      Conv2D (line 3): product and bias are one kernel (2 times)
      Dense (line 16): product and bias are one kernel
      not Conv2D (line 3): its activation is an operation of its own, for kernels of products apply relu, relu6,
        elu, sigmoid and leakyRelu only (2 times)
    fuse-elementwise: computes chains of operations on elements, and sums of rows among them, in one kernel (19 → 11)
      BatchNormalization (line 12): 2 operations on elements are one kernel
      Conv2D (line 3): 4 operations on elements are one kernel
      Conv2D (line 3): 5 operations on elements are one kernel
`);
    }));

  test('tells of training what is done there', () =>
    inFolder({ 'pictures.nn': text + trainBlock }, async (cwd) => {
      const { stdout } = await built(cwd, '--explain');
      const step = stdout.slice(stdout.indexOf('  Training step, without the update of the weights: '));
      expect(step).not.toContain('fold-affine');
      expect(step).toMatch(/conv2dFilterGradient\(x, dy\) → .*\(line 9\)/);
      expect(step).toContain('Dense (line 16): product and bias are one kernel');
    }));

  test('tells of training for each family of backends', () =>
    inFolder({ 'pictures.nn': text + trainBlock }, async (cwd) => {
      const { stdout } = await built(cwd, '--explain', '--backends', 'webgpu,wasm,cpu');
      const at = (family: string): number => stdout.indexOf(`  Training step on ${family}, without the update of the weights: `); // prettier-ignore
      const [overMemory, onCard] = [stdout.slice(at('wasm and cpu'), at('webgpu')), stdout.slice(at('webgpu'))];
      expect(overMemory).toContain('conv2dFilterGradient(x, dy) → ');
      expect(onCard).toContain('Dense (line 16): product and bias are one kernel');
      expect(onCard).not.toContain('conv2dFilterGradient(x, dy) → ');
    }));

  test('tells of loops that are one call', () =>
    inFolder({ 'a.nn': 'model A {\n  input x: [5, 3]\n  output y = x\n    -> LSTM(4)\n}\n' }, async (cwd) => {
      const { stdout } = await built(cwd, '--explain');
      expect(stdout).toContain('loop(f) → lstmLoop, in LSTM (line 4): the runtime computes all steps in one call');
    }));

  test('as JSON, with all places', () =>
    inFolder({ 'pictures.nn': text }, async (cwd) => {
      const { stdout } = await built(cwd, '--explain', '--json', '--backends', 'wasm,cpu');
      const { models, files } = JSON.parse(stdout) as { models: readonly { programs: readonly { passes: readonly object[] }[] }[]; files: readonly object[] }; // prettier-ignore
      expect(files).toHaveLength(2);
      expect(models).toHaveLength(1);
      expect(models[0]).toMatchObject({ model: 'Pictures', file: 'pictures.nn', line: 6, backends: ['wasm', 'cpu'] });
      const [prediction] = models[0]!.programs;
      expect(prediction).toMatchObject({ program: 'prediction' });
      const fold = prediction!.passes.find((pass) => 'pass' in pass && pass.pass === 'fold-affine');
      expect(fold).toMatchObject({
        done: [
          {
            text: '`image / 255` (line 8) and BatchNormalization (line 10) into Conv2D (line 9): 2 operations less',
            times: 1,
            places: [
              { file: 'pictures.nn', line: 8 },
              { file: 'pictures.nn', line: 10 },
              { file: 'pictures.nn', line: 9 },
            ],
          },
          { text: 'BatchNormalization (line 3) into DepthwiseConv2D (line 3): 1 operation less', times: 1 },
          // The half of the gelu before it.
          { text: 'Conv2D (line 3) and BatchNormalization (line 3) into DepthwiseConv2D (line 3): 2 operations less' },
        ],
        left: [{ times: 1, places: [{ line: 12 }, { line: 11 }, { line: 3 }] }],
      });
    }));

  test('names the file of a block that is another one, and is silent about files with errors', () =>
    inFolder(
      {
        'blocks.nn': text.slice(0, text.indexOf('model')),
        'net.nn': `import { Separable } from "./blocks.nn"\n\nmodel Net {\n  input x: [8, 8, 3]\n  output y = x -> Separable(4)\n}\n`,
        'wrong.nn': 'model Wrong {\n  input x: [4]\n  output y = x -> Dens(3)\n}\n',
      },
      async (cwd) => {
        const { stdout, code } = await built(cwd, '--explain');
        expect(code).toBe(1);
        expect(stdout).toContain('BatchNormalization (blocks.nn:3) into DepthwiseConv2D (blocks.nn:3)');
        expect(stdout).not.toContain('Wrong');
      },
    ));
});

describe('nn build --explain --watch', () => {
  const folding = (name: string): string => `model ${name} {\n  input x: [3]\n  output y = x / 2 -> Dense(3)\n}\n`;
  const plain = (name: string): string => folding(name).replace(' / 2', '');
  const explained = (said: string): readonly string[] => [...said.matchAll(/^(\w+) \(\w\.nn:1\) for/gm)].map(([, name]) => name!); // prettier-ignore

  test('tells of each file when it is built, and again when it has become another', () =>
    inFolder({ 'a.nn': folding('A'), 'b.nn': plain('B') }, async (cwd) => {
      const change = (text: string) => () => writeFileSync(join(cwd, 'a.nn'), text);
      await watching(['build', '--explain', '--watch', '--backends', 'cpu'], { cwd }, async ({ text, after }) => {
        expect(explained(text())).toEqual(['A', 'B']);
        expect(text()).toContain('`x / 2` (line 3)');
        const mistaken = await after(change(folding('A').replace('Dense', 'Dens')));
        expect(mistaken).toContain('error[name/unknown-layer] a.nn:3:23');
        expect(explained(mistaken)).toEqual([]);
        const mended = await after(change(plain('A')));
        expect(explained(mended)).toEqual(['A']);
        expect(mended).not.toContain('x / 2');
        expect(mended).toMatch(/^\n\d\d:\d\d:\d\d a\.nn changed\n\na\.nn → a\.ts, a\.pass\.ts\n\nA \(a\.nn:1\) for cpu\n/);
        expect(mended).toMatch(/\n\n\d\d:\d\d:\d\d Built 1 file in \d+ ms\. Waiting/);
      });
    })); // prettier-ignore

  test('as JSON, a line for each round', () =>
    inFolder({ 'a.nn': folding('A'), 'b.nn': plain('B') }, async (cwd) => {
      await watching(['build', '--explain', '--watch', '--json'], { cwd }, async ({ stdout, after }) => {
        await after(() => writeFileSync(join(cwd, 'a.nn'), plain('A')));
        const rounds = stdout().trimEnd().split('\n').map((line) => JSON.parse(line) as { models: { model: string }[] });
        expect(rounds.map(({ models }) => models.map(({ model }) => model))).toEqual([['A', 'B'], ['A']]);
      });
    })); // prettier-ignore
});
