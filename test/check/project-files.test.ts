/** A project from one check to the next: edits applied one by one give what a check from scratch gives. */
import { expect, it } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import type { Host } from '../../compiler/project/host.ts';

const hostOf = (files: Map<string, string>): Host => ({
  readFile: (path) => files.get(path),
  exists: (path) => files.has(path),
  resolvePackage: () => undefined,
});
const codes = (files: Map<string, string>, compiler = createCompiler(hostOf(files))): string[] =>
  compiler.check('main.nn').diagnostics.map((d) => `${d.code} ${d.file.path}`);

const main = 'import { Tall } from "./blocks.nn"\nmodel M {\n  input x: [8]\n  output y: [4] = x -> Tall\n}\n';
const block = (units: number): string => `block Tall {\n  input x: [d]\n  output y = x -> Dense(${units})\n}\n`;

it('gives after each edit what a check from scratch gives', () => {
  const files = new Map([['main.nn', main]]);
  const compiler = createCompiler(hostOf(files));
  const edits: readonly (readonly [string, string | undefined])[] = [
    ['blocks.nn', block(4)],
    ['blocks.nn', block(5)],
    ['blocks.nn', 'block Tall {'],
    ['blocks.nn', `import { Wide } from "./more.nn"\n${block(4)}`],
    ['more.nn', 'block Wide {\n  input x: [d]\n  output y = relu(x)\n}\n'],
    ['main.nn', main.replace('[8]', '[8, 8, 8]')],
    ['blocks.nn', undefined],
    ['blocks.nn', block(4)],
    ['main.nn', main],
  ];
  expect(codes(files, compiler)).toEqual(['name/import main.nn']);
  for (const [path, text] of edits) {
    if (text === undefined) files.delete(path);
    else files.set(path, text);
    expect(codes(files, compiler)).toEqual(codes(files));
  }
  expect(codes(files, compiler)).toEqual([]);
});

it('does not check again what has not changed', () => {
  const files = new Map([
    ['main.nn', main],
    ['blocks.nn', block(4)],
    ['other.nn', 'model O {\n  input x: [4]\n  output y = relu(x)\n}\n'],
  ]);
  const compiler = createCompiler(hostOf(files));
  const before = compiler.check('main.nn');
  files.set('other.nn', 'model O {\n  input x: [5]\n  output y = relu(x)\n}\n');
  compiler.check('other.nn');
  expect(compiler.check('main.nn')).toBe(before);
  files.set('blocks.nn', block(3));
  expect(compiler.check('main.nn')).not.toBe(before);
});
