/** The language-service plugin in a real server of TypeScript 5.9, in a project as a user would have it. */
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TypeScriptServer, type Diagnostic, type Place } from './server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'test/.tmp/typescript-plugin');
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): void => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};

const parts = `block Reader {
  input h: [16]
  output y = h -> Dense(8, activation: relu)
}
`;
const digits = `import { Reader } from "./parts.nn"

/// Digits.
model Digits {
  /// Grey pictures.
  input image: [4, 4]
  output digit = image -> Flatten -> Reader -> Dense(3, activation: softmax)
}

train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit)
  optimizer: sgd()
}
`;
const app = `import { Digits } from './digits.nn';
import * as tf from '@tensorflow/tfjs-core';

const net = await Digits.create();
const image = new Float32Array(16);
const { digit } = await net.run({ image });
export const { digit: tensor } = net.predict({ image: tf.zeros<tf.Rank.R3>([1, 4, 4]) });
await net.fit({ image, label: [1] });
console.log(digit.length, net.weights['dense.kernel'].shape[0] satisfies 8);
net.freeze('dense');
`;
const wrong = `import { Digits } from './digits.nn';
const net = await Digits.create();
await net.run({ picture: new Float32Array(16) });
await net.run({ image: [[1]] });
await net.fit({ image: new Float32Array(16) });
`;
const tsconfig = (plugin: object) => JSON.stringify({
  compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom', 'esnext.disposable'], types: [], skipLibCheck: true, noEmit: true, plugins: [{ name: 'nnlang/typescript-plugin', ...plugin }] },
}); // prettier-ignore

const others = {
  'new.ts': "import {} from './';\nimport { Digits } from './digits.nn';\nnew Digits(null as never).fit({  });\n",
  'torn.nn': digits.replace('input image', 'input image image'),
  'torn.ts': "import { Digits, DigitsWorker } from './torn.nn';\nconst net = await Digits.create();\nexport const inputs: Digits.Inputs = (await net.run(1)).digit;\nvoid DigitsWorker;\n",
  'later.ts': "import { Later } from './later.nn';\nexport const net = await Later.create();\n",
  'small/tsconfig.json': tsconfig({ tensors: false }),
  'small/digits.nn': digits.replace('"./parts.nn"', '"../parts.nn"'),
  'small/app.ts': "import { Digits } from './digits.nn';\nconst net = await Digits.create();\nvoid net.predict;\nexport const { digit } = await net.run({ image: new Float32Array(16) });\ndigit satisfies Float32Array;\n",
  'configured/tsconfig.json': tsconfig({}),
  'configured/package.json': '{ "type": "module", "nnlang": { "bundle": { "tensors": false } } }',
  'configured/digits.nn': digits.replace('"./parts.nn"', '"../parts.nn"'),
  'configured/app.ts': "import { Digits } from './digits.nn';\nconst net = await Digits.create();\nvoid net.predict;\n",
}; // prettier-ignore

let server: TypeScriptServer;
const open = (name: string): void => server.tell('open', { file: at(name) });
/** The place of a word in the line that has some code. */
const placeOf = (text: string, code: string, word: string): Place => {
  const lines = text.split('\n');
  const line = lines.findIndex((one) => one.includes(code));
  return { line: line + 1, offset: lines[line]!.indexOf(word) + 1 };
};
const told = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ start, text }) => `${start.line}: ${text}`);
interface Definition {
  readonly file: string;
  readonly start: Place;
}
const definition = async (word: string, code: string) => (await server.ask<readonly Definition[]>('definition', { file: at('app.ts'), ...placeOf(app, code, word) })).map(({ file, start }) => [file, start.line]); // prettier-ignore

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  write('package.json', '{ "type": "module" }');
  write('tsconfig.json', tsconfig({}));
  write('parts.nn', parts);
  write('digits.nn', digits);
  write('app.ts', app);
  for (const [name, text] of Object.entries(others)) write(name, text);
  write('wrong.ts', wrong);
  mkdirSync(at('node_modules'));
  symlinkSync(root, at('node_modules/nnlang'));
  server = new TypeScriptServer(join(root, 'node_modules/typescript-5.9/lib/tsserver.js'), ['--pluginProbeLocations', folder]); // prettier-ignore
});
afterAll(async () => {
  await server.end();
  // Nothing was written.
  expect(readdirSync(folder).filter((name) => name.endsWith('.d.nn.ts'))).toEqual([]);
});

