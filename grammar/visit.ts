/**
 * Walking the AST without knowing its node kinds: children in the order of the text, depth-first visits, and the way
 * down to a place.
 */
import type { File, Node } from './ast.ts';

/** The fields of each kind that hold nodes, in the order of the text. Doc comments and comments are no children. */
const FIELDS: {
  readonly [K in Node['kind']]: readonly Exclude<keyof Extract<Node, { kind: K }>, 'kind' | 'span' | 'doc'>[];
} = {
  File: ['imports', 'declarations'],
  Import: ['names', 'from'],
  ImportName: ['name', 'alias'],
  Const: ['name', 'parameters', 'type', 'value'],
  Block: ['name', 'parameters', 'body'],
  Model: ['name', 'parameters', 'body'],
  ModelAlias: ['name', 'value'],
  Train: ['model', 'items'],
  Target: ['name', 'type'],
  TrainField: ['name', 'value'],
  Parameter: ['name', 'type', 'defaultValue'],
  NamedType: ['name'],
  TupleType: ['elements'],
  ListType: ['element'],
  UnionType: ['members'],
  Body: ['statements'],
  Input: ['name', 'type', 'defaultValue'],
  Output: ['name', 'type', 'value'],
  Let: ['pattern', 'type', 'value'],
  LayerStatement: ['name', 'value'],
  Weight: ['name', 'type', 'initializer'],
  Require: ['condition', 'message'],
  LossStatement: ['name', 'value'],
  NamePattern: ['name'],
  TuplePattern: ['elements'],
  Discard: [],
  TensorType: ['dtype', 'dimensions'],
  SpreadDimension: ['name'],
  Pipeline: ['head', 'stages'],
  Repeat: ['count', 'index', 'stages'],
  For: ['pattern', 'list', 'stages'],
  Binary: ['left', 'right'],
  Unary: ['operand'],
  Call: ['callee', 'arguments'],
  IndexExpression: ['object', 'indices'],
  Member: ['object', 'name'],
  NumberLiteral: [],
  StringLiteral: [],
  BooleanLiteral: [],
  Name: [],
  If: ['condition', 'then', 'otherwise'],
  Tuple: ['elements'],
  List: ['elements'],
  Missing: [],
  CallStage: ['callee', 'calls'],
  IfStage: ['condition', 'then', 'otherwise'],
  ArgumentList: ['arguments'],
  Argument: ['name', 'value'],
  EllipsisIndex: [],
  SliceIndex: ['start', 'stop', 'step'],
  Identifier: [],
  DocComment: [],
  Comment: [],
};

export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  const fields = node as unknown as Readonly<Record<string, Node | readonly Node[] | undefined>>;
  for (const field of FIELDS[node.kind] as readonly string[]) {
    const child = fields[field];
    if (child === undefined) continue;
    if ('kind' in child) children.push(child);
    else for (const one of child) children.push(one);
  }
  return children;
}

/** Calls `enter` for a node and everything below it, parents first; `false` leaves out what is below. */
export function visit(node: Node, enter: (node: Node) => boolean | void): void {
  if (enter(node) === false) return;
  for (const child of childrenOf(node)) visit(child, enter);
}

/**
 * The nodes at an offset, from the file down to the innermost. Right after a name counts as in it, so that a cursor at
 * the end of a word finds the word.
 */
export function nodeAt(file: File, offset: number): readonly Node[] {
  return pathTo(file, offset) ?? [file];
}

function pathTo(node: Node, offset: number): readonly Node[] | undefined {
  if (offset < node.span.start || offset > node.span.end) return undefined;
  let best: readonly Node[] | undefined;
  for (const child of childrenOf(node)) {
    const path = pathTo(child, offset);
    if (path !== undefined && (best === undefined || rank(path, offset) >= rank(best, offset))) best = path;
  }
  return best === undefined ? [node] : [node, ...best];
}

/** How well a path's first node holds the offset: words win over what merely starts or ends there. */
function rank(path: readonly Node[], offset: number): number {
  const { kind } = path.at(-1)!;
  if (kind === 'Identifier' || kind === 'Name') return 3;
  const { start, end } = path[0]!.span;
  if (start <= offset && offset < end) return 2;
  return kind === 'Missing' ? 1 : 0;
}
