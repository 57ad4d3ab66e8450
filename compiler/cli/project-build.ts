/**
 * The files of a project → their outputs, again and again: what has not changed, nor anything that it imports, is not made anew. It knows which
 * outputs it has written, and so which of them may be taken away when their source is gone.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Compiler } from '../compile-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FoundFile } from '../project/discover-files.ts';
import { MissingFile, UnreadableFile } from '../project/host.ts';
import type { UserError } from '../project/user-error.ts';
import { removeLeftovers } from '../project/write-output.ts';
import { buildFile, outputFolder, refuseCollisions, type FileBuild } from './build-file.ts';
import type { BuildOptions, BuiltFile } from './commands/build.ts';
import { hasErrors } from './check-files.ts';

export interface BuildRound {
  /** What was built in this round, and not only found to be as it was. */
  readonly built: readonly BuiltFile[];
  /** Of all files, with those that were not built again. */
  readonly diagnostics: readonly Diagnostic[];
  readonly failures: readonly UserError[];
  /** The files that have errors. */
  readonly broken: number;
}

/** What became of the outputs of a source that is gone. */
export interface Withdrawn {
  readonly source: string;
  readonly removed: readonly string[];
  /** They are no longer as they were written. */
  readonly left: readonly string[];
}

interface Known {
  /** What the compiler said: the same object as long as nothing has changed. */
  readonly check: object | undefined;
  readonly build: FileBuild;
  /** The outputs of the last build that had no errors. */
  readonly outputs: readonly BuiltFile[];
}

export class ProjectBuild {
  readonly #compiler: Compiler;
  readonly #options: BuildOptions;
  readonly #cwd: string;
  readonly #known = new Map<string, Known>();

  constructor(compiler: Compiler, options: BuildOptions, cwd: string) {
    this.#compiler = compiler;
    this.#options = options;
    this.#cwd = cwd;
  }

  /** @throws UserError where two files would be written to the same place. */
  async round(files: readonly FoundFile[], signal?: AbortSignal): Promise<BuildRound> {
    refuseCollisions(files, this.#options, this.#cwd);
    const built: BuiltFile[] = [];
    const all: FileBuild[] = [];
    for (const file of files) {
      // Signals and changed files are heard of only between.
      if (signal) await new Promise((done) => setImmediate(done));
      if (signal?.aborted) break;
      const known = this.#known.get(file.path);
      const check = this.#checkOf(file.path);
      if (known && check !== undefined && known.check === check && isThere(known)) {
        all.push(known.build);
        continue;
      }
      const build = await buildFile(file, this.#compiler, this.#options, this.#cwd);
      const outputs = build.written.length > 0 ? build.written : (known?.outputs ?? []);
      this.#known.set(file.path, { check, build, outputs });
      built.push(...build.written);
      all.push(build);
    }
    this.#removeLeftovers(files, built);
    return {
      built,
      diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
      failures: all.flatMap(({ failure }) => failure ?? []),
      broken: all.filter(({ diagnostics }) => hasErrors(diagnostics)).length,
    };
  }

  /** Takes away what this process has written for sources that are gone, as long as nobody has changed it since. */
  withdraw(): readonly Withdrawn[] {
    const gone = [...this.#known].filter(([source]) => !existsSync(source));
    return gone.map(([source, { outputs }]) => {
      this.#known.delete(source);
      const there = outputs.filter(({ output }) => existsSync(output));
      const ours = there.filter(({ output, content }) => textOf(output) === content);
      for (const { output } of ours) rmSync(output, { force: true });
      const left = there.filter((one) => !ours.includes(one));
      return { source, removed: ours.map(({ output }) => output), left: left.map(({ output }) => output) };
    });
  }

  /** Undefined where the file cannot be read: then it is built, which tells why. */
  #checkOf(path: string): object | undefined {
    try {
      return this.#compiler.check(path);
    } catch (error) {
      if (error instanceof UnreadableFile || error instanceof MissingFile) return undefined;
      throw error;
    }
  }

  #removeLeftovers(files: readonly FoundFile[], built: readonly BuiltFile[]): void {
    const names = new Set(built.map(({ output }) => basename(output)));
    const folders = new Set(files.map((file) => outputFolder(file, this.#options, this.#cwd)));
    for (const { output } of built) folders.add(dirname(output));
    for (const folder of folders) removeLeftovers(folder, names);
  }
}

const isThere = ({ build, outputs }: Known): boolean =>
  !build.failure && outputs.every(({ output }) => existsSync(output));

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
