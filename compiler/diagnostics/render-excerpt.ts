/**
 * Source lines with line numbers and underlines. Works in terminal columns: tabs become spaces, wide characters and
 * emoji count two, control characters are shown as pictures so that no file can send codes to the terminal.
 */
import stringWidth from 'string-width';
import type { SourceFile, Span } from '../../grammar/source.ts';

/** How the parts are coloured; the identity where there is no colour. */
export interface ExcerptStyle {
  readonly gutter: (text: string) => string;
  readonly primary: (text: string) => string;
  readonly secondary: (text: string) => string;
}

export interface Mark {
  readonly span: Span;
  readonly primary: boolean;
  /** Written after the underline. */
  readonly label?: string;
}

interface Cell {
  readonly text: string;
  /** Of its first character in the line. */
  readonly offset: number;
  readonly length: number;
  readonly column: number;
  readonly width: number;
}
interface Row {
  readonly line: number;
  /** The line is one of several that a mark covers. */
  readonly covered: boolean;
  readonly marks: readonly Mark[];
}

const tabWidth = 4;
/** Longer lines are cut around what they are shown for. */
const longestLine = 160;
const isPlain = /^[\x20-\x7e]*$/;

/** Lines of one file in their order, each followed by its underlines; `…` where lines are left out. */
export function renderExcerpt(file: SourceFile, marks: readonly Mark[], style: ExcerptStyle): readonly string[] {
  const rows = rowsOf(file, marks);
  const digits = String(Math.max(1, ...rows.map((row) => row.line))).length;
  const gutter = (number: string, bar: string): string => style.gutter(`${number.padStart(digits)} ${bar}`);
  const lines: string[] = [];
  let previous: number | undefined;
  for (const row of rows) {
    if (previous !== undefined && row.line > previous + 1) lines.push(style.gutter(`${' '.repeat(digits)} …`));
    previous = row.line;
    const cells = cellsAround(file.lineText(row.line), focusOf(row, file));
    const window = windowOf(cells, row, file);
    const bar = row.covered ? style.primary('>') : ' ';
    lines.push(`${gutter(String(row.line), '|')}${bar}${textWithin(cells, window)}`.trimEnd());
    for (const mark of row.marks) lines.push(...underline(cells, window, row, mark, file, style, gutter('', '|')));
  }
  return lines;
}

/** The lines to show, each with the marks that are drawn under it. */
function rowsOf(file: SourceFile, marks: readonly Mark[]): readonly Row[] {
  const rows = new Map<number, { covered: boolean; marks: Mark[] }>();
  const row = (line: number): { covered: boolean; marks: Mark[] } => {
    const known = rows.get(line) ?? { covered: false, marks: [] };
    rows.set(line, known);
    return known;
  };
  for (const mark of marks) {
    const first = file.positionAt(mark.span.start).line;
    const last = lastLineOf(file, mark.span);
    if (mark.primary && last > first) {
      for (const line of shownOf(first, last)) row(line).covered = true;
      if (mark.label) row(last).marks.push(mark);
    } else {
      row(first).marks.push(mark);
    }
  }
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([line, { covered, marks: drawn }]) => ({
      line,
      covered,
      marks: drawn.sort((a, b) => Number(b.primary) - Number(a.primary)),
    }));
}

/** The line of a span's last character, so that a span up to a line's start does not reach into that line. */
const lastLineOf = (file: SourceFile, span: Span): number =>
  file.positionAt(Math.max(span.start, file.text.slice(span.start, span.end).trimEnd().length + span.start - 1)).line;

/** A long span is shown by its first three and last two lines. */
function shownOf(first: number, last: number): readonly number[] {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return all.length <= 6 ? all : [...all.slice(0, 3), ...all.slice(-2)];
}

