/** The path of `--config` → the file that configures: itself, or the one in that folder. A program may have any name. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { alternatives, didYouMean, nearNames } from '../diagnostics/suggest.ts';
import { errorCode } from '../project/node-host.ts';
import { UserError } from '../project/user-error.ts';
import { configNames } from './config-names.ts';
import { configIn } from './find-config.ts';
import { packageSection } from './read-package-section.ts';

/** A path as it is written on the command line, and what it means. */
export interface GivenConfig {
  readonly written: string;
  /** Absolute. */
  readonly path: string;
}

const programEnds: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];
const section = '"nnlang": { … }';

/** @throws UserError where there is none. */
export function givenConfig({ written, path }: GivenConfig): string {
  if (isFolder(written, path)) {
    const found = configIn(path);
    if (found !== undefined) return found;
    throw new UserError(`--config ${written}: there is no configuration in that folder`, `It would be ${alternatives(configNames, '')}, or ${section} in package.json.`); // prettier-ignore
  }
  if (basename(path) === 'package.json') {
    if (packageSection(path)) return path;
    throw new UserError(`--config ${written}: it says nothing of nnlang`, `Write ${section} into it, or leave out --config to go without.`); // prettier-ignore
  }
  if (programEnds.includes(extname(path))) return path;
  throw new UserError(`--config ${written}: that is no configuration`, `It is a program whose name ends in ${alternatives(programEnds, '')}, or a package.json, or a folder with one of them.`); // prettier-ignore
}

function isFolder(written: string, path: string): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats) return stats.isDirectory();
  } catch (error) {
    const reason = errorCode(error) === 'ELOOP' ? 'it is a link that leads back to itself' : (error as Error).message;
    throw new UserError(`--config ${written}: it cannot be read: ${reason}`, 'Check the path and its permissions.');
  }
  const near = nearNames(basename(path), namesBeside(path)).map((name) => join(dirname(written), name));
  throw new UserError(`--config ${written}: there is no file or folder of that name`, didYouMean(near) ?? 'It is looked for from the folder that the command runs in.'); // prettier-ignore
}

function namesBeside(path: string): readonly string[] {
  try {
    return readdirSync(dirname(path));
  } catch {
    return [];
  }
}
