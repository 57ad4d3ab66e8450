/** What refactorings ask of syntax trees: what is selected, what makes weights, and where names stand. */
import type { Block, Body, Expression, Model, Node, Stage, Statement } from '../../../grammar/ast.ts';
import type { Span } from '../../../grammar/source.ts';
import type { Unit } from '../../../grammar/unit.ts';
import { childrenOf, visit } from '../../../grammar/visit.ts';
import { layerNamed } from '../../check/builtins.ts';
import { isTorn } from '../../resolve/file-scope.ts';
import { localNamed, localsOf } from '../locals.ts';
import type { ActionPlace } from './action.ts';

/** The body at the place, where all of its declaration could be read. */
export function bodyAt({ file, unit }: ActionPlace): { readonly node: Block | Model; readonly body: Body; readonly unit: Unit } | undefined {
  const node = unit?.node;
  if (!unit || (node?.kind !== 'Block' && node?.kind !== 'Model') || isTorn(file, unit.span)) return undefined;
  return { node, body: node.body, unit };
} // prettier-ignore

/** A span without the white space, and without the arrows, at its ends. */
export function trimmedSpan(text: string, { start, end }: Span): Span {
  const inside = text.slice(start, end);
  const before = /^(?:\s|->)*/.exec(inside)![0].length;
  const after = /(?:\s|->)*$/.exec(inside.slice(before))![0].length;
  return { start: start + before, end: end - after };
}

/** The nodes from a node down to one inside it, both included; undefined where it is not inside. */
export function pathBetween(outer: Node, inner: Node): readonly Node[] | undefined {
  if (outer === inner) return [outer];
  if (inner.span.start < outer.span.start || outer.span.end < inner.span.end) return undefined;
  for (const child of childrenOf(outer)) {
    const path = pathBetween(child, inner);
    if (path) return [outer, ...path];
  }
  return undefined;
}

/** From a node down to the name that stands at a place; empty where none does. */
export function pathToName(root: Node, { start, end }: Span): readonly Node[] {
  let name: Node | undefined;
  visit(root, (node) => {
    if (node.kind === 'Name' && node.span.start === start) name = node;
    return node.span.start <= start && end <= node.span.end;
  });
  return name ? (pathBetween(root, name) ?? []) : [];
}

export const statementAt = ({ statements }: Body, { start, end }: Span): Statement | undefined =>
  statements.find(({ span }) => span.start <= start && end <= span.end);

const DRAWING: ReadonlySet<string> = new Set(['randomNormal', 'randomUniform']);

/** Whether a piece of a declaration makes layers, whose weights have names that depend on where they are made, or draws random numbers. */
export function makes({ file, unit }: ActionPlace, nodes: readonly Node[]): boolean {
  const locals = unit ? localsOf(file, unit) : [];
  const isMaker = (name: string, offset: number): boolean => {
    const local = localNamed(locals, name, offset);
    if (local) return local.what === 'parameter' && /^_*[A-Z]/.test(name);
    const symbol = file.symbols.get(name);
    return symbol ? symbol.node.kind !== 'Const' : layerNamed(name) !== undefined || DRAWING.has(name);
  };
  let found = false;
  for (const node of nodes)
    visit(node, (inner) => {
      if (inner.kind === 'Name' && isMaker(inner.name, inner.span.start)) found = true;
    });
  return found;
}

/** What a title says where weights get other names. */
export const namedAnew = (isSo: boolean): string => (isSo ? ' (weights are named anew)' : '');

/** All lists of stages below a node, those inside others too. */
export function stageLists(node: Node): readonly (readonly Stage[])[] {
  const lists: (readonly Stage[])[] = [];
  visit(node, (inner) => {
    if (inner.kind === 'Pipeline' || inner.kind === 'Repeat' || inner.kind === 'For') lists.push(inner.stages);
    if (inner.kind === 'IfStage') lists.push(inner.then, inner.otherwise ?? []);
  });
  return lists.filter((list) => list.length > 0);
}

/** Kinds that bind less tightly than a call. */
const LOOSE: ReadonlySet<Node['kind']> = new Set<Node['kind']>(['Pipeline', 'Repeat', 'For', 'Binary', 'Unary', 'If']);

/** An expression as it can stand in place of a name inside `parent`. */
export function inPlaceOfName(value: Expression, text: string, parent: Node | undefined): string {
  const isWhole = parent === undefined || WHOLE.has(parent.kind) || (parent.kind === 'Pipeline' && value.kind === 'Pipeline'); // prettier-ignore
  return LOOSE.has(value.kind) && !isWhole ? `(${text})` : text;
}

/** What holds expressions that need no parentheses. */
const WHOLE: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'Let', 'Output', 'LayerStatement', 'LossStatement', 'Argument', 'List', 'Tuple', 'TrainField', 'Weight',
]); // prettier-ignore

/** A name in lower camel case as weights are named: `Conv2D` → `conv2D`. */
export const lowered = (name: string): string =>
  name.replace(/^_*[A-Z]+/, (head) => (head.length > 1 && /^_*[A-Z]+[a-z]/.test(name) ? head.slice(0, -1).toLowerCase() + head.at(-1)! : head.toLowerCase())); // prettier-ignore

/** Where a statement starts with the comment that silences something in it. */
export function startWithComment(text: string, start: number): number {
  const before = /\/\/[^\S\n]*nn-ignore\b[^\n]*\n\s*$/.exec(text.slice(0, start));
  return before ? before.index : start;
}
