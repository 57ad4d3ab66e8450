/**
 * Text → answers about the tokens around a place. Comments are no tokens; the text has no syntax problems.
 */
import type { IToken } from 'chevrotain';
import { lex, spanOf } from '../../grammar/lexer.ts';
import { SourceFile, type Span } from '../../grammar/source.ts';

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const OPENERS: ReadonlySet<string> = new Set(CLOSERS.keys());
const CLOSING: ReadonlySet<string> = new Set(CLOSERS.values());

export class TokenIndex {
  readonly #tokens: readonly IToken[];
  readonly #length: number;

  constructor(text: string) {
    this.#tokens = lex(new SourceFile('', text)).tokens;
    this.#length = text.length;
  }

  /** The last token that starts before an offset. */
  before(offset: number): Span {
    return this.#spanAt(this.#firstFrom(offset) - 1);
  }

  /** The first token that starts at an offset or later. */
  after(offset: number): Span {
    return this.#spanAt(this.#firstFrom(offset));
  }

  startAfter(offset: number): number {
    return this.after(offset).start;
  }

  /** Where the nearest `bracket` before an offset stands; only parentheses may be between. */
  openBefore(offset: number, bracket: string): number {
    let index = this.#firstFrom(offset) - 1;
    while (index > 0 && this.#tokens[index]!.image !== bracket) index--;
    return this.#spanAt(index).start;
  }

  /** The end of the bracket that closes the one at an offset. */
  closeOf(open: number): number {
    let depth = 0;
    for (let index = this.#firstFrom(open); index < this.#tokens.length; index++) {
      const { image } = this.#tokens[index]!;
      if (OPENERS.has(image)) depth++;
      else if (CLOSING.has(image)) depth--;
      if (depth === 0) return this.#spanAt(index).end;
    }
    return this.#length;
  }

  /** The outermost pair of parentheses that holds nothing but this; undefined where there is none. */
  parenthesesAround({ start, end }: Span): Span | undefined {
    let left = this.#firstFrom(start) - 1;
    let right = this.#firstFrom(end);
    let span: Span | undefined;
    while (this.#tokens[left]?.image === '(' && this.#tokens[right]?.image === ')' && !this.#isCall(left)) {
      span = { start: this.#spanAt(left).start, end: this.#spanAt(right).end };
      left--;
      right++;
    }
    return span;
  }

  /** Whether the parenthesis opens arguments, parameters or the like rather than an expression. */
  #isCall(index: number): boolean {
    const before = this.#tokens[index - 1];
    if (this.#tokens[index - 2]?.image === '.') return true;
    return (
      before !== undefined && (/\w$/.test(before.image) ? !STARTS.has(before.image) : /[\])"]$/.test(before.image))
    );
  }

  #spanAt(index: number): Span {
    const token = this.#tokens[index];
    return token ? spanOf(token) : { start: this.#length, end: this.#length };
  }

  /** Binary search: the index of the first token that starts at an offset or later. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#tokens[middle]!.startOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Keywords that an expression may follow. */
const STARTS: ReadonlySet<string> = new Set(['if', 'repeat', 'in', 'require']);
