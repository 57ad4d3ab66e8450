/**
 * Looks at every place where a statement, a field or a declaration may start. In a correct file it only notes that the
 * last one has ended. Otherwise it says what is wrong with what stands there, and mends it or skips to the next start.
 */
import type { IToken } from 'chevrotain';
import { ExpressionRules } from './expression-rules.ts';
import { mostProblems } from './problems.ts';
import * as item from './item-problems.ts';
import { isCloser, isEnd, isKeywordToken, type Context } from './layout.ts';
import { retype } from './lexer.ts';
import { K, Name, S } from './tokens.ts';

/** Bodies do not nest at all; those that were meant to are read this deep. */
const MOST_NESTED_BODIES = 8;

type Outcome = 'start' | 'skipped';

export abstract class ItemRepairs extends ExpressionRules {
  private declarationColumn = 0;
  private declarationName: string | undefined;
  private hasDeclarations = false;
  /** Whether the next token starts an item of the body being read, as `atItem` found. */
  protected startsItem = false;

  /** Afterwards the next token starts an item, or ends what holds the items. */
  protected atItem(context: Context): void {
    if (this.RECORDING_PHASE) return;
    this.context = context;
    const erred = this.endItem();
    this.startsItem = false;
    if (erred && context !== 'file') this.skipRest();
    while (!this.endsItems(context)) {
      const outcome =
        context === 'file' ? this.atDeclaration() : context === 'body' ? this.atStatement() : this.atField();
      this.startsItem = outcome === 'start';
      if (this.startsItem) return;
      this.endItem();
    }
  }

  protected forgetDeclarations(): void {
    this.declarationColumn = 0;
    this.declarationName = undefined;
    this.hasDeclarations = false;
  }

  /** What follows a broken statement and starts nothing is most likely a part of it, and nothing to report again. */
  private skipRest(): void {
    if (this.atHead() || this.nextType === S.RCurly) return;
    this.skipItem();
    this.endItem();
  }

  /** After the name of a model: `=`, parameters or a body follow, or are made to. */
  protected beforeModelBody(): void {
    if (this.RECORDING_PHASE) return;
    const type = this.nextType;
    if (type !== S.Assign && type !== S.LParen && type !== S.LCurly) this.repairOpeningBrace();
  }

  private endsItems(context: Context): boolean {
    const token = this.LA(1);
    if (isEnd(token)) return true;
    if (context === 'file') return false;
    if (token.tokenType === S.RCurly) return true;
    return this.layout.isDeclarationHead(this.next) && !(context === 'body' && this.isNested());
  }

  /** Declarations do not nest; whether this one was meant to, or a `}` is missing above it, the layout tells. */
  private isNested(): boolean {
    return !this.layout.isFirstOnLine(this.next) || this.layout.columnOf(this.next) > this.declarationColumn;
  }

  // ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

  private atStatement(): Outcome {
    const { layout, next } = this;
    const token = this.LA(1);
    const after = this.LA(2).tokenType;
    switch (token.tokenType) {
      case K.output:
      case K.let:
      case K.input:
      case K.layer:
      case K.weight:
      case K.require:
      case K.loss: // prettier-ignore
        if (after !== S.Colon) return 'start';
        return this.skipMisplaced(item.labelInBody(layout, next));
      case K.const:
        this.report(item.constInBody(layout, next));
        retype(token, K.let);
        return 'start';
      case K.block:
      case K.model:
      case K.train:
      case K.import: // prettier-ignore
        if (!layout.isDeclarationHead(next) || this.bodyDepth > MOST_NESTED_BODIES) break;
        this.report(item.nested(layout, next));
        return 'start';
      case S.Comma:
        if (layout.isHead(next + 1, 'body') || isCloser(this.LA(2))) return this.skipComma();
        break;
      case Name:
        if (after === S.Assign && layout.isFirstOnLine(next)) {
          this.report(item.assignment(layout, next, 'let'));
          return this.insert(K.let, 'start') ? 'start' : this.skipMisplaced();
        }
        if (after === S.Colon) return this.skipMisplaced(item.labelInBody(layout, next));
        if ((token.image === 'var' || token.image === 'val') && after === Name) return this.takeAs(token, K.let);
        break;
      default:
    }
    return this.skipMisplaced(item.misplaced(layout, next, 'body'));
  }

  private skipComma(): Outcome {
    this.report(item.strayComma(this.layout, this.next));
    this.skip();
    return 'skipped';
  }

  private takeAs(token: IToken, type: typeof Name): Outcome {
    this.report(item.misplaced(this.layout, this.next, this.context));
    retype(token, type);
    return 'start';
  }

  private skipMisplaced(problem?: ReturnType<typeof item.misplaced>): Outcome {
    if (problem !== undefined) this.report(problem);
    this.skip();
    // Of what is no model nothing more is wanted, and much of it would be looked at again and again.
    if (this.problems.length > mostProblems) while (!isEnd(this.LA(1))) this.currIdx++;
    else this.skipItem();
    return 'skipped';
  }

