/**
 * A declaration → every name that stands in it, with what it means there: what definition, references, rename,
 * highlights and colours are made of. From the trees alone.
 */
import type { Argument, ArgumentList, Call, CallStage, Identifier, ImportName, Member, Name, Node, StringLiteral, TrainField } from '../../grammar/ast.ts'; // prettier-ignore
import type { Span } from '../../grammar/source.ts';
import { shifted, type Unit } from '../../grammar/unit.ts';
import { childrenOf } from '../../grammar/visit.ts';
import { insideString } from '../check/inside-string.ts';
import { FileSymbol, type FileScope } from '../resolve/file-scope.ts';
import { axesOf, interpolations, segmentsOf } from './inside-strings.ts';
import { localNamed, modelBehind, type Local } from './locals.ts';
import type { Meaning, Use } from './meaning.ts';
import { NamesOfFiles, type Names, type Part, type WrittenLayer } from './names.ts';

/** What a name means. */
export type Target =
  | Meaning
  /** A layer that is named after its class: in paths and members. */
  | WrittenLayer
  /** Of the pattern of `rearrange` or `einsum`; `span`: where it stands first. */
  | { readonly kind: 'axis'; readonly name: string; readonly span: Span; readonly file: FileScope }
  /** The label of an argument of something built in (`of`), or of what is not known. */
  | { readonly kind: 'label'; readonly of: string | undefined; readonly name: string }
  /** `embed.embeddings`: a weight of a made layer (`of`) that is built in; or of what is not known. */
  | { readonly kind: 'member'; readonly name: string; readonly of?: Local | undefined }
  /** A type of parameters, a dtype, a field of `train`. */
  | { readonly kind: 'type' | 'dtype' | 'field'; readonly name: string }
  /** `same`, where an option may stand; or a name that nothing has. */
  | { readonly kind: 'option' | 'free'; readonly name: string };

export interface Occurrence {
  readonly name: string;
  readonly span: Span;
  readonly target: Target;
  /**
   * `declaration`: here it gets its meaning. `label`: of an argument. `shorthand`: the value of `strides:`, which stands
   * where its label does. `text`: inside a string.
   */
  readonly role: 'declaration' | 'read' | 'callee' | 'label' | 'shorthand' | 'member' | 'import' | 'alias' | 'text';
  /** The import whose `as` the written name comes from, or whose name it is. */
  readonly imported?: ImportName | undefined;
  /** Of a shorthand: where its argument ends, behind the colon. */
  readonly end?: number;
}

/** The names at a place; two where `strides:` is a label and a value at once, the value first. */
export function occurrencesAt(file: FileScope, offset: number, known = new NamesOfFiles()): readonly Occurrence[] {
  // prettier-ignore
  const isHere = ({ span }: Occurrence): boolean => span.start <= offset && offset <= span.end;
  const units = file.units.filter(({ start, end }) => start <= offset && offset <= end);
  const all = [...importOccurrences(file), ...units.flatMap((unit) => unitOccurrences(file, unit, known))].filter(
    isHere,
  );
  // Of two that touch, the one that begins here.
  const start = Math.max(...all.map(({ span }) => span.start));
  return all
    .filter(({ span }) => span.start === start)
    .sort((a, b) => Number(b.role === 'shorthand') - Number(a.role === 'shorthand'));
}

/** Of a whole file, in the order of the text. */
export function occurrencesOf(file: FileScope, known = new NamesOfFiles()): readonly Occurrence[] {
  const units = file.units.flatMap((unit) => unitOccurrences(file, unit, known));
  return [...importOccurrences(file), ...units].sort((a, b) => a.span.start - b.span.start);
}

export function importOccurrences(file: FileScope): readonly Occurrence[] {
  return file.imports.flatMap((node) =>
    node.names.flatMap((named): Occurrence[] => {
      const { name, alias } = named;
      const found = file.imported.find((imported) => imported.node === named);
      const target: Target = found?.symbol ? { kind: 'symbol', symbol: found.symbol } : { kind: 'import', node: named };
      const own = name.missing ? [] : [{ name: name.name, span: name.span, target, role: 'import', imported: named } as const]; // prettier-ignore
      return alias && !alias.missing
        ? [...own, { name: alias.name, span: alias.span, target, role: 'alias', imported: named }]
        : own;
    }),
  );
}

