/** A place in a text, perhaps half-written → how far the line there is to be indented. From its tokens alone. */
import type { IToken } from 'chevrotain';
import { lex } from '../../grammar/lexer.ts';
import { SourceFile } from '../../grammar/source.ts';

const OPENERS: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSERS: ReadonlySet<string> = new Set([')', ']', '}']);

/** The white space that the line which starts at `lineStart` should start with; undefined inside comments. */
export function indentationAt(text: string, lineStart: number): string | undefined {
  const from = declarationBefore(text, lineStart);
  const lineEnd = lineStart + /^[^\n]*/.exec(text.slice(lineStart))![0].length;
  const { tokens, comments } = lex(new SourceFile('', text.slice(from, lineEnd)));
  const isInComment = comments.some(({ span, text: comment }) => comment.startsWith('/*') && from + span.start < lineStart && lineStart <= from + span.end); // prettier-ignore
  if (isInComment) return undefined;
  const before = tokens.filter(({ startOffset }) => from + startOffset < lineStart);
  const next = tokens[before.length]?.image;
  const opener = openersOf(before).at(-1);
  const lines = new Lines(text, from);
  const outer = opener ? lines.indentation(opener) : '';
  if (next !== undefined && CLOSERS.has(next)) return outer;
  const inner = opener ? `${outer}  ` : '';
  const last = before.at(-1);
  if (!last || last === opener) return inner;
  const isBlankBefore = /\n[^\S\n]*\r?\n$/.test(text.slice(0, lineStart));
  const first = lines.firstToken(before, opener);
  const isStage = first.image === '->';
  if (next === '->') return isStage ? lines.indentation(first) : `${lines.indentation(first)}  `;
  return isStage && next === undefined && !isBlankBefore ? lines.indentation(first) : inner;
}

/** Where the declaration around begins: the last keyword of one at the beginning of a line. */
function declarationBefore(text: string, offset: number): number {
  const starts = [...text.slice(0, offset).matchAll(/^(?:block|model|train|const|import)\b/gm)];
  return starts.at(-1)?.index ?? 0;
}

/** The brackets that are open at the end. */
function openersOf(tokens: readonly IToken[]): readonly IToken[] {
  const open: IToken[] = [];
  for (const token of tokens) {
    if (OPENERS.has(token.image)) open.push(token);
    else if (CLOSERS.has(token.image)) open.pop();
  }
  return open;
}

class Lines {
  readonly #text: string;
  readonly #from: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#from = from;
  }

  #startOf({ startOffset }: IToken): number {
    return this.#text.lastIndexOf('\n', this.#from + startOffset - 1) + 1;
  }

  /** Of the line that a token stands in. */
  indentation(token: IToken): string {
    return /^[^\S\r\n]*/.exec(this.#text.slice(this.#startOf(token)))![0];
  }

  /** The first token of the line in which the last piece began; its brackets may have been closed on later lines. */
  firstToken(tokens: readonly IToken[], opener: IToken | undefined): IToken {
    let first = tokens.at(-1)!;
    let lineStart = this.#startOf(first);
    let depth = 0;
    for (let i = tokens.length - 1; i >= 0 && tokens[i] !== opener; i--) {
      const token = tokens[i]!;
      const start = this.#startOf(token);
      if (depth === 0 && start < lineStart) break;
      if (CLOSERS.has(token.image)) depth++;
      if (OPENERS.has(token.image) && --depth === 0) lineStart = start;
      first = token;
    }
    return first;
  }
}
