/** `nn.config.ts` and `package.json#nnlang`: what is found, what is taken, and what is said of all that may be wrong with them. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { configuredInBrowser } from '../../compiler/configuration/in-browser.ts';
import { literalOf } from '../../compiler/configuration/literal-program.ts';
import { loadConfig } from '../../compiler/configuration/load-config.ts';
import { programValue } from '../../compiler/configuration/program-value.ts';
import { readConfig } from '../../compiler/configuration/read-config.ts';
import { valueWithoutRunning, whyUnread } from '../../compiler/configuration/unread-config.ts';
import type { Compiler } from '../../compiler/compile-types.ts';
import type { EmitOptions } from '../../compiler/emit/emitted.ts';
import type { Host } from '../../compiler/project/host.ts';
import { SourceFile } from '../../grammar/source.ts';
import { UserError } from '../../compiler/project/user-error.ts';
import { inFolder, nn } from './fakes.ts';
import { watching } from './watching.ts';

const model = (units: number): string => `model Net {\n  input x: [3]\n  output y = x -> Dense(${units})\n}\n`;

/** What is said of a configuration, with the folder left out. */
async function saidOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  let said = 'nothing';
  await inFolder(files, async (cwd) => {
    try {
      await loadConfig(cwd);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      said = `${error.message}${error.help === undefined ? '' : `\n  help: ${error.help}`}`.replaceAll(`${cwd}/`, '');
    }
  });
  return said;
}

describe('a configuration', () => {
  test.each([
    ['nn.config.ts', `import { defineConfig, type NnConfig } from 'nnlang';\nimport { out } from './out';\nenum Deep { yes = 1 }\nexport default defineConfig({ build: { out: out as string }, check: { maxWarnings: Deep.yes } } satisfies NnConfig);`], // prettier-ignore
    ['nn.config.mts', `export default { build: { out: await Promise.resolve('gen') }, check: { maxWarnings: 1 as number } };`],
    ['nn.config.mjs', `import { defineConfig } from 'nnlang';\nexport default defineConfig({ build: { out: 'gen' }, check: { maxWarnings: 1 } });`],
    ['nn.config.js', `export default Promise.resolve({ build: { out: 'gen' }, check: { maxWarnings: 1 } });`],
    ['package.json', `{ "name": "x", "nnlang": { "build": { "out": "gen" }, "check": { "maxWarnings": 1 } } }`],
  ])('may be in %s', (name, text) =>
    inFolder({ [name]: text, 'out.ts': `export const out: string = 'gen';`, 'deep/er/x.txt': '', '.git/HEAD': '' }, async (cwd) => {
      const expected = { path: join(cwd, name), folder: cwd, config: { build: { out: 'gen' }, check: { maxWarnings: 1 } } };
      expect(await loadConfig(cwd)).toMatchObject(expected);
      expect(await loadConfig(join(cwd, 'deep/er'))).toMatchObject(expected);
    })); // prettier-ignore

  test('is looked for up to the root of the repository and no further', () =>
    inFolder({ 'nn.config.mjs': 'export default { sourceMap: true }', 'a/.git': '', 'a/b/package.json': '{}', 'c/package.json': '{}', 'c/d/x': '', 'e/x': '' }, async (cwd) => {
      for (const folder of ['a/b', 'a', 'c/d', 'e']) expect((await loadConfig(join(cwd, folder))).path).toBe(undefined);
      writeFileSync(join(cwd, 'a/nn.config.mjs'), 'export default {}');
      expect((await loadConfig(join(cwd, 'a/b'))).path).toBe(join(cwd, 'a/nn.config.mjs'));
    })); // prettier-ignore

  test('that nobody has said to trust is read and not run', () =>
    inFolder({ 'nn.config.mjs': `throw new Error('was run')`, 'b/package.json': '{ "nnlang": { "sourceMap": true } }', 'c/nn.config.ts': `export default { sourceMap: true }` }, async (cwd) => {
      const read = async (folder: string): Promise<unknown> => (await readConfig({ from: join(cwd, folder) }, (program) => valueWithoutRunning(program, ...whyUnread.untrusted))).config;
      await expect(read('.')).rejects.toThrow(`${join(cwd, 'nn.config.mjs')} is not read, and what it says does not hold here: it is more than a list of values, and this workspace is not trusted`);
      expect(await read('b')).toEqual({ sourceMap: true });
      expect(await read('c')).toEqual({ sourceMap: true });
    })); // prettier-ignore
});