/** Of one declaration, in no order. */
export function unitOccurrences(file: FileScope, unit: Unit, known = new NamesOfFiles()): readonly Occurrence[] {
  const walker = new Walker(file, unit, known);
  walker.walkDeclaration();
  return walker.found;
}

/** One string for each thing that a name can mean, the same in all files of a project. */
export function keyOf(target: Target): string {
  switch (target.kind) {
    case 'local':
      return `${target.local.file.source.path}#${target.local.identifier.span.start}`;
    case 'symbol':
      return `${target.symbol.file.source.path}#${target.symbol.identifier.span.start}`;
    case 'written':
      return `${target.file.source.path}#${target.node.span.start} written`;
    case 'axis':
      return `${target.file.source.path}#${target.span.start} axis`;
    case 'import':
      return `import ${target.node.name.name}`;
    case 'builtin':
    case 'option':
    case 'free':
      return `built in ${target.name}`;
    case 'label':
      return `label of ${target.of ?? 'something'} ${target.name}`;
    case 'member':
      return target.of
        ? `${keyOf({ kind: 'local', local: target.of })} member ${target.name}`
        : `member ${target.name}`;
    case 'type':
    case 'dtype':
    case 'field':
      return `${target.kind} ${target.name}`;
  }
}

/** The list of arguments of a call that an argument stands in. */
interface CallSite {
  readonly node: Call | CallStage;
  readonly index: number;
  readonly axes: ReadonlyMap<string, Target>;
}

class Walker {
  readonly found: Occurrence[] = [];
  readonly #file: FileScope;
  readonly #unit: Unit;
  readonly #known: NamesOfFiles;
  readonly #names: Names;
  readonly #declared: ReadonlyMap<Identifier | Name, Local>;

  constructor(file: FileScope, unit: Unit, known: NamesOfFiles) {
    this.#file = file;
    this.#unit = unit;
    this.#known = known;
    this.#names = known.of(file, unit);
    this.#declared = new Map(this.#names.locals.map((local) => [local.identifier, local]));
  }

  walkDeclaration(): void {
    const { node } = this.#unit;
    if (node.kind !== 'Train') {
      const symbol = new FileSymbol(this.#file, this.#unit);
      this.#add(node.name, { kind: 'symbol', symbol }, 'declaration');
    } else if (!node.model.missing) {
      const symbol = this.#file.symbols.get(node.model.name);
      this.#add(node.model, symbol ? { kind: 'symbol', symbol } : { kind: 'free', name: node.model.name }, 'read');
    }
    for (const child of childrenOf(node)) if (child.kind !== 'Identifier') this.#walk(child);
  }

  #walk(node: Node): void {
    switch (node.kind) {
      case 'Identifier':
        return this.#declaration(node);
      case 'NamedType':
        return this.#add(node.name, { kind: 'type', name: node.name.name }, 'read');
      case 'TensorType':
        if (node.dtype) this.#add(node.dtype, { kind: 'dtype', name: node.dtype.name }, 'read');
        for (const dimension of node.dimensions ?? []) this.#walk(dimension);
        return;
      case 'SpreadDimension':
        return this.#spread(node.name);
      case 'Name':
        return this.#name(node, 'value');
      case 'Call':
      case 'CallStage':
        return this.#call(node);
      case 'Argument':
        return this.#argument(node, undefined);
      case 'Parameter':
        this.#declaration(node.name);
        if (node.type) this.#walk(node.type);
        if (node.defaultValue) this.#optionOr(node.defaultValue);
        return;
      case 'Binary':
        this.#optionOr(node.left);
        return this.#optionOr(node.right);
      case 'Member':
        this.#walk(node.object);
        return this.#member(node);
      case 'TrainField':
        return this.#field(node);
      case 'Require':
        this.#walk(node.condition);
        if (node.message) this.#message(node.message);
        return;
      default:
        for (const child of childrenOf(node)) this.#walk(child);
    }
  }

