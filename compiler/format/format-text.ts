/**
 * A `.nn` text → the same in the one style, by Prettier and the plugin, for `nn format`. What comes out is compared
 * with what went in: a formatter that changes a program is worse than none.
 */
import type { Options } from 'prettier';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import * as plugin from './index.ts';

export async function formattedText(text: string, options: Options = {}): Promise<string> {
  const { format } = await import('prettier');
  const formatted = await format(text, { ...options, parser: 'nn', plugins: [plugin] });
  if (essence(formatted) !== essence(text)) throw new Error('nnlang has a bug: formatting would change this program');
  return formatted;
}

/** What a text says, whatever its layout: its tree without places, and its comments in order. */
export function essence(text: string): string {
  const { file, problems } = parse(new SourceFile('', text.replace(/\r\n?/g, '\n')));
  const { imports, declarations, comments } = file;
  const words = comments.map((comment) => comment.text.trimEnd());
  return JSON.stringify({ imports, declarations, words, problems }, (key, value: unknown) =>
    key === 'span' || key === 'operatorSpan' ? undefined : value,
  );
}
