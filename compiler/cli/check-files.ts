/**
 * What `nn check` and `nn build` share: going through the files, one diagnostic once, printing them, the exit code.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { MissingFile, UnreadableFile } from '../project/host.ts';
import { unreadableDiagnostic } from '../project/unreadable-diagnostic.ts';
import { wantsColors, type Terminal } from './terminal.ts';
import { displayPath } from './display-path.ts';

/** The result for one file; a file that cannot be read is a result as well, and does not stop the others. */
export async function resultOf<R extends { readonly diagnostics: readonly Diagnostic[] }>(
  run: () => R | Promise<R>,
  unreadable: (diagnostics: readonly Diagnostic[]) => R,
): Promise<R> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UnreadableFile) return unreadable([unreadableDiagnostic(error)]);
    // Removed since it was found, or a link that leads nowhere.
    if (error instanceof MissingFile) {
      return unreadable([
        unreadableDiagnostic(
          new UnreadableFile(
            error.path,
            'other',
            'there is no such file any more, or it is a link to one that is not there',
          ),
        ),
      ]);
    }
    throw error;
  }
}

/** Two files that import a third both report its problems; the reader wants them once. */
export function withoutDuplicates(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ file, span, code, message }) => {
    const key = JSON.stringify([file.path, span.start, span.end, code, message]);
    return !seen.has(key) && seen.add(key);
  });
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

/** Diagnostics and their number, to stderr. */
export async function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
  color: boolean | undefined,
): Promise<void> {
  if (diagnostics.length === 0) return;
  const { renderDiagnostics, renderTotals } = await import('../diagnostics/render-terminal.ts');
  const { stderr, cwd, env } = terminal;
  const options = {
    colors: wantsColors(stderr, env, color),
    ...(stderr.isTTY && stderr.columns ? { width: stderr.columns } : {}),
    displayPath: (path: string) => displayPath(path, cwd),
  };
  stderr.write(renderDiagnostics(diagnostics, options));
  stderr.write(`${renderTotals(diagnostics, options)}\n`);
}
