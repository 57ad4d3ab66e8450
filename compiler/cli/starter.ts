/**
 * A template folder → a project of the user's: its files with the names and versions filled in. Nothing that is there is
 * overwritten, and where something goes wrong nothing is left behind.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bug } from '../diagnostics/diagnostic.ts';
import { UserError } from '../project/user-error.ts';

export const templates = {
  web: 'a page on which a network learns to read digits (Vite, TypeScript)',
  node: 'a script that trains from a CSV file (Node, TypeScript)',
} as const;

export type Template = keyof typeof templates;

export interface Filling {
  /** The project's, as npm allows it. */
  readonly name: string;
  readonly nnlang: string;
  readonly tfjs: string;
}

/** A name that npm allows, from that of a folder. */
export function packageName(folder: string): string {
  const name = folder.trim().toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replaceAll(/^[._-]+|-+$/g, ''); // prettier-ignore
  return name === '' ? 'my-network' : name.slice(0, 214);
}

/** Writes the files of a template; gives their paths, relative to the folder. Throws `UserError` where some are there. */
export async function writeStarter(template: Template, folder: string, filling: Filling): Promise<readonly string[]> {
  const source = templateFolder(template);
  const names = await filesIn(source);
  const targets = names.map((name) => name.replace(/(^|\/)_gitignore$/, '$1.gitignore'));
  const taken = targets.filter((name) => existsSync(join(folder, name)));
  if (taken.length > 0) throw alreadyThere(folder, taken);
  const made: string[] = [];
  try {
    for (const [i, name] of names.entries()) {
      const target = join(folder, targets[i]!);
      await mkdir(dirname(target), { recursive: true });
      // `wx`: not even a file that has appeared since is overwritten.
      await writeFile(target, filled(await readFile(join(source, name), 'utf8'), filling), { flag: 'wx' });
      made.push(target);
    }
  } catch (error) {
    await Promise.all(made.map((path) => rm(path, { force: true })));
    throw error instanceof Error && 'code' in error ? new UserError(`The project could not be written: ${error.message}.`, 'Choose a folder that you may write to: nn init DIR.') : error; // prettier-ignore
  }
  return targets;
}

function alreadyThere(folder: string, taken: readonly string[]): UserError {
  const shown = taken.slice(0, 4).map((name) => `${name}`);
  const more = taken.length > shown.length ? ` and ${taken.length - shown.length} more` : '';
  return new UserError(
    `${folder} already has ${shown.join(', ')}${more}, which a new project would overwrite. Nothing was written.`,
    'Choose another folder: nn init DIR.',
  );
}

const filled = (text: string, filling: Filling): string =>
  text.replaceAll(/\{\{(name|nnlang|tfjs)\}\}/g, (_, key: keyof Filling) => filling[key]);

/** The templates stand beside `dist` in the package and beside `compiler` in the sources. */
function templateFolder(template: Template): string {
  const places = ['../../templates/', '../../../templates/'].map((place) => fileURLToPath(new URL(place, import.meta.url))); // prettier-ignore
  const found = places.find((place) => existsSync(join(place, template)));
  return found ? join(found, template) : bug(`its template ${template} is missing`);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
