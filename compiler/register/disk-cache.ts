/**
 * Compiled modules on disk, from one start of a program to the next. An entry holds for as long as every file that it was made of has the same
 * contents; it is written whole or not at all, so that processes which start at once do no harm to each other.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeOutput } from '../project/write-output.ts';

export interface CachedModules {
  /** Contents by absolute path, as hashes; `null` for what was looked for and not there. */
  readonly dependencies: readonly (readonly [path: string, hash: string | null])[];
  /** Code by the name of the module. */
  readonly modules: Readonly<Record<string, string>>;
}

export class DiskCache {
  readonly #folder: string;
  readonly #key: string;

  /** @param key What else the modules depend on: version and options. */
  constructor(folder: string, key: string) {
    this.#folder = folder;
    this.#key = key;
  }

  /** Undefined where there is no entry, or none that holds. */
  read(path: string): CachedModules['modules'] | undefined {
    let entry: CachedModules;
    try {
      entry = JSON.parse(readFileSync(this.#file(path), 'utf8'));
    } catch {
      return undefined;
    }
    return entry.dependencies.every(([file, hash]) => contentHash(file) === hash) ? entry.modules : undefined;
  }

  /** Without a folder that can be written to there is no cache, and nothing else is lost. */
  write(path: string, dependencies: readonly string[], modules: CachedModules['modules']): void {
    const entry: CachedModules = { dependencies: dependencies.map((file) => [file, contentHash(file)]), modules };
    try {
      writeOutput(this.#file(path), JSON.stringify(entry));
    } catch {
      return;
    }
  }

  #file(path: string): string {
    return join(this.#folder, `${hashOf(`${this.#key}\n${path}`).slice(0, 32)}.json`);
  }
}

const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function contentHash(path: string): string | null {
  try {
    return hashOf(readFileSync(path));
  } catch {
    return null;
  }
}

/** `node_modules/.cache/nnlang` of the nearest package; undefined where there is none. */
export function cacheFolder(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) return join(folder, 'node_modules', '.cache', 'nnlang');
    if (dirname(folder) === folder) return undefined;
  }
}
