/* oxlint-disable unicorn/no-thenable -- the branch of an `if` is called `then`, as in the syntax tree, and nothing awaits it */
/**
 * Syntax tree and tokens → the tree that is laid out: the same nodes with what a layout needs besides and the syntax
 * tree leaves out. Brackets and `-> stage` become nodes, so that a comment finds its place before an arrow or in
 * empty braces, and so do the parentheses that are kept.
 */
import type { Comment, Expression, File, If, IfStage, Node, Stage } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/index.ts';
import type { Span } from '../../grammar/source.ts';
import { TokenIndex } from './token-index.ts';

export type LayoutKind =
  | Node['kind']
  /** `-> stage` */
  | 'Link'
  /** `{ stage -> stage }` */
  | 'Stages'
  /** `{ expression }` */
  | 'Branch'
  /** What stands in the braces of `train`. */
  | 'Items'
  /** `{ A, B as C }` of an import. */
  | 'Names'
  /** `(a, b = 3)` of a declaration. */
  | 'Parameters'
  /** `[h, w]` of a type. */
  | 'Dimensions'
  /** `[0, :3]` after a tensor. */
  | 'Indices'
  /** Parentheses that are kept. */
  | 'Group';

export interface LayoutNode {
  readonly kind: LayoutKind;
  readonly span: Span;
  /** By field, in the order of the text. */
  readonly parts: Readonly<Record<string, LayoutNode | readonly LayoutNode[]>>;
  /** Of `Binary` and `Unary`. */
  readonly operator?: string;
  /** Where that of `Binary` stands. */
  readonly operatorSpan?: Span;
  /** `strides:` */
  readonly shorthand?: boolean;
  /** Whether a line was broken where this node can break: before its first arrow, after its opening brace. */
  readonly broken?: boolean;
  /** Where its doc comment stands. */
  readonly doc?: Span;
  /** Of the file: Prettier takes them from here and hangs them on nodes. */
  comments?: AttachedComment[];
}

export interface AttachedComment extends Comment {
  leading?: boolean;
  trailing?: boolean;
  printed?: boolean;
  placement?: 'ownLine' | 'endOfLine' | 'remaining';
}

type Parts = Record<string, LayoutNode | readonly LayoutNode[]>;

export function layoutTree(file: File, text: string): LayoutNode {
  const builder = new LayoutBuilder(text);
  const items = [...file.imports, ...file.declarations].sort((a, b) => a.span.start - b.span.start);
  return {
    kind: 'File',
    span: file.span,
    parts: { items: items.map((item) => builder.node(item)) },
    comments: file.comments.map((comment) => ({ ...comment })),
  };
}

export function layoutChildren(node: LayoutNode): LayoutNode[] {
  return Object.values(node.parts)
    .flat()
    .sort((a, b) => a.span.start - b.span.start);
}

/** Whatever stands in brackets is called `items` here. */
const LISTS: ReadonlySet<string> = new Set(['elements', 'arguments', 'statements']);

/** Expressions whose parentheses are kept among operators, for a reader who does not know the precedence by heart. */
const OPERATOR_LIKE: ReadonlySet<Node['kind']> = new Set(['Binary', 'Unary', 'If']);
const LOOSE: ReadonlySet<Node['kind']> = new Set(['Pipeline', 'Repeat', 'For']);

