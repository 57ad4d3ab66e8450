/** Questions about how something was written: the node at a place, the text of an argument, what removes a stage. */
import type { Argument, Call, CallStage, Expression, LayerStatement, Node, Stage } from '../../grammar/ast.ts';
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import { childrenOf } from '../../grammar/visit.ts';
import type { Parameters } from '../definitions/parameters.ts';
import type { Place, TextEdit } from '../diagnostics/diagnostic.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import type { FileScope } from '../resolve/file-scope.ts';

/** A stage or call as it was written. */
export interface Written {
  readonly node: CallStage | Call;
  /** The name that was called: `Dense` of `Dense(8)(x)`. */
  readonly callee: string;
  /** What configures a layer; what a function is given besides the piped value. */
  readonly arguments: readonly Argument[];
  /** Tensors that stand as arguments: all of `add(a, b)`, those after the piped one in a stage. */
  readonly tensors: readonly Argument[];
  /** The value is piped in. */
  readonly isStage: boolean;
  /** False where a layer is made and applied elsewhere, as at the head of a pipeline of layers. */
  readonly isApplied: boolean;
}

const keyOf = ({ start, end }: Span): string => `${start}-${end}`;

export class ProgramText {
  readonly file: FileScope;
  readonly source: SourceFile;
  readonly #parents = new Map<Node, Node>();
  readonly #bySpan = new Map<string, CallStage | Call>();
  readonly #layers: LayerStatement[] = [];
  readonly #opened = new Set<Unit>();

  constructor(file: FileScope) {
    this.file = file;
    this.source = file.source;
  }

  /** Makes a declaration's nodes known when somebody asks for one of them. */
  #open(span: Span): void {
    const unit = this.#unitAt(span);
    if (!unit || this.#opened.has(unit)) return;
    this.#opened.add(unit);
    this.#enter(unit.node);
  }

