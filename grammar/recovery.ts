/**
 * What the parser does when a token does not fit. Chevrotain's own recovery is off; this class reports the problem in
 * our words and then either mends the token list (a missing `)`, `=` for `:`), or gives up the rule and skips to where
 * the nearest enclosing list, pipeline, statement or declaration can go on. Of each statement only the first problem
 * is kept, and none if the lexer has already found fault with it.
 */
import { CstParser, MismatchedTokenException, type CstNode, type IToken, type TokenType } from 'chevrotain';
import { isCloser, isEnd, isOpener, Layout, type Context } from './layout.ts';
import { retype } from './lexer.ts';
import { EXPECTED, expected, itemExpected, keywordAsName, placeOf } from './parser-problems.ts';
import { tooDeep, type SyntaxProblem } from './problems.ts';
import { ALL_TOKENS, Name, S } from './tokens.ts';

/** Rules that can stop early: what is skipped afterwards. */
const RESYNC: Readonly<Record<string, 'list' | 'stage' | 'item' | 'declaration'>> = {
  argument: 'list', index: 'list', dimension: 'list', parameter: 'list', importName: 'list', patternElement: 'list',
  element: 'list', tupleTypeElement: 'list', stage: 'stage', inputStatement: 'item', outputStatement: 'item',
  letStatement: 'item', layerStatement: 'item', weightStatement: 'item', requireStatement: 'item',
  lossStatement: 'item', targetItem: 'item', fieldItem: 'item', importDeclaration: 'declaration',
  constDeclaration: 'declaration', blockDeclaration: 'declaration', modelDeclaration: 'declaration',
  trainDeclaration: 'declaration', file: 'declaration',
}; // prettier-ignore

/** Beyond this the token list is not mended any more, so that hopeless input stays cheap. */
const MOST_INSERTIONS = 1000;
/** A nesting this deep is refused: about 80 parentheses, far from the end of the stack. */
const DEEPEST_RULE = 320;

export abstract class RecoveringParser extends CstParser {
  // What Chevrotain keeps but does not declare.
  declare protected tokVectorLength: number;
  declare protected currIdx: number;
  declare protected CST_STACK: CstNode[];
  declare protected RULE_STACK_IDX: number;
  declare protected getCurrRuleFullName: () => string;
  declare protected getHumanReadableRuleStack: () => string[];

  protected layout = new Layout([], '');
  protected context: Context = 'file';
  /** The brace that opened the body being read. */
  protected bodyOpener: IToken | undefined;
  /** Whether the declaration being read already has a problem. */
  protected declarationErred = false;
  protected bodyHasNoBraces = false;
  protected bodyDepth = 0;
  protected misusedKeywords = new Set<string>();
  protected problems: SyntaxProblem[] = [];
  private lexicalOffsets: readonly number[] = [];
  private firstProblemOfItem = 0;
  protected itemStart = 0;
  private insertions = 0;

  constructor(skipValidations: boolean) {
    super(ALL_TOKENS, { maxLookahead: 2, recoveryEnabled: false, skipValidations, nodeLocationTracking: 'none' });
  }

  /** Takes the tokens to parse next; they may be changed by mending. */
  protected begin(tokens: IToken[], text: string, lexicalOffsets: readonly number[]): void {
    this.input = tokens;
    this.layout = new Layout(tokens, text);
    this.context = 'file';
    this.bodyOpener = undefined;
    this.declarationErred = false;
    this.bodyHasNoBraces = false;
    this.bodyDepth = 0;
    this.problems = [];
    this.misusedKeywords = new Set();
    this.lexicalOffsets = lexicalOffsets;
    this.firstProblemOfItem = 0;
    this.itemStart = 0;
    this.insertions = 0;
  }

  protected takeProblems(): readonly SyntaxProblem[] {
    const problems = this.problems;
    this.begin([], '', []);
    return problems;
  }

  // ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The index of the next token. */
  protected get next(): number {
    return this.currIdx + 1;
  }

  protected get nextType(): TokenType {
    return this.LA(1).tokenType;
  }

  protected atHead(): boolean {
    return this.layout.isHead(this.next, this.context);
  }

  /** What is open here, innermost last, as far as the current statement goes. */
  protected openers(): IToken[] {
    return this.layout.openersBetween(this.itemStart, this.next).map((index) => this.layout.at(index));
  }

  /** After a pattern or a shape that is not closed. */
  protected atValue(): boolean {
    return this.nextType === S.Assign && /^(pattern|dimensions)$/.test(this.getCurrRuleFullName());
  }

  // ── reporting ───────────────────────────────────────────────────────────────────────────────────────────────────

  protected report(problem: SyntaxProblem): void {
    this.problems.push(problem);
  }

  /** A keyword stands where a name should: takes it as one. Its uses are not reported again in the same declaration. */
  protected misuseKeyword(token: IToken): IToken {
    if (!this.misusedKeywords.has(token.image)) this.report(keywordAsName(token));
    this.misusedKeywords.add(token.image);
    return retype(token, Name);
  }

  /** A statement, field, header or closing brace ends here: drops all but the first of its problems, and tells if it had any. */
  protected endItem(): boolean {
    const hasLexical = this.lexicalOffsets.length > 0 && this.itemHasLexicalProblem();
    const count = this.problems.length - this.firstProblemOfItem;
    if (count > 0) this.problems.length = this.firstProblemOfItem + (hasLexical ? 0 : 1);
    if (count > 0 || hasLexical) this.declarationErred = true;
    this.firstProblemOfItem = this.problems.length;
    this.itemStart = this.next;
    return count > 0 || hasLexical;
  }