class LayoutBuilder {
  readonly #text: string;
  readonly #tokens: TokenIndex;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = new TokenIndex(text);
  }

  node(node: Node): LayoutNode {
    const shared = {
      kind: node.kind,
      span: node.span,
      ...('doc' in node && node.doc ? { doc: node.doc.span } : {}),
      ...('operator' in node ? { operator: node.operator } : {}),
      ...('operatorSpan' in node ? { operatorSpan: node.operatorSpan } : {}),
      ...('shorthand' in node ? { shorthand: true } : {}),
    };
    return { ...shared, ...this.#special(node) };
  }

  /** What differs from the fields of the syntax tree, by kind. */
  #special(node: Node): Pick<LayoutNode, 'parts' | 'broken'> {
    switch (node.kind) {
      case 'Pipeline': {
        const links = this.#links(node.stages);
        const head = this.#operand(node.head, 'head');
        return { parts: { head, links }, broken: this.#breaksBetween(head.span.end, links[0]!.span.start) };
      }
      case 'Repeat':
        return {
          parts: {
            count: this.#operand(node.count, 'operation'),
            ...(node.index ? { index: this.node(node.index) } : {}),
            body: this.#stages(node.stages),
          },
        };
      case 'For':
        return {
          parts: {
            pattern: this.node(node.pattern),
            list: this.#operand(node.list, 'operation'),
            body: this.#stages(node.stages),
          },
        };
      case 'IfStage':
        return { parts: this.#choice(node, this.#stages(node.then), this.#otherStages(node)) };
      case 'If':
        return { parts: this.#choice(node, this.#branch(node.then), this.#otherBranch(node)) };
      case 'Binary':
        return { parts: { left: this.#operand(node.left, 'operand'), right: this.#operand(node.right, 'operand') } };
      case 'Unary':
        return { parts: { operand: this.#operand(node.operand, 'operand') } };
      case 'Call':
        return { parts: { callee: this.#operand(node.callee, 'postfix'), arguments: this.node(node.arguments) } };
      case 'Member':
        return { parts: { object: this.#operand(node.object, 'postfix'), name: this.node(node.name) } };
      default:
        return { parts: this.#bracketed(node) };
    }
  }

  /** Kinds whose brackets become nodes; the fields of all others are taken as they are. */
  #bracketed(node: Node): Parts {
    switch (node.kind) {
      case 'Train': {
        const open = this.#tokens.startAfter(node.model.span.end);
        const items = this.#list('Items', { start: open, end: node.span.end }, node.items);
        return { model: this.node(node.model), items };
      }
      case 'Import': {
        const start = this.#tokens.openBefore(node.names[0]!.span.start, '{');
        const names = this.#list('Names', { start, end: this.#tokens.closeOf(start) }, node.names);
        return { names, from: this.node(node.from) };
      }
      case 'IndexExpression': {
        const open = this.#tokens.openBefore(node.indices[0]!.span.start, '[');
        const indices = this.#list('Indices', { start: open, end: node.span.end }, node.indices);
        return { object: this.#operand(node.object, 'postfix'), indices };
      }
      case 'TensorType': {
        if (node.dimensions === undefined) return this.#fields(node);
        const start = node.dtype ? this.#tokens.startAfter(node.dtype.span.end) : node.span.start;
        const dimensions = this.#list('Dimensions', { start, end: node.span.end }, node.dimensions);
        return { ...(node.dtype ? { dtype: this.node(node.dtype) } : {}), dimensions };
      }
      case 'Block':
      case 'Model':
      case 'Const': {
        const open = this.#tokens.startAfter(node.name.span.end);
        const span = { start: open, end: this.#tokens.closeOf(open) };
        const { parameters: _, ...fields } = this.#fields(node);
        if (this.#text[open] !== '(') return fields;
        const { name, ...rest } = fields;
        return { name: name!, parameters: this.#list('Parameters', span, node.parameters ?? []), ...rest };
      }
      case 'Argument':
        return node.shorthand ? { name: this.node(node.name!) } : this.#fields(node);
      default:
        return this.#fields(node);
    }
  }

  #fields(node: Node): Parts {
    const children = new Set(childrenOf(node));
    const parts: Parts = {};
    for (const [field, value] of Object.entries(node) as [string, Node | readonly Node[]][]) {
      if (Array.isArray(value)) parts[LISTS.has(field) ? 'items' : field] = this.#values(value as readonly Node[]);
      else if (children.has(value as Node)) parts[field] = this.#value(value as Node);
    }
    return parts;
  }

  #list(kind: LayoutKind, span: Span, nodes: readonly Node[]): LayoutNode {
    return { kind, span, parts: { items: this.#values(nodes) } };
  }

  #values(nodes: readonly Node[]): readonly LayoutNode[] {
    return nodes.map((node) => this.#value(node));
  }

  // ── stages ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #links(stages: readonly Stage[]): readonly LayoutNode[] {
    return stages.map((stage) => {
      const { start } = this.#tokens.before(stage.span.start);
      return { kind: 'Link', span: { start, end: stage.span.end }, parts: { stage: this.node(stage) } };
    });
  }

  #stages(stages: readonly Stage[]): LayoutNode {
    const [first, ...others] = stages;
    const { start } = this.#tokens.before(first!.span.start);
    const end = this.#tokens.after(stages.at(-1)!.span.end).end;
    const links = this.#links(others);
    const head = this.node(first!);
    const isBroken = links.length > 0 && this.#breaksBetween(head.span.end, links[0]!.span.start);
    const row: LayoutNode = {
      kind: 'Pipeline',
      span: { start: head.span.start, end: stages.at(-1)!.span.end },
      parts: { head, links },
      broken: isBroken,
    };
    const isApart = this.#breaksBetween(start, head.span.start);
    return { kind: 'Stages', span: { start, end }, parts: { row }, broken: isApart };
  }

  #branch(value: Expression): LayoutNode {
    const start = this.#tokens.openBefore(value.span.start, '{');
    const end = this.#tokens.closeOf(start);
    const part = this.#value(value);
    return {
      kind: 'Branch',
      span: { start, end },
      parts: { value: part },
      broken: this.#breaksBetween(start, part.span.start),
    };
  }

  #choice(node: If | IfStage, then: LayoutNode, otherwise: LayoutNode | undefined): Parts {
    const condition = this.#operand(node.condition, 'operation');
    return { condition, then, ...(otherwise ? { otherwise } : {}) };
  }

  #otherStages({ otherwise }: IfStage): LayoutNode | undefined {
    if (otherwise === undefined) return undefined;
    const only = otherwise[0]!;
    return otherwise.length === 1 && only.kind === 'IfStage' ? this.node(only) : this.#stages(otherwise);
  }

  #otherBranch({ otherwise }: If): LayoutNode {
    return otherwise.kind === 'If' ? this.node(otherwise) : this.#branch(otherwise);
  }

  #breaksBetween(start: number, end: number): boolean {
    return this.#text.slice(start, end).includes('\n');
  }

  // ── parentheses ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** A part of an operator, a call or a head: parentheses that were written are kept where they mean or tell something. */
  #operand(node: Expression, place: 'operand' | 'postfix' | 'head' | 'operation'): LayoutNode {
    const span = this.#tokens.parenthesesAround(node.span);
    const isLoose = LOOSE.has(node.kind);
    const isNeeded =
      (isLoose && !(place === 'head' && node.kind !== 'Pipeline')) ||
      (place === 'postfix' && (OPERATOR_LIKE.has(node.kind) || node.kind === 'NumberLiteral'));
    const isTelling = OPERATOR_LIKE.has(node.kind) && place !== 'operation';
    return span && (isNeeded || isTelling || this.#hasComment(span, node)) ? this.#group(node, span) : this.node(node);
  }

  /** Any other expression: its parentheses go, unless a comment stands in them. */
  #value(node: Node): LayoutNode {
    const span = this.#tokens.parenthesesAround(node.span);
    return span && isExpression(node) && this.#hasComment(span, node) ? this.#group(node, span) : this.node(node);
  }

  #group(node: Node, span: Span): LayoutNode {
    return { kind: 'Group', span, parts: { inner: this.node(node) } };
  }

  #hasComment(outer: Span, { span }: Node): boolean {
    const edges = this.#text.slice(outer.start, span.start) + this.#text.slice(span.end, outer.end);
    return edges.includes('/');
  }
}

function isExpression({ kind }: Node): boolean {
  return !['Argument', 'Parameter', 'Identifier', 'ImportName', 'Discard'].includes(kind) && !kind.endsWith('Type');
}
