/** What is emitted passes TypeScript at its strictest, in TypeScript and as a declaration beside the JavaScript. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import { samples } from './samples.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}test/.tmp/emit-types-${process.pid}/`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const usage = `import { Digits } from './digits/digits.js';
import { Halve } from './halve/halve.js';
import { Parts } from './parts/parts.js';
import { Map, Promise as Net } from './odd/odd names.js';
import type { Tensor } from 'nnlang/runtime';

export async function use(image: Float32Array, tensor: Tensor): globalThis.Promise<number> {
  const net = await Digits.create({ seed: 1 });
  const { digit } = net.predict({ image });
  const alone: Tensor = net.predict(tensor);
  const scores = await net.evaluate({ image, label: image });
  const loss: number = scores.loss + scores.sparseCategoricalAccuracy;
  const name: Digits.WeightName = 'conv2D.kernel';
  const kernel: readonly [3, 3, 1, 4] = net.weights[name].shape;
  // @ts-expect-error there is no such input
  net.predict({ picture: image });
  // @ts-expect-error there is no such weight
  void net.weights['conv2D.kernels'];
  // @ts-expect-error there is no such metric
  void scores.accuracy;
  await net.gradients({ image, label: image }).then(({ loss: value, weights, inputs }) => {
    const dKernel: Tensor = weights['conv2D.kernel'];
    const sum: number = value + dKernel.size + inputs.image.size;
    return sum;
  });
  net.freeze('conv2D', 'dense.*');
  // @ts-expect-error nothing is called so
  net.freeze('conv3D');
  const parts = await Parts.create();
  const code: Tensor = parts.predict_.predict(tensor);
  const { y } = parts.decoder.predict({ x: code });
  for await (const step of net.training({ image, label: image })) if (step.loss < y.size) break;
  const halve = await Halve.create();
  const pass = await halve.forward({ photo: image }, { training: true });
  const size: number = pass.outputs.small.size + pass.backward({ small: tensor }).inputs.photo.size;
  await halve.applyGradients({}, { optimizer: { name: 'sgd', learningRate: size } });
  // @ts-expect-error it has no optimiser of its own
  await halve.applyGradients({});
  // @ts-expect-error it does not train
  void halve.fit;
  const other = await Net.create();
  const { default_, delete: deleted } = other.predict({ class: image, default: [[1, 2]] });
  // @ts-expect-error two numbers are no batch of pairs
  other.predict({ class: image, default: [1, 2] });
  const map = await Map.create();
  await map.trainStep({ free: image, function: image });
  const dims: readonly ['h', 'w', 3] = Halve.spec.inputs.photo.shape;
  return loss + kernel.length + digit.size + alone.size + default_.size + deleted.size + dims.length;
}
`;

function write(target: 'ts' | 'js', into: string): void {
  for (const [name, sample] of Object.entries(samples)) {
    const { file, models } = sample();
    mkdirSync(`${into}${name}`, { recursive: true });
    for (const output of emitModule(file, models, {
      target,
      backends: ['cpu', 'wasm'],
      sourceMap: false,
      version: '0',
    })) {
      writeFileSync(`${into}${name}/${output.name}`, output.code);
    }
  }
  writeFileSync(`${into}usage.ts`, usage);
}

it('type-checks', { timeout: 120_000 }, () => {
  write('ts', `${folder}ts/`);
  write('js', `${folder}js/`);
  const config = {
    compilerOptions: {
      target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable', 'esnext.asynciterable'],
      module: 'nodenext', moduleResolution: 'nodenext', types: ['node'], noEmit: true, skipLibCheck: false,
      strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noImplicitOverride: true,
      noUnusedLocals: true, noUnusedParameters: true, noImplicitReturns: true, noPropertyAccessFromIndexSignature: true,
      verbatimModuleSyntax: true, isolatedModules: true, erasableSyntaxOnly: true, allowImportingTsExtensions: true,
      paths: { 'nnlang/runtime': [`${root}runtime/index.ts`] },
    },
    include: ['ts', 'js'],
  }; // prettier-ignore
  writeFileSync(`${folder}tsconfig.json`, JSON.stringify(config));
  const run = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${folder}tsconfig.json`], {
    encoding: 'utf8',
    cwd: folder,
  });
  // Only what is emitted is on trial here.
  const errors = run.stdout.split('\n').filter((l) => /^(ts|js)\//.test(l));
  expect(errors).toEqual([]);
});
