/**
 * What the parser does where one certain token is wanted and another one stands: reports it, and inserts, replaces or
 * takes a token where it is clear what was meant.
 */
import type { IToken, TokenType } from 'chevrotain';
import { CLOSER_OF, isCloser, isKeywordToken, startsExpression } from './layout.ts';
import { retype } from './lexer.ts';
import * as word from './parser-problems.ts';
import { RecoveringParser } from './recovery.ts';
import { K, labelOf, Name, S, Underscore } from './tokens.ts';

/** What may stand right after a name that is not there. */
const AFTER_A_MISSING_NAME: ReadonlySet<TokenType> = new Set([
  S.LCurly, S.LParen, S.Assign, S.Colon, S.Comma, S.Arrow, S.RParen, S.RBracket, S.RCurly, K.as, K.in,
]); // prettier-ignore

const NAMED_RULES: ReadonlySet<string> = new Set(['stage', 'parameter', 'pattern', 'patternElement']);

/** What to do where a certain token of a rule is missing. */
const HELP: Readonly<Record<string, string>> = {
  'importDeclaration from': 'As in `import { Block } from "./blocks.nn"`.',
  'importDeclaration String': 'As in `import { Block } from "./blocks.nn"`.',
  'requireStatement String': 'After the comma comes the message: `require size > 3, "the size must exceed 3"`.',
  'ifExpression else': 'An `if` that gives a value needs both branches: `if c { a } else { b }`.',
  'forLoop in': 'As in `for n in [8, 16] { Dense(n) }`.',
};

/** How statements name what they declare. */
const NAMED: Readonly<Record<string, string>> = {
  output: 'A result has a name: `output y = x -> Dense(10)`.',
  let: 'A value has a name: `let h = x -> Dense(10)`.',
  layer: 'A layer has a name: `layer f = Dense(10)`.',
};

export abstract class MendingParser extends RecoveringParser {
  protected mend(type: TokenType): IToken | undefined {
    if (type === S.RParen || type === S.RBracket || type === S.RCurly) return this.mendCloser(type);
    if (type === Name) return this.mendName();
    if (type === S.Assign) return this.mendAssign();
    if (type === S.Colon) return this.mendColon();
    if (type === S.LCurly) return this.mendOpeningBrace();
    if (type === K.else && word.isElseIf(this.LA(1))) return this.takeElseIf();
    const help = HELP[`${this.getCurrRuleFullName()} ${type.name}`];
    this.report(word.expected(this.layout, this.next, labelOf(type), help));
    return undefined;
  }

  private takeElseIf(): IToken | undefined {
    this.report(word.elseIf(this.LA(1)));
    retype(this.LA(1), K.if);
    return this.insert(K.else, 'start') ? this.skip() : undefined;
  }

  private mendCloser(closer: TokenType): IToken | undefined {
    const open = this.openers();
    const place = open.findLastIndex((token) => CLOSER_OF.get(token.tokenType) === closer);
    const opener = place >= 0 ? open[place] : this.bodyOpener;
    const endsList = closer !== S.RCurly && (this.nextType === S.LCurly || this.atValue());
    if (!endsList && !isCloser(this.LA(1)) && !this.atHead()) {
      this.report(
        word.expected(this.layout, this.next, closer === S.RCurly ? '`->` or `}`' : `\`,\` or ${labelOf(closer)}`),
      );
      this.skipTo(() => false);
      if (this.nextType === closer) return this.skip();
    }
    const found = this.LA(1);
    if (isCloser(found)) {
      const isWanted = (token: IToken): boolean => CLOSER_OF.get(token.tokenType) === found.tokenType;
      const belongsOutside =
        open.slice(0, Math.max(0, place)).some(isWanted) || (found.tokenType === S.RCurly && this.context !== 'file');
      if (!belongsOutside) {
        this.report(word.wrongCloser(this.layout, this.next, opener, closer));
        return this.skip();
      }
    }
    const isBodyEnd = place < 0 && closer === S.RCurly;
    // A statement that went wrong may have taken the brace with it.
    const isKnown = isBodyEnd && (this.bodyHasNoBraces || this.declarationErred);
    if (!isKnown) this.report(word.unclosed(this.layout, this.next, opener, closer));
    return this.insert(closer) ? this.skip() : undefined;
  }

