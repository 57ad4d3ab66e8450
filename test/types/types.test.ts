/** The types of a `.nn`, in TypeScript 5.9 and 7. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { writeTypes } from '../../compiler/plugins/type-files.ts';
import { createNodeHost } from '../../compiler/project/node-host.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'test/.tmp/types');
const text = readFileSync(new URL('./digits.nn', import.meta.url), 'utf8');

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ['digits.nn', 'uses.ts']) cpSync(new URL(file, import.meta.url), join(folder, file));
  const { written } = await writeTypes(join(folder, 'digits.nn'), createNodeHost());
  expect(written).toHaveLength(2);
  const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom', 'esnext.disposable'], types: ['node'], skipLibCheck: true, allowArbitraryExtensions: true, exactOptionalPropertyTypes: true }; // prettier-ignore
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  // Else the folder's package.json hides this package from its own name.
  const paths = { 'nnlang/runtime': [join(root, 'dist/runtime/index.d.ts')] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...compilerOptions, paths }, include: ['uses.ts'] })); // prettier-ignore
});

it.each(['typescript', 'typescript-5.9'])('%s allows what is right and refuses what is wrong', (version) => {
  const { stdout } = spawnSync(process.execPath, [`${root}node_modules/${version}/bin/tsc`, '-p', folder], { encoding: 'utf8' }); // prettier-ignore
  expect(stdout).toBe('');
});

/** Answers of TypeScript's language server, by the number of the request. */
async function definitions(file: string, places: readonly { line: number; offset: number }[]) {
  const server = spawn(process.execPath, [`${root}node_modules/typescript-5.9/lib/tsserver.js`, '--disableAutomaticTypingAcquisition'], { stdio: ['pipe', 'pipe', 'ignore'] }); // prettier-ignore
  const send = (seq: number, command: string, args: object): void =>
    void server.stdin.write(`${JSON.stringify({ seq, type: 'request', command, arguments: args })}\n`);
  send(0, 'open', { file });
  for (const [i, place] of places.entries()) send(i + 1, 'definition', { file, ...place });
  const found = new Map<number, readonly { file: string; start: { line: number } }[]>();
  for await (const line of createInterface(server.stdout)) {
    if (!line.startsWith('{')) continue;
    const message: { request_seq?: number; command?: string; body?: never } = JSON.parse(line);
    if (message.command === 'definition') found.set(message.request_seq!, message.body!);
    if (found.size === places.length) break;
  }
  server.kill();
  return places.map((_, i) => found.get(i + 1)!.map((one) => [one.file, one.start.line]).filter(([path]) => path !== file)); // prettier-ignore
}

it('lead from TypeScript into the .nn', async () => {
  const file = join(folder, 'uses.ts');
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = (code: string, word: string) => {
    const line = lines.findIndex((one) => one.includes(code));
    return { line: line + 1, offset: lines[line]!.indexOf(word) + 1 };
  };
  const lineOf = (code: string): number => text.split('\n').findIndex((one) => one.includes(code)) + 1;
  const source = join(folder, 'digits.nn');
  expect(
    await definitions(file, [
      at('await Digits.create({ seed', 'Digits'),
      at('const inputs: Digits.Inputs', 'image,'),
      at('const { digit, masked }', 'masked'),
    ]),
  ).toEqual([
    // The class and its namespace.
    [[source, lineOf('model Digits')], [source, lineOf('model Digits')]], // prettier-ignore
    [[source, lineOf('input image')]],
    [[source, lineOf('output masked')]],
  ]);
});
