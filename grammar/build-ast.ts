/**
 * Concrete tree → AST. With the other `build-…` files the only one that sees the concrete tree; nothing is reported
 * here but what only the shape of the tree shows (chained comparisons, positional arguments after named ones).
 */
import type { CstNode, IToken } from 'chevrotain';
import type {
  Block, Body, Comment, Declaration, DocComment, File, Import, ImportName, Model, ModelAlias, Statement, Target, Train,
  TrainField,
} from './ast.ts'; // prettier-ignore
import { expression, stringOf } from './build-expression.ts';
import { pattern } from './build-pattern.ts';
import { parameters, parameterType, tensorType } from './build-type.ts';
import {
  docAt, elements, endIn, endOf, identifier, missing, nodeIn, nodesIn, startOf, tokenIn, type Build,
} from './cst.ts'; // prettier-ignore
import type { LexedFile } from './lexer.ts';
import type { SyntaxProblem } from './problems.ts';

export function buildFile(
  tree: CstNode,
  lexed: LexedFile,
  text: string,
  reported: readonly number[],
): { readonly file: File; readonly problems: readonly SyntaxProblem[] } {
  const docs = docsByPlace(lexed.comments, lexed.tokens, text);
  const build: Build = { text, docs, grouped: new Map(), problems: [], reported };
  const imports: Import[] = [];
  const declarations: Declaration[] = [];
  collect(build, tree, imports, declarations);
  declarations.sort((a, b) => a.span.start - b.span.start);
  imports.sort((a, b) => a.span.start - b.span.start);
  for (const node of nodesIn(tree, 'strayStatement')) adopt(declarations, statement(build, nodeIn(node, 'statement')));
  const span = { start: 0, end: text.length };
  return { file: { kind: 'File', imports, declarations, comments: lexed.comments, span }, problems: build.problems };
}

/** Also finds the declarations in bodies: they are reported there, but known everywhere all the same. */
function collect(build: Build, node: CstNode, imports: Import[], declarations: Declaration[]): void {
  for (const part of nodesIn(node, 'importDeclaration')) imports.push(importOf(build, part));
  for (const part of nodesIn(node, 'constDeclaration')) declarations.push(constOf(build, part));
  for (const part of nodesIn(node, 'trainDeclaration')) declarations.push(trainOf(build, part));
  for (const part of [...nodesIn(node, 'blockDeclaration'), ...nodesIn(node, 'modelDeclaration')]) {
    declarations.push(part.name === 'blockDeclaration' ? blockOf(build, part) : modelOf(build, part));
    const body = nodeIn(part, 'body');
    if (body !== undefined) collect(build, body, imports, declarations);
  }
}

/** A statement that stands outside of every body belongs to the declaration before it. */
function adopt(declarations: Declaration[], stray: Statement | undefined): void {
  if (stray === undefined) return;
  const index = declarations.findLastIndex((declaration) => declaration.span.start < stray.span.start);
  const owner = declarations[index];
  if (owner?.kind !== 'Block' && owner?.kind !== 'Model') return;
  const { end } = stray.span;
  const body: Body = {
    ...owner.body,
    statements: [...owner.body.statements, stray],
    span: { start: owner.body.span.start, end },
  };
  declarations[index] = { ...owner, body, span: { start: owner.span.start, end } };
}

// ── doc comments ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The last run of `///` lines in front of each token; a blank line ends a run. */
function docsByPlace(
  comments: readonly Comment[],
  tokens: readonly IToken[],
  text: string,
): ReadonlyMap<number, DocComment> {
  const docs = new Map<number, DocComment>();
  let next = 0;
  let run: Comment[] = [];
  for (const [i, comment] of comments.entries()) {
    const before = comments[i - 1];
    if (before !== undefined && isParted(text.slice(before.span.end, comment.span.start))) run = [];
    if (comment.style === 'doc') run.push(comment);
    while (next < tokens.length && (startOf(tokens[next]!) < comment.span.end || tokens[next]!.image === '')) next++;
    const token = tokens[next];
    if (token === undefined) break;
    if (run.length > 0) docs.set(startOf(token), docOf(run));
  }
  return docs;
}

/** Whether a blank line or a token stands between two comments. */
function isParted(between: string): boolean {
  return /\S|\r?\n[ \t]*\r?\n/.test(between);
}

function docOf(run: readonly Comment[]): DocComment {
  const text = run.map((line) => line.text.slice(3).replace(/^ /, '').trimEnd()).join('\n');
  return { kind: 'DocComment', text, span: { start: run[0]!.span.start, end: run.at(-1)!.span.end } };
}

// ── declarations ──────────────────────────────────────────────────────────────────────────────────────────────────

function importOf(build: Build, node: CstNode): Import {
  const keyword = tokenIn(node, 'import')!;
  const from = tokenIn(node, 'String');
  const end = endIn(node, endOf(keyword));
  return {
    kind: 'Import',
    names: elements(build, node, 'importName', 'LCurly', importName),
    from: from === undefined ? missing(end) : stringOf(from),
    span: { start: startOf(keyword), end },
  };
}

function importName(_: Build, node: CstNode, at: number): ImportName {
  const name = identifier(tokenIn(node, 'Name'), at);
  const as = tokenIn(node, 'as');
  const alias = as && identifier(tokenIn(node, 'alias'), endOf(as));
  return {
    kind: 'ImportName',
    name,
    ...(alias === undefined ? {} : { alias }),
    span: { start: name.span.start, end: endIn(node, name.span.end) },
  };
}

/** What every declaration and statement has: its doc, its name and its place. */
function frame(build: Build, node: CstNode, keyword: IToken) {
  const start = startOf(keyword);
  return {
    ...docAt(build, start),
    name: identifier(tokenIn(node, 'Name'), endOf(keyword)),
    span: { start, end: endIn(node, endOf(keyword)) },
  };
}