describe('a program that only says values is read without being run, as running it would tell', () => {
  const value = `{ include: ['a', "b"], 'exclude': [], check: { maxWarnings: -1.5, }, "x$": { y: null, z: undefined, }, t: true, }`;

  test.each([
    `export default ${value}`,
    `import { defineConfig } from 'nnlang';\n\nexport default defineConfig(${value});\n`,
    `import {defineConfig,type NnConfig,} from "nnlang"\nexport default defineConfig(${value} satisfies NnConfig,)`,
    `// A note: {\nimport type { NnConfig } from 'nnlang';\n/** @type { x } */\nexport default /* here */ ${value} satisfies NnConfig;`,
    `export default []`,
    `export default 'https://a/*b*/'`,
    `export default 0`,
  ])('%s', async (program) => {
    const read = literalOf(program);
    expect(read).toBeDefined();
    expect(read!.value).toEqual(await programValue(new SourceFile('/x/nn.config.ts', program)));
  });

  test.each([
    `export default defineConfig({})`,
    `import { defineConfig as d } from 'nnlang'; export default d({})`,
    `import { defineConfig } from 'other'; export default defineConfig({})`,
    `import type { defineConfig } from 'nnlang'; export default defineConfig({})`,
    `import { out } from './out'; export default { build: { out } }`,
    `export default { __proto__: { a: 1 } }`,
    `export default { '__proto__': { a: 1 } }`,
    `export default { a: 1 + 1 }`,
    `export default { a: 'b\\n' }`,
    'export default { a: `b` }',
    `export default { ...{} }`,
    `export default { a() {} }`,
    `export default { 'a' 'b' }`,
    `export default { 07: 1 }`,
    `export default { a: 1n }`,
    `export default { a: 1.5.5 }`,
    `export default { [a]: 1 }`,
    `export default { a: 1 }; run();`,
    `run(); export default {}`,
    `export default { a: 1`,
    `export default [1,,2]`,
    `export default { true }`,
    `export default`,
    `export const config = {}`,
    ``,
  ])('not %s', (program) => {
    expect(literalOf(program)).toBe(undefined);
  });
}); // prettier-ignore

describe('in a browser', () => {
  const names = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const { isExcluded } = await configuredInBrowser(files, '/w');
    return ['/w/a.nn', '/w/old/b.nn', '/elsewhere/old/c.nn'].filter((path) => !isExcluded(path));
  };

  test('what the folder itself says is taken', async () => {
    const rest = ['/w/a.nn', '/elsewhere/old/c.nn'];
    expect(await names({ '/w/package.json': '{ "nnlang": { "exclude": ["old"] } }' })).toEqual(rest);
    expect(await names({ '/w/nn.config.ts': `export default { exclude: ['./old/'] };`, '/w/package.json': '{}' })).toEqual(rest);
    expect(await names({ '/package.json': '{ "nnlang": { "exclude": ["old"] } }' })).toHaveLength(3);
    expect((await configuredInBrowser({ '/w/package.json': '{ "nnlang": { "backends": ["wasm"], "build": { "backends": ["cpu"] } } }' }, '/w')).backends).toEqual(['cpu']);
  });

  test('and told of where it is wrong, or would have to be run', async () => {
    await expect(names({ '/w/package.json': '{ "nnlang": { "excludes": [] } }' })).rejects.toThrow('There is no option `excludes`.');
    await expect(names({ '/w/nn.config.mjs': 'export default f();' })).rejects.toThrow('/w/nn.config.mjs is not read, and what it says does not hold here: it is more than a list of values, and in a browser no program is run.');
  });
}); // prettier-ignore

