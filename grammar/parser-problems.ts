/**
 * The wordings of problems that depend on where a token stands: what was found, what would fit there, what to do.
 * They get the token layout and an index, never a tree.
 */
import type { IToken, TokenType } from 'chevrotain';
import { isCloser, isEnd, isKeywordToken, type Context, type Layout } from './layout.ts';
import { spanOf } from './lexer.ts';
import { certain, insertion, quoted, replacement, unexpected, unterminated, type SyntaxProblem } from './problems.ts';
import type { Span } from './source.ts';
import { labelOf, Name, NumberToken, S, spellingOf, StringToken, type SymbolName } from './tokens.ts';

/** What fits at the start of each rule that can fail there. */
export const EXPECTED: Readonly<Record<string, string>> = {
  operand: 'an expression',
  expression: 'an expression',
  stage: 'a stage such as `Dense(64)` or `relu`',
  argument: 'an argument such as `64` or `strides: 2`',
  stageIf: 'stages in braces `{ … }`, or `if`',
  ifExpression: 'a value in braces `{ … }`, or `if`',
  dimension: 'a size such as `28`, `h` or `_`',
  index: 'an index such as `0` or `1:3`',
  parameter: 'a parameter such as `units = 64` or `units: int`',
  importName: 'a name to import',
  patternElement: 'a name or `_`',
  pattern: 'a name, or names in parentheses',
  tensorType: 'a type such as `[28, 28, 1]`, `int32[seq]` or `int32`',
  parameterType: 'a type such as `int`, `activation` or `same | valid`',
  typeAtom: 'a type such as `int`, `activation` or `same | valid`',
};

const ITEMS: Readonly<Record<Context, string>> = {
  file: 'a declaration: `model`, `block`, `const`, `train` or `import`',
  body: 'a statement: `input`, `output`, `let`, `layer`, `weight`, `require` or `loss`',
  train: 'a field such as `loss: …` or `optimizer: …`, or `target name: type`',
};
export const itemExpected = (context: Context): string => ITEMS[context];

export function describe(token: IToken): string {
  if (isEnd(token)) return 'the end of the file';
  if (isKeywordToken(token)) return `the keyword \`${token.image}\``;
  if (token.tokenType === NumberToken) return `the number ${quoted(token.image)}`;
  if (token.tokenType === StringToken) return `the string ${quoted(token.image)}`;
  return quoted(token.image);
}

/** Something else should stand at `index`. Where the line just ends too early, the last token is to blame. */
export function expected(layout: Layout, index: number, what: string, help?: string): SyntaxProblem {
  const found = layout.at(index);
  const before = index > 0 ? layout.at(index - 1) : undefined;
  const after = before === undefined || before.image === '' ? '' : ` after ${quoted(before.image)}`;
  const isDictionary = found.tokenType === S.LCurly && what === EXPECTED['operand'];
  const said = help ?? (isDictionary ? 'There are no dictionaries. Losses are added up, `a + 0.5 * b`; metrics are listed, `[a, b]`.' : undefined); // prettier-ignore
  const parts = said === undefined ? {} : { help: said };
  if (before !== undefined && endsTooEarly(layout, index)) {
    return unexpected(blamedEnd(layout, index), `Expected ${what}${after}.`, parts);
  }
  return unexpected(placeOf(layout, index), `Expected ${what}${after}, but found ${describe(found)}.`, parts);
}

function endsTooEarly(layout: Layout, index: number): boolean {
  const found = layout.at(index);
  if (isEnd(found)) return true;
  return layout.isFirstOnLine(index) && (isCloser(found) || isKeywordToken(found) || found.tokenType === Name);
}

/** The last token with a text before `index`. */
function blamedEnd(layout: Layout, index: number): Span {
  let i = index - 1;
  while (i > 0 && layout.at(i).image === '') i--;
  return placeOf(layout, i);
}

export function placeOf(layout: Layout, index: number): Span {
  return { start: layout.start(index), end: layout.end(index) };
}

