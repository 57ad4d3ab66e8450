/** `npm run package`: the extension as `vscode-extension/nnlang.vsix`. Fails where it has grown beyond what it may weigh. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { buildExtension } from './build.ts';

/** In bytes. */
const most = 750_000;

export async function packagedExtension(): Promise<string> {
  const cwd = await buildExtension();
  const packagePath = join(import.meta.dirname, 'nnlang.vsix');
  await createVSIX({
    cwd,
    packagePath,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

if (process.argv[1] === import.meta.filename) {
  const path = await packagedExtension();
  const { size } = statSync(path);
  process.stdout.write(`${path}: ${Math.round(size / 1000)} kB\n`);
  if (size > most) {
    process.stderr.write(`error: the extension may weigh ${most / 1000} kB\n`);
    process.exitCode = 1;
  }
}
