/**
 * The wordings of what does not belong between statements, fields and declarations.
 */
import type { TokenType } from 'chevrotain';
import { describe, expected, itemExpected, placeOf } from './parser-problems.ts';
import type { Context, Layout } from './layout.ts';
import { insertion, quoted, replacement, unexpected, type SyntaxProblem } from './problems.ts';
import { isKeyword, Name, S } from './tokens.ts';

/** Words that start something in other languages → what to write instead. */
const HABITS: Readonly<Record<string, string>> = {
  return: 'A result is named where it is made: `output y = …`.',
  def: 'A reusable part of a network is a `block Name { … }`; a function of compile-time numbers is `const name(x) = …`.',
  class: 'A network is a `model Name { … }`, a reusable part of one a `block Name { … }`.',
  var: 'A value gets a name with `let`: `let x = …`.',
  val: 'A value gets a name with `let`: `let x = …`.',
  self: 'Layers and tensors are used by their bare names, without `self`.',
  this: 'Layers and tensors are used by their bare names, without `this`.',
  forward: 'Statements stand directly in the body of the model: `input`s first, then `let` and `output`.',
  print: 'A model computes shapes and numbers only; look at its results from TypeScript.',
  assert: 'A condition that must hold is written `require condition, "message"`.',
  while: 'Stages are repeated with `repeat 3 { … }` or `for x in [1, 2] { … }`.',
  with: 'There are no `with` blocks.',
  type: 'Types are written where they are used; there are no type declarations.',
  export: 'Everything at the level of the file can be imported elsewhere; remove `export`.',
  public: 'Everything at the level of the file can be imported elsewhere; remove `public`.',
  from: 'An import is written `import { Block } from "./blocks.nn"`.',
};
for (const word of ['function', 'fn', 'func', 'fun']) Object.assign(HABITS, { [word]: HABITS['def'] });
for (const word of ['network', 'net', 'module', 'struct']) Object.assign(HABITS, { [word]: HABITS['class'] });
Object.freeze(HABITS);
export const startsElsewhere = (word: string): boolean => Object.hasOwn(HABITS, word);

/** Anything that starts neither a statement, nor a field, nor a declaration. */
export function misplaced(layout: Layout, index: number, context: Context): SyntaxProblem {
  const token = layout.at(index);
  const span = placeOf(layout, index);
  if (Object.hasOwn(HABITS, token.image)) {
    return unexpected(span, `${quoted(token.image)} starts nothing in the language.`, { help: HABITS[token.image]! });
  }
  if (token.tokenType === S.Arrow) {
    return unexpected(span, '`->` has no value on its left here.', {
      help:
        context === 'body'
          ? 'A pipeline starts with a value: `let y = x -> relu`.'
          : 'Pipelines stand in the body of a model or block.',
    });
  }
  if (token.tokenType === S.RParen || token.tokenType === S.RBracket || token.tokenType === S.RCurly)
    return nothingToClose(layout, index);
  const isFirst = index === 0 || layout.isFirstOnLine(index);
  if (!isFirst && layout.at(index - 1).tokenType !== S.LCurly) {
    const help =
      token.tokenType === Name
        ? 'Is an operator, a comma or `->` missing in front of it?'
        : `After it only ${itemExpected(context)} could stand.`;
    return unexpected(span, `${capitalised(describe(token))} cannot follow ${quoted(layout.at(index - 1).image)}.`, {
      help,
    });
  }
  const help = helpFor(token.image, context, layout.at(index + 1).tokenType);
  return unexpected(
    span,
    `Expected ${itemExpected(context)}, but found ${describe(token)}.`,
    help === undefined ? {} : { help },
  );
}