export function unclosed(layout: Layout, index: number, opener: IToken | undefined, closer: TokenType): SyntaxProblem {
  const sign = labelOf(closer);
  const span = endsTooEarly(layout, index) ? blamedEnd(layout, index) : placeOf(layout, index);
  if (opener === undefined) return unterminated(span, `A ${sign} is missing here.`);
  const quotient = quotientAsComment(layout, spanOf(opener).end);
  if (quotient) return quotient;
  const end = layout.end(index - 1);
  const isBrace = closer === S.RCurly;
  return unterminated(span, `The \`${opener.image}\` is never closed: a ${sign} is missing here.`, {
    related: [{ span: spanOf(opener), message: `\`${opener.image}\` was opened here` }],
    fix: insertion(
      `Insert ${sign}`,
      end,
      isBrace && layout.isFirstOnLine(index) ? '\n}' : (closer.PATTERN as string),
      false,
    ),
  });
}

/** `Dense(c // 2)`, as Python divides: what closes the parenthesis on its line has become part of a comment. */
function quotientAsComment({ text }: Layout, after: number): SyntaxProblem | undefined {
  const line = /^[^\n\r]*/.exec(text.slice(after))![0];
  const [, before, left, gap, right = '', rest] = /^([^"]*?)([\w.]+|\))(\s*\/\/\s*)([\w.]+)?(.*)$/.exec(line) ?? [];
  if (before === undefined || left === undefined || gap === undefined || !closesMore(`${right}${rest ?? ''}`)) return undefined; // prettier-ignore
  const start = after + before.length;
  const slashes = start + left.length + gap.indexOf('/');
  const isPlain = left !== ')' && right !== '';
  const whole = { start, end: start + left.length + gap.length + right.length };
  const written = isPlain ? `floor(${left} / ${right})` : 'floor(a / b)';
  return unexpected({ start: slashes, end: slashes + 2 }, '`//` starts a comment, so the rest of this line is not read.', {
    help: `To divide and round down, write \`${written}\`; where the division leaves no remainder, \`/\` will do.`,
    ...(isPlain ? { fix: replacement(`Write \`${written}\``, whole, written, false) } : {}),
  });
} // prettier-ignore

/** Whether a text closes brackets that it has not opened. */
function closesMore(text: string): boolean {
  let open = 0;
  for (const sign of text) {
    if ('([{'.includes(sign)) open++;
    if (')]}'.includes(sign) && --open < 0) return true;
  }
  return false;
}

export function wrongCloser(
  layout: Layout,
  index: number,
  opener: IToken | undefined,
  closer: TokenType,
): SyntaxProblem {
  const found = layout.at(index);
  const related = opener && [{ span: spanOf(opener), message: `\`${opener.image}\` was opened here` }];
  return unexpected(
    spanOf(found),
    `${quoted(found.image)} does not close ${opener ? quoted(opener.image) : 'this'}: ${labelOf(closer)} does.`,
    {
      ...(related === undefined ? {} : { related }),
      fix: replacement(`Write ${labelOf(closer)}`, spanOf(found), closer.PATTERN as string),
    },
  );
}

export function keywordAsName(token: IToken): SyntaxProblem {
  const word = token.image;
  return unexpected(spanOf(token), `\`${word}\` is a keyword of the language, so it cannot be used as a name here.`, {
    help: `Choose a different name, such as \`${SUGGESTED[word] ?? `my${word[0]!.toUpperCase()}${word.slice(1)}`}\`.`,
  });
}

const SUGGESTED: Readonly<Record<string, string>> = {
  input: 'x', output: 'y', layer: 'hidden', weight: 'scale', loss: 'penalty', target: 'label', model: 'network',
  block: 'part', train: 'training', in: 'inputs', from: 'source', as: 'alias', import: 'imported', let: 'value',
  const: 'constant', require: 'required', if: 'condition', else: 'otherwise', repeat: 'times', for: 'each',
  true: 'yes', false: 'no',
}; // prettier-ignore

export const keywordShorthand = (token: IToken): SyntaxProblem =>
  unexpected(
    spanOf(token),
    `\`${token.image}:\` needs a value: nothing can be named \`${token.image}\`, as it is a keyword of the language.`,
    {
      help: `Write \`${token.image}: value\`.`,
    },
  );

export const underscoreAsName = (token: IToken): SyntaxProblem =>
  unexpected(spanOf(token), '`_` alone is not a name.', {
    help: 'It stands for "whatever it is" in patterns, `let (a, _) = …`, and in shapes, `[_, 3]`.',
  });

export function operatorAfterStage(layout: Layout, from: number, index: number): SyntaxProblem {
  const operator = layout.at(index);
  const piped = layout.text.slice(layout.start(from), layout.end(index - 1));
  const rest = operator.tokenType === S.Dot ? '.…' : operator.tokenType === S.LBracket ? '[…]' : ` ${operator.image} …`;
  const example = `(${piped.length <= 40 && !/[\r\n]/.test(piped) ? piped : '… -> …'})${rest}`;
  return unexpected(
    spanOf(operator),
    `${quoted(operator.image)} cannot follow a stage, because \`->\` binds more loosely than ${rest.startsWith(' ') ? 'every operator' : quoted(operator.image)}.`,
    {
      help: `To go on computing with the result of the pipeline, put it in parentheses: \`${example}\`.`,
      fix: {
        title: 'Put the pipeline in parentheses',
        safe: false,
        edits: [
          { span: { start: layout.start(from), end: layout.start(from) }, newText: '(' },
          { span: { start: layout.end(index - 1), end: layout.end(index - 1) }, newText: ')' },
        ],
      },
    },
  );
}

export const missingArrow = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(placeOf(layout, index), `\`->\` is missing before ${describe(layout.at(index))}.`, {
    help: 'Each stage of a pipeline has a `->` in front of it.',
    fix: insertion('Insert `->`', layout.start(index), '-> ', false),
  });

export function missingComma(layout: Layout, index: number): SyntaxProblem {
  if (layout.at(index - 1).image === 'lambda') {
    return unexpected(placeOf(layout, index - 1), 'There are no functions without a name, such as a `lambda`.', {
      help: 'Write what it computes: any function or operator can stand in a pipeline, as in `(x / 255) -> Dense(8)`.',
    });
  }
  return unexpected(placeOf(layout, index), `A comma is missing before ${describe(layout.at(index))}.`, {
    fix: insertion('Insert a comma', layout.end(index - 1), ',', false),
  });
}

/** `elif` of Python and its like. */
export const elseIf = (token: IToken): SyntaxProblem =>
  certain(
    unexpected(spanOf(token), `\`${token.image}\` is written \`else if\`.`, {
      fix: replacement('Write `else if`', spanOf(token), 'else if'),
    }),
  );
export const isElseIf = ({ image }: IToken): boolean => /^(elif|elsif|elseif)$/.test(image);

export const emptyElement = (layout: Layout, index: number, what: string): SyntaxProblem =>
  unexpected(placeOf(layout, index), `Expected ${what} before this comma.`, {
    fix: replacement('Remove the comma', placeOf(layout, index), '', false),
  });

export function argumentEquals(layout: Layout, index: number): SyntaxProblem {
  const name = layout.at(index - 1).image;
  return certain(wrongSign(layout, index, `A named argument is written with a colon: \`${name}: …\`.`, ':'));
}

export const wordOperator = (token: IToken, meant: SymbolName): SyntaxProblem =>
  certain(
    unexpected(
      spanOf(token),
      `\`${token.image}\` is not an operator of the language: write \`${spellingOf(meant)}\`.`,
      {
        fix: replacement(`Write \`${spellingOf(meant)}\``, spanOf(token), spellingOf(meant)),
      },
    ),
  );

/** `input x = …` */
export const missingType = (token: IToken, message: string): SyntaxProblem =>
  unexpected(spanOf(token), message, { fix: replacement('Write `:`', spanOf(token), ':', false) });

/** One punctuation mark stands where another should: `=` for `==`, `=` for `:`, … */
export function wrongSign(layout: Layout, index: number, message: string, meant: string): SyntaxProblem {
  const span = { start: layout.end(index - 1), end: layout.end(index) };
  const newText = `${meant === ':' ? '' : ' '}${meant}${/\S/.test(layout.text[span.end] ?? '') ? ' ' : ''}`;
  return unexpected(placeOf(layout, index), message, { fix: replacement(`Write \`${meant}\``, span, newText) });
}

export const chainedComparison = (operator: Span, middle: string, middleEnd: number, example: string): SyntaxProblem =>
  unexpected(operator, 'Comparisons do not chain: the first one already gives `true` or `false`.', {
    help: `Write \`${example}\`.`,
    fix: insertion('Compare twice', middleEnd, ` && ${middle}`, false),
  });

export const positionalAfterNamed = (span: Span, named: Span): SyntaxProblem =>
  unexpected(span, 'An argument without a name cannot follow a named one.', {
    help: 'Put the arguments without names first, or give this one its name.',
    related: [{ span: named, message: 'this argument is named' }],
  });
