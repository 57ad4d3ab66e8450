/**
 * Puts another text in the place of a file's, whole or not at all. Keeps what is no text: a byte-order mark, a link to
 * the file, its permissions.
 */
import { chmodSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { writeOutput } from '../project/write-output.ts';

export function rewriteFile(path: string, text: string): void {
  const real = realpathSync(path);
  const { mode } = statSync(real);
  const hasMark = readFileSync(real)
    .subarray(0, 3)
    .equals(Buffer.from([0xef, 0xbb, 0xbf]));
  writeOutput(real, hasMark ? `\uFEFF${text}` : text);
  chmodSync(real, mode);
}
