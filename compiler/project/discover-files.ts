/**
 * The paths of a command line → `.nn` files. A file is taken as it is, a folder means every `.nn` file in it, anything
 * with `*`, `?`, `[` or `{` is a glob. `node_modules` and folders that start with a dot are skipped.
 */
import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { exclusionTest, type Exclusion } from '../configuration/excluded.ts';
import { didYouMean, nearNames } from '../diagnostics/suggest.ts';
import { errorCode } from './node-host.ts';
import { UserError } from './user-error.ts';

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  /** The folder that outputs keep their place under: the folder given, a glob's fixed part, or the file's own folder. */
  readonly base: string;
}

export interface DiscoverOptions {
  /** What is left out where folders and globs are searched; from this folder. */
  readonly exclude?: Exclusion;
  /** Where the patterns are from, for messages; without it, from the command line. */
  readonly saidBy?: string | undefined;
}

/** There is nothing to do yet. */
export class NoFiles extends UserError {}

/** Sorted within each argument; a file named twice is listed once. */
export async function discoverFiles(
  patterns: readonly string[],
  cwd: string,
  options: DiscoverOptions = {},
): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const pattern of patterns.length === 0 ? ['.'] : patterns) {
    for (const file of await filesOf(pattern, cwd, options)) {
      if (!found.has(file.path)) found.set(file.path, file);
    }
  }
  return [...found.values()];
}

async function filesOf(pattern: string, cwd: string, options: DiscoverOptions): Promise<readonly FoundFile[]> {
  const { exclude, saidBy } = options;
  const path = resolve(cwd, pattern);
  const stats = statsOf(pattern, path);
  const help = saidBy === undefined ? undefined : `${saidBy} asks for it.`;
  if (stats?.isDirectory()) {
    const files = await search(['**/*.nn'], path, exclude);
    if (files.length === 0) {
      throw new NoFiles(`there are no .nn files in ${pattern === '.' ? 'this folder' : pattern}`, help);
    }
    return files.map((file) => ({ path: file, base: path }));
  }
  if (stats) {
    requireExtension(pattern);
    return [{ path, base: dirname(path) }];
  }
  if (!isGlob(pattern)) throw missing(pattern, path, cwd, help);
  const files = (await search([portable(pattern)], cwd, exclude)).filter((file) => file.endsWith('.nn'));
  if (files.length === 0) throw new NoFiles(`no .nn file matches ${pattern}`, help);
  const base = fixedFolder(pattern, cwd);
  return files.map((file) => ({ path: file, base }));
}

/** Undefined where there is nothing. */
function statsOf(pattern: string, path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const reason = errorCode(error) === 'ELOOP' ? 'it is a link that leads back to itself' : (error as Error).message;
    throw new UserError(`${pattern} cannot be read: ${reason}`, 'Check the path and its permissions.');
  }
}

export const isGlob = (pattern: string): boolean => /[*?[\]{}]/.test(pattern);

/** Backslashes separate folders on Windows only; elsewhere they escape. */
const portable = (pattern: string): string => (sep === '\\' ? pattern.replaceAll('\\', '/') : pattern);

/** The folder that a glob begins with. */
export function fixedFolder(pattern: string, cwd: string): string {
  const parts = portable(pattern).split('/');
  const fixed = parts.slice(0, parts.findIndex(isGlob));
  return resolve(cwd, fixed.join('/') || (pattern.startsWith('/') ? '/' : '.'));
}

async function search(
  patterns: readonly string[],
  cwd: string,
  exclude: DiscoverOptions['exclude'],
): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const files = await glob(patterns, { cwd, absolute: true, ignore: ['**/node_modules/**'], expandDirectories: false });
  // A link to a folder that is searched, too, leads to the same files.
  const real = new Map([...files].sort((a, b) => b.length - a.length).map((file) => [realPath(file), resolve(file)]));
  const all = [...real.values()].sort();
  if (exclude === undefined) return all;
  const isExcluded = await exclusionTest(exclude);
  return all.filter((file) => !isExcluded(file));
}

/** Itself, for a link that leads nowhere: whoever reads it tells of that. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function requireExtension(pattern: string): void {
  if (pattern.endsWith('.nn')) return;
  throw new UserError(`${pattern} is not a .nn file`, 'Commands take .nn files, folders that hold some, or globs.');
}

function missing(pattern: string, path: string, cwd: string, help: string | undefined): UserError {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    return new UserError(`${pattern} is a link to a file that is not there`, 'Mend the link, or remove it.');
  }
  const near = nearNames(basename(path), siblings(path)).map((name) => relative(cwd, join(dirname(path), name)));
  return new UserError(`there is no file or folder ${pattern}`, didYouMean(near) ?? help);
}

function siblings(path: string): readonly string[] {
  try {
    return readdirSync(dirname(path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.name.endsWith('.nn'))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
