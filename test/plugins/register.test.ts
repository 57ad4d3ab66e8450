/** `node --import nnlang/register`, built, in processes of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { digits, parts, project } from './project.ts';

const register = new URL('../../dist/compiler/register.js', import.meta.url).href;
const tsx = import.meta.resolve('tsx');

const program = `import { Digits } from './digits.nn';
const net = await Digits.create({ seed: 1 });
const digit = await net.run(new Float32Array(16).fill(1));
const { loss } = await net.trainStep({ image: new Float32Array(16), label: [1] });
console.log(JSON.stringify([Object.keys(Digits.spec.weights).length, digit.length, loss.toFixed(3)]));
`;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(folder: string, script: string, imports: readonly string[] = [register]): Promise<Ran> {
  const child = spawn(process.execPath, [...imports.flatMap((one) => ['--import', one]), script], {
    cwd: folder,
    env: { ...process.env, NNLANG_CACHE: join(folder, 'cache'), NO_COLOR: '1' },
  });
  return new Promise((done) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => (stdout += String(text)));
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

const fine = { code: 0, stdout: `[6,3,"1.099"]\n`, stderr: '' };

it('runs JavaScript and, with tsx, TypeScript, and compiles again what has changed', async () => {
  const folder = project('register', { 'app.mjs': program, 'app.ts': program.replace('const digit =', 'const digit: Float32Array =') }); // prettier-ignore
  expect(await run(folder, 'app.mjs')).toEqual(fine);
  expect(await run(folder, 'app.ts', [tsx, register])).toEqual(fine);
  const [entry] = readdirSync(join(folder, 'cache'));
  const kept = readFileSync(join(folder, 'cache', entry!), 'utf8');
  // The file that is imported counts, too.
  writeFileSync(join(folder, 'parts.nn'), parts.replace(' -> Dense(6, activation: relu)', ''));
  expect((await run(folder, 'app.mjs')).stdout).toBe(`[4,3,"1.099"]\n`);
  expect(readFileSync(join(folder, 'cache', entry!), 'utf8')).not.toBe(kept);
  // A damaged entry is none.
  writeFileSync(join(folder, 'cache', entry!), kept.slice(0, 100));
  expect((await run(folder, 'app.mjs')).stdout).toBe(`[4,3,"1.099"]\n`);
});

it('may start many times at once', async () => {
  const folder = project('register-many', { 'app.mjs': program });
  for (const ran of await Promise.all([1, 2, 3, 4].map(() => run(folder, 'app.mjs')))) expect(ran).toEqual(fine);
  expect(readdirSync(join(folder, 'cache'))).toHaveLength(1);
});

it('runs where nothing can be kept', async () => {
  const folder = project('register-unkept', { 'app.mjs': program, cache: 'a file' });
  expect(await run(folder, 'app.mjs')).toEqual(fine);
});

it('shows what is wrong in a .nn', async () => {
  const folder = project('register-wrong', { 'app.mjs': program, 'digits.nn': digits.replace('Dense(3', 'Dens(3') });
  mkdirSync(join(folder, 'cache'));
  const { code, stderr } = await run(folder, 'app.mjs');
  expect(code).toBe(1);
  expect(stderr).toContain(`Error: 1 error in 1 file

error[name/unknown-layer] digits.nn:5:37
  There is no layer, block or model called \`Dens\`.

  5 |   output digit = image -> Hidden -> Dens(3, activation: softmax)
    |                                     ^^^^

  help: Did you mean \`Dense\`?

    at ${fileURLToPath(new URL(`file://${folder}/digits.nn`))}:5:37
`);
  expect(readdirSync(join(folder, 'cache'))).toEqual([]);
});
