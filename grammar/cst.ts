/**
 * Reading Chevrotain's concrete tree: tokens and nodes by key, and places. Only the `build-…` files use it.
 */
import type { CstNode, IToken } from 'chevrotain';
import type { DocComment, Expression, Identifier, Missing } from './ast.ts';
import { spanOf } from './lexer.ts';
import type { SyntaxProblem } from './problems.ts';
import type { Span } from './source.ts';

/** What the building functions share. */
export interface Build {
  readonly text: string;
  /** By the offset of the token after it. */
  readonly docs: ReadonlyMap<number, DocComment>;
  /** Where an expression stands in parentheses: its place with these. */
  readonly grouped: Map<Expression, Span>;
  readonly problems: SyntaxProblem[];
  /** Where problems have been found before, in order. */
  readonly reported: readonly number[];
}

/** One mistake gives one problem: whether a place has had its problem. */
export function isReported(build: Build, { start, end }: Span): boolean {
  return build.reported.some((offset) => start <= offset && offset <= end);
}

export function tokensIn(node: CstNode | undefined, key: string): readonly IToken[] {
  return (node?.children[key] ?? []) as readonly IToken[];
}

export function tokenIn(node: CstNode | undefined, key: string): IToken | undefined {
  return node?.children[key]?.[0] as IToken | undefined;
}

export function nodesIn(node: CstNode | undefined, key: string): readonly CstNode[] {
  return (node?.children[key] ?? []) as readonly CstNode[];
}

export function nodeIn(node: CstNode | undefined, key: string): CstNode | undefined {
  return node?.children[key]?.[0] as CstNode | undefined;
}

export const startOf = (token: IToken): number => token.startOffset;
export const endOf = (token: IToken): number => token.startOffset + token.image.length;

/** Rules that end with a closing bracket, which saves looking further. */
const CLOSERS: Readonly<Record<string, string>> = {
  argumentList: 'RParen', parenthesized: 'RParen', parameters: 'RParen', list: 'RBracket', indexList: 'RBracket',
  dimensions: 'RBracket', stages: 'RCurly', body: 'RCurly',
}; // prettier-ignore

/** Where the last token of a node ends, or `fallback` if it has none. */
export function endIn(node: CstNode | undefined, fallback: number): number {
  let end = fallback;
  if (node === undefined) return end;
  const closer = CLOSERS[node.name];
  const last = closer === undefined ? undefined : tokenIn(node, closer);
  if (last !== undefined) return endOf(last);
  for (const key in node.children) {
    const last = node.children[key]?.at(-1);
    if (last !== undefined) end = Math.max(end, 'children' in last ? endIn(last, fallback) : endOf(last));
  }
  return end;
}

/** Where the first token of a node starts, or `fallback` if it has none. */
export function startIn(node: CstNode | undefined, fallback: number): number {
  let start = fallback;
  if (node === undefined) return start;
  for (const key in node.children) {
    const first = node.children[key]?.[0];
    if (first !== undefined) start = Math.min(start, 'children' in first ? startIn(first, fallback) : startOf(first));
  }
  return start;
}

/** Where the element of a bracketed list would start at the earliest: after its comma or the opener. */
function earliestOf(list: CstNode, opener: string, index: number, fallback: number): number {
  const before = index === 0 ? tokenIn(list, opener) : tokensIn(list, 'Comma')[index - 1];
  return before === undefined ? fallback : endOf(before);
}

/** The place of an expression with the parentheses around it. */
export function outerSpan(build: Build, expression: Expression): Span {
  return build.grouped.get(expression) ?? expression.span;
}

export function missing(at: number): Missing {
  return { kind: 'Missing', span: { start: at, end: at } };
}

/** A name that recovery has put in, or `_`, counts as missing. */
export function isNameless(token: IToken): boolean {
  return token.image === '' || token.image === '_';
}

export function identifier(token: IToken | undefined, at: number): Identifier {
  if (token !== undefined && !isNameless(token)) return { kind: 'Identifier', name: token.image, span: spanOf(token) };
  const offset = token?.startOffset ?? at;
  return { kind: 'Identifier', name: '', missing: true, span: { start: offset, end: offset } };
}

export function docAt(build: Build, offset: number): { readonly doc?: DocComment } {
  const doc = build.docs.get(offset);
  return doc === undefined ? {} : { doc };
}

/** The elements of a bracketed list, each told where it would start at the earliest. */
export function elements<T>(
  build: Build,
  list: CstNode,
  key: string,
  opener: string,
  make: (build: Build, node: CstNode, at: number) => T,
): readonly T[] {
  const end = endIn(list, 0);
  return nodesIn(list, key).map((node, i) => make(build, node, earliestOf(list, opener, i, end)));
}

export function listSpan(node: CstNode, opener: string, fallback: number): Span {
  const token = tokenIn(node, opener);
  const start = token === undefined ? fallback : startOf(token);
  return { start, end: endIn(node, start) };
}