describe('what is wrong is shown with its place', () => {
  test('all of it at once', async () => {
    expect(await saidOf({ 'nn.config.ts': `import { defineConfig } from 'nnlang';

// backend: what it runs on
export default defineConfig({
  backend: ['wasm'],
  sourceMap: 'yes',
  out: 'gen',
  build: { target: 'tsx', backends: ['cpu', 'wasn'] },
});
` })).toBe(`error nn.config.ts:5:3
  There is no option \`backend\`.

  5 |   backend: ['wasm'],
    |   ^^^^^^^

  help: Did you mean \`backends\`?

error nn.config.ts:6:14
  \`sourceMap\` is true or false, and not 'yes'.

  6 |   sourceMap: 'yes',
    |              ^^^^^

  help: Write \`sourceMap: true\` or \`sourceMap: false\`.

error nn.config.ts:7:3
  There is no option \`out\`.

  7 |   out: 'gen',
    |   ^^^

  help: It has its place elsewhere: \`build: { out: … }\`.

error nn.config.ts:8:20
  \`build.target\` is 'ts' or 'js', and not 'tsx'.

  8 |   build: { target: 'tsx', backends: ['cpu', 'wasn'] },
    |                    ^^^^^

  help: Did you mean \`ts\`?

error nn.config.ts:8:45
  There is no backend 'wasn'.

  8 |   build: { target: 'tsx', backends: ['cpu', 'wasn'] },
    |                                             ^^^^^^

  help: Did you mean \`wasm\`?`);
  }); // prettier-ignore

  test('in package.json to the element', async () => {
    expect(await saidOf({ 'package.json': `{\n  "name": "x",\n  "nnlang": { "backends": ["wasm", 5], "__proto__": { "x": 1 } }\n}` }))
      .toBe(`error package.json:3:36
  There is no backend 5.

  3 |   "nnlang": { "backends": ["wasm", 5], "__proto__": { "x": 1 } }
    |                                    ^

  help: There are wasm, cpu, webgl, webgpu.

error package.json:3:40
  There is no option \`__proto__\`.

  3 |   "nnlang": { "backends": ["wasm", 5], "__proto__": { "x": 1 } }
    |                                        ^^^^^^^^^^^

  help: Options here are include, exclude, backends, sourceMap, build, bundle, check.`);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  }); // prettier-ignore

  test.each([
    [`[]`, 'A configuration is an object of options, and not a list.'],
    [`"src"`, `A configuration is an object of options, and not 'src'.`],
    [`null`, 'A configuration is an object of options, and not null.'],
    [`{ "include": "src" }`, "`include` is a list of paths, and not 'src'.\n\n  1 | { \"nnlang\": { \"include\": \"src\" } }\n    |                          ^^^^^\n\n  help: Write it in brackets: ['src']."],
    [`{ "include": [] }`, '`include` is an empty list.'],
    [`{ "exclude": [""] }`, '`exclude` is a list of paths, and an empty text is none.'],
    [`{ "check": { "maxWarnings": -1 } }`, '`check.maxWarnings` is a whole number from 0, and not -1.'],
    [`{ "check": 3 }`, '`check` is an object of options, and not 3.'],
    [`{ "build": { "out": 3 } }`, '`build.out` is the path of a folder, and not 3.'],
    [`{ "build": { "include": ["a"] } }`, '`include` beside `build`'],
    [`{ "bundle": { "tensor": true } }`, 'Did you mean `tensors`?'],
  ])('"nnlang": %s', async (text, said) => {
    expect(await saidOf({ 'package.json': `{ "nnlang": ${text} }` })).toContain(said);
  }); // prettier-ignore

  test.each([
    ['a package.json that is no JSON', { 'package.json': '{\n  "nnlang": { "sourceMap": true,, }\n}' }, 'package.json:2:33\n  This is not JSON: a name in double quotes is wanted here.'],
    ['a huge package.json', { 'package.json': `{ "nnlang": {}, "x": "${'x'.repeat(3 * 2 ** 20)}" }` }, 'package.json cannot be read: it has 3.0 MiB, and a package.json has at most 2'],
    ['a binary package.json', { 'package.json': new Uint8Array([0, 1, 255]) }, 'package.json cannot be read: it holds binary data'],
    ['nothing exported', { 'nn.config.ts': 'export const config = {};' }, 'nn.config.ts\n  It exports no configuration.\n\n  help: End it with `export default'],
    ['a function', { 'nn.config.mjs': 'export default () => ({});' }, 'A configuration is an object of options, and not a function.'],
    ['a syntax error', { 'nn.config.ts': 'export default {\n  include: [,\n' }, 'It cannot be run: '],
    ['an error when it is run', { 'nn.config.mjs': 'const x = undefined;\nexport default { include: x.y };' }, "nn.config.mjs:2:1\n  It cannot be run: Cannot read properties of undefined (reading 'y')"],
    ['an import that is not there', { 'nn.config.ts': "import x from 'not-there';\nexport default { include: x };" }, "Cannot find module 'not-there'"],
    ['another name', { 'nn.config.json': '{}' }, 'nn.config.json has the name of a configuration, but is none that nn reads\n  help: Call it nn.config.ts,'],
    ['two of them', { 'nn.config.ts': '', 'package.json': '{ "nnlang": {} }' }, 'nn.config.ts and "nnlang" in package.json\n  help: Keep one of them.'],
  ])('%s', async (_, files, said) => {
    expect(await saidOf(files as Record<string, string>)).toContain(said);
  }); // prettier-ignore

  test('a package.json that is a folder, a link to itself or deeply nested does no harm', () =>
    inFolder({ 'a/package.json/x': '', 'c/package.json': `{ "x": ${'['.repeat(100_000)}${']'.repeat(100_000)}, "nnlang": { "sourceMap": true } }` }, async (cwd) => {
      await expect(loadConfig(join(cwd, 'a'))).rejects.toThrow('package.json cannot be read: it is a folder, not a file');
      mkdirSync(join(cwd, 'b'));
      symlinkSync('package.json', join(cwd, 'b/package.json'));
      await expect(loadConfig(join(cwd, 'b'))).rejects.toThrow('it is a link that leads back to itself');
      await expect(loadConfig(join(cwd, 'c'))).resolves.toMatchObject({ config: { sourceMap: true } });
    })); // prettier-ignore
});

