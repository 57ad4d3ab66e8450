/**
 * Concrete tree → patterns: what `let` and `for` bind.
 */
import type { CstNode } from 'chevrotain';
import type { Discard, Identifier, NamePattern, Pattern } from './ast.ts';
import { endOf, identifier, listSpan, nodesIn, tokenIn } from './cst.ts';
import { spanOf } from './lexer.ts';

export function pattern(node: CstNode | undefined, at: number): Pattern {
  const opener = tokenIn(node, 'LParen');
  if (node === undefined || opener === undefined) return namePattern(identifier(tokenIn(node, 'Name'), at));
  const names = nodesIn(node, 'patternElement').map((part) => patternElement(part, endOf(opener)));
  const only = names[0];
  if (names.length === 1 && only?.kind === 'Identifier' && tokenIn(node, 'Comma') === undefined)
    return namePattern(only);
  return { kind: 'TuplePattern', elements: names, span: listSpan(node, 'LParen', at) };
}

function namePattern(name: Identifier): NamePattern {
  return { kind: 'NamePattern', name, span: name.span };
}

function patternElement(node: CstNode, at: number): Identifier | Discard {
  const underscore = tokenIn(node, 'Underscore');
  return underscore === undefined
    ? identifier(tokenIn(node, 'Name'), at)
    : { kind: 'Discard', span: spanOf(underscore) };
}
