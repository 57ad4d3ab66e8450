/** Scripts that a page loads before it does anything: an entry with all that it imports at once. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export function firstScripts(entry: string): readonly string[] {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const code = readFileSync(path, 'utf8');
    for (const [, from] of code.matchAll(/(?:^|[;}\s])(?:import|export)(?:[\s{*][^;'"()]*?from)?\s*["'](\.\/[^"']+)["']/g))
      add(join(dirname(path), from!));
  };
  add(entry);
  return [...found];
} // prettier-ignore

/** In KiB, each script compressed by itself, as servers do. */
export const gzipped = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(path), { level: 9 }).length, 0) / 1024;
