/**
 * The grammar rules of expressions, pipelines, shapes and parameter types (LANGUAGE.md §3), as Chevrotain rules that
 * leave a concrete tree. Operators form one flat list here; `build-expression.ts` gives them their precedence.
 */
import type { CstNode, ParserMethod, TokenType } from 'chevrotain';
import { RepairingParser } from './repairs.ts';
import { BinaryOperator, K, Name, NumberToken, S, StringToken, Underscore } from './tokens.ts';

type Rule = ParserMethod<[], CstNode>;

export abstract class ExpressionRules extends RepairingParser {
  // The grammar is looser than the language here (`(, a)`); `atSeparator` says what is wrong with such lists.
  protected commaSeparated(open: TokenType, close: TokenType, element: Rule, rule: string, mayBeEmpty: boolean): void {
    this.CONSUME(open);
    this.beforeElement(rule);
    this.OPTION(() => this.SUBRULE(element));
    this.atSeparator(rule, close, mayBeEmpty);
    this.MANY(() => {
      this.CONSUME(S.Comma);
      this.beforeElement(rule);
      this.OPTION1(() => this.SUBRULE1(element));
      this.atSeparator(rule, close, mayBeEmpty);
    });
    this.CONSUME(close);
  }

  // ── pipelines ───────────────────────────────────────────────────────────────────────────────────────────────────

  readonly expression: Rule = this.RULE('expression', () => {
    const headIndex = this.next;
    this.beforeOperand();
    this.OR([
      { ALT: () => this.SUBRULE(this.repeatLoop) },
      { ALT: () => this.SUBRULE(this.forLoop) },
      { ALT: () => this.SUBRULE(this.operation) },
    ]);
    this.betweenStages(headIndex, false);
    this.MANY(() => {
      this.CONSUME(S.Arrow);
      this.SUBRULE(this.stage);
      this.betweenStages(headIndex, true);
    });
  });

