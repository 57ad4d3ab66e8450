/**
 * `npm run test:bundlers`: packs the package, installs it into projects of its own, builds each with its bundler, runs what comes out and compares it
 * with what the same program prints in Node without one; and measures sizes. Installed packages are kept from one run to the next, in a folder
 * outside of this one, so that nothing is found that a user would not have. `npm run test:bundlers -- vite rollup` runs fewer.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, digits, parts } from '../plugins/project.ts';
import { TypeScriptServer } from '../typescript-plugin/server.ts';
import budgets from './budgets.json' with { type: 'json' };
import { layersConfig, layersSmall, projects, serverBuild, small, smallModel, type Project } from './projects.ts';
import { firstScripts, gzipped } from './scripts.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const place = process.env['NNLANG_BUNDLERS'] ?? join(tmpdir(), 'nnlang-bundlers');
const tfjs = ['tfjs-core', 'tfjs-backend-wasm'].map((name) => `@tensorflow/${name}@^4.22.0`);
const versions: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(`${root}package.json`, 'utf8'),
).devDependencies;
const versionOf = (name: string): string => `${name}@${versions[name]}`;

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status === 0) return stdout + (stderr === '' ? '' : `\n${stderr}`);
  throw new Error(`${command} ${args.join(' ')} failed in ${cwd}:\n${stdout}\n${stderr}`.slice(0, 6000));
}
const node = (args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): string => run(process.execPath, args, cwd, env); // prettier-ignore

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** A folder with these packages and ours; what was installed before is kept where it is the same. */
function installed(name: string, tarball: string, packages: readonly string[]): string {
  const folder = join(place, name);
  mkdirSync(folder, { recursive: true });
  const key = createHash('sha256').update(packages.join()).digest('hex');
  const mark = join(folder, '.packages');
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== key) {
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
    rmSync(join(folder, 'package-lock.json'), { force: true });
  }
  write(folder, { 'package.json': '{ "type": "module", "private": true }' });
  // In one go, so that peers are judged together.
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--no-package-lock', tarball, ...packages], folder); // prettier-ignore
  writeFileSync(mark, key);
  return folder;
}

const problems: string[] = [];
function expectSame(what: string, found: string, expected: string): void {
  if (found.trim() === expected.trim()) console.log(`  ${what}: right`);
  else problems.push(`${what} printed ${found.trim()}, not ${expected.trim()}`);
}
function measure(what: string, size: number, budget: number | undefined): void {
  console.log(`  ${what}: ${size.toFixed(1)} KiB${budget === undefined ? '' : ` of ${budget}`}`);
  if (budget !== undefined && size > budget) problems.push(`${what} has ${size.toFixed(1)} KiB, more than the ${budget} of budgets.json`); // prettier-ignore
}

const sources = { 'app.js': app, 'digits.nn': digits, 'parts.nn': parts, 'small.js': small, 'small.nn': smallModel };

function build(
  folder: string,
  name: string,
  { files, build: command, output, small: smallBuild }: Project,
  expected: string,
): void {
  const own = join(folder, name);
  rmSync(own, { recursive: true, force: true });
  write(own, { ...sources, ...files, 'package.json': '{ "type": "module" }' });
  console.log(name);
  const said = node(command, own).trim();
  if (said !== '' && name !== 'rolldown') problems.push(`${name} said: ${said.slice(0, 500)}`);
  expectSame(name, node([output], own), expected);
  node(smallBuild[0], own, { ENTRY: 'small' });
  const sizeOf = (what: string): void => measure(`${what}, inference only`, gzipped(firstScripts(join(own, smallBuild[1]))), (budgets.bundles as Readonly<Record<string, number>>)[what]); // prettier-ignore
  sizeOf(name);
  const [config, text] = Object.entries(files)[0]!;
  write(own, { [config]: text.replace('nn()', 'nn({ tensors: false })') });
  rmSync(join(own, 'out/small'), { recursive: true, force: true });
  node(smallBuild[0], own, { ENTRY: 'small' });
  sizeOf(`${name}, tensors: false`);
  node(command, own);
  expectSame(`${name}, tensors: false`, node([output], own), expected);
  write(own, { [config]: text });
  if (name === 'vite') moreOfVite(own, expected);
}

