/**
 * Layout tree → Prettier's documents: the one style of `.nn` files. Pipelines break before every `->`, brackets break
 * to one element per line, bodies always stand on lines of their own.
 */
import type { AstPath, Doc, ParserOptions } from 'prettier';
import { builders } from 'prettier/doc';
import { hasDangling, printDangling } from './comments.ts';
import type { LayoutKind, LayoutNode } from './layout-tree.ts';

const { breakParent, fill, group, hardline, ifBreak, indent, join, line, softline } = builders;

export function printNode(
  path: AstPath<LayoutNode>,
  { originalText }: ParserOptions<LayoutNode>,
  printPath: (path: AstPath<LayoutNode>) => Doc,
): Doc {
  const view = new View(path, originalText, printPath);
  const doc = PRINTERS[path.node.kind](view);
  return hasDangling(path.node) && !DANGLING.has(path.node.kind) ? [doc, ' ', printDangling(path)] : doc;
}

/** A node with what its printer asks of it. */
class View {
  readonly node: LayoutNode;
  readonly path: AstPath<LayoutNode>;
  readonly #text: string;
  readonly #print: (path: AstPath<LayoutNode>) => Doc;

  constructor(path: AstPath<LayoutNode>, text: string, print: (path: AstPath<LayoutNode>) => Doc) {
    this.node = path.node;
    this.path = path;
    this.#text = text;
    this.#print = print;
  }

  /** Between a node and the one that it is part of, Prettier sees the object that holds the parts. */
  get parent(): LayoutNode | null {
    return this.path.grandparent;
  }

