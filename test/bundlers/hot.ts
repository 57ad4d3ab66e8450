/**
 * `npm run test:hot`: webpack and Rspack replace modules of a program that runs, here in Node: their code for it is the same in a browser, only updates are fetched
 * there. An edit keeps the weights of what runs; one that cannot says what changed; a mistake leaves it as it is.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rspack } from '@rspack/core';
import webpack from 'webpack';

const root = fileURLToPath(new URL('../.tmp/hot/', import.meta.url));

const model = (stages: string): string => `import { Hidden } from "./parts.nn"

model Net {
  input x: [4]
  output y = x -> ${stages}
}
train Net {
  target t: [3]
  loss: meanSquaredError(t, y)
  optimizer: adam(learningRate: 0.1)
}
`;
const parts = (units: number): string => `block Hidden {
  input x: [n]
  output y = x -> Dense(${units}, activation: tanh)
}
`;
const program = `import { Net } from './net.nn';
export const hot = import.meta.webpackHot;
export async function start() {
  const net = await Net.create({ seed: 1 });
  const x = Float32Array.of(1, -2, 3, -4);
  await net.fit({ x, t: Float32Array.of(1, 2, 3) }, { epochs: 3 });
  return {
    outputs: async () => Array.from(await net.run(x)),
    weights: async () => Array.from(await net.weights['dense.kernel'].data()),
    step: () => net.step,
    train: () => net.fit({ x, t: Float32Array.of(1, 2, 3) }, { epochs: 1 }),
    device: () => net.device.name,
    fresh: async () => Array.from(await (await Net.create({ seed: 1 })).run(x)),
  };
}
`;

interface Running {
  outputs(): Promise<number[]>;
  weights(): Promise<number[]>;
  fresh(): Promise<number[]>;
  train(): Promise<unknown>;
  step(): number;
  device(): string;
}
interface Program {
  readonly hot: { check(apply: boolean): Promise<readonly unknown[] | null> };
  start(): Promise<Running>;
}
/** What the two have in common, as far as it is needed. */
interface Watching {
  close(done: () => void): void;
}
interface Compiler {
  watch(
    options: object,
    done: (error: Error | null, stats?: { hasErrors(): boolean; toString(options: object): string }) => void,
  ): Watching | undefined;
}

const problems: string[] = [];
function expect(what: string, holds: boolean, found?: unknown): void {
  process.stdout.write(`${holds ? '  right' : '  WRONG'}: ${what}${holds ? '' : ` (${JSON.stringify(found)})`}\n`);
  if (!holds) problems.push(what);
}
const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((v, i) => v === b[i]); // prettier-ignore

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Builds whenever files change. `built` waits for a build after now, and until nothing more is built; it gives what went wrong, or ''. */
async function watched(
  compiler: Compiler,
): Promise<{ readonly built: () => Promise<string>; readonly close: () => Promise<void> }> {
  const builds = { count: 0, said: '' };
  const watching = compiler.watch({ aggregateTimeout: 50 }, (error, stats) => {
    builds.count++;
    builds.said =
      error?.message ?? (stats!.hasErrors() ? stats!.toString({ all: false, errors: true, colors: false }) : '');
  });
  const built = async (): Promise<string> => {
    const [before, latest] = [builds.count, Date.now() + 60_000];
    while (builds.count === before) {
      if (Date.now() > latest) throw new Error('Nothing was built within a minute.');
      await pause(50);
    }
    for (let seen = 0; seen !== builds.count; await pause(1000)) seen = builds.count;
    return builds.said;
  };
  return { built, close: () => new Promise((resolve) => watching!.close(resolve)) };
}

async function replaced(name: 'webpack' | 'rspack'): Promise<void> {
  process.stdout.write(`${name}\n`);
  const folder = join(root, name);
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  write('package.json', '{ "type": "module" }');
  write('parts.nn', parts(5));
  write('net.nn', model('Hidden -> Dense(3)'));
  write('app.js', program);
  const { default: nn } = (await import(`../../dist/compiler/plugins/${name}.js`)) as { default: () => never };
  const pack = (name === 'webpack' ? webpack : rspack) as unknown as ((options: object) => Compiler) & { readonly HotModuleReplacementPlugin: new () => object }; // prettier-ignore
  const compiler = pack({
    mode: 'development',
    devtool: false,
    context: folder,
    entry: './app.js',
    target: 'async-node',
    output: { path: join(folder, 'out'), filename: 'app.cjs', library: { type: 'commonjs2' } },
    plugins: [nn(), new pack.HotModuleReplacementPlugin()],
  });
  const { built, close } = await watched(compiler);
  const warned: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => void warned.push(text);
  try {
    const first = await built();
    if (first !== '') throw new Error(first);
    const { hot, start } = createRequire(import.meta.url)(join(folder, 'out/app.cjs')) as Program;
    /** Another text, built and taken up. */
    const edited = async (file: string, text: string): Promise<string> => {
      write(file, text);
      const errors = await built();
      if (errors === '') while ((await hot.check(true)) !== null);
      await pause(300);
      return errors;
    };
    const net = await start();
    const [weights, outputs] = [await net.weights(), await net.outputs()];
    expect('a network trains', net.device() === 'wasm' && net.step() === 3 && outputs.every(Number.isFinite), outputs);

    expect('an edit is built', (await edited('net.nn', model('Hidden -> Dense(3) -> relu'))) === '');
    expect('and reaches the running network', same(await net.outputs(), outputs.map((v) => Math.max(0, v))), [outputs, await net.outputs()]); // prettier-ignore
    expect('which keeps its weights', same(await net.weights(), weights));
    expect('and its step', net.step() === 3, net.step());
    expect(
      'and so does one that is made now',
      (await net.fresh()).every((v) => v >= 0),
      await net.fresh(),
    );

    expect('the next edit, too', (await edited('net.nn', model('Hidden -> Dense(3) -> sigmoid'))) === '');
    expect('with a kernel that was not there before', same(await net.outputs().then((all) => all.map((v) => Math.round(v * 1e4))), outputs.map((v) => Math.round(1e4 / (1 + Math.exp(-v))))), await net.outputs()); // prettier-ignore
    await net.train();
    expect('training goes on', net.step() === 4 && !same(await net.weights(), weights), net.step());

    const broken = await edited('net.nn', model('Hidden -> Dens(3)'));
    expect('a mistake is an error of the build', broken.includes('There is no layer, block or model called `Dens`.'), broken); // prettier-ignore
    expect('that leaves what runs', (await net.outputs()).every(Number.isFinite));
    await edited('net.nn', model('Hidden -> Dense(3)'));
    expect('and goes when it is mended', net.step() === 4 && warned.length === 0, warned);

    await edited('parts.nn', parts(6));
    expect('where weights do not agree, that is told; an import is watched, too', warned.some((text) => text.includes('dense.kernel is now [4, 6], was [4, 5]')), warned); // prettier-ignore
  } finally {
    console.warn = warn;
    await close();
  }
}

for (const name of ['webpack', 'rspack'] as const) await replaced(name);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