  #add(name: Identifier | Name, target: Target, role: Occurrence['role'], end?: number): void {
    if (name.name === '') return;
    const imported = role === 'read' || role === 'callee' || role === 'shorthand' || role === 'text' ? this.#importOf(name.name, target) : undefined; // prettier-ignore
    this.found.push({ name: name.name, span: name.span, target, role, ...(imported ? { imported } : {}), ...(end === undefined ? {} : { end }) }); // prettier-ignore
  }

  #importOf(name: string, target: Target): ImportName | undefined {
    if (target.kind === 'import') return target.node;
    if (target.kind !== 'symbol' || target.symbol.file === this.#file) return undefined;
    return this.#file.imported.find(({ local }) => local === name)?.node;
  }

  /** Names of parameters, statements, targets and loops. */
  #declaration(name: Identifier): void {
    const local = this.#declared.get(name);
    if (local) this.#add(name, { kind: 'local', local }, 'declaration');
  }

  #spread(name: Identifier): void {
    const own = this.#declared.get(name);
    const local = own ?? localNamed(this.#names.locals, name.name, name.span.start, true);
    this.#add(name, local ? { kind: 'local', local } : { kind: 'free', name: name.name }, own ? 'declaration' : 'read');
  }

  #name(node: Name, use: Use): void {
    const size = this.#declared.get(node);
    if (size) return this.#add(node, { kind: 'local', local: size }, 'declaration');
    this.#add(node, this.#meaning(node, use), use === 'value' ? 'read' : 'callee');
  }

  #meaning({ name, span }: Name, use: Use): Target {
    return this.#names.find(name, span.start, use) ?? { kind: 'free', name };
  }

  #call(node: Call | CallStage): void {
    const { callee } = node;
    const use = node.kind === 'Call' ? 'call' : 'stage';
    if (callee.kind === 'Name') this.#name(callee, use);
    else this.#walk(callee);
    const lists = node.kind === 'Call' ? [node.arguments] : node.calls;
    const axes = this.#axes(node, lists);
    lists.forEach((list, index) => {
      for (const argument of list.arguments) this.#argument(argument, { node, index, axes });
    });
  }

  /** The axes of a pattern by their names. */
  #axes({ callee, kind }: Call | CallStage, lists: readonly ArgumentList[]): ReadonlyMap<string, Target> {
    const axes = new Map<string, Target>();
    if (callee.kind !== 'Name') return axes;
    const all = axesOf(callee, lists);
    const isBuiltin = all.length > 0 && this.#names.find(callee.name, callee.span.start, kind === 'Call' ? 'call' : 'stage')?.kind === 'builtin'; // prettier-ignore
    for (const { name, span } of isBuiltin ? all : []) {
      const axis = axes.get(name) ?? { kind: 'axis', name, span, file: this.#file };
      axes.set(name, axis);
      this.#add({ kind: 'Identifier', name, span }, axis, 'text');
    }
    return axes;
  }

  #argument(argument: Argument, site: CallSite | undefined): void {
    const { name, value } = argument;
    const isShorthand = argument.shorthand === true && value.kind === 'Name';
    if (name && !name.missing) {
      const target = this.#labelled(name.name, site);
      this.#add(name, target, 'label', isShorthand ? argument.span.end : undefined);
    }
    if (isShorthand) this.#add(value, this.#meaning(value, 'value'), 'shorthand', argument.span.end);
    else this.#optionOr(value);
  }

  #labelled(name: string, site: CallSite | undefined): Target {
    const axis = site?.axes.get(name);
    if (axis) return axis;
    const slot = site && this.#slot(site.node, site.index, name);
    if (slot) return { kind: 'local', local: slot };
    const callee = site?.node.callee;
    const use = site?.node.kind === 'Call' ? 'call' : 'stage';
    const inner = callee?.kind === 'Call' ? callee.callee : callee;
    const isBuiltin = inner?.kind === 'Name' && this.#names.find(inner.name, inner.span.start, use)?.kind === 'builtin';
    return { kind: 'label', of: isBuiltin ? inner.name : undefined, name };
  }

  /** A bare name where an option may stand. */
  #optionOr(node: Node): void {
    if (node.kind !== 'Name' || this.#declared.has(node)) return this.#walk(node);
    const target = this.#meaning(node, 'value');
    this.#add(node, target.kind === 'free' ? { kind: 'option', name: node.name } : target, 'read');
  }

  /** The parameter or input that a label names: of what is made, or of what that is applied to. */
  #slot({ callee, kind }: Call | CallStage, index: number, label: string): Local | undefined {
    if (callee.kind === 'Missing') return undefined;
    if (callee.kind === 'Name') {
      const meaning = this.#names.find(callee.name, callee.span.start, kind === 'Call' ? 'call' : 'stage');
      if (meaning?.kind === 'symbol' && index === 0) return this.#known.slotNamed(meaning.symbol, 'parameter', label);
      const applied = meaning?.kind === 'symbol' ? modelBehind(meaning.symbol) : undefined;
      if (applied) return this.#known.slotNamed(applied, 'input', label);
      if (meaning?.kind !== 'local' || (meaning.local.what === 'parameter' && index === 0)) return undefined;
    }
    const made = this.#known.madeBy(this.#names, callee);
    return made?.is === 'layer' ? this.#known.slotNamed(made.symbol, 'input', label) : undefined;
  }

  #member(node: Member): void {
    const part = this.#known.memberOf(this.#names, node);
    this.#add(node.name, part ?? { kind: 'member', name: node.name.name, of: this.#layerOf(node.object) }, 'member');
  }

  /** The `layer` statement that an object was made by. */
  #layerOf(object: Node): Local | undefined {
    const meaning = object.kind === 'Name' ? this.#names.find(object.name, object.span.start, 'value') : object.kind === 'Member' ? this.#known.memberOf(this.#names, object) : undefined; // prettier-ignore
    return meaning?.kind === 'local' && meaning.local.what === 'layer' ? meaning.local : undefined;
  }

  #field({ name, value }: TrainField): void {
    this.#add(name, { kind: 'field', name: name.name }, 'label');
    if (name.name === 'freeze') this.#frozen(value);
    else this.#walk(value);
  }

  /** `freeze: [encoder, backbone.conv2D, "encoder.dense"]`: paths of layers. */
  #frozen(value: Node): void {
    if (value.kind === 'List' || value.kind === 'Tuple')
      return value.elements.forEach((element) => this.#frozen(element));
    const path = segmentsOf(value);
    if (!path) return this.#walk(value);
    let part: Part | undefined;
    path.forEach(({ name, span }, i) => {
      // `bottleneck.0`: rounds of loops.
      if (/^\d/.test(name)) return;
      const isText = value.kind === 'StringLiteral';
      part = i === 0 ? this.#firstPart(name, span) : part && this.#partOf(part, name);
      this.#add({ kind: 'Identifier', name, span }, part ?? { kind: i === 0 ? 'free' : 'member', name }, isText ? 'text' : i === 0 ? 'read' : 'member'); // prettier-ignore
    });
  }

  #firstPart(name: string, span: Span): Part | undefined {
    const meaning = this.#names.find(name, span.start, 'value');
    if (meaning?.kind === 'local') return meaning;
    const { node } = this.#unit;
    const model = node.kind === 'Train' ? modelBehind(this.#file.symbols.get(node.model.name)) : undefined;
    return model && this.#known.partNamed(model, name);
  }

  #partOf(part: Part, name: string): Part | undefined {
    const made = this.#known.madeByPart(part);
    return made?.is === 'layer' ? this.#known.partNamed(made.symbol, name) : undefined;
  }

  /** `require dim % heads == 0, "…{dim}…"`: the names inside the braces. */
  #message(message: StringLiteral): void {
    for (const { expression, start } of interpolations(message)) {
      const inside = new Walker(this.#file, this.#unit, this.#known);
      // Names are looked up where the message stands, whatever the escapes before them.
      inside.#walk(shifted(expression, message.span.start));
      for (const occurrence of inside.found) {
        const from = start + occurrence.span.start - message.span.start;
        const within = { start: from, end: from + occurrence.name.length };
        const place = insideString({ file: this.#file.source, span: message.span }, within);
        const { name, target, imported } = occurrence;
        if (place) this.found.push({ name, target, span: place.span, role: 'text', ...(imported ? { imported } : {}) });
      }
    }
  }
}