  // ── fields of a train ───────────────────────────────────────────────────────────────────────────────────────────

  private atField(): Outcome {
    const { layout, next } = this;
    const token = this.LA(1);
    const after = this.LA(2);
    const isWord = token.tokenType === Name || isKeywordToken(token);
    if (isWord && (after.tokenType === S.Colon || (after.tokenType === S.Assign && !isCloser(this.LA(3))))) {
      retype(token, Name);
      return 'start';
    }
    if (token.tokenType === K.target) return 'start';
    if (token.tokenType === S.Comma && (this.LA(3).tokenType === S.Colon || isCloser(after))) return this.skipComma();
    if (layout.isFieldWithoutColon(next)) {
      retype(token, Name);
      return 'start';
    }
    return this.skipMisplaced(item.misplaced(layout, next, 'train'));
  }

  // ── declarations ────────────────────────────────────────────────────────────────────────────────────────────────

  private atDeclaration(): Outcome {
    const { layout, next } = this;
    const token = this.LA(1);
    const after = this.LA(2).tokenType;
    switch (token.tokenType) {
      case K.import:
        if (this.hasDeclarations) this.report(item.lateImport(layout, next));
        return this.startDeclaration();
      case K.const:
      case K.block:
      case K.model:
      case K.train: // prettier-ignore
        return this.startDeclaration();
      case K.input:
      case K.output:
      case K.let:
      case K.layer:
      case K.weight:
      case K.require:
      case K.loss: // prettier-ignore
        return this.atStrayStatement();
      case S.RCurly:
      case S.RParen:
      case S.RBracket: // prettier-ignore
        if (!this.declarationErred) this.report(item.nothingToClose(layout, next));
        this.skip();
        return 'skipped';
      case Name:
        if (after === S.Assign) {
          this.report(item.assignment(layout, next, 'const'));
          return this.insert(K.const, 'start') ? this.startDeclaration() : this.skipStray();
        }
        if (after === Name && /^(class|network|net|module)$/.test(token.image)) {
          this.takeAs(token, K.model);
          return this.startDeclaration();
        }
        if (after === S.Colon) return this.skipStray(item.strayField(layout, next));
        if (layout.isFirstOnLine(next) && (after === S.LCurly || after === S.LParen)) return this.takeAsDeclaration();
        if (isModifier(token)) return this.skipWord();
        break;
      case K.target:
        return this.skipStray(item.strayField(layout, next));
      case K.from:
        return this.skipLine(this.declarationErred ? undefined : item.misplaced(layout, next, 'file'));
      default:
    }
    return this.skipStray(item.misplaced(layout, next, 'file'));
  }

  /** `Net { … }` without its `model`. */
  private takeAsDeclaration(): Outcome {
    const isTrain =
      this.LA(2).tokenType === S.LCurly && (this.LA(4).tokenType === S.Colon || this.LA(3).tokenType === K.target);
    const keyword = isTrain ? K.train : K.model;
    if (!this.declarationErred) this.report(item.missingKeyword(this.layout, this.next, keyword.name));
    return this.insert(keyword, 'start') ? this.startDeclaration() : this.skipStray();
  }

  private startDeclaration(): Outcome {
    this.declarationErred = false;
    this.misusedKeywords.clear();
    if (this.nextType !== K.import) this.hasDeclarations = true;
    this.declarationColumn = this.layout.columnOf(this.next);
    const name = this.LA(2);
    this.declarationName = name.tokenType === Name ? `${this.LA(1).image} ${name.image}` : undefined;
    return 'start';
  }

  /** A statement after the end of its body; it is read all the same, and belongs to the declaration before it. */
  private atStrayStatement(): Outcome {
    if (this.LA(2).tokenType === S.Colon) return this.skipStray(item.strayField(this.layout, this.next));
    if (!this.declarationErred) this.report(item.strayStatement(this.layout, this.next, this.declarationName));
    return 'start';
  }

  private skipLine(problem: ReturnType<typeof item.misplaced> | undefined): Outcome {
    if (problem !== undefined) this.report(problem);
    do this.skip();
    while (!isEnd(this.LA(1)) && !this.layout.isFirstOnLine(this.next));
    return 'skipped';
  }

  private skipWord(): Outcome {
    this.report(item.misplaced(this.layout, this.next, 'file'));
    this.skip();
    return 'skipped';
  }

  /** What follows a declaration that already has a problem is most likely a part of it. */
  private skipStray(problem?: ReturnType<typeof item.misplaced>): Outcome {
    if (problem !== undefined && !this.declarationErred) this.report(problem);
    this.skip();
    this.skipDeclaration();
    return 'skipped';
  }
}

function isModifier(token: IToken): boolean {
  return token.image === 'export' || token.image === 'public';
}
