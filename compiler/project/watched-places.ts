/**
 * The paths of a command line → the folders to look at for what they mean from now on: a folder that is removed may come back, and a file that is
 * saved is often put in the place of the old one, so what lies around them is looked at as well.
 */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fixedFolder, isGlob } from './discover-files.ts';

export interface WatchedPlace {
  readonly folder: string;
  /** With all folders in it; otherwise only its files count. */
  readonly isDeep: boolean;
}

export function watchedPlaces(patterns: readonly string[], cwd: string): readonly WatchedPlace[] {
  return (patterns.length === 0 ? ['.'] : patterns).flatMap((pattern) => {
    const path = resolve(cwd, pattern);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats && !stats.isDirectory()) return [{ folder: dirname(path), isDeep: false }];
    const folder = !stats && isGlob(pattern) ? fixedFolder(pattern, cwd) : path;
    const around = folder === cwd ? [] : [{ folder: dirname(folder), isDeep: false }];
    return [{ folder, isDeep: true }, ...around];
  });
}