it('types imports of .nn files', async () => {
  open('app.ts');
  expect(told(await server.diagnostics(at('app.ts')))).toEqual([]);
  open('wrong.ts');
  const found = told(await server.diagnostics(at('wrong.ts')));
  expect(found).toEqual([
    expect.stringMatching(/^3: .*'picture' does not exist in type 'Inputs'/s),
    expect.stringMatching(/^4: .*'\[number\]' is not assignable to type .*Tensor<Rank.R2>/s),
    expect.stringMatching(/^5: .*'{ image: .*}' is not assignable/),
  ]);
});

it('leads into the .nn', async () => {
  const model = [at('digits.nn'), 4];
  expect(await definition('Digits', 'await Digits.create')).toEqual([model, model]);
  expect(await definition('image', 'net.run')).toContainEqual([at('digits.nn'), 6]);
  expect(await definition('digit:', 'export const')).toContainEqual([at('digits.nn'), 7]);
});

it('shows what the .nn says of its names', async () => {
  const info = await server.ask<{ readonly displayString: string; readonly documentation: string }>('quickinfo', { file: at('app.ts'), ...placeOf(app, 'await Digits.create', 'Digits') });
  expect(info.displayString).toContain('class Digits');
  expect(JSON.stringify(info.documentation)).toContain('`image` [4, 4]');
}); // prettier-ignore

it('completes paths and names', async () => {
  open('new.ts');
  const names = async (place: Place) => (await server.ask<{ readonly entries: readonly { readonly name: string }[] }>('completionInfo', { file: at('new.ts'), ...place })).entries.map(({ name }) => name);
  expect(await names({ line: 1, offset: 19 })).toEqual(expect.arrayContaining(['digits.nn', 'parts.nn', 'app.js']));
  expect((await names({ line: 1, offset: 19 })).filter((name) => name.includes('digits'))).toEqual(['digits.nn']);
  expect(await names({ line: 2, offset: 10 })).toEqual(expect.arrayContaining(['Digits', 'DigitsWorker']));
  expect(await names({ line: 3, offset: 32 })).toEqual(['image', 'iterator', 'label']);
}); // prettier-ignore

it('renames what is the program\'s, and nothing of the .nn', async () => {
  const rename = (code: string, word: string) => server.ask<{ readonly info: { readonly canRename: boolean; readonly localizedErrorMessage?: string } }>('rename', { file: at('app.ts'), ...placeOf(app, code, word) });
  expect((await rename('await net.fit', 'net')).info.canRename).toBe(true);
  expect((await rename('net.predict({', 'image')).info).toMatchObject({ canRename: false, localizedErrorMessage: "'image' is declared in digits.nn. Rename it there." });
}); // prettier-ignore

it('offers no change of the types themselves', async () => {
  const { start, end } = (await server.diagnostics(at('wrong.ts')))[0]!;
  const range = { startLine: start.line, startOffset: start.offset, endLine: end.line, endOffset: end.offset };
  const fixes = await server.ask<readonly { readonly changes: readonly { readonly fileName: string }[] }[]>('getCodeFixes', { file: at('wrong.ts'), ...range, errorCodes: [2339, 2353, 2769] });
  expect(fixes.flatMap(({ changes }) => changes.map(({ fileName }) => fileName)).filter((path) => path.endsWith('.d.nn.ts'))).toEqual([]);
}); // prettier-ignore