  #unitAt(span: Span): Unit | undefined {
    return this.file.units.find((unit) => unit.holds(span));
  }

  #enter(node: Node): void {
    if (node.kind === 'CallStage' || node.kind === 'Call') this.#bySpan.set(keyOf(node.span), node);
    if (node.kind === 'LayerStatement') this.#layers.push(node);
    for (const child of childrenOf(node)) {
      this.#parents.set(child, node);
      this.#enter(child);
    }
  }

  holds(place: Place): boolean {
    return place.file.path === this.source.path;
  }

  textOf(span: Span): string {
    return this.source.textOf(span);
  }

  /** The block, model or other declaration around a place. */
  declarationAt({ span }: Place): Node | undefined {
    return this.#unitAt(span)?.node;
  }

  /** How the application at a place was written, where it is a plain stage or call of a name. */
  writtenAt(place: Place, isLayer: boolean): Written | undefined {
    this.#open(place.span);
    const node = this.holds(place) ? this.#bySpan.get(keyOf(place.span)) : undefined;
    if (node?.kind === 'CallStage') {
      if (node.callee.kind !== 'Name') return undefined;
      const [first = [], second = []] = node.calls.map((call) => call.arguments);
      return { node, callee: node.callee.name, arguments: first, tensors: isLayer ? second : first, isStage: true, isApplied: true }; // prettier-ignore
    }
    if (node?.kind !== 'Call') return undefined;
    const { callee } = node;
    const args = node.arguments.arguments;
    if (callee.kind === 'Name') return { node, callee: callee.name, arguments: args, tensors: isLayer ? [] : args, isStage: false, isApplied: !isLayer }; // prettier-ignore
    if (callee.kind !== 'Call' || callee.callee.kind !== 'Name') return undefined;
    return { node, callee: callee.callee.name, arguments: callee.arguments.arguments, tensors: args, isStage: false, isApplied: true }; // prettier-ignore
  }

  /** The argument of an application for a parameter, also where the layer was made by a `layer` statement. */
  argumentOf({ origin, definition }: ApplyNode, parameter: string): Argument | undefined {
    const isLayer = definition.kind === 'layer';
    const written = this.writtenAt(origin, isLayer);
    if (!written) return undefined;
    const isDirect = written.callee === definition.name;
    const given = isDirect ? written.arguments : isLayer ? this.#madeBy(written.callee, origin, definition.name) : [];
    const skipped = isLayer || written.isStage ? 0 : definition.tensors.length;
    return findArgument(given, definition.parameters, parameter, skipped);
  }

  /** The arguments of `layer name = Definition(…)` in the declaration around a place. */
  #madeBy(name: string, place: Place, definition: string): readonly Argument[] {
    const around = this.declarationAt(place)?.span;
    const value = this.#layers.find((l) => l.name.name === name && around && around.start <= l.span.start && l.span.end <= around.end)?.value; // prettier-ignore
    const isMade = value?.kind === 'Call' && value.callee.kind === 'Name' && value.callee.name === definition;
    return isMade ? value.arguments.arguments : [];
  }

  /** Edits that take a stage out of its pipeline, or put a call's only tensor in its place. */
  removalOf({ origin, definition }: ApplyNode): readonly TextEdit[] | undefined {
    const written = this.writtenAt(origin, definition.kind === 'layer');
    if (!written?.isApplied || written.callee !== definition.name) return undefined;
    if (written.node.kind === 'CallStage') return this.#withoutStage(written.node);
    const tensor = written.tensors[0];
    if (!tensor || tensor.name || !['Name', 'Call', 'IndexExpression', 'Member'].includes(tensor.value.kind)) return undefined; // prettier-ignore
    return [{ span: written.node.span, newText: this.textOf(tensor.value.span) }];
  }

  #withoutStage(stage: CallStage): readonly TextEdit[] | undefined {
    const parent = this.#parents.get(stage);
    if (!parent) return undefined;
    const siblings = stagesAround(parent, stage);
    const index = siblings?.indexOf(stage) ?? -1;
    if (!siblings || index < 0) return undefined;
    const before = index > 0 ? siblings[index - 1]! : parent.kind === 'Pipeline' ? parent.head : undefined;
    if (before) {
      const start = this.#arrowBefore(before.span.end, stage.span.start);
      return start === undefined ? undefined : [{ span: { start, end: stage.span.end }, newText: '' }];
    }
    const next = siblings[index + 1];
    if (!next || !/^\s*->\s*$/.test(this.textOf({ start: stage.span.end, end: next.span.start }))) return undefined;
    return [{ span: { start: stage.span.start, end: next.span.start }, newText: '' }];
  }

  /** Where the text from the arrow on begins, with the white space before it where no comment would be joined to it. */
  #arrowBefore(from: number, to: number): number | undefined {
    const between = this.textOf({ start: from, end: to });
    const arrow = between.lastIndexOf('->');
    if (arrow < 0 || between.slice(arrow + 2).trim() !== '') return undefined;
    const left = between.slice(0, arrow);
    return from + (left.includes('//') ? arrow : left.trimEnd().length);
  }
}

function stagesAround(parent: Node, stage: Stage): readonly Stage[] | undefined {
  if (parent.kind === 'Pipeline' || parent.kind === 'Repeat' || parent.kind === 'For') return parent.stages;
  if (parent.kind !== 'IfStage') return undefined;
  return parent.then.includes(stage) ? parent.then : parent.otherwise;
}

function findArgument(
  given: readonly Argument[],
  parameters: Parameters,
  wanted: string,
  skipped: number,
): Argument | undefined {
  const byName = given.find((argument) => argument.name?.name === wanted);
  if (byName) return byName;
  const order = Object.keys(parameters).filter((name) => !parameters[name]!.named);
  const at = order.indexOf(wanted);
  const positional = given.filter((argument) => !argument.name);
  return at < 0 ? undefined : positional[skipped + at];
}

/** A number as it stands in the text: `8`, `-1`. */
export function literalNumber(node: Expression | undefined): number | undefined {
  if (node?.kind === 'NumberLiteral') return node.value;
  if (node?.kind !== 'Unary' || node.operator !== '-') return undefined;
  const inner = literalNumber(node.operand);
  return inner === undefined ? undefined : -inner;
}
