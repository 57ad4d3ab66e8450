/**
 * The terminal of this process.
 */
import type { OutputStream, Terminal } from './terminal.ts';

export function processTerminal(): Terminal {
  return {
    stdout: guarded(process.stdout),
    stderr: guarded(process.stderr),
    cwd: process.cwd(),
    env: process.env,
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true && !process.env['CI'],
    createCompiler: async (host) => (await import('../compile.ts')).createCompiler(host),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}

/** A reader that goes away (`nn check | head`) is no failure of ours: what is left to write is dropped. */
function guarded(stream: NodeJS.WriteStream): OutputStream {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== 'EPIPE') process.exitCode = 2;
  });
  return {
    write: (text) => (closed ? true : stream.write(text)),
    isTTY: stream.isTTY ?? false,
    get columns() {
      return stream.columns;
    },
  };
}
