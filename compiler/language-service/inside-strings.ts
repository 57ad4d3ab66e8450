/** Names inside strings: paths of layers, axes of patterns, `{dim}` in messages; each with where it stands in the text. */
import type { ArgumentList, Name, Node, StringLiteral } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';
import { SourceFile, type Span } from '../../grammar/source.ts';
import { isKeyword } from '../../grammar/tokens.ts';
import { shifted } from '../../grammar/unit.ts';

export interface Segment {
  readonly name: string;
  readonly span: Span;
}

/** The names of a path, written out or in a string; undefined for what is no path. */
export function segmentsOf(node: Node): readonly Segment[] | undefined {
  if (node.kind === 'Name') return [node];
  if (node.kind === 'Member') {
    const before = segmentsOf(node.object);
    return before && [...before, node.name];
  }
  // With escapes in it, a name is elsewhere in the text than in the value; no name needs one.
  if (node.kind !== 'StringLiteral' || node.raw !== node.value) return undefined;
  return wordsIn(node, /\w+/g);
}

const wordsIn = ({ value, span }: StringLiteral, words: RegExp): readonly Segment[] =>
  [...value.matchAll(words)].map(({ 0: name, index }) => {
    const start = span.start + 1 + index;
    return { name, span: { start, end: start + name.length } };
  });

/** The axes of `rearrange(x, "h w c -> c h w")` and `einsum`, each time that they stand there. */
export function axesOf({ name }: Name, lists: readonly ArgumentList[]): readonly Segment[] {
  if (!withPatterns.has(name)) return [];
  const pattern = lists.flatMap(({ arguments: all }) => all.map(({ value }) => value)).find(({ kind }) => kind === 'StringLiteral'); // prettier-ignore
  return pattern?.kind === 'StringLiteral' && pattern.raw === pattern.value ? wordsIn(pattern, /[A-Za-z_]\w*/g) : [];
}

const withPatterns: ReadonlySet<string> = new Set(['rearrange', 'einsum']);

const prefix = 'const _value = ';

/** The expressions in the braces of a message, their places counted from 0; `start`: where in the message's value each begins. */
export function interpolations(
  message: StringLiteral,
): readonly { readonly expression: Node; readonly start: number }[] {
  return [...message.value.matchAll(/\{\{|\}\}|\{([^{}]*)\}/g)].flatMap(({ 1: inside, index }) => {
    if (inside === undefined) return [];
    // Most are names, and need no parser.
    const name: Name = { kind: 'Name', name: inside, span: { start: 0, end: inside.length } };
    if (/^[A-Za-z_]\w*$/.test(inside) && !isKeyword(inside)) return [{ expression: name, start: index + 1 }];
    const declaration = parse(new SourceFile('', `${prefix}${inside}`)).file.declarations[0];
    if (declaration?.kind !== 'Const') return [];
    return [{ expression: shifted(declaration.value, -prefix.length), start: index + 1 }];
  });
}
