/**
 * `npm run test:vite`: Vite's development server and what it builds, in a headless browser, with the plugin as it is built. A broken `.nn` shows in
 * the overlay and goes away when it is mended; running networks keep their weights through an edit, or the page says what changed; a build works
 * under a sub-path and asks for nothing elsewhere.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, createServer, preview, type InlineConfig } from 'vite';
import { startBrowser } from './chromium.ts';

const folder = fileURLToPath(new URL('../.tmp/vite-pages/', import.meta.url));
const pictures = fileURLToPath(new URL('../.tmp/', import.meta.url));
const { default: nn }: { default: (options?: object) => never } = await import(
  '../../dist/compiler/plugins/vite.js' as string
);

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
/** What runs on the page; \`loaded\` counts how often it was loaded anew. */
const page = `import { Net } from './net.nn';
const net = await Net.create({ seed: 1 });
const x = Float32Array.of(1, -2, 3, -4);
await net.fit({ x, t: Float32Array.of(1, 2, 3) }, { epochs: 3 });
Object.assign(globalThis, { net, outputs: async () => Array.from(await net.run(x)), weights: async () => Array.from(await net.weights['dense.kernel'].data()) });
document.body.dataset.ready = String(Date.now());
`;
const files: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><meta charset="utf-8"><title>nn</title><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>',
  'main.js': page,
  'net.nn': model('Hidden -> Dense(3)'),
  'parts.nn': parts(5),
  'package.json': '{ "type": "module" }',
}; // prettier-ignore

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const problems: string[] = [];
function expect(what: string, holds: boolean, found?: unknown): void {
  process.stdout.write(`${holds ? '  right' : '  WRONG'}: ${what}${holds ? '' : ` (${JSON.stringify(found)})`}\n`);
  if (!holds) problems.push(what);
}
const evaluate = <T>(on: Page, code: string): Promise<T> => on.evaluate(code);
const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((v, i) => v === b[i]); // prettier-ignore
/** The text of the overlay; empty where there is none. */
const overlay = (on: Page): Promise<string> =>
  evaluate(on, `document.querySelector('vite-error-overlay')?.shadowRoot.textContent ?? ''`);
const until = async (on: Page, code: string): Promise<void> => void (await on.waitForFunction(code, undefined, { timeout: 30_000 })); // prettier-ignore

const config: InlineConfig = {
  root: folder,
  configFile: false,
  logLevel: 'silent',
  plugins: [nn()],
  build: { target: 'es2022' },
};

async function inDevelopment(on: Page): Promise<void> {
  const server = await createServer({ ...config, server: { port: 0, host: '127.0.0.1', fs: { strict: false } }, cacheDir: join(folder, '.vite') }); // prettier-ignore
  await server.listen();
  try {
    await on.goto(server.resolvedUrls!.local[0]!);
    await until(on, 'document.body?.dataset.ready');
    const ready = await evaluate<string>(on, 'document.body.dataset.ready');
    const [weights, outputs] = [await evaluate<number[]>(on, 'weights()'), await evaluate<number[]>(on, 'outputs()')];
    expect('a network trains on the page', outputs.length === 3 && outputs.every(Number.isFinite), outputs);

    write('net.nn', model('Hidden -> Dense(3) -> relu'));
    await until(on, `Promise.resolve(outputs()).then((y) => y.every((v) => v >= 0) && net.constructor.spec !== undefined)`); // prettier-ignore
    await on.waitForTimeout(500);
    const after = await evaluate<number[]>(on, 'outputs()');
    expect('an edit reaches the running network', same(after, outputs.map((v) => Math.max(0, v))), [outputs, after]); // prettier-ignore
    expect('which keeps its weights', same(await evaluate<number[]>(on, 'weights()'), weights));
    expect('and the page was not loaded anew', (await evaluate<string>(on, 'document.body.dataset.ready')) === ready);

    write('net.nn', model('Hidden -> Dens(3)'));
    await until(on, `document.querySelector('vite-error-overlay')`);
    const text = await overlay(on);
    await on.screenshot({ path: join(pictures, 'vite-overlay.png') });
    expect('a mistake shows in the overlay', text.includes('There is no layer, block or model called `Dens`.') && text.includes('Did you mean `Dense`?'), text.slice(0, 600)); // prettier-ignore
    expect('with its place and its line', /net\.nn:5:\d+/.test(text) && text.includes('output y = x -> Hidden -> Dens(3)'), text.slice(0, 600)); // prettier-ignore

    write('net.nn', model('Hidden -> Dense(3)'));
    await until(on, `!document.querySelector('vite-error-overlay')`);
    await until(on, 'document.body?.dataset.ready');
    await on.waitForTimeout(500);
    expect('and goes away when it is mended', (await overlay(on)) === '');
    const recovered = await evaluate<number[]>(on, 'outputs()');
    expect('whereupon the network computes', recovered.every(Number.isFinite), recovered);

    write('parts.nn', parts(6));
    await until(on, `document.querySelector('#nnlang-hot')`);
    const notice = await evaluate<string>(on, `document.querySelector('#nnlang-hot').textContent`);
    await on.screenshot({ path: join(pictures, 'vite-notice.png') });
    expect('where weights do not agree, the page says so; an import is watched, too', notice.includes('dense.kernel is now [4, 6], was [4, 5]'), notice); // prettier-ignore
  } finally {
    await server.close();
  }
}

