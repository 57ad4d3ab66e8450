/**
 * `--watch`: the same work once, and then again whenever something that it depends on has changed, until Ctrl-C. A round sees one state of the disk;
 * what changes meanwhile is the matter of the next. Nothing that users do to their files ends it.
 */
import { NoFiles, type FoundFile } from '../../project/discover-files.ts';
import type { FileChange, ReadOnceHost } from '../../project/read-once-host.ts';
import { UserError } from '../../project/user-error.ts';
import { printError } from '../print-error.ts';
import { configFiles, type ProjectScope } from '../project-scope.ts';
import { interrupted, type ExitCode, type Terminal } from '../terminal.ts';
import { reconfigured } from './reconfigured.ts';
import { watchFiles } from './watch-files.ts';
import { WatchScreen, type RoundOutcome, type ScreenOptions } from './watch-screen.ts';

export interface WatchedWork {
  readonly host: ReadOnceHost;
  readonly scope: ProjectScope;
  readonly options: ScreenOptions & { readonly json?: boolean };
  /** Does it, prints what came of it, and says in a few words what was done. */
  round(files: readonly FoundFile[], isFirst: boolean, signal: AbortSignal): Promise<RoundOutcome>;
}

/** @throws UserError where what was asked for is not there from the beginning, or files cannot be watched. */
export async function watchRounds(work: WatchedWork, terminal: Terminal): Promise<ExitCode | typeof reconfigured> {
  const watching = await watchFiles(await work.scope.places(), configFiles(work.scope));
  const end = new AbortController();
  const release = terminal.onInterrupt(() => {
    end.abort();
    watching.stop();
  });
  try {
    const rounds = new Rounds(work, terminal, end.signal);
    do {
      if ((await rounds.next()) === reconfigured) return reconfigured;
      watching.follow(work.host.asked);
    } while ((await watching.next()) === 'changed');
    return interrupted;
  } finally {
    release();
    await watching.close();
  }
}

class Rounds {
  readonly #work: WatchedWork;
  readonly #screen: WatchScreen;
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  /** Undefined before the first round. */
  #files: readonly FoundFile[] | undefined;
  #problem: string | undefined;
  #signature: string;

  constructor(work: WatchedWork, terminal: Terminal, signal: AbortSignal) {
    this.#work = work;
    this.#terminal = terminal;
    this.#signal = signal;
    this.#signature = work.scope.signature;
    // Of JSON nobody wants to clear the screen, nor to read the time.
    const { json } = work.options;
    const shown: Terminal = json ? { ...terminal, stdout: { write: () => true } } : terminal;
    this.#screen = new WatchScreen(shown, work.options);
  }

  async next(): Promise<typeof reconfigured | undefined> {
    const news = await this.#configuration();
    if (news !== undefined) return news;
    const isFirst = this.#files === undefined;
    const before = this.#files ?? [];
    const changes = new Map(this.#work.host.refresh().map((change) => [change.path, change]));
    const { files, problem } = await this.#found(isFirst);
    for (const change of listChanges(before, files)) changes.set(change.path, change);
    const isAsBefore = changes.size === 0 && problem?.message === this.#problem;
    this.#files = files;
    this.#problem = problem?.message;
    if (isAsBefore && !isFirst) return undefined;
    const started = performance.now();
    this.#screen.begin(isFirst ? [] : [...changes.values()]);
    const failure = await this.#round(files, isFirst);
    if (this.#signal.aborted) return undefined;
    if (failure instanceof UserError) this.#screen.idle(sentence(failure.message), failure.help);
    else if (problem) this.#screen.idle(sentence(problem.message), problem.help);
    else this.#screen.end(failure, performance.now() - started);
    return undefined;
  }

  /** Whether there is another one. One that is wrong is told of, and waited for; meanwhile the old one holds. */
  async #configuration(): Promise<typeof reconfigured | undefined> {
    const { configSignature } = await import('../../configuration/read-config.ts');
    const { from, given } = this.#work.scope.configured;
    const now = configSignature({ from, given });
    if (now === this.#signature) return undefined;
    this.#signature = now;
    try {
      const { loadConfig } = await import('../../configuration/load-config.ts');
      await loadConfig(from, given);
      return reconfigured;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#screen.begin([]);
      printError(error, this.#terminal);
      this.#screen.idle('The configuration is wrong; until it is mended the last one holds', undefined, true);
      return undefined;
    }
  }

  /** None, and why, where there are none. */
  async #found(isFirst: boolean): Promise<{ readonly files: readonly FoundFile[]; readonly problem?: UserError }> {
    try {
      return { files: await this.#work.scope.find() };
    } catch (problem) {
      if (!(problem instanceof UserError) || (isFirst && !(problem instanceof NoFiles))) throw problem;
      return { files: [], problem };
    }
  }

  /** What was done, or why it could not be. */
  async #round(files: readonly FoundFile[], isFirst: boolean): Promise<RoundOutcome | UserError> {
    try {
      return await this.#work.round(files, isFirst, this.#signal);
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
  }
}

function listChanges(before: readonly FoundFile[], now: readonly FoundFile[]): readonly FileChange[] {
  const paths = (files: readonly FoundFile[]): ReadonlySet<string> => new Set(files.map(({ path }) => path));
  const [old, found] = [paths(before), paths(now)];
  return [
    ...[...found].filter((path) => !old.has(path)).map((path): FileChange => ({ path, kind: 'new' })),
    ...[...old].filter((path) => !found.has(path)).map((path): FileChange => ({ path, kind: 'gone' })),
  ];
}

const sentence = (message: string): string => message.charAt(0).toUpperCase() + message.slice(1);
