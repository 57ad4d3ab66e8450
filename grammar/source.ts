/**
 * A text with a name and a line index. Frozen: a new version of a file is a new object.
 * Offsets are UTF-16 units; spans are half-open; lines and columns count from 1.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export class SourceFile {
  readonly path: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.#lineStarts = lineStartsOf(text);
    Object.freeze(this);
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** The position of an offset; offsets past the end give the end. */
  positionAt(offset: number): Position {
    const clamped = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= clamped) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: clamped - this.#lineStarts[low]! + 1 };
  }

  /** The offset of a position; a column past the end of its line gives the line's end. */
  offsetAt({ line, column }: Position): number {
    const start = this.#lineStarts[Math.max(0, Math.min(line - 1, this.#lineStarts.length - 1))]!;
    return Math.min(start + Math.max(0, column - 1), start + this.lineText(line).length);
  }

  /** The text of a line, without its line break. */
  lineText(line: number): string {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return '';
    const next = this.#lineStarts[line] ?? this.text.length + 1;
    return this.text.slice(start, next).replace(/\r?\n$|\r$/, '');
  }

  textOf(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10) starts.push(i + 1);
    else if (code === 13 && text.charCodeAt(i + 1) !== 10) starts.push(i + 1);
  }
  return starts;
}

/** The smallest span that holds all of these. */
export function spanOver(first: Span, ...rest: readonly Span[]): Span {
  let { start, end } = first;
  for (const span of rest) {
    start = Math.min(start, span.start);
    end = Math.max(end, span.end);
  }
  return { start, end };
}
