/**
 * Formatting for editors: a text, a range of it, or what has just been typed → edits, as few as there are lines that differ,
 * so that cursors and folds stay where they are. A range is formatted by whole declarations, each for itself: one that does
 * not parse is left alone and keeps nobody else from being laid out.
 */
import { diffArrays } from 'diff';
import type { Options } from 'prettier';
import { parse, type ParsedFile } from '../../grammar/parse.ts';
import { SourceFile, type Span } from '../../grammar/source.ts';
import type { TextEdit } from '../diagnostics/diagnostic.ts';
import { formattedText } from './format-text.ts';

/** None where the text has syntax errors. */
export async function fileEdits(text: string, options: Options = {}): Promise<readonly TextEdit[]> {
  if (parse(new SourceFile('', text)).problems.length > 0) return [];
  return lineEdits(text, await formattedText(text, inEditor(options)), 0);
}

/** The declarations and imports that a range touches, with the comments above them. */
export async function rangeEdits(text: string, range: Span, options: Options = {}): Promise<readonly TextEdit[]> {
  const edits: TextEdit[] = [];
  for (const { start, end } of itemsIn(text, range)) {
    const before = text.slice(start, end);
    const after = await formattedText(before, inEditor(options));
    edits.push(...lineEdits(before, after.trimEnd(), start));
  }
  return edits;
}

/** After `}`: the declaration that it may have completed. After a new line: what stands before that line. */
export async function typingEdits(
  text: string,
  offset: number,
  character: string,
  options: Options = {},
): Promise<readonly TextEdit[]> {
  if (character === '}') return rangeEdits(text, { start: offset, end: offset }, options);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  // The line just begun is blank and would be taken away; it stays, so that the cursor has somewhere to be.
  const isBlank = text.slice(lineStart, lineEnd).trim() === '';
  const written = isBlank ? text.slice(0, lineStart) + text.slice(lineEnd) : text;
  const before = Math.max(0, lineStart - 1);
  const edits = await rangeEdits(written, { start: before, end: before }, options);
  return edits.filter(({ span }) => span.end <= lineStart);
}

/** The editor ends lines as the document does. */
const inEditor = (options: Options): Options => ({ ...options, endOfLine: 'auto' });

function itemsIn(text: string, range: Span): readonly Span[] {
  const { file, problems }: ParsedFile = parse(new SourceFile('', text));
  const items = [...file.imports, ...file.declarations].sort((a, b) => a.span.start - b.span.start);
  return items
    .map(({ span }, index): Span => ({ start: beginning(text, items[index - 1]?.span.end, span.start), end: span.end }))
    .filter(({ start, end }) => start <= range.end && range.start <= end)
    .filter(({ start, end }) => problems.every(({ span }) => span.end < start || span.start > end));
}

/** Where the comments above an item begin; what stands on the line of the item before belongs to that one. */
function beginning(text: string, previousEnd: number | undefined, start: number): number {
  if (previousEnd === undefined) return start - text.slice(0, start).trimStart().length;
  const newline = text.indexOf('\n', previousEnd);
  if (newline < 0 || newline >= start) return start;
  return start - text.slice(newline, start).trimStart().length;
}

/** The lines that differ; `base` is where `before` begins in its text. */
function lineEdits(before: string, after: string, base: number): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let at = base;
  let gone: readonly string[] = [];
  let come: readonly string[] = [];
  const flush = (): void => {
    edits.push(...replacements(gone, come, at));
    at += gone.join('').length;
    [gone, come] = [[], []];
  };
  for (const { value, added, removed } of diffArrays([...linesOf(before)], [...linesOf(after)])) {
    if (removed) gone = [...gone, ...value];
    else if (added) come = [...come, ...value];
    else {
      flush();
      at += value.join('').length;
    }
  }
  flush();
  return edits;
}

/** Line by line where as many come as go. */
function replacements(gone: readonly string[], come: readonly string[], start: number): readonly TextEdit[] {
  if (gone.length === 0 && come.length === 0) return [];
  if (gone.length !== come.length)
    return [{ span: { start, end: start + gone.join('').length }, newText: come.join('') }];
  let at = start;
  return gone.map((line, index) => ({ span: { start: at, end: (at += line.length) }, newText: come[index]! }));
}

/** With their line breaks. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