it('follows edits of the .nn and of what it imports', async () => {
  await server.updated(() => write('digits.nn', `\n${digits.replace('input image', 'input picture').replace('= image', '= picture')}`));
  expect(told(await server.diagnostics(at('wrong.ts')))).not.toContainEqual(expect.stringMatching(/^3: /));
  expect(told(await server.diagnostics(at('app.ts')))).toContainEqual(expect.stringMatching(/^6: .*'image' does not exist in type 'Inputs'/s));
  expect(await definition('digit:', 'export const')).toContainEqual([at('digits.nn'), 8]);
  await server.updated(() => write('digits.nn', digits));
  expect(told(await server.diagnostics(at('app.ts')))).toEqual([]);
  await server.updated(() => write('parts.nn', parts.replace('Dense(8', 'Dense(9')));
  expect(told(await server.diagnostics(at('app.ts')))).toEqual(["9: Type '9' does not satisfy the expected type '8'."]);
  await server.updated(() => write('parts.nn', parts));
}); // prettier-ignore

it('shows errors of the .nn where it is imported, and keeps its types meanwhile', async () => {
  await server.updated(() => write('digits.nn', digits.replace('Flatten', 'Flaten').replace('softmax', 'sofmax')));
  const [error, ...others] = await server.diagnostics(at('app.ts'));
  expect(others).toEqual([]);
  expect(error).toMatchObject({ start: { line: 1, offset: 24 }, source: 'nnlang' });
  expect(error!.text).toBe('digits.nn:7:27 There is no layer, block or model called `Flaten`. [name/unknown-layer]\nhelp: Did you mean `Flatten`?\n\nand 1 more error');
  expect(error!.relatedInformation?.map(({ span }) => [span?.file, span?.start])).toEqual([[at('digits.nn'), { line: 7, offset: 27 }], [at('digits.nn'), expect.objectContaining({ line: 7 })]]);
  await server.updated(() => write('digits.nn', digits));
  expect(told(await server.diagnostics(at('app.ts')))).toEqual([]);
}); // prettier-ignore

it('takes what has never been right for anything', async () => {
  open('torn.ts');
  expect(told(await server.diagnostics(at('torn.ts')))).toEqual([expect.stringMatching(/^1: torn\.nn:6:/)]);
  const found = await server.ask<readonly Definition[]>('definition', { file: at('torn.ts'), line: 2, offset: 20 });
  expect(found.map(({ file, start }) => [file, start.line])).toContainEqual([at('torn.nn'), 4]);
}); // prettier-ignore

it('sees files come and go', async () => {
  open('later.ts');
  expect(told(await server.diagnostics(at('later.ts')))).toEqual([expect.stringMatching(/^1: Cannot find module '\.\/later\.nn'/)]);
  await server.updated(() => write('later.nn', 'model Later {\n  input x: [2]\n  output y = x -> Dense(3)\n}\n'));
  expect(told(await server.diagnostics(at('later.ts')))).toEqual([]);
  await server.updated(() => rmSync(at('later.nn')));
  expect(told(await server.diagnostics(at('later.ts')))).toEqual([expect.stringMatching(/^1: Cannot find module/)]);
}); // prettier-ignore

it('knows how bundles are configured', async () => {
  open('configured/app.ts');
  const found = async (): Promise<readonly string[]> => told(await server.diagnostics(at('configured/app.ts')));
  expect(await found()).toEqual([expect.stringMatching(/^3: Property 'predict' does not exist/)]);
  await server.updated(() => write('configured/package.json', '{ "type": "module" }'));
  expect(await found()).toEqual([]);
});

it('knows of programs without tensors', async () => {
  open('small/app.ts');
  expect(told(await server.diagnostics(at('small/app.ts')))).toEqual([expect.stringMatching(/^3: Property 'predict' does not exist/)]);
  expect(told(await server.diagnostics(at('app.ts')))).toEqual([]);
}); // prettier-ignore
