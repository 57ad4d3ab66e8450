/** In VS Code, a project's own nnlang reads its configuration; without one, what can be read without running it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configuredBy } from '../../vscode-extension/server/workspace-configuration.ts';

const parent = join(import.meta.dirname, '../.tmp');
mkdirSync(parent, { recursive: true });
const folders: string[] = [];

function project(place: string, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(place, 'configuration-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const computed = `const old: string = 'o' + 'ld';\nexport default { exclude: [old], backends: ['cpu'] };\n`;
const manifest = `{ "name": "nnlang", "type": "module", "exports": { "./node": { "default": "./node.js" } } }`;

/** Today's `nnlang/node` as it would be installed. */
let node: string;
beforeAll(async () => {
  const { outputFiles } = await build({ entryPoints: ['compiler/node.ts'], bundle: true, write: false, platform: 'node', format: 'esm', external: ['jiti'] });
  node = outputFiles[0]!.text;
}); // prettier-ignore

const installed = (text: string): Readonly<Record<string, string>> => ({
  'node_modules/nnlang/package.json': manifest,
  'node_modules/nnlang/node.js': text,
});

it('is run by the nnlang of the project', async () => {
  // Within this repository, whose jiti it finds.
  const folder = project(parent, { 'package.json': '{}', 'nn.config.ts': computed, ...installed(node) });
  const { isExcluded, backends } = await configuredBy(folder, true);
  expect(backends).toEqual(['cpu']);
  expect(isExcluded(join(folder, 'old/a.nn'))).toBe(true);
  expect(isExcluded(join(folder, 'a.nn'))).toBe(false);
  await expect(configuredBy(folder, false)).rejects.toThrow('nn.config.ts is not read, and what it says does not hold here: it is more than a list of values, and this workspace is not trusted');
  writeFileSync(join(folder, 'nn.config.ts'), `export default { exclude: 'o' + 'ld' };`);
  await expect(configuredBy(folder, true)).rejects.toThrow("`exclude` is a list of paths, and not 'old'.");
}); // prettier-ignore

it.each([
  ['without one', {}],
  ['with one that is too old', installed('export const createNodeHost = 0;')],
])('%s only values are read', async (_, files) => {
  const folder = project(tmpdir(), { 'package.json': '{}', 'nn.config.ts': computed, ...files });
  await expect(configuredBy(folder, true)).rejects.toThrow('and nnlang, which would run it, is not installed in this project');
  writeFileSync(join(folder, 'nn.config.ts'), `export default { backends: ['cpu'] };`);
  expect((await configuredBy(folder, true)).backends).toEqual(['cpu']);
  writeFileSync(join(folder, 'nn.config.ts'), `export default { backends: ['gpu'] };`);
  await expect(configuredBy(folder, true)).rejects.toThrow("There is no backend 'gpu'.");
}); // prettier-ignore
