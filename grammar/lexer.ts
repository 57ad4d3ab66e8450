/**
 * Text → tokens the parser understands, comments, and the problems of single tokens. What is written by habit from
 * another language is reported here and turned into what was meant, so that the parser never sees it.
 */
import { Lexer, type IToken, type TokenType } from 'chevrotain';
import type { Comment } from './ast.ts';
import { mendKeywords } from './misspelt-keywords.ts';
import * as word from './problems.ts';
import type { SyntaxProblem } from './problems.ts';
import type { SourceFile, Span } from './source.ts';
import { stringText } from './string-text.ts';
import {
  ALL_TOKENS, DocCommentToken, isKeyword, LineComment, MEANT, Mistakes, Name, BadNumber, NumberToken, S,
  spellingOf, StringToken,
} from './tokens.ts'; // prettier-ignore

export interface LexedFile {
  /** Without comments. Their `startOffset` and `image` give their places; `endOffset` is not set. */
  readonly tokens: IToken[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
  /** Where the parser may go wrong because of one of the problems, in order. */
  readonly faultyOffsets: readonly number[];
}

let cachedLexer: Lexer | undefined;

export function lex(source: SourceFile): LexedFile {
  cachedLexer ??= new Lexer(ALL_TOKENS, {
    positionTracking: 'onlyOffset',
    ensureOptimizations: true,
    skipValidations: true,
  });
  const { tokens, groups } = cachedLexer.tokenize(source.text);
  const mending = new Mending();
  for (const token of tokens) mending.take(token);
  const keywords = mendKeywords(mending.tokens, source.text);
  const inComments: SyntaxProblem[] = [];
  const comments = (groups['comments'] ?? []).map((token) => commentOf(token, inComments));
  const faulty = [...mending.problems, ...inComments.filter((problem) => problem.code === 'syntax/unterminated')];
  return {
    tokens: mending.tokens,
    comments,
    problems: [...mending.problems, ...[...mending.harmless, ...keywords].map(word.certain), ...inComments].sort(
      (a, b) => a.span.start - b.span.start,
    ),
    faultyOffsets: faulty.map((problem) => problem.span.start).sort((a, b) => a - b),
  };
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

export function retype(token: IToken, type: TokenType): IToken {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
  return token;
}

function commentOf(token: IToken, problems: SyntaxProblem[]): Comment {
  const span = spanOf(token);
  const text = token.image;
  if (token.tokenType === Mistakes.UnterminatedComment) problems.push(word.unterminatedComment(span));
  if (token.tokenType === Mistakes.HashComment) problems.push(word.hashComment(span));
  if (token.tokenType === Mistakes.TripleQuoted) problems.push(word.tripleQuoted(span, text));
  const line = token.tokenType === LineComment || token.tokenType === Mistakes.HashComment;
  const style = token.tokenType === DocCommentToken ? 'doc' : line ? 'line' : 'block';
  return { kind: 'Comment', style, text, span };
}

const CHECKED: ReadonlySet<TokenType> = new Set([
  StringToken, BadNumber, NumberToken, S.Dot, ...Object.values(Mistakes),
]); // prettier-ignore

/** Goes over the tokens once and mends what is wrong with single ones. */
class Mending {
  readonly tokens: IToken[] = [];
  readonly problems: SyntaxProblem[] = [];
  /** Problems that cannot lead the parser astray. */
  readonly harmless: SyntaxProblem[] = [];

  take(token: IToken): void {
    if (!CHECKED.has(token.tokenType)) this.tokens.push(token);
    else if (token.tokenType === StringToken) this.takeString(token);
    else if (token.tokenType === NumberToken) this.takeNumber(token);
    else if (token.tokenType === S.Dot) this.takeDot(token);
    else this.takeMistake(token);
  }

  private takeString(token: IToken): void {
    this.tokens.push(token);
    if (!token.image.includes('\\')) return;
    const raw = token.image.slice(1, -1);
    for (const { offset, length } of stringText(raw).badEscapes) {
      const start = token.startOffset + 1 + offset;
      this.harmless.push(word.badEscape({ start, end: start + length }, raw.slice(offset, offset + length)));
    }
  }

  /** `.5`: the point before it was no member access. */
  private takeNumber(token: IToken): void {
    const dot = this.tokens.at(-1);
    const before = this.tokens.at(-2);
    const isFraction = dot !== undefined && dot.tokenType === S.Dot && touches(dot, token);
    if (!isFraction || (before !== undefined && touches(before, dot))) {
      const problem = word.largeNumber(spanOf(token), token.image);
      if (problem) this.problems.push(problem);
      this.tokens.push(token);
      return;
    }
    this.tokens.pop();
    const image = `.${token.image}`;
    const whole = { ...token, startOffset: dot.startOffset, image };
    this.problems.push(word.bareFraction(spanOf(whole), image));
    this.tokens.push(whole);
  }

  /** `5.` */
  private takeDot(token: IToken): void {
    const number = this.tokens.at(-1);
    if (number === undefined || number.tokenType !== NumberToken || !touches(number, token)) {
      this.tokens.push(token);
      return;
    }
    number.image += '.';
    this.problems.push(word.barePoint(spanOf(number), number.image));
  }

  private takeMistake(token: IToken): void {
    const span = spanOf(token);
    const text = token.image;
    switch (token.tokenType) {
      case BadNumber:
        this.problems.push(word.badNumber(span, text));
        this.tokens.push(retype(token, NumberToken));
        return;
      case Mistakes.UnterminatedString:
        this.problems.push(word.unterminatedString(span));
        token.payload = 'unterminated';
        this.tokens.push(retype(token, StringToken));
        return;
      case Mistakes.SingleQuoted:
      case Mistakes.BackQuoted:
      case Mistakes.CurlyQuoted:
        this.harmless.push(word.wrongQuotes(span, text.slice(1, -1).replaceAll("\\'", "'")));
        this.tokens.push(retype(token, StringToken));
        return;
      case Mistakes.Foreign: {
        const meant = MEANT[text]!;
        this.problems.push(word.foreignSpelling(span, text, spellingOf(meant)));
        this.tokens.push(retype(token, S[meant]));
        return;
      }
      case Mistakes.ForeignWord:
        this.takeForeignWord(token);
        return;
      case Mistakes.Semicolons:
        this.harmless.push(word.semicolons(span));
        return;
      default:
        this.problems.push(word.strayCharacter(span, text));
    }
  }

  /** Takes the letters in front of it with it: `größe` is one word. */
  private takeForeignWord(token: IToken): void {
    const front = this.tokens.at(-1);
    const joined = front !== undefined && touches(front, token) && (front.tokenType === Name || isKeyword(front.image));
    if (joined) this.tokens.pop();
    const name = joined ? { ...token, startOffset: front.startOffset, image: front.image + token.image } : token;
    this.problems.push(word.foreignWord(spanOf(name), name.image));
    this.tokens.push(retype(name, Name));
  }
}

function touches(left: IToken, right: IToken): boolean {
  return left.startOffset + left.image.length === right.startOffset;
}