async function built(on: Page): Promise<void> {
  write('net.nn', files['net.nn']!);
  write('parts.nn', files['parts.nn']!);
  await build({ ...config, base: '/some/where/' });
  const server = await preview({ ...config, base: '/some/where/', preview: { port: 0, host: '127.0.0.1' } });
  const asked: string[] = [];
  on.on('request', (request) => asked.push(request.url()));
  try {
    const address = server.resolvedUrls!.local[0]!;
    await on.goto(address);
    await until(on, 'document.body?.dataset.ready');
    expect('a build under a sub-path trains', (await evaluate<number[]>(on, 'outputs()')).every(Number.isFinite));
    expect('on wasm', (await evaluate<string>(on, 'net.device.name')) === 'wasm');
    const foreign = asked.filter((url) => !url.startsWith(address) && !url.startsWith('data:'));
    expect('and asks for nothing elsewhere', foreign.length === 0 && asked.some((url) => url.endsWith('.wasm')), asked);
  } finally {
    await server.close();
  }
}

/** What a page without tensors can do, and what it is told of the rest. */
const arrays = `import { Net } from './net.nn';
const net = await Net.create({ seed: 1 });
const x = Float32Array.of(1, -2, 3, -4);
const before = Array.from(await net.run(x));
net.setWeights({ 'dense.bias': new Float32Array(net.weights['dense.bias'].shape[0]).fill(1) });
const after = Array.from(await net.run(x));
const told = await Promise.resolve().then(() => net.predict(x)).then(() => 'nothing', ({ message }) => message);
Object.assign(globalThis, { answers: { before, after, told } });
document.body.dataset.ready = '1';
`;
interface Answers {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly told: string;
}

async function withoutTensors(on: Page): Promise<void> {
  write('main.js', arrays);
  const smaller: InlineConfig = { ...config, plugins: [nn({ tensors: false })] };
  const answersAt = async (address: string): Promise<Answers> => {
    await on.goto(address);
    await until(on, 'document.body?.dataset.ready');
    return evaluate<Answers>(on, 'answers');
  };
  const server = await createServer({ ...smaller, server: { port: 0, host: '127.0.0.1', fs: { strict: false } }, cacheDir: join(folder, '.vite') }); // prettier-ignore
  await server.listen();
  const developed = await answersAt(server.resolvedUrls!.local[0]!).finally(() => server.close());
  expect('in development there is no predict', developed.told.includes("predict() gives tensors, and nnlang's plugin left tensors out"), developed); // prettier-ignore
  expect('and weights can be set from arrays', developed.after.length === 3 && !same(developed.before, developed.after), developed); // prettier-ignore
  await build(smaller);
  const shown = await preview({ ...smaller, preview: { port: 0, host: '127.0.0.1' } });
  const asBuilt = await answersAt(shown.resolvedUrls!.local[0]!).finally(() => shown.close());
  expect('all as when it is built', JSON.stringify(developed) === JSON.stringify(asBuilt), [developed, asBuilt]);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(files)) write(name, text);
const browser = await startBrowser('neither');
try {
  for (const part of [inDevelopment, built, withoutTensors]) {
    const on = await browser.newPage();
    if (process.env['NOTES'] === '1') on.on('console', (message) => process.stdout.write(`${message.text()}\n`));
    on.on('pageerror', (error) => {
      problems.push(`${part.name}: ${error.message}`);
      if (process.env['NOTES'] === '1') process.stdout.write(`${error.stack}\n`);
    });
    process.stdout.write(`${part.name}\n`);
    await part(on);
    await on.close();
  }
} finally {
  await browser.close();
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
