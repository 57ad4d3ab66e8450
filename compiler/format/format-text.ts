/**
 * A `.nn` text → the same in the one style, by Prettier and the plugin, for `nn format` and editors. What comes out is
 * compared with what went in: a formatter that changes a program is worse than none.
 */
import type { Options } from 'prettier';
import { parse, type ParsedFile } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import * as plugin from './index.ts';
import { layoutTree } from './layout-tree.ts';

export async function formattedText(text: string, options: Options = {}): Promise<string> {
  const { format } = await import('prettier');
  const given = parsed(text);
  const formatted = await format(text, { ...options, parser: 'nn', plugins: [pluginFor(given)] });
  const isSame = formatted === text || areAlike(essence(parsed(formatted)), essence(given));
  if (!isSame) throw new Error('nnlang has a bug: formatting would change this program');
  return formatted;
}

/** Whether two texts are the same but for their layout: their trees without places, their comments in order. */
export const saysTheSame = (one: string, other: string): boolean =>
  areAlike(essence(parsed(one)), essence(parsed(other)));

/** Line ends as Prettier hands them to parsers. */
function parsed(text: string): ParsedFile & { readonly source: SourceFile } {
  const source = new SourceFile('', text.replace(/\r\n?/g, '\n'));
  return { source, ...parse(source) };
}

/** The plugin for a text that has been parsed already; what has problems it parses itself, to say where. */
function pluginFor({ source, file, problems }: ReturnType<typeof parsed>): typeof plugin {
  const { nn } = plugin.parsers;
  const isKnown = (text: string): boolean => problems.length === 0 && text === source.text;
  const parseOnce: typeof nn.parse = (text, options) =>
    isKnown(text) ? layoutTree(file, text) : nn.parse(text, options);
  return { ...plugin, parsers: { nn: { ...nn, parse: parseOnce } } };
}

/** What a text says. */
const essence = ({ file: { imports, declarations, comments }, problems }: ParsedFile): unknown => ({
  imports,
  declarations,
  words: comments.map((comment) => comment.text.trimEnd()),
  problems,
});

const PLACES: ReadonlySet<string> = new Set(['span', 'operatorSpan']);

function areAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [a, b] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => PLACES.has(key) || areAlike(a[key], b[key]));
}
