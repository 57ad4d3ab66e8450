/**
 * The grammar rules of files, declarations and statements (LANGUAGE.md §3). Tokens → concrete tree and problems.
 * `atItem` looks at every place where a new statement, field or declaration may start.
 */
import type { CstNode, IToken, ParserMethod } from 'chevrotain';
import { ItemRepairs } from './item-repairs.ts';
import type { SyntaxProblem } from './problems.ts';
import { K, Name, S, StringToken } from './tokens.ts';

type Rule = ParserMethod<[], CstNode>;

export class NnParser extends ItemRepairs {
  constructor(skipValidations = true) {
    super(skipValidations);
    this.performSelfAnalysis();
  }

  parse(
    tokens: IToken[],
    text: string,
    lexicalOffsets: readonly number[],
  ): { readonly tree: CstNode; readonly problems: readonly SyntaxProblem[] } {
    this.begin(tokens, text, lexicalOffsets);
    this.forgetDeclarations();
    const tree = this.file();
    return { tree, problems: this.takeProblems() };
  }

  readonly file: Rule = this.RULE('file', () => {
    this.atItem('file');
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.importDeclaration) },
        { ALT: () => this.SUBRULE(this.constDeclaration) },
        { ALT: () => this.SUBRULE(this.blockDeclaration) },
        { ALT: () => this.SUBRULE(this.modelDeclaration) },
        { ALT: () => this.SUBRULE(this.trainDeclaration) },
        // Statements outside of any body: a problem that `atItem` has reported.
        { ALT: () => this.SUBRULE(this.strayStatement) },
      ]);
      this.atItem('file');
    });
  });

  readonly importDeclaration: Rule = this.RULE('importDeclaration', () => {
    this.CONSUME(K.import);
    this.commaSeparated(S.LCurly, S.RCurly, this.importName, 'importName', false);
    this.CONSUME(K.from);
    this.CONSUME(StringToken);
  });

  readonly importName: Rule = this.RULE('importName', () => {
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(K.as);
      this.CONSUME1(Name, { LABEL: 'alias' });
    });
  });

  readonly constDeclaration: Rule = this.RULE('constDeclaration', () => {
    this.CONSUME(K.const);
    this.CONSUME(Name);
    this.OPTION(() => this.SUBRULE(this.parameters));
    this.OPTION1(() => {
      this.CONSUME(S.Colon);
      this.SUBRULE(this.parameterType);
    });
    this.CONSUME(S.Assign);
    this.SUBRULE(this.expression);
  });

  readonly blockDeclaration: Rule = this.RULE('blockDeclaration', () => {
    this.CONSUME(K.block);
    this.CONSUME(Name);
    this.OPTION(() => this.SUBRULE(this.parameters));
    this.SUBRULE(this.body);
  });

  readonly modelDeclaration: Rule = this.RULE('modelDeclaration', () => {
    this.CONSUME(K.model);
    this.CONSUME(Name);
    this.beforeModelBody();
    this.OR([
      {
        ALT: () => {
          this.CONSUME(S.Assign);
          this.SUBRULE(this.expression);
        },
      },
      {
        ALT: () => {
          this.OPTION(() => this.SUBRULE(this.parameters));
          this.SUBRULE(this.body);
        },
      },
    ]);
  });

  readonly body: Rule = this.RULE('body', () => {
    const opener = this.CONSUME(S.LCurly);
    const outer = this.enterBody(opener);
    this.atItem('body');
    this.MANY({
      GATE: () => this.startsItem,
      DEF: () => {
        this.OR([
          { ALT: () => this.SUBRULE(this.statement) },
          // Declarations inside of a body: a problem that `atItem` has reported.
          { ALT: () => this.SUBRULE(this.blockDeclaration) },
          { ALT: () => this.SUBRULE(this.modelDeclaration) },
          { ALT: () => this.SUBRULE(this.trainDeclaration) },
          { ALT: () => this.SUBRULE(this.importDeclaration) },
        ]);
        this.atItem('body');
      },
    });
    this.CONSUME(S.RCurly);
    this.leaveBody(outer);
  });

  readonly strayStatement: Rule = this.RULE('strayStatement', () => {
    this.SUBRULE(this.statement);
  });

  readonly statement: Rule = this.RULE('statement', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.outputStatement) },
      { ALT: () => this.SUBRULE(this.letStatement) },
      { ALT: () => this.SUBRULE(this.inputStatement) },
      { ALT: () => this.SUBRULE(this.layerStatement) },
      { ALT: () => this.SUBRULE(this.weightStatement) },
      { ALT: () => this.SUBRULE(this.requireStatement) },
      { ALT: () => this.SUBRULE(this.lossStatement) },
    ]);
  });

  readonly inputStatement: Rule = this.RULE('inputStatement', () => {
    this.CONSUME(K.input);
    this.CONSUME(Name);
    this.CONSUME(S.Colon);
    this.SUBRULE(this.tensorType);
    this.OPTION(() => {
      this.CONSUME(S.Assign);
      this.SUBRULE(this.expression);
    });
  });

  readonly outputStatement: Rule = this.RULE('outputStatement', () => {
    this.CONSUME(K.output);
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(S.Colon);
      this.SUBRULE(this.tensorType);
    });
    this.CONSUME(S.Assign);
    this.SUBRULE(this.expression);
  });

  readonly letStatement: Rule = this.RULE('letStatement', () => {
    this.CONSUME(K.let);
    this.SUBRULE(this.pattern);
    this.OPTION(() => {
      this.CONSUME(S.Colon);
      this.SUBRULE(this.tensorType);
    });
    this.CONSUME(S.Assign);
    this.SUBRULE(this.expression);
  });

  readonly layerStatement: Rule = this.RULE('layerStatement', () => {
    this.CONSUME(K.layer);
    this.CONSUME(Name);
    this.CONSUME(S.Assign);
    this.SUBRULE(this.expression);
  });

  readonly weightStatement: Rule = this.RULE('weightStatement', () => {
    this.CONSUME(K.weight);
    this.CONSUME(Name);
    this.CONSUME(S.Colon);
    this.SUBRULE(this.tensorType);
    this.OPTION(() => {
      this.CONSUME(S.Assign);
      this.SUBRULE(this.expression);
    });
  });

  readonly requireStatement: Rule = this.RULE('requireStatement', () => {
    this.CONSUME(K.require);
    this.SUBRULE(this.expression);
    this.beforeMessage();
    this.OPTION(() => {
      this.CONSUME(S.Comma);
      this.CONSUME(StringToken);
    });
  });

  readonly lossStatement: Rule = this.RULE('lossStatement', () => {
    this.CONSUME(K.loss);
    this.CONSUME(Name);
    this.CONSUME(S.Assign);
    this.SUBRULE(this.expression);
  });

  readonly trainDeclaration: Rule = this.RULE('trainDeclaration', () => {
    this.CONSUME(K.train);
    this.CONSUME(Name);
    const opener = this.CONSUME(S.LCurly);
    const outer = this.enterBody(opener);
    this.atItem('train');
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.targetItem) }, { ALT: () => this.SUBRULE(this.fieldItem) }]);
      this.atItem('train');
    });
    this.CONSUME(S.RCurly);
    this.leaveBody(outer);
  });

  readonly targetItem: Rule = this.RULE('targetItem', () => {
    this.CONSUME(K.target);
    this.CONSUME(Name);
    this.CONSUME(S.Colon);
    this.SUBRULE(this.tensorType);
  });

  readonly fieldItem: Rule = this.RULE('fieldItem', () => {
    this.CONSUME(Name);
    this.CONSUME(S.Colon);
    this.SUBRULE(this.expression);
  });
}