  private itemHasLexicalProblem(): boolean {
    const from = this.itemStart > 0 ? this.layout.end(this.itemStart - 1) : 0;
    const to = this.layout.start(this.next);
    let low = 0;
    let high = this.lexicalOffsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.lexicalOffsets[middle]! < from) low = middle + 1;
      else high = middle;
    }
    const first = this.lexicalOffsets[low];
    return first !== undefined && (first < to || isEnd(this.LA(1)));
  }

  // ── changing the token list ─────────────────────────────────────────────────────────────────────────────────────

  protected skip(): IToken {
    const token = this.LA(1);
    if (!isEnd(token)) this.currIdx++;
    return token;
  }

  /** Puts a token without text in front of the next one: where the last one ends, or where the next one starts. */
  protected insert(type: TokenType, where: 'end' | 'start' = 'end'): boolean {
    if (this.insertions++ >= MOST_INSERTIONS) return false;
    const startOffset =
      where === 'start' || this.currIdx < 0 ? this.layout.start(this.next) : this.layout.end(this.currIdx);
    const token = { image: '', startOffset, tokenType: type, tokenTypeIdx: type.tokenTypeIdx! };
    this.input.splice(this.next, 0, token);
    this.tokVectorLength++;
    return true;
  }

  /** Skips over balanced brackets, up to a closer, to what `stop` wants, or to where something new begins. */
  protected skipTo(stop: (token: IToken) => boolean): void {
    let depth = 0;
    while (!this.atHead()) {
      const token = this.LA(1);
      if (depth === 0 && (isCloser(token) || stop(token))) return;
      if (isOpener(token)) depth++;
      else if (isCloser(token)) depth--;
      this.currIdx++;
    }
  }

  // ── what Chevrotain calls ───────────────────────────────────────────────────────────────────────────────────────

  protected consumeInternalError(): never {
    throw new MismatchedTokenException('', this.LA(1), this.LA(0));
  }

  protected consumeInternalRecovery(type: TokenType, _index: number, error: Error): IToken {
    const mended = this.mend(type);
    if (mended === undefined) throw error;
    return mended;
  }

  protected raiseNoAltException(): never {
    const what = EXPECTED[this.getCurrRuleFullName()] ?? itemExpected(this.context);
    this.report(expected(this.layout, this.next, what));
    throw new MismatchedTokenException('', this.LA(1), this.LA(0));
  }

  /** Keeps what a rule has read so far, and decides whether reading goes on after it. */
  protected invokeRuleCatch(error: Error): CstNode {
    const partial = this.CST_STACK.at(-1);
    if (!(error instanceof MismatchedTokenException) || partial === undefined) throw error;
    if (this.resync(RESYNC[this.getCurrRuleFullName()])) return partial;
    // Chevrotain hangs this onto the rule above.
    throw Object.assign(error, { partialCstResult: partial });
  }

  /** A token that does as the one wanted, or nothing. Reports in either case. */
  protected abstract mend(type: TokenType): IToken | undefined;

  protected refuseDepth(): void {
    if (this.RULE_STACK_IDX < DEEPEST_RULE) return;
    this.report(tooDeep(placeOf(this.layout, this.next)));
    throw new MismatchedTokenException('', this.LA(1), this.LA(0));
  }

  private resync(how: 'list' | 'stage' | 'item' | 'declaration' | undefined): boolean {
    if (how === undefined) return false;
    if (this.RULE_STACK_IDX >= DEEPEST_RULE - 8 && how !== 'item' && how !== 'declaration') return false;
    if (how === 'list') this.skipTo((token) => token.tokenType === S.Comma);
    else if (how === 'stage') this.skipTo((token) => token.tokenType === S.Arrow || token.tokenType === S.Comma);
    else if (how === 'item') this.skipItem();
    else this.skipDeclaration();
    return true;
  }

  /** Skips the rest of a statement, with the braces it has opened, up to the brace that closes the body. */
  protected skipItem(): void {
    const column = this.layout.columnOf(this.itemStart);
    let depth = this.openers().filter((token) => token.tokenType === S.LCurly).length;
    while (!this.atHead()) {
      const { tokenType } = this.LA(1);
      if (tokenType === S.LCurly) depth++;
      if (tokenType === S.RCurly) {
        const dedented = this.layout.isFirstOnLine(this.next) && this.layout.columnOf(this.next) < column;
        if (depth === 0 || dedented) return;
        depth--;
      }
      this.currIdx++;
    }
  }

  protected skipDeclaration(): void {
    let depth = 0;
    while (!isEnd(this.LA(1)) && !this.layout.isDeclarationHead(this.next)) {
      if (depth === 0 && this.layout.isStatementHead(this.next)) return;
      const token = this.skip();
      if (token.tokenType === S.LCurly) depth++;
      else if (token.tokenType === S.RCurly && --depth <= 0) return;
    }
  }

  /** A body starts: remembers its brace, and gives the one of the body around it. */
  protected enterBody(opener: IToken): IToken | undefined {
    const outer = this.bodyOpener;
    if (this.RECORDING_PHASE) return outer;
    this.bodyOpener = opener;
    this.bodyDepth++;
    if (opener.image === '{') this.bodyHasNoBraces = false;
    return outer;
  }

  protected leaveBody(outer: IToken | undefined): void {
    this.bodyOpener = outer;
    this.bodyDepth--;
  }
}
