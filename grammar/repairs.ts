/**
 * Looks at the next token at the few places where people make the same mistakes again and again, says what is wrong in
 * words made for that mistake, and mends the token list so that parsing goes on as if it had been written properly.
 * Each method is called by a rule at a fixed place and does nothing in a correct file.
 */
import { MismatchedTokenException, type IToken, type TokenType } from 'chevrotain';
import { isBinaryOperator, isCloser, isEnd, isKeywordToken, startsExpression } from './layout.ts';
import { commaBeforeArrow, startsElsewhere } from './item-problems.ts';
import { retype } from './lexer.ts';
import * as word from './parser-problems.ts';
import { certain } from './problems.ts';
import { MendingParser } from './mending.ts';
import { K, labelOf, Name, NumberToken, S, StringToken, Underscore } from './tokens.ts';

const WORD_OPERATORS: Readonly<Record<string, 'AndAnd' | 'OrOr' | 'Not'>> = { and: 'AndAnd', or: 'OrOr', not: 'Not' };
const CONDITIONS: ReadonlySet<string> = new Set(['requireStatement', 'ifExpression', 'stageIf', 'repeatLoop']);

export abstract class RepairingParser extends MendingParser {
  /** In front of an operand. */
  protected beforeOperand(): void {
    if (this.RECORDING_PHASE) return;
    this.refuseDepth();
    const token = this.LA(1);
    if (token.tokenType === Name) {
      if (token.image === 'not' && startsExpression(this.LA(2)) && this.LA(2).tokenType !== S.LParen)
        this.mendWordOperator('Not');
    } else if (token.tokenType === Underscore) {
      this.report(word.underscoreAsName(token));
      retype(token, Name);
    } else if (
      isKeywordToken(token) &&
      !isValueKeyword(token.tokenType) &&
      !isStageKeyword(token.tokenType) &&
      !this.atHead()
    ) {
      this.misuseKeyword(token);
    }
  }

  /** After an operand: `=` for `==`, `and` for `&&`. */
  protected afterOperand(): void {
    if (this.RECORDING_PHASE) return;
    const token = this.LA(1);
    if (token.tokenType === Name) {
      const meant = WORD_OPERATORS[token.image];
      if (meant !== undefined && meant !== 'Not' && startsExpression(this.LA(2))) this.mendWordOperator(meant);
    } else if (token.tokenType === S.Assign && this.mayCompare()) {
      this.report(word.wrongSign(this.layout, this.next, '`=` gives a name to a value; to compare, write `==`.', '=='));
      retype(token, S.EqualEqual);
    }
  }

  private mayCompare(): boolean {
    const opener = this.openers().at(-1);
    if (opener !== undefined) return opener.tokenType !== S.LCurly;
    return this.getHumanReadableRuleStack().some((rule) => CONDITIONS.has(rule));
  }

  private mendWordOperator(meant: 'AndAnd' | 'OrOr' | 'Not'): void {
    this.report(word.wordOperator(this.LA(1), meant));
    retype(this.LA(1), S[meant]);
  }

  /** In front of a member's name: keywords are names there. */
  protected beforeMember(): void {
    if (this.RECORDING_PHASE) return;
    if (isKeywordToken(this.LA(1)) && !this.layout.isFirstOnLine(this.next)) retype(this.LA(1), Name);
  }

  /** In front of an element of a bracketed list. */
  protected beforeElement(rule: string): void {
    if (this.RECORDING_PHASE) return;
    this.refuseDepth();
    if (rule === 'argument') this.beforeArgument();
    const token = this.LA(1);
    if (token.tokenType === Underscore && rule !== 'patternElement' && rule !== 'dimension') {
      this.report(word.underscoreAsName(token));
      retype(token, Name);
    }
    if (rule === 'typeAtom' || !isKeywordToken(token)) return;
    const isName = rule === 'parameter' || rule === 'importName' || rule === 'patternElement';
    if (!isName && (isValueKeyword(token.tokenType) || isStageKeyword(token.tokenType))) return;
    if (this.atHead()) return;
    this.misuseKeyword(token);
  }

  /** Keywords are labels in front of an argument, and `name = value` is meant as `name: value`. */
  private beforeArgument(): void {
    const token = this.LA(1);
    const after = this.LA(2).tokenType;
    if (isKeywordToken(token) && (after === S.Colon || after === S.Assign)) {
      const third = this.LA(3);
      if (third.tokenType === S.Comma || isCloser(third)) this.report(word.keywordShorthand(token));
      retype(token, Name);
    }
    if (token.tokenType === Name && after === S.Assign) {
      this.report(word.argumentEquals(this.layout, this.next + 1));
      retype(this.LA(2), S.Colon);
    }
  }

  /** After the condition of a `require`. */
  protected beforeMessage(): void {
    if (this.RECORDING_PHASE || this.nextType !== StringToken) return;
    this.report(word.missingComma(this.layout, this.next));
    this.insert(S.Comma);
  }

  /** In front of the names that a statement binds. */
  protected beforePattern(): void {
    if (this.RECORDING_PHASE) return;
    const token = this.LA(1);
    if (!isKeywordToken(token) || this.atHead()) return;
    this.misuseKeyword(token);
  }

