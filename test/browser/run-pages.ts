/**
 * `npm run test:browser`: everything registered, on webgl and webgpu in a headless browser, as `test/numerics` does on cpu
 * and wasm; then whole trainings. `npm run test:browser -- webgl 'Conv2D'` runs fewer cases, `-- missing` those that are
 * not recorded; `-- webgl networks` only trains, `-- fused` only looks at the shaders of fused kernels.
 */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { createCompiler } from '../../compiler/compile.ts';
import { backendNames } from '../../compiler/emit/backends/index.ts';
import type { EmittedFile } from '../../compiler/emit/emitted.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { edgeKernels, randomKernels, type KernelCase } from '../elementwise/kernel-cases.ts';
import { caseText, type CaseHead, type CaseResult } from '../numerics/case-data.ts';
import { makeMatrix, type Matrix } from '../numerics/make-cases.ts';
import { checkedResults, keyOf, recordedOf } from '../numerics/recorded.ts';
import { automaticProblems } from './automatic.ts';
import { writePage } from './bundle.ts';
import { startBrowser } from './chromium.ts';
import { convolutionText } from './convolutions.ts';
import { serve } from './serve.ts';
import { trainingText } from './training.ts';

const backends = ['webgl', 'webgpu'] as const;
type Backend = (typeof backends)[number];

/** Nothing takes longer; a lost device or a hung shader compiler does. In milliseconds. */
const patience = 120_000;

/** The browser for webgl has no webgpu, so that `auto` has to do without. */
const entryOf = (backend: Backend, trains: boolean): string => `import * as cases from './cases.js';
${trains ? "import * as networks from './networks.js';\nimport * as convolutions from './convolutions.js';" : ''}
import { runPage } from '../../../browser/page.ts';
void runPage('${backend}', '${backend}', { cases${trains ? ', networks, convolutions' : ''} });
`;

/** Emitted for every backend at once, as for a page that takes what it finds. */
async function filesOf(name: string, text: string): Promise<readonly EmittedFile[]> {
  const path = `/${name}.nn`;
  const options = { target: 'js', backends: backendNames, sourceMap: false, version: '0' } as const;
  const { diagnostics, files } = await createCompiler(createMemoryHost({ [path]: text })).build(path, options);
  if (!files) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return files;
}

/** Resolves when the page says that it is done, or fails; with what went wrong. */
async function finished(page: Page, address: string, take: (result: CaseResult) => void): Promise<readonly string[]> {
  const start = Date.now();
  let last = start;
  const done = new Promise<readonly string[]>((resolve) => {
    void page.exposeFunction('finish', resolve);
    page.on('crash', () => resolve(['the page crashed']));
    page.on('pageerror', (error) => resolve([error.stack ?? error.message]));
    const watch = setInterval(() => {
      if (Date.now() - last > patience) resolve([`nothing came for ${patience / 1000} s`]);
    }, 1000);
    page.on('close', () => clearInterval(watch));
  });
  await page.exposeFunction('note', (text: string) => {
    last = Date.now();
    if (process.env['NOTES'] === '1') process.stdout.write(`${((last - start) / 1000).toFixed(1)} s ${text}\n`);
  });
  await page.exposeFunction('report', (result: CaseResult) => {
    last = Date.now();
    take(result);
  });
  await page.goto(address);
  const problems = await done;
  await page.close();
  return problems;
}

interface Run {
  readonly results: readonly CaseResult[];
  readonly problems: readonly string[];
}

/** As many operands and results as fused kernels for webgpu may have. */
const mostBound = 8;

const fusedKernels = (): readonly KernelCase[] => [...edgeKernels(), ...randomKernels(320, mostBound)];

async function runIn(
  browser: Browser,
  backend: Backend,
  matrix: Matrix,
  { trains, fuses }: Pick<Wanted, 'trains' | 'fuses'>,
): Promise<Run> {
  const folder = fileURLToPath(new URL(`../.tmp/page-${backend}/`, import.meta.url));
  await writePage(folder, {
    entry: entryOf(backend, trains),
    emitted: [...matrix.emit(backend), ...(trains ? [...(await filesOf('networks', trainingText)), ...(await filesOf('convolutions', convolutionText))] : [])], // prettier-ignore
    files: {
      'cases.json': caseText(matrix.cases),
      'kernels.json': caseText(fuses && backend === 'webgpu' ? fusedKernels() : []),
    },
  });
  const { address, stop } = await serve(folder);
  try {
    const page = await browser.newPage();
    // A shader that does not compile says so here, and its results are wrong; say why.
    page.on('console', (message) => {
      if (message.type() === 'error') process.stderr.write(`${backend}: ${message.text().slice(0, 600)}\n`);
    });
    const results: CaseResult[] = [];
    const problems = await finished(page, address, (result) => results.push(result));
    return { results, problems: problems.map((problem) => `${backend}: ${problem}`) };
  } finally {
    await stop();
  }
}

/** What the arguments ask for. */
interface Wanted {
  readonly backends: readonly Backend[];
  readonly isWanted: (head: CaseHead, backend: Backend) => boolean;
  readonly trains: boolean;
  readonly fuses: boolean;
}

function wantedBy(given: readonly string[]): Wanted {
  const [pattern] = given.filter((one) => !backends.some((backend) => backend === one));
  const named = backends.filter((backend) => given.includes(backend));
  const recorded = new Map(backends.map((backend) => [backend, recordedOf(backend)]));
  const isWanted: Wanted['isWanted'] = (head, backend) => {
    if (pattern === undefined) return true;
    return pattern === 'missing'
      ? !(keyOf(head) in recorded.get(backend)!)
      : new RegExp(pattern, 'u').test(keyOf(head));
  };
  const trains = pattern === undefined || pattern.includes('networks');
  const fuses = pattern === undefined || pattern.includes('fused');
  return { backends: named.length > 0 ? named : backends, isWanted, trains, fuses };
}

async function main(given: readonly string[]): Promise<number> {
  const wanted = wantedBy(given);
  const runs = wanted.backends.map(async (backend) => {
    const matrix = makeMatrix((head) => wanted.isWanted(head, backend));
    // One browser each: what loses one's device leaves the other's alone.
    const browser = await startBrowser(backend);
    try {
      const start = Date.now();
      const run = await runIn(browser, backend, matrix, wanted);
      process.stdout.write(`${backend}: ${run.results.length} cases in ${Math.round((Date.now() - start) / 1000)} s\n`);
      return [...checkedResults(backend, matrix.cases, run.results), ...run.problems];
    } finally {
      await browser.close();
    }
  });
  const automatic = wanted.trains ? await automaticProblems() : [];
  const problems = [...automatic, ...(await Promise.all(runs)).flat()];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