  /** A part, or nothing where there is none. */
  one(name: string): Doc {
    return this.has(name) ? (this.path as AstPath).call(this.#print, 'parts', name) : '';
  }

  many(name: string): Doc[] {
    return (this.path as AstPath).map((child) => this.#print(child as AstPath<LayoutNode>), 'parts', name);
  }

  has(name: string): boolean {
    return this.node.parts[name] !== undefined;
  }

  part(name: string): LayoutNode {
    return this.node.parts[name] as LayoutNode;
  }

  parts(name: string): readonly LayoutNode[] {
    return this.node.parts[name] as readonly LayoutNode[];
  }

  /** `before` and a part, where there is one. */
  after(before: string, name: string): Doc {
    return this.has(name) ? [before, this.one(name)] : '';
  }

  asWritten(): string {
    return this.#text.slice(this.node.span.start, this.node.span.end);
  }

  /** Whether a blank line follows what a node and the comments behind it end with. */
  isBlankAfter({ span }: LayoutNode): boolean {
    return /^(?:[^\S\n]|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:\/\/[^\n]*)?\n[^\S\n]*\n/.test(this.#text.slice(span.end));
  }
}

type Printer = (view: View) => Doc;

/** Kinds that print comments in their empty brackets themselves. */
const DANGLING: ReadonlySet<LayoutKind> = new Set<LayoutKind>([
  'File', 'Body', 'Items', 'Parameters', 'Dimensions', 'ArgumentList', 'List',
]); // prettier-ignore

// ── files and bodies ──────────────────────────────────────────────────────────────────────────────────────────────

const WITH_BODY: ReadonlySet<LayoutKind> = new Set<LayoutKind>(['Block', 'Model', 'Train']);

function printFile(view: View): Doc {
  const items = view.parts('items');
  if (items.length === 0) return hasDangling(view.node) ? [printDangling(view.path), hardline] : '';
  return [printLines(view, items, separation), hardline];
}

/** Blank lines between two declarations: none between imports, one around a body, elsewhere as it was written. */
function separation(before: LayoutNode, after: LayoutNode, isBlank: boolean): boolean {
  if (before.kind === 'Import' || after.kind === 'Import') return before.kind !== after.kind;
  return isBlank || WITH_BODY.has(before.kind) || WITH_BODY.has(after.kind);
}

function printLines(view: View, items: readonly LayoutNode[], isParted = asWrittenApart): Doc {
  return view.many('items').map((doc, i) => {
    const after = items[i + 1];
    if (after === undefined) return doc;
    const item = items[i]!;
    return [doc, hardline, isParted(item, after, view.isBlankAfter(item)) ? hardline : ''];
  });
}

const asWrittenApart = (_before: LayoutNode, _after: LayoutNode, isBlank: boolean): boolean => isBlank;

function printBody(view: View): Doc {
  const items = view.parts('items');
  if (items.length > 0) return ['{', indent([hardline, printLines(view, items)]), hardline, '}'];
  return hasDangling(view.node) ? ['{', indent([hardline, printDangling(view.path)]), hardline, '}'] : '{}';
}

// ── brackets ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** One element per line where they do not fit on this one, and then a comma after the last, too. */
function bracketed(open: string, close: string, inner: typeof line | typeof softline = softline): Printer {
  return (view) => {
    const items = view.parts('items');
    if (items.length === 0 && hasDangling(view.node))
      return group([open, indent([softline, printDangling(view.path)]), softline, close]);
    if (items.length === 0) return [open, close];
    const docs = view.many('items');
    return group([open, indent([inner, join([',', line], docs)]), ifBreak(','), inner, close]);
  };
}

/** A list that is the only argument breaks by itself: `Stack([`, its elements, `])`. */
function printArguments(view: View): Doc {
  const [only, ...others] = view.parts('items');
  const value = only?.parts['value'] as LayoutNode | undefined;
  const isLone = others.length === 0 && value?.kind === 'List' && only!.parts['name'] === undefined;
  const isPlain = isLone && hasNoComments(only!) && hasNoComments(value);
  return isPlain ? ['(', ...view.many('items'), ')'] : bracketed('(', ')')(view);
}

/** A list; of numbers as many per line as fit. */
function printList(view: View): Doc {
  const elements = view.parts('items');
  const isNumeric = elements.length > 1 && elements.every(isPlainNumber);
  if (!isNumeric) return bracketed('[', ']')(view);
  const docs = view.many('items').map((doc, i) => (i < elements.length - 1 ? [doc, ','] : doc));
  const parts = docs.flatMap((doc, i) => (i === 0 ? [doc] : [line, doc]));
  return group(['[', indent([softline, fill(parts)]), ifBreak(','), softline, ']']);
}

function isPlainNumber(node: LayoutNode): boolean {
  if (!hasNoComments(node)) return false;
  return node.kind === 'NumberLiteral' || (node.kind === 'Unary' && isPlainNumber(node.parts['operand'] as LayoutNode));
}

const hasNoComments = ({ comments = [] }: LayoutNode): boolean => comments.length === 0;

/** A tuple of one keeps the comma that makes it a tuple. */
function printTuple(view: View): Doc {
  const docs = view.many('items');
  const last = docs.length === 1 ? ',' : ifBreak(',');
  return group(['(', indent([softline, join([',', line], docs)]), last, softline, ')']);
}

function printParameters(view: View): Doc {
  const isConst = view.parent?.kind === 'Const';
  if (view.parts('items').length === 0 && !hasDangling(view.node)) return isConst ? '()' : '';
  return bracketed('(', ')')(view);
}

// ── pipelines, loops, choices ─────────────────────────────────────────────────────────────────────────────────────

/** A line break that was written before the first `->` stays: it is how a reader wants to see the stages. */
function printPipeline(view: View): Doc {
  const links = view.many('links').map((link) => [line, link]);
  return group([view.one('head'), indent(links), view.node.broken ? breakParent : '']);
}

/** `{ … }` of a loop or a choice; the group around it decides whether it breaks. */
const braced =
  (name: string): Printer =>
  (view) => ['{', indent([line, view.one(name)]), line, '}', view.node.broken ? breakParent : ''];

function printChoice(view: View): Doc {
  const doc = ['if ', view.one('condition'), ' ', view.one('then'), view.after(' else ', 'otherwise')];
  const { parent, node } = view;
  const isChained = parent?.kind === node.kind && parent.parts['otherwise'] === node;
  return isChained ? doc : group(doc);
}

// ── operators ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A chain of operators that bind alike breaks before all of them or none. */
function printBinary(view: View): Doc {
  const { parent, node } = view;
  const row = [view.one('left'), line, node.operator!, ' ', view.one('right')];
  const continues = parent?.parts['left'] === node && isChainLeft(node, parent);
  return continues ? row : group(indent(row));
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1, '&&': 2, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '%': 5, '@': 5,
  '**': 6,
}; // prettier-ignore

function isChainLeft(left: LayoutNode, outer: LayoutNode): boolean {
  return left.kind === 'Binary' && outer.kind === 'Binary' && hasNoComments(left) && rank(left) === rank(outer);
}

const rank = ({ operator }: LayoutNode): number => PRECEDENCE[operator!]!;

// ── statements and the rest ───────────────────────────────────────────────────────────────────────────────────────

const word =
  (keyword: string): Printer =>
  (view) => [keyword, ' ', view.one('name'), view.one('parameters'), view.after(': ', 'type'), view.after(' = ', 'value')]; // prettier-ignore

const withBody =
  (keyword: string): Printer =>
  (view) => [keyword, ' ', view.one('name'), view.one('parameters'), ' ', view.one('body')];

const asWritten: Printer = (view) => view.asWritten();

function printParameterType(view: View, name: string): Doc {
  return view.part(name).kind === 'UnionType' ? ['(', view.one(name), ')'] : view.one(name);
}

function printUnion(view: View): Doc {
  const members = view.parts('members');
  const docs = view.many('members').map((doc, i) => (members[i]!.kind === 'UnionType' ? ['(', doc, ')'] : doc));
  return group(indent(join([line, '| '], docs)));
}

const PRINTERS: Readonly<Record<LayoutKind, Printer>> = {
  File: printFile,
  Import: (v) => ['import ', v.one('names'), ' from ', v.one('from')],
  Names: bracketed('{', '}', line),
  ImportName: (v) => [v.one('name'), v.after(' as ', 'alias')],
  Const: word('const'),
  Block: withBody('block'),
  Model: withBody('model'),
  ModelAlias: word('model'),
  Train: (v) => ['train ', v.one('model'), ' ', v.one('items')],
  Items: printBody,
  Target: word('target'),
  TrainField: (v) => [v.one('name'), ': ', v.one('value')],
  Parameters: printParameters,
  Parameter: (v) => [v.one('name'), v.after(': ', 'type'), v.after(' = ', 'defaultValue')],
  NamedType: (v) => v.one('name'),
  TupleType: printTuple,
  ListType: (v) => [printParameterType(v, 'element'), '[]'],
  UnionType: printUnion,
  Body: printBody,
  Input: (v) => [word('input')(v), v.after(' = ', 'defaultValue')],
  Output: word('output'),
  Let: (v) => ['let ', v.one('pattern'), v.after(': ', 'type'), ' = ', v.one('value')],
  LayerStatement: word('layer'),
  Weight: (v) => [word('weight')(v), v.after(' = ', 'initializer')],
  Require: (v) => ['require ', v.has('message') ? group([v.one('condition'), ',', indent([line, v.one('message')])]) : v.one('condition')], // prettier-ignore
  LossStatement: word('loss'),
  NamePattern: (v) => v.one('name'),
  TuplePattern: printTuple,
  Discard: () => '_',
  TensorType: (v) => [v.one('dtype'), v.one('dimensions')],
  Dimensions: bracketed('[', ']'),
  SpreadDimension: (v) => ['...', v.one('name')],
  Pipeline: printPipeline,
  Link: (v) => ['-> ', v.one('stage')],
  Stages: braced('row'),
  Branch: braced('value'),
  Group: (v) => group(['(', indent([softline, v.one('inner')]), softline, ')']),
  Repeat: (v) => group(['repeat ', v.one('count'), v.after(' as ', 'index'), ' ', v.one('body')]),
  For: (v) => group(['for ', v.one('pattern'), ' in ', v.one('list'), ' ', v.one('body')]),
  If: printChoice,
  IfStage: printChoice,
  Binary: printBinary,
  Unary: (v) => [v.node.operator!, v.one('operand')],
  Call: (v) => [v.one('callee'), v.one('arguments')],
  CallStage: (v) => [v.one('callee'), ...v.many('calls')],
  ArgumentList: printArguments,
  Argument: printArgument,
  IndexExpression: (v) => [v.one('object'), v.one('indices')],
  Indices: bracketed('[', ']'),
  EllipsisIndex: () => '...',
  SliceIndex: (v) => [v.one('start'), ':', v.one('stop'), v.after(':', 'step')],
  Member: (v) => [v.one('object'), '.', v.one('name')],
  NumberLiteral: asWritten,
  StringLiteral: asWritten,
  BooleanLiteral: asWritten,
  Name: asWritten,
  Identifier: asWritten,
  Tuple: printTuple,
  List: printList,
  Missing: asWritten,
  DocComment: asWritten,
  Comment: asWritten,
};

function printArgument(view: View): Doc {
  if (view.node.shorthand) return [view.one('name'), ':'];
  return view.has('name') ? [view.one('name'), ': ', view.one('value')] : view.one('value');
}
