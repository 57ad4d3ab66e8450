/**
 * A folder → the file that configures nnlang there: `nn.config.ts` (`.mts`, `.js`, `.mjs`) or a `package.json` with `"nnlang"` in it, in the folder itself
 * or the nearest one above that has one, up to the root of the repository (where `.git` is) or, outside of one, to the nearest `package.json`.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { alternatives } from '../diagnostics/suggest.ts';
import { UserError } from '../project/user-error.ts';
import { configNames } from './config-names.ts';
import { packageSection } from './read-package-section.ts';

/** @throws UserError where there are two, or one of a name that is not read, or a `package.json` that cannot be read. */
export function findConfig(from: string): string | undefined {
  for (const folder of foldersUpFrom(from)) {
    const found = configIn(folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** In the folder itself. @throws UserError like `findConfig`. */
export function configIn(folder: string): string | undefined {
  const names = namesIn(folder);
  const found = names.filter((name) => configNames.some((one) => one === name)).map((name) => join(folder, name));
  refuseOtherNames(folder, names, found);
  const inPackage = names.includes('package.json') ? join(folder, 'package.json') : undefined;
  if (inPackage !== undefined && packageSection(inPackage)) found.push(inPackage);
  if (found.length <= 1) return found[0];
  throw new UserError(
    `there are two configurations in ${folder}: ${found.map((path) => (path === inPackage ? '"nnlang" in package.json' : basename(path))).join(' and ')}`, // prettier-ignore
    'Keep one of them.',
  );
}

function foldersUpFrom(from: string): readonly string[] {
  const all: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    all.push(folder);
    if (dirname(folder) === folder) break;
  }
  const upTo = (name: string): number => all.findIndex((folder) => exists(join(folder, name))) + 1;
  return all.slice(0, upTo('.git') || upTo('package.json') || 1);
}

const exists = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};

/** None, where the folder cannot be read. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Whoever writes `nn.config.json` means it to be read. */
function refuseOtherNames(folder: string, names: readonly string[], found: readonly string[]): void {
  const other = names.find((name) => /^nn\.config\.(json|jsonc|json5|cjs|cts|ya?ml|toml)$/.test(name));
  if (other === undefined || found.length > 0) return;
  throw new UserError(
    `${join(folder, other)} has the name of a configuration, but is none that nn reads`,
    `Call it ${alternatives(configNames, '')}, or write "nnlang": { … } into package.json.`,
  );
}