  readonly stage: Rule = this.RULE('stage', () => {
    this.beforeStage();
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Name);
          this.MANY(() => {
            this.CONSUME(S.Dot);
            this.beforeMember();
            this.CONSUME1(Name, { LABEL: 'member' });
          });
          this.OPTION(() => {
            this.SUBRULE(this.argumentList);
            this.OPTION1(() => this.SUBRULE1(this.argumentList));
          });
        },
      },
      { ALT: () => this.SUBRULE(this.repeatLoop) },
      { ALT: () => this.SUBRULE(this.forLoop) },
      { ALT: () => this.SUBRULE(this.stageIf) },
    ]);
  });

  readonly repeatLoop: Rule = this.RULE('repeatLoop', () => {
    this.CONSUME(K.repeat);
    this.SUBRULE(this.operation);
    this.OPTION(() => {
      this.CONSUME(K.as);
      this.CONSUME(Name);
    });
    this.SUBRULE(this.stages);
  });

  readonly forLoop: Rule = this.RULE('forLoop', () => {
    this.CONSUME(K.for);
    this.SUBRULE(this.pattern);
    this.CONSUME(K.in);
    this.SUBRULE(this.operation);
    this.SUBRULE(this.stages);
  });

  readonly stageIf: Rule = this.RULE('stageIf', () => {
    this.CONSUME(K.if);
    this.SUBRULE(this.operation);
    this.SUBRULE(this.stages);
    this.OPTION(() => {
      this.CONSUME(K.else);
      this.OR([
        { ALT: () => this.SUBRULE1(this.stages, { LABEL: 'otherwise' }) },
        { ALT: () => this.SUBRULE(this.stageIf) },
      ]);
    });
  });

  /** `{ stage -> stage }` */
  readonly stages: Rule = this.RULE('stages', () => {
    this.CONSUME(S.LCurly);
    const headIndex = this.next;
    this.SUBRULE(this.stage);
    this.betweenStages(headIndex, true);
    this.MANY(() => {
      this.CONSUME(S.Arrow);
      this.SUBRULE1(this.stage);
      this.betweenStages(headIndex, true);
    });
    this.CONSUME(S.RCurly);
  });

  // ── operators ───────────────────────────────────────────────────────────────────────────────────────────────────

  readonly operation: Rule = this.RULE('operation', () => {
    this.SUBRULE(this.operand);
    this.afterOperand();
    this.MANY(() => {
      this.CONSUME(BinaryOperator, { LABEL: 'operator' });
      this.SUBRULE1(this.operand);
      this.afterOperand();
    });
  });

  readonly operand: Rule = this.RULE('operand', () => {
    this.beforeOperand();
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(S.Minus, { LABEL: 'prefix' }) },
        { ALT: () => this.CONSUME(S.Not, { LABEL: 'prefix' }) },
      ]);
      this.beforeOperand();
    });
    this.OR1([
      { ALT: () => this.CONSUME(Name) },
      { ALT: () => this.CONSUME(NumberToken) },
      { ALT: () => this.SUBRULE(this.parenthesized) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.CONSUME(StringToken) },
      { ALT: () => this.CONSUME(K.true) },
      { ALT: () => this.CONSUME(K.false) },
      { ALT: () => this.SUBRULE(this.ifExpression) },
    ]);
    this.MANY1(() =>
      this.OR2([
        { ALT: () => this.SUBRULE(this.argumentList, { LABEL: 'postfix' }) },
        { ALT: () => this.SUBRULE(this.indexList, { LABEL: 'postfix' }) },
        { ALT: () => this.SUBRULE(this.member, { LABEL: 'postfix' }) },
      ]),
    );
  });

  readonly member: Rule = this.RULE('member', () => {
    this.CONSUME(S.Dot);
    this.beforeMember();
    this.CONSUME(Name);
  });

  readonly ifExpression: Rule = this.RULE('ifExpression', () => {
    this.CONSUME(K.if);
    this.SUBRULE(this.operation);
    this.CONSUME(S.LCurly);
    this.SUBRULE(this.expression, { LABEL: 'then' });
    this.CONSUME(S.RCurly);
    this.CONSUME(K.else);
    this.OR([
      { ALT: () => this.SUBRULE(this.ifExpression) },
      {
        ALT: () => {
          this.CONSUME1(S.LCurly);
          this.SUBRULE1(this.expression, { LABEL: 'otherwise' });
          this.CONSUME1(S.RCurly);
        },
      },
    ]);
  });

  // ── brackets ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** An expression in a list; a rule of its own so that recovery can stop at the next comma. */
  readonly element: Rule = this.RULE('element', () => {
    this.SUBRULE(this.expression);
  });

  readonly parenthesized: Rule = this.RULE('parenthesized', () => {
    this.commaSeparated(S.LParen, S.RParen, this.element, 'expression', false);
  });

  readonly list: Rule = this.RULE('list', () => {
    this.commaSeparated(S.LBracket, S.RBracket, this.element, 'expression', true);
  });

  readonly argumentList: Rule = this.RULE('argumentList', () => {
    this.commaSeparated(S.LParen, S.RParen, this.argument, 'argument', true);
  });

  readonly argument: Rule = this.RULE('argument', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Name);
          this.CONSUME(S.Colon);
          this.OPTION(() => this.SUBRULE(this.expression));
        },
      },
      { ALT: () => this.SUBRULE1(this.expression) },
    ]);
  });

  readonly indexList: Rule = this.RULE('indexList', () => {
    this.commaSeparated(S.LBracket, S.RBracket, this.index, 'index', false);
  });

  readonly index: Rule = this.RULE('index', () => {
    this.OR([
      { ALT: () => this.CONSUME(S.Ellipsis) },
      { ALT: () => this.SUBRULE(this.slice) },
      {
        ALT: () => {
          this.SUBRULE(this.expression);
          this.OPTION(() => this.SUBRULE1(this.slice));
        },
      },
    ]);
  });

  readonly slice: Rule = this.RULE('slice', () => {
    this.CONSUME(S.Colon);
    this.OPTION(() => this.SUBRULE(this.expression, { LABEL: 'stop' }));
    this.OPTION1(() => {
      this.CONSUME1(S.Colon);
      this.SUBRULE1(this.expression, { LABEL: 'step' });
    });
  });

  // ── patterns, shapes, parameters ────────────────────────────────────────────────────────────────────────────────

  readonly pattern: Rule = this.RULE('pattern', () => {
    this.beforePattern();
    this.OR([
      { ALT: () => this.commaSeparated(S.LParen, S.RParen, this.patternElement, 'patternElement', false) },
      { ALT: () => this.CONSUME(Name) },
    ]);
  });

  readonly patternElement: Rule = this.RULE('patternElement', () => {
    this.OR([{ ALT: () => this.CONSUME(Underscore) }, { ALT: () => this.CONSUME(Name) }]);
  });

  readonly tensorType: Rule = this.RULE('tensorType', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Name);
          this.OPTION(() => this.SUBRULE(this.dimensions));
        },
      },
      { ALT: () => this.SUBRULE1(this.dimensions) },
    ]);
  });

  readonly dimensions: Rule = this.RULE('dimensions', () => {
    this.commaSeparated(S.LBracket, S.RBracket, this.dimension, 'dimension', true);
  });

  readonly dimension: Rule = this.RULE('dimension', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(S.Ellipsis);
          this.CONSUME(Name);
        },
      },
      { ALT: () => this.CONSUME(Underscore) },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
  });

  readonly parameters: Rule = this.RULE('parameters', () => {
    this.commaSeparated(S.LParen, S.RParen, this.parameter, 'parameter', true);
  });

  readonly parameter: Rule = this.RULE('parameter', () => {
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(S.Colon);
      this.SUBRULE(this.parameterType);
    });
    this.OPTION1(() => {
      this.CONSUME(S.Assign);
      this.SUBRULE(this.expression);
    });
  });

  readonly parameterType: Rule = this.RULE('parameterType', () => {
    this.SUBRULE(this.typeAtom);
    this.MANY(() => {
      this.CONSUME(S.Bar);
      this.SUBRULE1(this.typeAtom);
    });
  });

  readonly typeAtom: Rule = this.RULE('typeAtom', () => {
    this.OR([
      { ALT: () => this.CONSUME(Name) },
      { ALT: () => this.CONSUME(K.layer) },
      { ALT: () => this.commaSeparated(S.LParen, S.RParen, this.tupleTypeElement, 'typeAtom', false) },
    ]);
    this.MANY1(() => {
      this.CONSUME(S.LBracket);
      this.CONSUME(S.RBracket);
    });
  });

  readonly tupleTypeElement: Rule = this.RULE('tupleTypeElement', () => {
    this.SUBRULE(this.parameterType);
  });
}