  private mendName(): IToken | undefined {
    const found = this.LA(1);
    const isHead = this.atHead();
    if (isKeywordToken(found) && !isHead) {
      return this.misuseKeyword(this.skip());
    }
    if (found.tokenType === Underscore) {
      this.report(word.underscoreAsName(found));
      return retype(this.skip(), Name);
    }
    const afterDot = this.LA(0).tokenType === S.Dot;
    const help = this.LA(0).tokenType === S.Ellipsis ? '`...` and a name stand for any number of axes: `[...lead, d]`.' : NAMED[this.LA(0).image]; // prettier-ignore
    this.report(word.expected(this.layout, this.next, afterDot ? 'the name of a member' : this.nameWanted(), help));
    if (!afterDot && !isHead && !AFTER_A_MISSING_NAME.has(found.tokenType)) return undefined;
    return this.insert(Name) ? this.skip() : undefined;
  }

  private nameWanted(): string {
    const rule = this.getCurrRuleFullName();
    return rule === 'trainDeclaration'
      ? 'the name of the model to train'
      : NAMED_RULES.has(rule)
        ? word.EXPECTED[rule]!
        : 'a name';
  }

  private mendAssign(): IToken | undefined {
    const found = this.LA(1);
    if (found.tokenType === S.EqualEqual) {
      this.report(word.wrongSign(this.layout, this.next, '`==` compares; a value is given with `=`.', '='));
      return this.skip();
    }
    const keyword = this.layout.at(this.itemStart).image;
    if (found.tokenType === S.Colon) {
      this.report(word.wrongSign(this.layout, this.next, `\`${keyword}\` takes \`=\` and a value, not \`:\`.`, '='));
      return this.skip();
    }
    const colon = this.layout.tokens.slice(this.itemStart, this.next).some((token) => token.tokenType === S.Colon);
    const [arrow, name] = [found.tokenType === S.Arrow, this.LA(0).image];
    const help = !arrow
      ? undefined
      : colon
        ? 'After `:` comes a shape; a value is given with `=`.'
        : `The result has a name of its own: \`${keyword} y = ${name} -> …\`.`;
    this.report(word.expected(this.layout, this.next, '`=` and a value', help));
    if (!startsExpression(found) || this.atHead()) return undefined;
    return this.insert(S.Assign) ? this.skip() : undefined;
  }

  private mendColon(): IToken | undefined {
    const found = this.LA(1);
    const rule = this.getCurrRuleFullName();
    const name = this.LA(0).image;
    if (found.tokenType === S.Assign) {
      const message =
        rule === 'fieldItem'
          ? `The fields of a \`train\` are written with a colon: \`${name}: …\`.`
          : `Its type comes first, after a colon: \`${this.layout.at(this.itemStart).image} ${name}: [28, 28, 1]\`.`;
      this.report(
        rule === 'fieldItem' ? word.wrongSign(this.layout, this.next, message, ':') : word.missingType(found, message),
      );
      return this.skip();
    }
    const kind = this.layout.at(this.itemStart).image;
    const what = rule === 'fieldItem' ? '`:` and a value' : '`:` and a type';
    const help =
      rule === 'fieldItem'
        ? undefined
        : `As in \`${kind} ${name || 'x'}: [28, 28, 1]\` or \`${kind} ${name || 'x'}: int32\`.`;
    this.report(word.expected(this.layout, this.next, what, help));
    const startsType =
      rule === 'fieldItem'
        ? startsExpression(found)
        : found.tokenType === S.LBracket || (found.tokenType === Name && !this.layout.isFirstOnLine(this.next));
    return startsType && this.insert(S.Colon) ? this.skip() : undefined;
  }

  private mendOpeningBrace(): IToken | undefined {
    return this.repairOpeningBrace() ? this.skip() : undefined;
  }

  /** Makes the next token an opening brace, if that is what is meant. */
  protected repairOpeningBrace(): boolean {
    const found = this.LA(1);
    const rule = this.getCurrRuleFullName();
    const isBody = /^(body|trainDeclaration|modelDeclaration)$/.test(rule);
    const isImport = rule === 'importDeclaration';
    const value = rule === 'ifExpression' ? 'a value' : 'stages';
    const what = isBody ? '`{`' : isImport ? '`{` and the names to import' : `${value} in braces \`{ … }\``;
    const bodyHelp = isBody ? 'The body of a `model`, `block` or `train` stands in braces: `{ … }`.' : undefined;
    const help = isImport ? HELP['importDeclaration from'] : bodyHelp;
    this.report(word.expected(this.layout, this.next, what, help));
    if (isBody) this.bodyHasNoBraces = true;
    if (found.tokenType === S.Colon) {
      retype(found, S.LCurly);
      return true;
    }
    if (!isBody) return false;
    if (!this.atHead()) this.skipTo((token) => token.tokenType === S.LCurly || this.layout.isFieldHead(this.next));
    return this.nextType === S.LCurly || this.insert(S.LCurly);
  }
}
