/** `import { check, compile } from 'nnlang'`. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { check, compile, createMemoryHost, version } from 'nnlang';
import { expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };

const files = {
  '/src/m.nn': 'import { Hidden } from "./parts.nn"\nimport { Other } from "./gone.nn"\nmodel M {\n  input x: [4]\n  output y = x -> Hidden\n}\n',
  '/src/parts.nn': 'block Hidden {\n  input x: [n]\n  output y = x -> Dense(3)\n}\n',
}; // prettier-ignore

it('tells what is wrong as data, and on what files that depends', () => {
  const { problems, dependencies } = check('/src/m.nn', { host: createMemoryHost(files) });
  expect(problems).toEqual([
    expect.objectContaining({ file: '/src/m.nn', line: 2, column: 23, endLine: 2, endColumn: 34, code: 'name/import', severity: 'error' }),
  ]); // prettier-ignore
  expect(problems[0]!.frame).toBe('2 | import { Other } from "./gone.nn"\n  |                       ^^^^^^^^^^^');
  // What is not there may come.
  expect(dependencies).toEqual(['/src/m.nn', '/src/parts.nn', '/src/gone.nn']);
});

it('compiles to JavaScript and types', async () => {
  const host = createMemoryHost({ ...files, '/src/gone.nn': 'block Other {\n  input x: [n]\n  output y = x\n}\n' });
  const { files: made, problems } = await compile('/src/m.nn', { host, target: 'js', backends: ['wasm'] });
  expect(problems.map(({ severity }) => severity)).not.toContain('error');
  expect(made!.map(({ name }) => name)).toEqual(['m.js', 'm.d.ts', 'm.pass.js', 'm.pass.d.ts']);
  expect(made![0]!.helpers).toContain('fusedMatMul');
});

it('tells of a file that cannot be read, too', async () => {
  const host = createMemoryHost({ '/m.nn': Uint8Array.of(0x61, 0xff) });
  expect(check('/m.nn', { host }).problems).toMatchObject([{ code: 'file/encoding', line: 1, column: 2 }]);
  expect(await compile('/m.nn', { host })).toMatchObject({ files: undefined, problems: [{ code: 'file/encoding' }] });
});

it('needs nothing of Node', async () => {
  const entry = fileURLToPath(new URL('../../compiler/index.ts', import.meta.url));
  // Anything of Node would not be found.
  const { errors } = await build({ entryPoints: [entry], bundle: true, platform: 'browser', format: 'esm', write: false, logLevel: 'silent' }); // prettier-ignore
  expect(errors).toEqual([]);
});

it('has the version of the package', () => {
  expect(version).toBe(packageFile.version);
});