function helpFor(word: string, context: Context, next: TokenType): string | undefined {
  if (word === 'model' && next === S.Dot)
    return 'Layers are stages of a pipeline: `output y = x -> Dense(64, activation: relu) -> Dense(10)`.';
  if (context === 'body' && next === S.Arrow && !isKeyword(word))
    return `The result of a pipeline gets a name in front of it: \`let h = ${word} -> …\`, or \`output y = ${word} -> …\`.`;
  if (word === 'target') return 'A `target` belongs in a `train`: `train Model { target label: int32 … }`.';
  if (context === 'body' && (word === 'if' || word === 'for' || word === 'repeat')) {
    const example =
      word === 'if'
        ? 'let y = if c { a } else { b }'
        : word === 'for'
          ? 'let y = x -> for n in [8, 16] { Dense(n) }'
          : 'let y = x -> repeat 3 { Dense(8) }';
    return `\`${word}\` stands inside an expression or pipeline: \`${example}\`.`;
  }
  if (context === 'train' && isKeyword(word)) return 'A `train` sees everything that the body of its model has named.';
  return undefined;
}

function capitalised(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

export const nothingToClose = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(placeOf(layout, index), `This \`${layout.at(index).image}\` closes nothing: no bracket is open here.`, {
    fix: replacement('Remove it', placeOf(layout, index), '', false),
  });

export const strayComma = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(placeOf(layout, index), 'Statements and fields are not separated by commas.', {
    fix: replacement('Remove the comma', placeOf(layout, index), ''),
  });

export const commaBeforeArrow = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(placeOf(layout, index), 'A pipeline goes on with `->` alone, without a comma.', {
    fix: replacement('Remove the comma', placeOf(layout, index), ''),
  });

export const constInBody = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(placeOf(layout, index), 'A `const` stands at the level of the file, not in a body.', {
    help: 'In a body, `let` names a value, also one that the compiler computes.',
    fix: replacement('Write `let`', placeOf(layout, index), 'let'),
  });

export const nested = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(
    placeOf(layout, index),
    `A \`${layout.at(index).image}\` stands at the level of the file, not in a body.`,
    {
      help: `Move it out of the body that it stands in.`,
    },
  );

export const lateImport = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(placeOf(layout, index), 'Imports stand at the top of the file, in front of everything else.', {
    help: 'Move this import up.',
  });

export function assignment(layout: Layout, index: number, keyword: 'let' | 'const'): SyntaxProblem {
  const name = layout.at(index).image;
  return unexpected(placeOf(layout, index), `A statement starts with a keyword: \`${keyword} ${name} = …\`.`, {
    fix: insertion(`Write \`${keyword} ${name}\``, layout.start(index), `${keyword} `),
  });
}

export function missingKeyword(layout: Layout, index: number, keyword: string): SyntaxProblem {
  const name = layout.at(index).image;
  return unexpected(placeOf(layout, index), `A declaration starts with a keyword: \`${keyword} ${name} …\`.`, {
    fix: insertion(`Write \`${keyword} ${name}\``, layout.start(index), `${keyword} `, false),
  });
}

export function labelInBody(layout: Layout, index: number): SyntaxProblem {
  const name = layout.at(index).image;
  if (name === 'loss') {
    return unexpected(placeOf(layout, index), 'In a body a `loss` has a name: `loss penalty = …`.', {
      help: 'The loss that training minimises stands in a `train`: `train Model { loss: … }`.',
    });
  }
  if (isKeyword(name))
    return expected(layout, index + 1, `a name for this \`${name}\``, `As in \`${name} x: [28, 28, 1]\`.`);
  return unexpected(placeOf(layout, index), `A statement starts with a keyword, and ${quoted(name)} is none.`, {
    help: `An input is declared with \`input ${name}: …\`; \`loss:\`, \`optimizer:\` and the like stand in a \`train\`.`,
  });
}

export const strayStatement = (layout: Layout, index: number, owner: string | undefined): SyntaxProblem =>
  unexpected(placeOf(layout, index), `This \`${layout.at(index).image}\` stands outside of every body.`, {
    help:
      owner === undefined
        ? 'Statements belong between the braces of a model or block: `model Name { … }`.'
        : `Move it between the braces of ${quoted(owner)}, or see whether a \`}\` above closes too early.`,
  });

export const strayField = (layout: Layout, index: number): SyntaxProblem =>
  unexpected(placeOf(layout, index), `${quoted(layout.at(index).image)} stands outside of every \`train\`.`, {
    help: 'How a model is trained stands in `train Model { loss: … optimizer: … }`.',
  });