/** The expression after `=` or `:`. */
function valueOf(build: Build, node: CstNode, sign: 'Assign' | 'Colon') {
  const token = tokenIn(node, sign);
  return expression(build, nodeIn(node, 'expression'), token === undefined ? endIn(node, 0) : endOf(token));
}

function typeOf(build: Build, node: CstNode) {
  const colon = tokenIn(node, 'Colon');
  return tensorType(build, nodeIn(node, 'tensorType'), colon === undefined ? endIn(node, 0) : endOf(colon));
}

function constOf(build: Build, node: CstNode): Declaration {
  const list = nodeIn(node, 'parameters');
  const colon = tokenIn(node, 'Colon');
  const type = colon && parameterType(nodeIn(node, 'parameterType'), endOf(colon));
  return {
    kind: 'Const',
    ...frame(build, node, tokenIn(node, 'const')!),
    ...(list === undefined ? {} : { parameters: parameters(build, list) }),
    ...(type === undefined ? {} : { type }),
    value: valueOf(build, node, 'Assign'),
  };
}

function blockOf(build: Build, node: CstNode): Block {
  const base = frame(build, node, tokenIn(node, 'block')!);
  return {
    kind: 'Block',
    ...base,
    parameters: parameters(build, nodeIn(node, 'parameters')),
    body: bodyOf(build, node),
  };
}

function modelOf(build: Build, node: CstNode): Model | ModelAlias {
  const base = frame(build, node, tokenIn(node, 'model')!);
  if (tokenIn(node, 'Assign') !== undefined)
    return { kind: 'ModelAlias', ...base, value: valueOf(build, node, 'Assign') };
  return {
    kind: 'Model',
    ...base,
    parameters: parameters(build, nodeIn(node, 'parameters')),
    body: bodyOf(build, node),
  };
}

function bodyOf(build: Build, owner: CstNode): Body {
  const node = nodeIn(owner, 'body');
  const opener = tokenIn(node, 'LCurly');
  const end = endIn(owner, 0);
  if (node === undefined || opener === undefined) return { kind: 'Body', statements: [], span: { start: end, end } };
  const statements = nodesIn(node, 'statement').flatMap((part) => statement(build, part) ?? []);
  return { kind: 'Body', statements, span: { start: startOf(opener), end } };
}

function trainOf(build: Build, node: CstNode): Train {
  const { name: model, ...base } = frame(build, node, tokenIn(node, 'train')!);
  const items = [
    ...nodesIn(node, 'targetItem').map((part) => targetOf(build, part)),
    ...nodesIn(node, 'fieldItem').map((part) => fieldOf(build, part)),
  ].sort((a, b) => a.span.start - b.span.start);
  return { kind: 'Train', ...base, model, items };
}

function targetOf(build: Build, node: CstNode): Target {
  return { kind: 'Target', ...frame(build, node, tokenIn(node, 'target')!), type: typeOf(build, node) };
}

function fieldOf(build: Build, node: CstNode): TrainField {
  return { kind: 'TrainField', ...frame(build, node, tokenIn(node, 'Name')!), value: valueOf(build, node, 'Colon') };
}

// ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────

type StatementMaker = (build: Build, node: CstNode, keyword: IToken) => Statement;

const STATEMENTS: Readonly<Record<string, StatementMaker>> = {
  input: (build, node, keyword) => ({
    kind: 'Input',
    ...frame(build, node, keyword),
    type: typeOf(build, node),
    ...(tokenIn(node, 'Assign') === undefined ? {} : { defaultValue: valueOf(build, node, 'Assign') }),
  }),
  output: (build, node, keyword) => ({
    kind: 'Output',
    ...frame(build, node, keyword),
    ...(tokenIn(node, 'Colon') === undefined ? {} : { type: typeOf(build, node) }),
    value: valueOf(build, node, 'Assign'),
  }),
  let: (build, node, keyword) => {
    const { name: _, ...base } = frame(build, node, keyword);
    return {
      kind: 'Let',
      ...base,
      pattern: pattern(nodeIn(node, 'pattern'), endOf(keyword)),
      ...(tokenIn(node, 'Colon') === undefined ? {} : { type: typeOf(build, node) }),
      value: valueOf(build, node, 'Assign'),
    };
  },
  layer: (build, node, keyword) => ({
    kind: 'LayerStatement',
    ...frame(build, node, keyword),
    value: valueOf(build, node, 'Assign'),
  }),
  weight: (build, node, keyword) => ({
    kind: 'Weight',
    ...frame(build, node, keyword),
    type: typeOf(build, node),
    ...(tokenIn(node, 'Assign') === undefined ? {} : { initializer: valueOf(build, node, 'Assign') }),
  }),
  require: (build, node, keyword) => {
    const { name: _, ...base } = frame(build, node, keyword);
    const message = tokenIn(node, 'String');
    const condition = expression(build, nodeIn(node, 'expression'), endOf(keyword));
    return { kind: 'Require', ...base, condition, ...(message === undefined ? {} : { message: stringOf(message) }) };
  },
  loss: (build, node, keyword) => ({
    kind: 'LossStatement',
    ...frame(build, node, keyword),
    value: valueOf(build, node, 'Assign'),
  }),
};

function statement(build: Build, node: CstNode | undefined): Statement | undefined {
  for (const [word, make] of Object.entries(STATEMENTS)) {
    const part = nodeIn(node, `${word}Statement`);
    const keyword = tokenIn(part, word);
    if (part !== undefined && keyword !== undefined) return make(build, part, keyword);
  }
  return undefined;
}
