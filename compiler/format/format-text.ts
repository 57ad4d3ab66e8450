/**
 * A `.nn` text → the same in the one style, by Prettier and the plugin, for `nn format` and editors. What comes out is
 * compared with what went in: a formatter that changes a program is worse than none.
 */
import type { Options } from 'prettier';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import * as plugin from './index.ts';

export async function formattedText(text: string, options: Options = {}): Promise<string> {
  const { format } = await import('prettier');
  const formatted = await format(text, { ...options, parser: 'nn', plugins: [plugin] });
  if (!saysTheSame(formatted, text)) throw new Error('nnlang has a bug: formatting would change this program');
  return formatted;
}

/** Whether two texts are the same but for their layout: their trees without places, their comments in order. */
export function saysTheSame(one: string, other: string): boolean {
  return one === other || areAlike(essence(one), essence(other));
}

/** What a text says. */
function essence(text: string): unknown {
  const { file, problems } = parse(new SourceFile('', text.replace(/\r\n?/g, '\n')));
  const { imports, declarations, comments } = file;
  return { imports, declarations, words: comments.map((comment) => comment.text.trimEnd()), problems };
}

const PLACES: ReadonlySet<string> = new Set(['span', 'operatorSpan']);

function areAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [a, b] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => PLACES.has(key) || areAlike(a[key], b[key]));
}
