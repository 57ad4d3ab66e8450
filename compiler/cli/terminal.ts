/**
 * What a command sees of the process it runs in. Tests put streams of their own in its place.
 */
import type { Compiler } from '../compile-types.ts';
import type { Host } from '../project/host.ts';

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Loaded on demand, so that `nn --help` need not load the compiler. */
  createCompiler(host: Host): Promise<Compiler>;
  /** Whether somebody can be asked: both sides are a terminal. */
  readonly isInteractive?: boolean;
  /** Calls back at Ctrl-C until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
}

/** Ended by Ctrl-C, as shells count it. */
export const interrupted = 130;

/** 0: fine. 1: the user's files have errors. 2: the command could not run. */
export type ExitCode = 0 | 1 | 2 | typeof interrupted;

/** What every command gets: the terminal, and where its exit code goes. */
export interface CommandContext {
  readonly terminal: Terminal;
  finish(code: ExitCode): void;
}

/** NO_COLOR and --no-color win over FORCE_COLOR and --color; without them, colours are for terminals. */
export function wantsColors(stream: OutputStream, env: Terminal['env'], flag: boolean | undefined): boolean {
  if (flag !== undefined) return flag;
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
