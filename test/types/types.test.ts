/** The types of a `.nn`, in TypeScript 5.9 and 7, in every form in which they come. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { declarations } from '../../compiler/emit/declarations.ts';
import { scoreNames } from '../../compiler/emit/spec-code.ts';
import { lowerModel } from '../../compiler/lower/lower-model.ts';
import { writeTypeFiles } from '../../compiler/plugins/write-type-files.ts';
import { createNodeHost } from '../../compiler/project/node-host.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'test/.tmp/types');
const programs = new URL('./programs/', import.meta.url);
const text = readFileSync(new URL('digits.nn', programs), 'utf8');
const compilerOptions = {
  strict: true, noEmit: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom', 'esnext.disposable'], types: ['node'], skipLibCheck: true,
  allowArbitraryExtensions: true, exactOptionalPropertyTypes: true,
  // Else the folder's package.json hides this package from its own name.
  paths: { 'nnlang/runtime': [join(root, 'dist/runtime/index.d.ts')], 'nnlang/runtime/worker': [join(root, 'dist/runtime/worker/index.d.ts')] },
}; // prettier-ignore
const compiler = createCompiler(createNodeHost());
/** A folder with a program, which imports a `.nn` or what has been made of it. */
const forms = {
  declared: (into: string) => writeDeclarations(into, true),
  'declared without tensors': (into: string) => writeDeclarations(into, false),
  emitted: async (into: string) => {
    const { files } = await compiler.build(join(into, 'digits.nn'), { target: 'ts', backends: ['wasm'], sourceMap: false, version: '1' }); // prettier-ignore
    for (const { name, code } of files!) writeFileSync(join(into, name), code);
  },
};
type Form = keyof typeof forms;
const at = (form: Form): string => join(folder, form.replaceAll(' ', '-'));

function writeDeclarations(into: string, tensors: boolean): void {
  const path = join(into, 'digits.nn');
  const written = writeTypeFiles(path, declarations(compiler.source(path), compiler.check(path).models, { version: '1', tensors })); // prettier-ignore
  expect(written).toHaveLength(2);
}

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const [form, write] of Object.entries(forms)) {
    const into = at(form as Form);
    mkdirSync(into, { recursive: true });
    cpSync(new URL('digits.nn', programs), join(into, 'digits.nn'));
    await write(into);
    const program = form === 'declared without tensors' ? 'uses-of-arrays.ts' : 'uses.ts';
    const uses = readFileSync(new URL(program, programs), 'utf8');
    writeFileSync(join(into, 'uses.ts'), form === 'emitted' ? uses.replace('./digits.nn', './digits.js') : uses);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*/uses.ts'] }));
});

it.each(['typescript', 'typescript-5.9'])('%s allows what is right and refuses what is wrong, in every form', (version) => {
  const { stdout } = spawnSync(process.execPath, [`${root}node_modules/${version}/bin/tsc`, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
}); // prettier-ignore

it('are the same from the layer graphs as from a build', async () => {
  for (const tensors of [true, false]) {
    const path = join(at('declared'), 'digits.nn');
    const { files } = await compiler.build(path, { target: 'js', backends: ['wasm'], sourceMap: false, version: '1', tensors }); // prettier-ignore
    const declared = declarations(compiler.source(path), compiler.check(path).models, { version: '1', tensors });
    expect(files!.find(({ name }) => name === 'digits.d.ts')).toEqual(declared);
    expect(declared.code.includes('predict') || declared.code.includes('Tensor')).toBe(tensors);
  }
});

it('name the scores that training reports', () => {
  const [digits] = compiler.check(join(at('declared'), 'digits.nn')).models;
  expect(scoreNames(digits!)).toEqual(lowerModel(digits!).training!.report.map(({ name }) => name));
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
  const file = join(at('declared'), 'uses.ts');
  const lines = readFileSync(file, 'utf8').split('\n');
  const placeOf = (code: string, word: string) => {
    const line = lines.findIndex((one) => one.includes(code));
    return { line: line + 1, offset: lines[line]!.indexOf(word) + 1 };
  };
  const lineOf = (code: string): number => text.split('\n').findIndex((one) => one.includes(code)) + 1;
  const source = join(at('declared'), 'digits.nn');
  expect(
    await definitions(file, [
      placeOf('await Digits.create({ seed', 'Digits'),
      placeOf('const inputs: Digits.Inputs', 'image,'),
      placeOf('const { digit, masked }', 'masked'),
    ]),
  ).toEqual([
    // The class and its namespace.
    [[source, lineOf('model Digits')], [source, lineOf('model Digits')]], // prettier-ignore
    [[source, lineOf('input image')]],
    [[source, lineOf('output masked')]],
  ]);
});
