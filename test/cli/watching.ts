/** `nn … --watch` in this process, on real files: what it prints as it prints it, and Ctrl-C. */
import { expect } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { runCli } from '../../compiler/cli/run-cli.ts';
import type { OutputStream } from '../../compiler/cli/terminal.ts';

export interface Watch {
  /** All that was printed, on either stream. */
  readonly text: () => string;
  readonly stdout: () => string;
  /** Does something, and gives what is printed from then on until a round has ended. */
  after(change: () => void): Promise<string>;
  /** The same where no round is expected: gives what is printed in a while in which one would have ended. */
  quietAfter(change: () => void): Promise<string>;
}

export interface WatchOptions {
  readonly cwd: string;
  readonly tty?: boolean;
}

const roundEnd = /Waiting for changes; Ctrl-C ends\.\n|"warnings":\d+\}\n/;

export async function watching(
  args: readonly string[],
  { cwd, tty = false }: WatchOptions,
  use: (watch: Watch) => Promise<void>,
): Promise<number> {
  const printed: string[] = [];
  const printedOut: string[] = [];
  const stream = (all: readonly string[][]): OutputStream => ({
    write: (text) => all.forEach((one) => one.push(text)),
    isTTY: tty,
    columns: 100,
  });
  let interrupt = (): void => expect.unreachable('it does not listen to Ctrl-C');
  const ended = runCli(args, {
    stdout: stream([printed, printedOut]),
    stderr: stream([printed]),
    cwd,
    env: { NO_COLOR: '1' },
    createCompiler: async (host) => createCompiler(host),
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => undefined;
    },
  });
  const text = (): string => printed.join('');
  const roundAfter = async (before: number): Promise<string> => {
    await expect.poll(() => text().slice(before), { timeout: 20_000, interval: 5 }).toMatch(roundEnd);
    return text().slice(before);
  };
  try {
    await Promise.race([roundAfter(0), ended]);
    await use({
      text,
      stdout: () => printedOut.join(''),
      after: async (change) => {
        const before = text().length;
        change();
        return roundAfter(before);
      },
      quietAfter: async (change) => {
        const before = text().length;
        change();
        await new Promise((done) => setTimeout(done, 300));
        return text().slice(before);
      },
    });
  } finally {
    interrupt();
  }
  return ended;
}
