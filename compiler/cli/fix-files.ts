/**
 * `nn check --fix`: safe fixes in files, each written once and whole. A file is checked with what the files before it
 * have become, so that a fix in a library counts for those that import it.
 */
import type { Compiler } from '../compile-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { UnreadableFile, type Host } from '../project/host.ts';
import { fixText, type AppliedFix } from '../diagnostics/fix-text.ts';
import { rewriteFile } from './rewrite-file.ts';

export async function fixFiles(
  paths: readonly string[],
  disk: Host,
  createCompiler: (host: Host) => Promise<Compiler>,
): Promise<readonly AppliedFix[]> {
  const texts = new Map<string, string>();
  const compiler = await createCompiler({ ...disk, readFile: (path) => texts.get(path) ?? disk.readFile(path) });
  return paths.flatMap((path) => {
    const applied = fixFile(path, disk, (text) => {
      texts.set(path, text);
      return compiler.check(path).diagnostics;
    });
    texts.delete(path);
    return applied;
  });
}

/** What cannot be read, also an import, is reported by the check that follows. */
function fixFile(path: string, disk: Host, check: (text: string) => readonly Diagnostic[]): readonly AppliedFix[] {
  try {
    const original = disk.readFile(path);
    if (original === undefined) return [];
    const { text, applied } = fixText(path, original, check);
    if (text !== original) rewriteFile(path, text);
    return applied;
  } catch (error) {
    if (error instanceof UnreadableFile) return [];
    throw error;
  }
}
