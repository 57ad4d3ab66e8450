/**
 * Files → what the formatter makes of each: by the project's Prettier configuration (line width) and `.prettierignore`,
 * so that `nn format` and `prettier --plugin nnlang/prettier` agree.
 */
import { join } from 'node:path';
import type { Options } from 'prettier';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formattedText } from '../format/format-text.ts';
import type { Host } from '../project/host.ts';
import { UserError } from '../project/user-error.ts';
import { syntaxDiagnostics } from '../resolve/syntax-diagnostics.ts';

export interface Formatted {
  /** Has none where the file has syntax errors: it cannot be laid out. */
  readonly text?: string;
  readonly isChanged: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export async function formattedFile(path: string, host: Host): Promise<Formatted> {
  const original = host.readFile(path);
  if (original === undefined) throw new UserError(`${path} is no longer there`);
  const source = new SourceFile(path, original);
  const { problems } = parse(source);
  if (problems.length > 0) return { isChanged: false, diagnostics: syntaxDiagnostics(source, problems) };
  const text = await formattedText(original, await configurationOf(path));
  return { text, isChanged: text !== original, diagnostics: [] };
}

export async function isIgnored(path: string, cwd: string): Promise<boolean> {
  const { getFileInfo } = await import('prettier');
  const ignorePath = join(cwd, '.prettierignore');
  const { ignored } = await getFileInfo(path, { ignorePath, withNodeModules: true, resolveConfig: false });
  return ignored;
}

/** How Prettier is configured for a file: `.prettierrc`, `.editorconfig`. */
export async function configurationOf(path: string): Promise<Options> {
  const { resolveConfig } = await import('prettier');
  try {
    return (await resolveConfig(path, { editorconfig: true })) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`Prettier's configuration for ${path} cannot be read: ${reason}`);
  }
}
