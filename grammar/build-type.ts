/**
 * Concrete tree → shapes, parameters and their types.
 */
import type { CstNode } from 'chevrotain';
import type {
  Dimension, Parameter, ParameterType, TensorType,
} from './ast.ts'; // prettier-ignore
import { expression } from './build-expression.ts';
import {
  docAt, elements, endIn, endOf, identifier, listSpan, missing, nodeIn, nodesIn, outerSpan, startIn, startOf, tokenIn,
  tokensIn, type Build,
} from './cst.ts'; // prettier-ignore
import { spanOf } from './lexer.ts';
import { spanOver } from './source.ts';

// ── shapes ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A type that is not there has a missing dtype. */
export function tensorType(build: Build, node: CstNode | undefined, at: number): TensorType {
  const name = tokenIn(node, 'Name');
  const brackets = nodeIn(node, 'dimensions');
  if (name === undefined && brackets === undefined) {
    const dtype = identifier(undefined, at);
    return { kind: 'TensorType', dtype, span: dtype.span };
  }
  const dtype = name && identifier(name, at);
  const dimensions = brackets && elements(build, brackets, 'dimension', 'LBracket', dimension);
  const start = dtype?.span.start ?? listSpan(brackets!, 'LBracket', at).start;
  return {
    kind: 'TensorType',
    ...(dtype === undefined ? {} : { dtype }),
    ...(dimensions === undefined ? {} : { dimensions }),
    span: { start, end: endIn(node, start) },
  };
}

function dimension(build: Build, node: CstNode, at: number): Dimension {
  const underscore = tokenIn(node, 'Underscore');
  if (underscore !== undefined) return { kind: 'Discard', span: spanOf(underscore) };
  const dots = tokenIn(node, 'Ellipsis');
  if (dots === undefined) return expression(build, nodeIn(node, 'expression'), at);
  const name = identifier(tokenIn(node, 'Name'), endOf(dots));
  return { kind: 'SpreadDimension', name, span: spanOver(spanOf(dots), name.span) };
}

/** No list is nested this deeply; the bound keeps walks over the tree far from the end of the stack. */
const DEEPEST_LIST = 100;

// ── parameters ────────────────────────────────────────────────────────────────────────────────────────────────────

export function parameters(build: Build, node: CstNode | undefined): readonly Parameter[] {
  return node === undefined ? [] : elements(build, node, 'parameter', 'LParen', parameter);
}

function parameter(build: Build, node: CstNode, at: number): Parameter {
  const name = identifier(tokenIn(node, 'Name'), at);
  const colon = tokenIn(node, 'Colon');
  const assign = tokenIn(node, 'Assign');
  const type = colon && parameterType(nodeIn(node, 'parameterType'), endOf(colon));
  const value = assign && expression(build, nodeIn(node, 'expression'), endOf(assign));
  const end = Math.max(endIn(node, name.span.end), value === undefined ? 0 : outerSpan(build, value).end);
  return {
    kind: 'Parameter',
    ...docAt(build, name.span.start),
    name,
    ...(type === undefined ? {} : { type }),
    ...(value === undefined ? {} : { defaultValue: value }),
    span: { start: name.span.start, end },
  };
}

export function parameterType(node: CstNode | undefined, at: number): ParameterType {
  const atoms = nodesIn(node, 'typeAtom').map((atom, i) => typeAtom(atom, typeStart(node!, i, at)));
  const first = atoms[0];
  if (first === undefined) return missingType(at);
  if (atoms.length === 1) return first;
  const start = startIn(node, first.span.start);
  return { kind: 'UnionType', members: atoms, span: { start, end: endIn(node, first.span.end) } };
}

function typeStart(node: CstNode, index: number, at: number): number {
  const bar = index === 0 ? undefined : tokensIn(node, 'Bar')[index - 1];
  return bar === undefined ? at : endOf(bar);
}

function missingType(at: number): ParameterType {
  return { kind: 'NamedType', name: identifier(undefined, at), span: missing(at).span };
}

function typeAtom(node: CstNode, at: number): ParameterType {
  const name = tokenIn(node, 'Name') ?? tokenIn(node, 'layer');
  let type: ParameterType =
    name === undefined ? tupleType(node, at) : { kind: 'NamedType', name: identifier(name, at), span: spanOf(name) };
  const opener = tokenIn(node, 'LParen');
  const start = opener === undefined ? type.span.start : startOf(opener);
  for (const bracket of tokensIn(node, 'RBracket').slice(0, DEEPEST_LIST))
    type = { kind: 'ListType', element: type, span: { start, end: endOf(bracket) } };
  return type;
}

/** One member in parentheses groups. */
function tupleType(node: CstNode, at: number): ParameterType {
  const opener = tokenIn(node, 'LParen');
  if (opener === undefined) return missingType(at);
  const members = nodesIn(node, 'tupleTypeElement').map((part) =>
    parameterType(nodeIn(part, 'parameterType'), endOf(opener)),
  );
  if (members.length === 1) return members[0]!;
  const closer = tokenIn(node, 'RParen');
  return {
    kind: 'TupleType',
    elements: members,
    span: { start: startOf(opener), end: closer === undefined ? endIn(node, at) : endOf(closer) },
  };
}
