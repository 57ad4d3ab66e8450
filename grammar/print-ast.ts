/**
 * AST → a compact S-expression for goldens and debugging: one line per declaration and statement, names as they are,
 * `?` for what is missing. Not the formatter: layout and comments are lost.
 */
import type { Argument, File, Node } from './ast.ts';

export function printAst(node: Node): string {
  return node.kind === 'File' ? printFile(node) : print(node);
}

function printFile(file: File): string {
  return [...file.imports, ...file.declarations].map((part) => print(part)).join('\n');
}

function all(nodes: readonly Node[]): string {
  return nodes.map(print).join(' ');
}

/** A list of words in parentheses; what is absent leaves no trace. */
function list(...parts: readonly (string | undefined | false)[]): string {
  return `(${parts.filter((part) => part !== undefined && part !== false && part !== '').join(' ')})`;
}

function optional(label: string, node: Node | undefined): string | undefined {
  return node && `${label}${print(node)}`;
}

function indented(nodes: readonly Node[]): string {
  return nodes.map((node) => `\n${print(node).replace(/^/gm, '  ')}`).join('');
}

function withDoc(node: { readonly doc?: { readonly text: string } }): string | undefined {
  return node.doc && `///${JSON.stringify(node.doc.text)}`;
}

type Printers = { readonly [K in Node['kind']]: (node: Extract<Node, { kind: K }>) => string };

const PRINTERS: Printers = {
  File: printFile,
  Import: (n) => list('import', all(n.names), print(n.from)),
  ImportName: (n) => (n.alias ? `${print(n.name)}→${print(n.alias)}` : print(n.name)),
  Const: (n) =>
    list(
      'const',
      withDoc(n),
      print(n.name),
      n.parameters && `[${all(n.parameters)}]`,
      optional(':', n.type),
      print(n.value),
    ),
  Block: (n) =>
    list('block', withDoc(n), print(n.name), n.parameters.length > 0 && `[${all(n.parameters)}]`) + print(n.body),
  Model: (n) =>
    list('model', withDoc(n), print(n.name), n.parameters.length > 0 && `[${all(n.parameters)}]`) + print(n.body),
  ModelAlias: (n) => list('alias', withDoc(n), print(n.name), print(n.value)),
  Train: (n) => list('train', withDoc(n), print(n.model)) + indented(n.items),
  Target: (n) => list('target', withDoc(n), print(n.name), print(n.type)),
  TrainField: (n) => list('field', withDoc(n), print(n.name), print(n.value)),
  Parameter: (n) => list('param', withDoc(n), print(n.name), optional(':', n.type), optional('=', n.defaultValue)),
  NamedType: (n) => print(n.name),
  TupleType: (n) => list('tuple', all(n.elements)),
  ListType: (n) => `${print(n.element)}[]`,
  UnionType: (n) => list('|', all(n.members)),
  Body: (n) => indented(n.statements),
  Input: (n) => list('input', withDoc(n), print(n.name), print(n.type), optional('=', n.defaultValue)),
  Output: (n) => list('output', withDoc(n), print(n.name), n.type && print(n.type), print(n.value)),
  Let: (n) => list('let', withDoc(n), print(n.pattern), n.type && print(n.type), print(n.value)),
  LayerStatement: (n) => list('layer', withDoc(n), print(n.name), print(n.value)),
  Weight: (n) => list('weight', withDoc(n), print(n.name), print(n.type), optional('=', n.initializer)),
  Require: (n) => list('require', withDoc(n), print(n.condition), n.message && print(n.message)),
  LossStatement: (n) => list('loss', withDoc(n), print(n.name), print(n.value)),
  NamePattern: (n) => print(n.name),
  TuplePattern: (n) => list('tuple', all(n.elements)),
  Discard: () => '_',
  TensorType: (n) => (n.dtype ? print(n.dtype) : '') + (n.dimensions ? `[${all(n.dimensions)}]` : ''),
  SpreadDimension: (n) => `...${print(n.name)}`,
  Pipeline: (n) => list('->', print(n.head), all(n.stages)),
  Repeat: (n) => list('repeat', print(n.count), optional('as:', n.index), '{', all(n.stages), '}'),
  For: (n) => list('for', print(n.pattern), print(n.list), '{', all(n.stages), '}'),
  Binary: (n) => list(n.operator, print(n.left), print(n.right)),
  Unary: (n) => list(n.operator, print(n.operand)),
  Call: (n) => list('call', print(n.callee), all(n.arguments.arguments)),
  IndexExpression: (n) => list('at', print(n.object), all(n.indices)),
  Member: (n) => `${print(n.object)}.${print(n.name)}`,
  NumberLiteral: (n) => n.text,
  StringLiteral: (n) => JSON.stringify(n.value),
  BooleanLiteral: (n) => String(n.value),
  Name: (n) => n.name,
  If: (n) => list('if', print(n.condition), print(n.then), print(n.otherwise)),
  Tuple: (n) => list('tuple', all(n.elements)),
  List: (n) => `[${all(n.elements)}]`,
  Missing: () => '?',
  CallStage: (n) => (n.calls.length === 0 ? print(n.callee) : list(print(n.callee), n.calls.map(print).join(' '))),
  IfStage: (n) => list('if', print(n.condition), '{', all(n.then), '}', n.otherwise && `else { ${all(n.otherwise)} }`),
  ArgumentList: (n) => list(all(n.arguments)),
  Argument: printArgument,
  EllipsisIndex: () => '...',
  SliceIndex: (n) =>
    list('slice', n.start ? print(n.start) : '_', n.stop ? print(n.stop) : '_', n.step && print(n.step)),
  Identifier: (n) => (n.missing ? '?' : n.name),
  DocComment: (n) => `///${JSON.stringify(n.text)}`,
  Comment: (n) => n.text,
};

function printArgument(node: Argument): string {
  if (node.name === undefined) return print(node.value);
  return node.shorthand ? `${print(node.name)}:` : `${print(node.name)}:${print(node.value)}`;
}

function print(node: Node): string {
  return (PRINTERS[node.kind] as (node: Node) => string)(node);
}
