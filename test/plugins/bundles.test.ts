/** Bundles of one project by bundlers that run in this process. All of them, from the packed package: `npm run test:bundlers`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { rolldown, type OutputChunk } from 'rolldown';
import { expect, describe, it } from 'vitest';
import esbuildPlugin from '../../compiler/plugins/esbuild.ts';
import type { PluginOptions } from '../../compiler/plugins/plugin-options.ts';
import rolldownPlugin from '../../compiler/plugins/rolldown.ts';
import { compiled } from '../training/compiled.ts';
import { digits, parts, printed, project } from './project.ts';

async function rolledUp(folder: string, options: PluginOptions = {}, input = 'app.js') {
  const bundle = await rolldown({ cwd: folder, input, platform: 'browser', logLevel: 'silent', plugins: [rolldownPlugin(options)] }); // prettier-ignore
  const { output } = await bundle.write({ dir: join(folder, 'out'), format: 'esm', minify: true });
  await bundle.close();
  return output;
}

const esbuilt = (folder: string, options: PluginOptions = {}) =>
  esbuild({ absWorkingDir: folder, entryPoints: ['app.js'], outdir: 'out', bundle: true, splitting: true, format: 'esm', logLevel: 'silent', plugins: [esbuildPlugin(options)] }); // prettier-ignore

/** What the same program computes without any bundler. */
async function expected(): Promise<unknown> {
  const text = `${parts}\n${digits.replace(/^import.*\n/, '')}`;
  const { Digits } = await compiled<'Digits'>(text);
  const net = await Digits.create({ seed: 1 });
  const image = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const before = (await net.run(image as never)) as unknown as Float32Array;
  const { history } = await net.fit({ image, label: Int32Array.of(0, 1, 2, 1) }, { epochs: 2, batchSize: 2, shuffle: false }); // prettier-ignore
  const rounded = (values: ArrayLike<number>): number[] => Array.from(values, (value) => Number(value.toFixed(5)));
  return { device: 'wasm', before: rounded(before), loss: rounded(history['loss']!) };
}

/** Two networks with layers of many kinds, and every way to use them that does not give tensors. */
const everyUse = {
  'app.js': `import { Pictures, Words } from './networks.nn';
const out = {};
const numbers = (length, code) => Float32Array.from({ length }, (_, i) => code(i));
async function use(name, type, inputs, rows, target, nested) {
  const net = await type.create({ seed: 3 });
  out.device = net.device.name;
  const tell = async (what, model = net) => (out[what + name] = Array.from((await model.run(inputs)).y ?? []));
  await tell('first');
  out['parts' + name] = Array.from((await net.run(inputs, { batchSize: 2 })).y);
  await tell('again');
  await tell('third');
  out['nested' + name] = Array.from(await net.run(nested));
  const { loss } = await net.fit({ ...inputs, t: target }, { epochs: 2, batchSize: 2, shuffle: false });
  out['loss' + name] = loss;
  out['scores' + name] = await net.evaluate({ ...inputs, t: target });
  await tell('trained');
  const loaded = await type.load(await net.toBytes());
  await tell('loaded', loaded);
  loaded.setWeights({ 'dense.bias': new Float32Array(3).fill(1) });
  await tell('moved', loaded);
  const resumed = await type.resume(await net.checkpoint());
  for (const one of [net, resumed]) await one.trainStep({ ...inputs, t: target });
  await tell('stepped', net);
  await tell('resumed', resumed);
  net.freeze('dense');
  await net.fit({ ...inputs, t: target }, { epochs: 1 });
  await tell('frozen');
  const from = await type.create({ from: net, seed: 1 });
  await tell('from', from);
  for (const one of [net, loaded, resumed, from]) one.dispose();
  out.left = net.device.backend.numDataIds();
}
const half = new Float32Array(15).fill(0.5);
const many = await Pictures.create({ seed: 3 });
const x = numbers(600 * 288, Math.sin);
out.many = Array.from(await many.run(x));
out.few = [];
for (let at = 0; at < 600; at += 30) out.few.push(...(await many.run(x.subarray(at * 288, (at + 30) * 288))));
many.dispose();
await use('', Pictures, { x: numbers(5 * 288, Math.sin) }, 5, half, [numbers(288, Math.cos)]);
await use('OfWords', Words, { x: Int32Array.from({ length: 25 }, (_, i) => i % 7) }, 5, half, [[1, 2, 3, 4, 5]]);
console.log(JSON.stringify(out));
`,
  'networks.nn': `model Pictures {
  input x: [12, 12, 2]
  output y = x -> Conv2D(4, 3, activation: relu) -> BatchNormalization -> MaxPooling2D(2) -> Flatten -> Dense(3, activation: gelu) -> LayerNormalization -> softmax
}
train Pictures {
  target t: [3]
  loss: meanSquaredError(t, y)
  optimizer: adam(learningRate: 0.1)
}
model Words {
  input x: int32[5]
  output y = x -> Embedding(7, 4) -> Bidirectional(LSTM(3)) -> Dropout(0.2) -> Dense(3, activation: softmax)
}
train Words {
  target t: [3]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.5)
}
`,
};