/** The compiler, which writes down what it is asked for. */
const asking =
  (asked: EmitOptions[]) =>
  (host: Host): Compiler => {
    const compiler = createCompiler(host);
    return {
      ...compiler,
      build: (path, options) => {
        asked.push(options);
        return compiler.build(path, options);
      },
    };
  };

describe('commands', () => {
  const project = {
    'nn.config.mjs': `export default { include: ['src'], exclude: ['src/old', '**/*.draft.nn'], build: { out: 'gen', target: 'js' }, backends: ['cpu'], sourceMap: true, check: { maxWarnings: 0 } };`,
    '.git/HEAD': '',
    'src/a.nn': model(3),
    'src/b.draft.nn': 'oops',
    'src/old/c.nn': 'oops',
    'other.nn': 'oops',
    'tools/x.txt': '',
  }; // prettier-ignore

  test('take from it what they are not told, wherever in the project they run', () =>
    inFolder(project, async (cwd) => {
      for (const folder of ['.', 'tools']) {
        expect(await nn(['check'], { cwd: join(cwd, folder) })).toEqual({ code: 0, stdout: 'No problems in 1 file.\n', stderr: '' });
      }
      const asked: EmitOptions[] = [];
      const { code } = await nn(['build'], { cwd: join(cwd, 'tools'), createCompiler: asking(asked) });
      expect(code).toBe(0);
      expect(asked).toMatchObject([{ backends: ['cpu'], target: 'js', sourceMap: true }]);
      expect(readdirSync(join(cwd, 'gen')).sort()).toEqual(['a.d.ts', 'a.js', 'a.js.map', 'a.pass.d.ts', 'a.pass.js', 'a.pass.js.map']);
    })); // prettier-ignore

  test('do what they are told', () =>
    inFolder(project, async (cwd) => {
      const asked: EmitOptions[] = [];
      const { code } = await nn(['build', 'src', '--out', 'tools/out', '--target', 'ts', '--no-source-map', '--backends', 'wasm'], { cwd, createCompiler: asking(asked) });
      expect(code).toBe(0);
      expect(asked).toMatchObject([{ backends: ['wasm'], target: 'ts', sourceMap: false }]);
      expect(readdirSync(join(cwd, 'tools/out'))).toEqual(['a.pass.ts', 'a.ts']);
      expect((await nn(['check', 'src/old/c.nn'], { cwd })).code).toBe(1);
      expect((await nn(['check', 'src/old'], { cwd })).stderr).toContain('there are no .nn files in src/old');
      writeFileSync(join(cwd, 'src/a.nn'), 'hmm');
      expect((await nn(['check'], { cwd })).stderr).toContain('1 warning is more than `maxWarnings: 0` in nn.config.mjs allows');
      expect((await nn(['check', '--max-warnings', '1'], { cwd })).code).toBe(0);
    })); // prettier-ignore

  test('say what is wrong with it, and do nothing', () =>
    inFolder({ ...project, 'nn.config.mjs': 'export default {\n  inclde: [1],\n};\n' }, async (cwd) => {
      for (const command of ['check', 'build', 'types', 'format', 'summary', 'graph']) {
        expect(await nn([command], { cwd })).toEqual({
          code: 2,
          stdout: '',
          stderr: 'error nn.config.mjs:2:3\n  There is no option `inclde`.\n\n  2 |   inclde: [1],\n    |   ^^^^^^\n\n  help: Did you mean `include`?\n',
        });
      }
    })); // prettier-ignore

  test('take the one that they are told to', () =>
    inFolder({ ...project, 'nn.config.mjs': 'throw new Error()', 'ci/strict.ts': `export default { include: ['../src/a.nn'], build: { out: 'out' } };`, 'ci/in/package.json': '{ "nnlang": { "include": ["../../other.nn"] } }' }, async (cwd) => {
      expect(await nn(['check', '--config', 'ci/strict.ts'], { cwd })).toEqual({ code: 0, stdout: 'No problems in 1 file.\n', stderr: '' });
      expect((await nn(['build', '--config', '../ci/strict.ts'], { cwd: join(cwd, 'tools') })).code).toBe(0);
      expect(readdirSync(join(cwd, 'ci/out'))).toEqual(['a.ts']);
      for (const [command, path] of [['types', 'ci/in'], ['format', 'ci/in/package.json'], ['summary', 'ci/in/'], ['graph', join(cwd, 'ci/in')]] as const)
        expect((await nn([command, '--config', path], { cwd })).stderr).toContain('other.nn:1:1');
    })); // prettier-ignore

  test.each([
    ['strct.ts', 'there is no file or folder of that name\n  help: Did you mean `strict.ts`?'],
    ['ci/x', 'there is no file or folder of that name\n  help: It is looked for from the folder that the command runs in.'],
    ['src', 'there is no configuration in that folder\n  help: It would be nn.config.ts, nn.config.mts, nn.config.js or nn.config.mjs, or "nnlang": { … } in package.json.'],
    ['package.json', 'it says nothing of nnlang\n  help: Write "nnlang": { … } into it, or leave out --config to go without.'],
    ['src/a.nn', 'that is no configuration\n  help: It is a program whose name ends in .ts, .mts, .js or .mjs, or a package.json, or a folder with one of them.'],
    ['loop.ts', 'it cannot be read: it is a link that leads back to itself\n  help: Check the path and its permissions.'],
  ])('say why --config %s is none', (path, said) =>
    inFolder({ 'strict.ts': '', 'package.json': '{}', 'src/a.nn': model(3) }, async (cwd) => {
      symlinkSync('loop.ts', join(cwd, 'loop.ts'));
      expect(await nn(['check', '--config', path], { cwd })).toEqual({ code: 2, stdout: '', stderr: `error: --config ${path}: ${said}\n` });
    })); // prettier-ignore

  test('that watch follow the one that they are told to take', () =>
    inFolder({ ...project, 'nn.config.mjs': 'throw new Error()', 'ci/strict.ts': `export default { include: ['../src/a.nn'] };` }, async (cwd) => {
      await watching(['check', '--watch', '--config', 'ci/strict.ts'], { cwd }, async ({ text, after }) => {
        expect(text()).toContain('Checked 1 file');
        expect(await after(() => writeFileSync(join(cwd, 'ci/strict.ts'), `export default { include: ['../src/a.nn', '../other.nn'] };`))).toContain('Checked 2 files');
      });
    })); // prettier-ignore

  test('that watch begin anew when it changes, and wait while it is broken', () =>
    inFolder({ ...project, 'src/a.nn': model(3) }, async (cwd) => {
      const write = (text: string) => () => writeFileSync(join(cwd, 'nn.config.mjs'), `export default { ${text} };`);
      await watching(['check', '--watch'], { cwd }, async ({ text, after }) => {
        expect(text()).toContain('Checked 1 file');
        expect(await after(write(`include: ['src'], exclude: 5`))).toContain('`exclude` is a list of paths, and not 5.');
        expect(await after(write(`include: ['src', 'other.nn']`))).toContain('Checked 4 files');
      });
    })); // prettier-ignore
});
