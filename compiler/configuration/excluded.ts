/** Patterns of a configuration → whether a file is left out. */
import { relative, sep } from 'node:path';
import { patternTest } from './pattern-test.ts';

export interface Exclusion {
  readonly patterns: readonly string[];
  /** What the patterns start from. */
  readonly folder: string;
}

export async function exclusionTest({ patterns, folder }: Exclusion): Promise<(path: string) => boolean> {
  const portable = sep === '\\' ? patterns.map((pattern) => pattern.replaceAll('\\', '/')) : patterns;
  const isExcluded = await patternTest(portable);
  return (path) => isExcluded(relative(folder, path).replaceAll(sep, '/'));
}