function moreOfVite(own: string, expected: string): void {
  node(serverBuild, own);
  expectSame('vite, on the server, with packages outside', node(['out/app/app.js'], own), expected);
  const config = readFileSync(join(own, 'vite.config.js'), 'utf8');
  write(own, { 'vite.config.js': config.replace("base: './',", "base: './', ssr: { noExternal: true },") });
  node(serverBuild, own);
  rmSync(join(place, 'alone'), { recursive: true, force: true });
  mkdirSync(join(place, 'alone'), { recursive: true });
  run('cp', ['-r', join(own, 'out/app'), join(place, 'alone')], own);
  write(join(place, 'alone'), { 'package.json': '{ "type": "module" }' });
  expectSame('vite, on the server, with everything inside', node(['app/app.js'], join(place, 'alone')), expected);
}

/** In Node without a bundler, with nothing installed but what the package asks for: the command, and programs. */
function inNode(tarball: string): string {
  const folder = installed('node', tarball, tfjs);
  write(folder, sources);
  console.log('node');
  const expected = node(['--import', 'nnlang/register', 'app.js'], folder);
  expectSame('node, again', node(['--import', 'nnlang/register', 'app.js'], folder), expected);
  run('npx', ['nn', 'build', 'digits.nn', '--target', 'js', '--out', 'built'], folder);
  write(folder, { 'built/app.js': app.replace('./digits.nn', './digits.js') });
  expectSame('node, nn build', node(['built/app.js'], folder), expected);
  run('npx', ['nn', 'types', 'digits.nn', '--json'], folder);
  return expected;
}

/** In an editor: TypeScript's server as it lies beside the package finds the plugin that `tsconfig.json` names. */
async function inEditor(tarball: string): Promise<void> {
  const folder = installed('editor', tarball, [...tfjs, 'typescript@~5.9']);
  const compilerOptions = { strict: true, module: 'preserve', target: 'es2023', lib: ['es2023', 'dom', 'esnext.disposable'], skipLibCheck: true, noEmit: true, plugins: [{ name: 'nnlang/typescript-plugin' }] }; // prettier-ignore
  const program =
    "import { Digits } from './digits.nn';\nconst net = await Digits.create();\nnet.predict({ picture: 1 });\n";
  write(folder, { ...sources, 'app.ts': program, 'tsconfig.json': JSON.stringify({ compilerOptions }) });
  console.log('editor');
  const server = new TypeScriptServer(join(folder, 'node_modules/typescript/lib/tsserver.js'), []);
  const file = join(folder, 'app.ts');
  server.tell('open', { file });
  const found = (await server.diagnostics(file)).map(({ start, text }) => `${start.line}: ${text}`);
  const places = await server.ask<readonly { readonly file: string }[]>('definition', { file, line: 2, offset: 19 });
  await server.end();
  if (found.length === 1 && /^3: .*'picture' does not exist/s.test(found[0]!)) console.log('  types: right');
  else problems.push(`TypeScript's server told of app.ts:\n${found.join('\n') || 'nothing'}`);
  if (places[0]?.file === join(folder, 'digits.nn')) console.log('  definition: right');
  else problems.push(`Definitions lead to ${JSON.stringify(places)}, not into digits.nn`);
}

function besideLayers(folder: string): void {
  const own = join(folder, 'layers');
  rmSync(own, { recursive: true, force: true });
  write(own, { 'small.js': layersSmall, 'rolldown.config.js': layersConfig, 'package.json': '{ "type": "module" }' });
  node(projects['rolldown']!.build, own, { ENTRY: 'small' });
  measure('tf.layers, the same by rolldown', gzipped(firstScripts(join(own, 'out/small/small.js'))), undefined);
}

const wanted = process.argv.slice(2);
const [packed] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', tmpdir()], root)) as [{ filename: string; size: number }]; // prettier-ignore
const tarball = join(tmpdir(), packed.filename);
measure('the package, packed', packed.size / 1024, budgets.package);
const expected = inNode(tarball);
if (wanted.length === 0 || wanted.includes('editor')) await inEditor(tarball);
const bundlers = ['vite', 'rollup', 'rolldown', 'webpack', '@rspack/core', 'esbuild', '@tensorflow/tfjs-layers'].map(versionOf); // prettier-ignore
const plugins = ['@rollup/plugin-node-resolve@^16', '@rollup/plugin-commonjs@^29', '@rollup/plugin-terser@^1'];
const folder = installed('bundlers', tarball, [...tfjs, ...bundlers, ...plugins]);
for (const [name, project] of Object.entries(projects)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  try {
    build(folder, name, project, expected);
  } catch (error) {
    problems.push((error as Error).message);
  }
}
if (wanted.length === 0) besideLayers(folder);
rmSync(tarball);
for (const problem of problems) console.error(`\n${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
