/** A statement or a declaration in a text → the edits that lay it out; what has syntax errors stays as it is. */
import type { Node } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import { formattedText } from '../format/format-text.ts';
import type { Edit } from './plain.ts';
import { editsBetween } from './text-edits.ts';

export interface FormattingOptions {
  /** 80 unless given. */
  readonly printWidth?: number | undefined;
}

/** What stands in bodies and in `train`. */
export const STATEMENTS: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'Input', 'Output', 'Let', 'LayerStatement', 'Weight', 'Require', 'LossStatement', 'Target', 'TrainField',
]); // prettier-ignore

/** Laid out as in a body of its own, since the one around may be half-written. */
export async function statementLayout(
  text: string,
  { kind, span: { start, end } }: Node,
  options: FormattingOptions,
): Promise<readonly Edit[]> {
  const around = kind === 'Target' || kind === 'TrainField' ? 'train A {\n' : 'block A {\n';
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const isFirst = text.slice(lineStart, start).trim() === '';
  const from = isFirst ? lineStart : start;
  if (/\/[/*]\s*prettier-ignore\s*(?:\*\/)?\s*$/.test(text.slice(0, from))) return [];
  const formatted = await formattedOrNothing(`${around}${text.slice(from, end)}\n}\n`, options);
  if (formatted === undefined) return [];
  const body = formatted.slice(around.length).replace(/\r?\n\}\r?\n$/, '');
  return editsBetween(text.slice(from, end), isFirst ? body : body.trimStart(), from);
}

/** Nothing for what has syntax errors. */
export async function formattedOrNothing(text: string, options: FormattingOptions): Promise<string | undefined> {
  return parse(new SourceFile('', text)).problems.length > 0 ? undefined : formattedWhole(text, options);
}

/** A text without syntax errors, with the line ends that it has. */
export function formattedWhole(text: string, { printWidth }: FormattingOptions): Promise<string> {
  const endOfLine = text.includes('\r\n') ? 'crlf' : 'lf';
  return formattedText(text, { endOfLine, ...(printWidth === undefined ? {} : { printWidth }) });
}
