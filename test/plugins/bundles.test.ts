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

  it('without tensors', async () => {
    const folder = project('without-tensors', {
      'predict.js': `import { Digits } from './digits.nn';\n(await Digits.create({ seed: 1 })).predict(new Float32Array(16));\n`,
    });
    await rolledUp(folder, { tensors: false });
    expect(printed(join(folder, 'out/app.js'))).toEqual(await expected());
    await rolledUp(folder, { tensors: false }, 'predict.js');
    expect(() => printed(join(folder, 'out/predict.js'))).toThrow(
      /left out of this bundle \(`tensors: false`\)\. Use run\(\)\./,
    );
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
  expect(size / 1024).toBeLessThan(42);
  const without = firstScripts(await rolledUp(folder, { tensors: false }), 'app.js');
  expect(without.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / 1024).toBeLessThan(31);
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
