/** Patterns of a configuration → whether a file is left out. */
import { relative, sep } from 'node:path';

export interface Exclusion {
  readonly patterns: readonly string[];
  /** What the patterns start from. */
  readonly folder: string;
}

export async function exclusionTest({ patterns, folder }: Exclusion): Promise<(path: string) => boolean> {
  if (patterns.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  const isExcluded = picomatch(patterns.flatMap(withContents));
  return (path) => isExcluded(relative(folder, path).replaceAll(sep, '/'));
}

/** `src/old` means all that is in it, as `src/old/**` does. */
function withContents(pattern: string): readonly string[] {
  const portable = sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const plain = portable.replace(/^\.\//, '').replace(/\/$/, '');
  return [plain, `${plain}/**`];
}