/** Of a line that is longer than any that is written, only what is near: such a file may have a mistake at each of its characters. */
function cellsAround(line: string, focus: number): readonly Cell[] {
  if (line.length <= veryLong) return cellsOf(line, 0);
  const start = Math.max(0, focus - veryLong / 2);
  return cellsOf(line.slice(start, start + veryLong), start);
}

const veryLong = 2000;

function cellsOf(text: string, start: number): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = start;
  for (const character of isPlain.test(text) ? text : graphemesOf(text)) {
    const shown = character === '\t' ? ' '.repeat(tabWidth - (column % tabWidth)) : visible(character);
    const width = isPlain.test(shown) ? shown.length : stringWidth(shown);
    cells.push({ text: shown, offset, length: character.length, column, width });
    column += width;
    offset += character.length;
  }
  return cells;
}

const graphemesOf = (text: string): string[] =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);

/** Control characters as pictures (`␛`); characters that change the direction or order of a line as `�`. */
export const visible = (text: string): string =>
  text
    .replace(/[\u0000-\u0009\u000b-\u001f]/g, (c) => String.fromCodePoint(0x2400 + c.charCodeAt(0))) // oxlint-disable-line no-control-regex
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '\ufffd'); // oxlint-disable-line no-control-regex

/** The column of an offset in the line; the line's end for what lies behind it. */
function columnAt(cells: readonly Cell[], offset: number): number {
  const cell = cells.find((c) => offset < c.offset + c.length);
  return cell ? cell.column : widthOf(cells);
}

function widthOf(cells: readonly Cell[]): number {
  const last = cells.at(-1);
  return last ? last.column + last.width : 0;
}

/** First and last column to show of a line. */
interface Window {
  readonly from: number;
  readonly to: number;
}

function windowOf(cells: readonly Cell[], row: Row, file: SourceFile): Window {
  const width = widthOf(cells);
  if (width <= longestLine) return { from: 0, to: width };
  const focus = columnAt(cells, focusOf(row, file));
  const from = Math.max(0, Math.min(focus - 40, width - longestLine));
  return { from, to: from + longestLine };
}

/** The offset in its line that a row is shown for. */
function focusOf(row: Row, file: SourceFile): number {
  const mark = row.marks[0];
  return mark ? offsetInLine(file, row.line, mark.span.start) : 0;
}

function textWithin(cells: readonly Cell[], { from, to }: Window): string {
  const inside = cells.filter((c) => c.column >= from && c.column + c.width <= to);
  const cut = widthOf(cells) > to;
  const skipped = from > 0 ? '…'.padEnd(Math.max(1, (inside[0]?.column ?? from) - from + 1)) : '';
  return skipped + inside.map((c) => c.text).join('') + (cut ? '…' : '');
}

const offsetInLine = (file: SourceFile, line: number, offset: number): number =>
  offset - file.offsetAt({ line, column: 1 });

function underline(
  cells: readonly Cell[],
  window: Window,
  row: Row,
  mark: Mark,
  file: SourceFile,
  style: ExcerptStyle,
  gutter: string,
): readonly string[] {
  const color = mark.primary ? style.primary : style.secondary;
  // A mark over several lines that is labelled at its end has no underline of its own: its lines carry `>`.
  if (file.positionAt(mark.span.start).line !== row.line) return [`${gutter} ${color(mark.label ?? '')}`];
  const shift = window.from > 0 ? 1 - window.from : 0;
  const within = (offset: number): number =>
    Math.max(0, Math.min(columnAt(cells, offsetInLine(file, row.line, offset)), window.to) + shift);
  const from = within(mark.span.start);
  const length = Math.max(1, within(mark.span.end) - from);
  const line = `${gutter} ${' '.repeat(from)}${color((mark.primary ? '^' : '-').repeat(length))}`;
  if (!mark.label) return [line];
  const [first = '', ...rest] = mark.label.split('\n');
  return [`${line} ${color(first)}`, ...rest.map((text) => `${gutter} ${' '.repeat(from + length + 1)}${color(text)}`)];
}
