/** Which imports mean a worker, and what is in the modules of one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import rolldownPlugin from '../../compiler/plugins/rolldown.ts';
import { exportedModels, withWorkerImports, workerTypes } from '../../compiler/plugins/worker-modules.ts';
import { printed, project } from './project.ts';

describe('imports', () => {
  it.each([
    [`import { DigitsWorker } from './digits.nn';`, `import { DigitsWorker} from './digits.nn?nn=client';`],
    [`import { Digits, DigitsWorker as W } from "./digits.nn"`, `import { Digits} from "./digits.nn";import { DigitsWorker as W } from "./digits.nn?nn=client"`], // prettier-ignore
    [`export { DigitsWorker } from '../a/digits.nn';`, `export { DigitsWorker} from '../a/digits.nn?nn=client';`],
  ])('%s', (given, expected) => expect(withWorkerImports(given)?.replaceAll(' }', '}')).toBe(expected.replaceAll(' }', '}'))); // prettier-ignore

  it.each([
    `import { Digits } from './digits.nn';`,
    `import { DigitsWorker } from './digits';`,
    `import { type Digits, Workers } from './digits.nn';`,
    `const text = 'DigitsWorker';\nimport { Digits } from './digits.nn';`,
  ])('leaves alone: %s', (given) => expect(withWorkerImports(given)).toBeUndefined());

  it('keeps the number of lines', () => {
    const given = `import {\n  Digits,\n  DigitsWorker,\n} from './digits.nn';\nrun();\n`;
    expect(withWorkerImports(given)!.split('\n')).toHaveLength(given.split('\n').length);
  });
});

it('finds models under the names by which they are exported', () => {
  const code = `class Model_ extends TrainableModel {\n}\nexport { Model_ as Model };\nexport class B extends Model {\n}\nclass Hidden extends Other {\n}\n`; // prettier-ignore
  expect(exportedModels(code)).toEqual([{ name: 'Model', trains: true }, { name: 'B', trains: false }]); // prettier-ignore
  const types = workerTypes('export declare class Digits extends TrainableModel<Digits.Inputs, typeof spec.weights> {\n}\n'); // prettier-ignore
  expect(types).toContain('export declare class DigitsWorker extends TrainableModelWorker<Digits.Inputs, typeof spec.weights> {'); // prettier-ignore
  const small = workerTypes('export declare class Digits extends TrainableArrayModel<Digits.Inputs> {\n}\n');
  expect(small).toContain('export declare class DigitsWorker extends TrainableModelWorker<Digits.Inputs> {');
  expect(workerTypes('export declare class A extends Model<X> {\n}\nexport declare class AWorker extends Model<X> {\n}\n')).not.toContain('class AWorker extends ModelWorker'); // prettier-ignore
});

describe('a bundle by Rolldown', () => {
  let folder: string;
  const bundled = async (app: string): Promise<readonly { fileName: string; code: string; isEntry: boolean }[]> => {
    folder = project('worker', { 'app.js': app });
    const bundle = await rolldown({ cwd: folder, input: 'app.js', platform: 'browser', logLevel: 'silent', plugins: [rolldownPlugin()] }); // prettier-ignore
    const { output } = await bundle.write({ dir: join(folder, 'out'), format: 'esm' });
    await bundle.close();
    return output.flatMap((one) => (one.type === 'chunk' ? [{ fileName: one.fileName, code: readFileSync(join(folder, 'out', one.fileName), 'utf8'), isEntry: one.isEntry }] : [])); // prettier-ignore
  };

  it('has the worker as a script of its own, and on the page nothing of the network', async () => {
    const chunks = await bundled(`import { DigitsWorker } from './digits.nn';\nconst net = await DigitsWorker.create();\nconsole.log(await net.run(new Float32Array(16)));\n`); // prettier-ignore
    const page = chunks.find(({ fileName }) => fileName === 'app.js')!;
    const script = chunks.find(({ code, isEntry }) => isEntry && code.includes('serveModels('))!;
    expect(page.code).toMatch(new RegExp(`new Worker\\(.*${script.fileName}`));
    expect(page.code).not.toContain('fusedMatMul');
  });

  it('learns in a thread of its own, step by step, to the numbers of the page', async () => {
    await bundled(`import { Digits, DigitsWorker } from './digits.nn';
const [here, there] = [await Digits.create({ seed: 1 }), await DigitsWorker.create({ seed: 1, backend: 'wasm' })];
const image = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
const walk = async (net) => {
  const losses = [];
  for await (const { loss, epoch, batch } of net.training({ image, label: Int32Array.of(0, 1, 2, 1) }, { epochs: 2, batchSize: 2 })) losses.push([epoch, batch, loss]);
  return losses;
};
const [ours, theirs] = [await walk(here), await walk(there)];
const digits = await there.run(image);
console.log(JSON.stringify({ steps: theirs.length, same: JSON.stringify(ours) === JSON.stringify(theirs), digits: digits.length, kept: image.length }));
await there.dispose();
`);
    const script = join(folder, 'out/app.js');
    expect(printed(script, ['--import', new URL('./web-worker.mjs', import.meta.url).href])).toEqual({ steps: 4, same: true, digits: 12, kept: 64 }); // prettier-ignore
  });

  it('has none where nobody asks for one', async () => {
    const chunks = await bundled(`import { Digits } from './digits.nn';\nawait Digits.create();\n`);
    expect(chunks.some(({ code }) => code.includes('serveModels'))).toBe(false);
  });
});
