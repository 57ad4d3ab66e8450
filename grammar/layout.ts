/**
 * Answers about the token list that the grammar alone does not give: where a line starts, what is open at a place,
 * and where the next statement, field or declaration seems to begin. Only recovery asks: layout means nothing in a
 * correct file.
 */
import { EOF, type IToken, type TokenType } from 'chevrotain';
import { BinaryOperator, isKeyword, K, Name, NumberToken, S, StringToken, Underscore } from './tokens.ts';

/** What the parser is reading items of. */
export type Context = 'file' | 'body' | 'train';

export const CLOSER_OF: ReadonlyMap<TokenType, TokenType> = new Map([
  [S.LParen, S.RParen],
  [S.LBracket, S.RBracket],
  [S.LCurly, S.RCurly],
]);
const CLOSERS: ReadonlySet<TokenType> = new Set(CLOSER_OF.values());
const STATEMENTS: ReadonlySet<TokenType> = new Set([
  K.input, K.output, K.let, K.layer, K.weight, K.require, K.loss, K.target,
]); // prettier-ignore
const DECLARATIONS: ReadonlySet<TokenType> = new Set([K.import, K.const, K.block, K.model, K.train]);
const EXPRESSION_STARTS: ReadonlySet<TokenType> = new Set([
  Name, NumberToken, StringToken, K.true, K.false, K.if, K.repeat, K.for, S.LParen, S.LBracket, S.Minus, S.Not,
]); // prettier-ignore
/** After a keyword these say that it is a label or a misused name, not the start of something. */
const AFTER_A_NAME: ReadonlySet<TokenType> = new Set([
  S.Colon, S.Comma, S.Assign, S.Dot, S.Arrow, S.RParen, S.RBracket, S.Bar,
]); // prettier-ignore

export const isOpener = (token: IToken): boolean => CLOSER_OF.has(token.tokenType);
export const isCloser = (token: IToken): boolean => CLOSERS.has(token.tokenType);
export const isEnd = (token: IToken): boolean => token.tokenType === EOF;
export const isKeywordToken = (token: IToken): boolean => isKeyword(token.tokenType.name);
export const startsExpression = (token: IToken): boolean => EXPRESSION_STARTS.has(token.tokenType);
export const isBinaryOperator = (token: IToken): boolean =>
  token.tokenType.CATEGORIES?.includes(BinaryOperator) === true;

export class Layout {
  readonly tokens: readonly IToken[];
  readonly text: string;

  constructor(tokens: readonly IToken[], text: string) {
    this.tokens = tokens;
    this.text = text;
  }

  at(index: number): IToken {
    return this.tokens[index] ?? { image: '', startOffset: this.text.length, tokenTypeIdx: 1, tokenType: EOF };
  }

  start(index: number): number {
    const token = this.at(index);
    return isEnd(token) ? this.text.length : token.startOffset;
  }

  end(index: number): number {
    const token = this.at(index);
    return isEnd(token) ? this.text.length : token.startOffset + token.image.length;
  }

  isFirstOnLine(index: number): boolean {
    const gap = this.text.slice(index > 0 ? this.end(index - 1) : 0, this.start(index));
    return index === 0 || /[\r\n]/.test(gap);
  }

  columnOf(index: number): number {
    const start = this.start(index);
    let lineStart = start;
    while (lineStart > 0 && this.text[lineStart - 1] !== '\n' && this.text[lineStart - 1] !== '\r') lineStart--;
    return start - lineStart;
  }

  /** The openers between two tokens that are not closed between them. */
  openersBetween(from: number, to: number): number[] {
    const open: number[] = [];
    for (let i = Math.max(0, from); i < to; i++) {
      const token = this.at(i);
      if (isOpener(token)) open.push(i);
      else if (isCloser(token)) {
        const last = open.at(-1);
        if (last !== undefined && CLOSER_OF.get(this.at(last).tokenType) === token.tokenType) open.pop();
      }
    }
    return open;
  }

  /** Whether something starts here that belongs to no statement begun before. */
  isHead(index: number, context: Context): boolean {
    if (isEnd(this.at(index))) return true;
    if (index > 0 && this.at(index - 1).tokenType === S.Dot && !this.isFirstOnLine(index)) return false;
    if (this.isDeclarationHead(index) || this.isStatementHead(index)) return true;
    return context === 'train' ? this.isFieldHead(index) : context === 'body' && this.isAssignmentHead(index);
  }

  isDeclarationHead(index: number): boolean {
    const token = this.at(index);
    if (!DECLARATIONS.has(token.tokenType)) return false;
    const next = this.at(index + 1).tokenType;
    if (token.tokenType === K.import && (next === S.LCurly || next === StringToken)) return true;
    if (next === Name && this.isOneLine(index)) return true;
    return this.isFirstOnLine(index) && !AFTER_A_NAME.has(next);
  }

  isStatementHead(index: number): boolean {
    const type = this.at(index).tokenType;
    if (!STATEMENTS.has(type)) return false;
    const next = this.at(index + 1);
    if (next.tokenType === Name && this.isOneLine(index)) return true;
    if (type === K.require)
      return startsExpression(next) || (this.isFirstOnLine(index) && !AFTER_A_NAME.has(next.tokenType));
    if (type === K.let && (next.tokenType === S.LParen || next.tokenType === Underscore)) return true;
    if (isKeywordToken(next) && AFTER_A_NAME.has(this.at(index + 2).tokenType)) return true;
    return this.isFirstOnLine(index) && !this.followsInList(index) && !AFTER_A_NAME.has(next.tokenType);
  }

  /** `target y` or `loss:` at the start of a line, and no argument of a call that is still open. */
  isFieldHead(index: number): boolean {
    const token = this.at(index);
    const next = this.at(index + 1).tokenType;
    if (token.tokenType === K.target && next === Name) return true;
    if (!this.isFirstOnLine(index) || this.followsInList(index)) return false;
    const isWord = token.tokenType === Name || isKeywordToken(token);
    return (isWord && (next === S.Colon || next === S.Assign)) || this.isFieldWithoutColon(index);
  }

  /** `optimizer adam` on a line of its own. */
  isFieldWithoutColon(index: number): boolean {
    const next = this.at(index + 1);
    const isApart = next.tokenType !== S.LParen && startsExpression(next) && !this.isFirstOnLine(index + 1);
    const isWord = this.at(index).tokenType === Name || this.at(index).tokenType === K.loss;
    return isWord && isApart && this.isFirstOnLine(index);
  }

  /** A keyword that ends its line in the midst of an expression is a misused name, whatever the next line starts with. */
  private isOneLine(index: number): boolean {
    return this.isFirstOnLine(index) || !this.isFirstOnLine(index + 1);
  }

  /** `x = …` at the start of a line: a `let` without its keyword. */
  private isAssignmentHead(index: number): boolean {
    if (this.at(index).tokenType !== Name || this.at(index + 1).tokenType !== S.Assign) return false;
    return this.isFirstOnLine(index) && !this.followsInList(index);
  }

  private followsInList(index: number): boolean {
    const before = this.at(index - 1);
    return (
      index > 0 && (before.tokenType === S.Comma || before.tokenType === S.LParen || before.tokenType === S.LBracket)
    );
  }
}
