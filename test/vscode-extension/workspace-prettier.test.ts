/** The Prettier of a project says how wide its files are; here it is this project's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { formatOptionsOf } from '../../vscode-extension/server/workspace-prettier.ts';

const parent = join(import.meta.dirname, '../.tmp');
mkdirSync(parent, { recursive: true });
const folder = mkdtempSync(join(parent, 'prettier-'));
const apart = mkdtempSync(join(tmpdir(), 'nn-no-prettier-'));

afterAll(() => {
  for (const path of [folder, apart]) rmSync(path, { recursive: true, force: true });
});

it('is asked for its configuration', async () => {
  writeFileSync(join(folder, '.prettierrc'), '{ "printWidth": 41 }\n');
  const path = join(folder, 'digits.nn');
  expect(await formatOptionsOf(path, true)).toMatchObject({ printWidth: 41 });
  expect(await formatOptionsOf(path, false)).toEqual({});
});

it('need not be there', async () => {
  expect(await formatOptionsOf(join(apart, 'digits.nn'), true)).toEqual({});
});
