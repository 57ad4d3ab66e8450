/** What `package.json` promises to export has a source, and the compiler can be used from a program. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCompiler, createMemoryHost } from 'nnlang';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Package {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

it('has a source for every export and command', () => {
  const { exports, bin } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Package;
  const built = [...Object.values(exports).flatMap((e) => (typeof e === 'string' ? [] : [e.types, e.default])), ...Object.values(bin)]; // prettier-ignore
  expect(built.length).toBeGreaterThan(3);
  for (const path of built) {
    const source = path.replace(/^\.\/dist\//, root).replace(/(\.d\.ts|\.js)$/, '.ts');
    expect(existsSync(source), `${path} is made of ${source}`).toBe(true);
  }
});

it('compiles from a program', async () => {
  const text = 'model M {\n  input x: [4]\n  output y = x -> Dense(3)\n}\n';
  const compiler = createCompiler(createMemoryHost({ '/m.nn': text }));
  expect(compiler.check('/m.nn').diagnostics).toEqual([]);
  const { files } = await compiler.build('/m.nn', { target: 'ts', backends: ['wasm'], sourceMap: false, version: '0' });
  expect(files!.map((file) => file.name)).toContain('m.ts');
});