describe('a bundle computes what the program computes', () => {
  it('by Rolldown, with the .wasm files beside it under names with a hash', async () => {
    const folder = project('rolldown');
    await rolledUp(folder);
    expect(printed(join(folder, 'out/app.js'))).toEqual(await expected());
    expect(readdirSync(join(folder, 'out/assets')).sort()).toEqual([
      expect.stringMatching(/^tfjs-backend-wasm-[\w-]{8}\.wasm$/),
      expect.stringMatching(/^tfjs-backend-wasm-simd-[\w-]{8}\.wasm$/),
    ]);
  });

  it('by esbuild', async () => {
    const folder = project('esbuild');
    await esbuilt(folder);
    expect(printed(join(folder, 'out/app.js'))).toEqual(await expected());
  });

  it.each(['wasm', 'cpu'] as const)('without tensors on %s: to the bit what it computes with them', async (backend) => {
    const folder = project(`arrays-${backend}`, everyUse);
    await rolledUp(folder, { backends: [backend] });
    const whole = printed(join(folder, 'out/app.js')) as Readonly<Record<string, unknown>>;
    await rolledUp(folder, { backends: [backend], tensors: false });
    expect(printed(join(folder, 'out/app.js'))).toEqual(whole);
    expect(whole).toMatchObject({ device: backend, left: 0 });
    expect(whole['parts']).toEqual(whole['first']);
    // Large batches are divided.
    expect(whole['many']).toEqual(whole['few']);
    expect(whole['many']).toHaveLength(1800);
    expect(whole['loaded']).toEqual(whole['trained']);
    expect(whole['moved']).not.toEqual(whole['trained']);
  });

  it('without tensors, where a message says so', async () => {
    const folder = project('without-tensors', {
      'predict.js': `import { Digits } from './digits.nn';\n(await Digits.create({ seed: 1 })).predict(new Float32Array(16));\n`,
      'tensor.js': `import { Digits } from './digits.nn';\n(await Digits.create({ seed: 1 })).run({ dataId: {}, shape: [1, 16], dtype: 'float32' });\n`,
      'wrong.js': `import { Digits } from './digits.nn';\n(await Digits.create({ seed: 1 })).run(new Float32Array(15));\n`,
    });
    for (const [script, message] of [
      [
        'predict',
        "predict() gives tensors, and nnlang's plugin left tensors out of this bundle (`tensors: false`). Use run().",
      ],
      [
        'tensor',
        'input "image" is a tensor, and nnlang\'s plugin left tensors out of this bundle (`tensors: false`). Pass its values: await tensor.data().',
      ],
      [
        'wrong',
        'Digits: input "image" must be [n, 16] (digits.nn:4), but is an array of 15 values, which is not a multiple of 16.',
      ],
    ] as const) {
      await rolledUp(folder, { tensors: false }, `${script}.js`);
      expect(() => printed(join(folder, `out/${script}.js`))).toThrow(message);
    }
  });

  it('with several backends, each a script of its own that is loaded where it is used', async () => {
    const folder = project('backends');
    const output = await rolledUp(folder, { backends: ['cpu', 'wasm'] });
    expect(printed(join(folder, 'out/app.js'))).toEqual(await expected());
    const first = firstScripts(output, 'app.js');
    expect(first.some(({ moduleIds }) => moduleIds.some((id) => id.includes('tfjs-backend-')))).toBe(false);
  });
});