  /** In front of a stage. */
  protected beforeStage(): void {
    if (this.RECORDING_PHASE) return;
    this.refuseDepth();
    const token = this.LA(1);
    if (token.tokenType === Name || this.atHead()) return;
    if (token.tokenType === Underscore || (isKeywordToken(token) && !isStageKeyword(token.tokenType))) {
      if (token.tokenType === Underscore) this.report(word.underscoreAsName(token));
      else this.misuseKeyword(token);
      retype(token, Name);
    } else if (token.tokenType === S.LParen || token.tokenType === S.LBracket) {
      const help =
        'A stage is the name of a layer, block or function. Other expressions go in front of `->` or into `let`.';
      this.fail(word.expected(this.layout, this.next, word.EXPECTED['stage']!, help));
    } else if (token.tokenType === NumberToken || token.tokenType === StringToken) {
      this.fail(
        word.expected(
          this.layout,
          this.next,
          word.EXPECTED['stage']!,
          'Data flows along `->` into layers and functions.',
        ),
      );
    }
  }

  protected fail(problem: ReturnType<typeof word.expected>): never {
    this.report(problem);
    throw new MismatchedTokenException('', this.LA(1), this.LA(0));
  }

  /** Between the stages of a pipeline: a missing `->`, or an operator where only stages go on. */
  protected betweenStages(headIndex: number, hasStages: boolean): void {
    if (this.RECORDING_PHASE) return;
    if (this.nextType === S.Comma && this.LA(2).tokenType === S.Arrow && this.isOutsideLists()) {
      this.report(certain(commaBeforeArrow(this.layout, this.next)));
      this.skip();
    }
    const token = this.LA(1);
    if (token.tokenType === S.Arrow || isCloser(token) || token.tokenType === S.Comma || isEnd(token)) return;
    const goesOn = token.tokenType === S.Dot || token.tokenType === S.LBracket;
    if (hasStages && (isBinaryOperator(token) || goesOn)) {
      this.report(word.operatorAfterStage(this.layout, headIndex, this.next));
      this.skipTo((other) => other.tokenType === S.Arrow || other.tokenType === S.Comma);
    } else if (this.lacksArrow(token, hasStages)) {
      this.report(word.missingArrow(this.layout, this.next));
      this.insert(S.Arrow, 'start');
    }
  }

  private isOutsideLists(): boolean {
    const opener = this.openers().at(-1);
    return opener === undefined || opener.tokenType === S.LCurly;
  }

  private lacksArrow(token: IToken, hasStages: boolean): boolean {
    if (token.tokenType !== Name && !isStageKeyword(token.tokenType)) return false;
    if (startsElsewhere(token.image) && this.layout.isFirstOnLine(this.next)) return false;
    if (!this.isOutsideLists()) return false;
    if (token.tokenType === K.if && this.context !== 'body') return false;
    const after = this.LA(2);
    if (after.tokenType === S.Assign || after.tokenType === S.Colon) return false;
    if (this.openers().length > 0) return true;
    if (this.context === 'file' || !this.layout.isFirstOnLine(this.next)) return false;
    const looksLikeStage = after.tokenType === S.Arrow || after.tokenType === S.LParen || isCloser(after);
    return looksLikeStage || hasStages || this.layout.isHead(this.next + 1, this.context);
  }

  /** After an element of a bracketed list: the next one without a comma, or something that does not belong there. */
  protected atSeparator(rule: string, closer: TokenType, mayBeEmpty: boolean): void {
    if (this.RECORDING_PHASE) return;
    const token = this.LA(1);
    const before = this.LA(0).tokenType;
    const what = word.EXPECTED[rule] ?? 'an expression';
    const isFresh = before === S.Comma || this.isOpenerOf(closer, before);
    if (token.tokenType === closer && before !== S.Comma && isFresh && !mayBeEmpty) {
      this.report(word.expected(this.layout, this.next, what));
    } else if (token.tokenType === S.Comma) {
      if (isFresh) this.report(word.emptyElement(this.layout, this.next, what));
    } else if (!isCloser(token) && token.tokenType !== S.LCurly && !this.atHead() && !this.atValue()) {
      this.mendElement(isFresh, what, closer);
    }
  }

  private isOpenerOf(closer: TokenType, type: TokenType): boolean {
    return closer === S.RParen ? type === S.LParen : closer === S.RBracket ? type === S.LBracket : type === S.LCurly;
  }

  private mendElement(isFresh: boolean, what: string, closer: TokenType): void {
    const token = this.LA(1);
    const startsElement =
      token.tokenType !== S.Minus &&
      (startsExpression(token) || isKeywordToken(token) || token.tokenType === Underscore);
    if (!isFresh && startsElement) {
      this.report(word.missingComma(this.layout, this.next));
      this.insert(S.Comma);
      return;
    }
    const orCloser = closer === S.RCurly ? '`,` or `}`' : `\`,\` or ${labelOf(closer)}`;
    this.report(word.expected(this.layout, this.next, isFresh ? what : orCloser));
    this.skipTo((other) => other.tokenType === S.Comma);
  }
}

function isValueKeyword(type: TokenType): boolean {
  return type === K.if || type === K.true || type === K.false;
}

function isStageKeyword(type: TokenType): boolean {
  return type === K.if || type === K.repeat || type === K.for;
}
