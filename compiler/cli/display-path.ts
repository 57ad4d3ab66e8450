/**
 * Paths as people read them: relative where that is shorter than climbing out of the current folder, with forward slashes.
 */
import { isAbsolute, relative, sep } from 'node:path';

export function displayPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  const outside = near.startsWith(`..${sep}..`) || isAbsolute(near) || near === '';
  return (outside ? path : near).replaceAll(sep, '/');
}