it('serves a program that computes with tensors by itself', async () => {
  const folder = project('tensors', {
    'app.js': `import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { Digits } from './digits.nn';
const net = await Digits.create({ seed: 1 });
const digit = net.predict(new Float32Array(16).fill(1));
const values = Array.from(digit.dataSync());
console.log(JSON.stringify([tf.getBackend(), values.indexOf(Math.max(...values)), tf.argMax(digit, -1).dataSync()[0]]));
`,
  });
  // tfjs's code for browsers does not run in Node.
  await esbuild({ absWorkingDir: folder, entryPoints: ['app.js'], outdir: 'out', bundle: true, platform: 'node', mainFields: ['module', 'main'], format: 'esm', logLevel: 'silent', banner: { js: 'const require = process.getBuiltinModule;' }, plugins: [esbuildPlugin()] }); // prettier-ignore
  const [backend, largest, found] = printed(join(folder, 'out/app.js')) as [string, number, number];
  expect(backend).toBe('wasm');
  expect(found).toBe(largest);
});

/** A script with those that it imports at once. */
function firstScripts(output: readonly unknown[], entry: string): readonly OutputChunk[] {
  const scripts = new Map((output as readonly OutputChunk[]).map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<OutputChunk>();
  const add = (name: string): void => {
    const script = scripts.get(name)!;
    if (found.has(script)) return;
    found.add(script);
    script.imports.forEach(add);
  };
  add(entry);
  return [...found];
}

const inference = {
  'app.js': `import { Digits } from './only.nn';\nconst net = await Digits.load('digits.safetensors');\nconsole.log(await net.run(new Float32Array(784)));\n`,
  'only.nn': `model Digits {
  input image: [784]
  output digit = image -> Dense(128, activation: relu) -> Dense(64, activation: relu) -> Dense(10, activation: softmax)
}
`,
};

it('takes only the kernels of the model, and stays small', async () => {
  const folder = project('small', inference);
  const scripts = firstScripts(await rolledUp(folder), 'app.js');
  const kernels = scripts.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => /tfjs-backend-wasm\/dist\/kernels\/([A-Z_]\w+)\.js$/.exec(id)?.[1] ?? [])); // prettier-ignore
  // Those of the two functions that are called, and of what the runtime does with inputs.
  expect(kernels.sort()).toEqual([
    'Cast',
    'Concat',
    'Floor',
    'Identity',
    'NotEqual',
    'Reshape',
    'Slice',
    'Softmax',
    '_FusedMatMul',
  ]);
  const size = scripts.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  expect(size / 1024).toBeLessThan(36);
  const without = firstScripts(await rolledUp(folder, { tensors: false }), 'app.js');
  expect(without.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / 1024).toBeLessThan(15);
});

it('writes types beside the .nn, unless told not to', async () => {
  const folder = project('types');
  await rolledUp(folder, { types: false });
  expect(existsSync(join(folder, 'digits.d.nn.ts'))).toBe(false);
  await rolledUp(folder);
  expect(readFileSync(join(folder, 'digits.d.nn.ts'), 'utf8')).toContain('export declare class Digits');
});

it('maps the bundle to the text of the .nn', async () => {
  const folder = project('maps', inference);
  const bundle = await rolldown({ cwd: folder, input: 'app.js', platform: 'browser', logLevel: 'silent', plugins: [rolldownPlugin()] }); // prettier-ignore
  const { output } = await bundle.generate({ format: 'esm', sourcemap: true, codeSplitting: false });
  await bundle.close();
  expect(output[0].map!.sources.some((source) => source.endsWith('only.nn'))).toBe(true);
});
