/**
 * `npm run test:pages`: one page, built by each bundler for all backends, in a headless Chromium that computes webgl and webgpu in software. On every backend, on the
 * page and in a worker, it gives what it gives on cpu; it lies under a path of its own, finds its `.wasm` files there, and asks for nothing elsewhere.
 * `npm run test:pages -- esbuild vite` builds fewer.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../browser/chromium.ts';
import { serve } from '../browser/serve.ts';
import { digits, parts } from '../plugins/project.ts';
import { projects } from './projects.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const place = join(root, 'test/.tmp/pages');
const backends = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;
type Backend = (typeof backends)[number];
const subPath = 'some/where';

const app = `import { Digits, DigitsWorker } from './digits.nn';
import { useBackend } from 'nnlang/runtime';
const image = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
const data = { image, label: Int32Array.of(0, 1, 2, 1) };
const options = { epochs: 2, batchSize: 2, shuffle: false };
async function used(net) {
  const before = Array.from(await net.run(image));
  const { history } = await net.fit(data, options);
  return [...before, ...history.loss, ...(await net.run(image))];
}
globalThis.onBackend = async (backend) => {
  await useBackend(backend);
  const net = await Digits.create({ seed: 1 });
  const inWorker = await DigitsWorker.create({ seed: 1, backend });
  const found = { device: net.device.name, worker: inWorker.backend, here: await used(net), there: await used(inWorker) };
  net.dispose();
  await inWorker.dispose();
  return found;
};
`;

interface Found {
  readonly device: string;
  readonly worker: string;
  readonly here: readonly number[];
  readonly there: readonly number[];
}

const problems: string[] = [];
function expect(what: string, holds: boolean, found?: unknown): void {
  process.stdout.write(`${holds ? '  right' : '  WRONG'}: ${what}${holds ? '' : ` (${JSON.stringify(found)})`}\n`);
  if (!holds) problems.push(what);
}
const furthest = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length && a.length > 0 ? Math.max(...a.map((v, i) => Math.abs(v - b[i]!))) : Infinity;

/** Packages are those of this repository, and this one as it is built. */
function linkPackages(): void {
  rmSync(place, { recursive: true, force: true });
  const packages = join(place, 'node_modules');
  mkdirSync(packages, { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(packages, name));
  symlinkSync(root, join(packages, 'nnlang'));
}

/** The folder of the page that a bundler makes. @throws Error with what it says, where it fails. */
function built(name: string): string {
  const own = join(place, name);
  const { files, build } = projects[name]!;
  mkdirSync(own);
  const write = (path: string, text: string): void => writeFileSync(join(own, path), text);
  for (const [path, text] of Object.entries(files)) {
    const whole = text
      .replace('nn()', `nn({ backends: ${JSON.stringify(backends)} })`)
      .replace("base: './'", `base: '/${subPath}/'`)
      .replace(/import terser[^\n]*\n/, '')
      .replace(', terser()', '');
    write(path, whole);
  }
  write('package.json', '{ "type": "module" }');
  write('app.js', app);
  write('digits.nn', digits);
  write('parts.nn', parts);
  const { status, stdout, stderr } = spawnSync(process.execPath, build, { cwd: own, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} failed:\n${stdout}\n${stderr}`.slice(0, 3000));
  return join(own, 'out/app');
}

const scriptsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js')).map((path) => readFileSync(join(folder, path), 'utf8')); // prettier-ignore

async function checked(browser: Browser, name: string): Promise<void> {
  const folder = built(name);
  // A kernel that every backend has and this program does not use.
  expect(`${name} takes kernels by use`, scriptsIn(folder).every((text) => !/NonMaxSuppressionV5|ResizeBilinear["'`]/.test(text))); // prettier-ignore
  writeFileSync(join(folder, 'index.html'), `<!doctype html><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,"><script type="module" src="app.js"></script>`); // prettier-ignore
  const site = join(place, `${name}-site`);
  mkdirSync(join(site, subPath, '..'), { recursive: true });
  symlinkSync(folder, join(site, subPath));
  const { address, stop } = await serve(site);
  try {
    const results = new Map<Backend, Found>();
    for (const backend of backends) {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('pageerror', (error) => problems.push(`${name}, ${backend}: ${error.message}`));
      await page.goto(`${address}${subPath}/index.html`);
      await page.waitForFunction('globalThis.onBackend');
      results.set(backend, await page.evaluate<Found>(`onBackend('${backend}')`));
      const foreign = asked.filter((url) => !url.startsWith(`${address}${subPath}/`) && !/^(data|blob):/.test(url));
      if (foreign.length > 0) problems.push(`${name}, ${backend}: asks for ${foreign.join(', ')}`);
      if (backend === 'wasm' && !asked.some((url) => url.endsWith('.wasm'))) problems.push(`${name} has no .wasm file`);
      await page.close();
    }
    const expected = results.get('cpu')!.here;
    for (const [backend, { device, worker, here, there }] of results) {
      const apart = Math.max(furthest(here, expected), furthest(there, expected));
      const holds = device === backend && worker === backend && apart <= 1e-4 && expected.every(Number.isFinite);
      expect(`${name}, ${backend}: within ${apart.toExponential(0)} of cpu, also in a worker`, holds, { device, worker, here, there, expected }); // prettier-ignore
    }
  } finally {
    await stop();
  }
}

linkPackages();
const wanted = process.argv.slice(2);
const browser = await startBrowser('webgpu');
try {
  for (const name of Object.keys(projects)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await checked(browser, name).catch((error: unknown) => expect(`${name} runs`, false, String(error).slice(0, 3000)));
  }
} finally {
  await browser.close();
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
