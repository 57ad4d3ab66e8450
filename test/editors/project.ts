/** What tests of editors have in common: the lines of `docs/editors.md`, and a project with `nn` installed to try them in. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The one block of code of a language that is meant. */
export function codeIn(language: string, isMeant: (code: string) => boolean): string {
  const page = readFileSync(new URL('../../docs/editors.md', import.meta.url), 'utf8');
  const fences = [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, code]) => code!);
  const [code, ...others] = fences.filter(isMeant);
  assert.ok(code !== undefined && others.length === 0, `docs/editors.md has not one such block of ${language}`);
  return code;
}

/** Written into a folder that is gone afterwards. */
export function inProject<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T {
  const commandLine = resolve('dist/compiler/cli/main.js');
  assert.ok(existsSync(commandLine), 'npm run build comes first');
  const folder = mkdtempSync(join(tmpdir(), 'nn-editor-'));
  try {
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    // As npm installs a command.
    const shim = `#!/bin/sh\nexec '${process.execPath}' '${commandLine}' "$@"\n`;
    writeFileSync(join(folder, 'node_modules/.bin/nn'), shim, { mode: 0o755 });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
