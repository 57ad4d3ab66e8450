/** A use of a block → pieces of the block's text with what the use gives it written into them. */
import type {
  Argument,
  Block,
  CallStage,
  Expression,
  Identifier,
  Input,
  Name,
  Node,
  Statement,
} from '../../../grammar/ast.ts';
import type { Span } from '../../../grammar/source.ts';
import { visit } from '../../../grammar/visit.ts';
import type { Seen } from '../../check/sights.ts';
import type { FileSymbol } from '../../resolve/file-scope.ts';
import { displayAxis, isSpread } from '../../shapes/index.ts';
import { callSiteOf, slotAt, type CallSite } from '../callees.ts';
import { localsOf, type Local } from '../locals.ts';
import { unitOccurrences, type Occurrence } from '../occurrences.ts';
import type { Edit } from '../plain.ts';
import { edited } from '../text-edits.ts';
import type { ActionPlace } from './action.ts';
import { inPlaceOfName, makes, pathToName } from './tree.ts';

/** What cannot be inlined, in words. */
export class Impossible extends Error {}

/** What stands for a name of the block. */
interface Substitute {
  readonly text: string;
  /** Undefined for a name. */
  readonly node?: Expression | undefined;
}

export class BlockText {
  readonly #place: ActionPlace;
  readonly #symbol: FileSymbol;
  readonly #node: Block;
  readonly #site: CallSite;
  readonly #occurrences: readonly Occurrence[];
  readonly #locals: readonly Local[];
  /** By where the local is declared. */
  readonly #substitutes = new Map<number, Substitute>();

  constructor(place: ActionPlace, stage: CallStage, symbol: FileSymbol, node: Block) {
    this.#place = place;
    this.#symbol = symbol;
    this.#node = node;
    this.#occurrences = unitOccurrences(symbol.file, symbol.unit);
    this.#locals = localsOf(symbol.file, symbol.unit);
    const site = callSiteOf(place.file, place.unit!, stage, place.spot.path);
    if (!site) throw new Impossible('How it is called is not known.');
    this.#site = site;
    this.#checkNames();
    this.#takeInputs(stage);
    this.#takeParameters();
  }

  /** Uses of a name that the block declares. */
  usesOf({ span }: Identifier | Name): readonly Occurrence[] {
    return this.#occurrences.filter(({ target, role }) => target.kind === 'local' && target.local.identifier.span.start === span.start && role !== 'declaration' && role !== 'label'); // prettier-ignore
  }

  /** What the first input is called where the block's statements will stand. */
  flowing(name: string): void {
    const first = this.#inputs()[0];
    if (first) this.#substitutes.set(first.name.span.start, { text: name });
  }

  /** Names that a statement declares, such as nothing has where it will stand. */
  renameLocals(statement: Statement, fresh: (wanted: string) => string): void {
    if (statement.kind === 'Input' || statement.kind === 'Output') return;
    for (const { identifier, node, what, name } of this.#locals)
      if (node === statement && what !== 'loop') this.#substitutes.set(identifier.span.start, { text: fresh(name) });
  }

  /** A piece of the block, written for where it will stand. */
  substituted(piece: Span): string {
    const edits = this.#occurrences.flatMap((use): readonly Edit[] => {
      if (use.span.start < piece.start || piece.end < use.span.end || use.role === 'label') return [];
      const substitute = use.target.kind === 'local' ? this.#substitutes.get(use.target.local.identifier.span.start) : undefined; // prettier-ignore
      if (!substitute) {
        this.#wantKnown(use);
        return [];
      }
      return [this.#replaced(use, substitute)];
    });
    const shifted = edits.map(({ span, newText }) => ({ newText, span: { start: span.start - piece.start, end: span.end - piece.start } })); // prettier-ignore
    return edited(this.#symbol.file.source.text.slice(piece.start, piece.end), shifted);
  }

  #inputs(): readonly Input[] {
    return this.#node.body.statements.filter((statement): statement is Input => statement.kind === 'Input');
  }

  // ── what must not be ────────────────────────────────────────────────────────────────────────────────────────────

  /** What the block means by a name of its file must mean the same outside of it. */
  #checkNames(): void {
    const outside = new Set(localsOf(this.#place.file, this.#place.unit!).map(({ name }) => name));
    const hidden = this.#occurrences.find(({ name, target, role }) => (target.kind === 'symbol' || target.kind === 'builtin' || target.kind === 'free') && role !== 'declaration' && outside.has(name)); // prettier-ignore
    if (hidden) throw new Impossible(`\`${hidden.name}\` means something else here than in the block.`);
  }

  /** A local of the block that nothing stands for here: only loops bring their own. */
  #wantKnown({ target, name }: Occurrence): void {
    if (target.kind !== 'local' || target.local.unit !== this.#symbol.unit || target.local.what === 'loop') return;
    if (target.local.what === 'size' || target.local.what === 'spread') throw new Impossible(`What the size \`${name}\` is here cannot be written.`); // prettier-ignore
    throw new Impossible(`It uses \`${name}\`, which is not there outside of it.`);
  }

  // ── what stands for what ────────────────────────────────────────────────────────────────────────────────────────

  #takeInputs(stage: CallStage): void {
    const { sights, unit } = this.#place;
    const [first, ...others] = this.#inputs();
    if (!first) throw new Impossible('Nothing flows into it.');
    const given = sights?.at('stage', stage.span, unit!)[0]?.given;
    if (given?.kind === 'tuple') throw new Impossible('Several tensors flow into it at once.');
    const seen = sights?.at('stage', stage.span, unit!) ?? [];
    this.#takeSizes(first, seen.map((sight) => sight.given)); // prettier-ignore
    const list = this.#site.lists[1];
    for (const input of others) {
      const argument = list?.list.arguments.find((one, i) => slotAt(list, i, one)?.name === input.name.name);
      if (!argument) throw new Impossible(`It is not given its input \`${input.name.name}\`, which has a default.`);
      if (makes(this.#place, [argument]) && this.usesOf(input.name).length !== 1) throw new Impossible(`What it is given as \`${input.name.name}\` makes layers, which would be made several times.`); // prettier-ignore
      this.#takeSizes(input, (sights?.at('expression', argument.value.span, unit!) ?? []).map(({ value }) => value)); // prettier-ignore
      this.#take(input.name, argument.value, this.#place.text);
    }
  }

  #takeParameters(): void {
    const list = this.#site.lists[0];
    for (const { name, defaultValue } of this.#node.parameters) {
      const isIts = (argument: Argument, i: number): boolean => slotAt(list!, i, argument)?.name === name.name;
      const argument = list?.list.arguments.find(isIts);
      if (argument) this.#take(name, argument.value, this.#place.text);
      else if (defaultValue) this.#substitutes.set(name.span.start, { text: this.substituted(defaultValue.span), node: defaultValue }); // prettier-ignore
    }
  }

  #take(name: Identifier, value: Expression, text: string): void {
    const loops = new Set(this.#locals.filter(({ what }) => what === 'loop').map((local) => local.name));
    visit(value, (node) => {
      if (node.kind === 'Name' && loops.has(node.name)) throw new Impossible(`\`${node.name}\` means something else in a loop of the block.`); // prettier-ignore
    });
    this.#substitutes.set(name.span.start, { text: text.slice(value.span.start, value.span.end), node: value });
  }

  /** Sizes that an input introduces, as far as they are the same in all rounds and can be written here. */
  #takeSizes({ type: { dimensions = [] } }: Input, seen: readonly (Seen | undefined)[]): void {
    const shapes = seen.map((one) => (one?.kind === 'tensor' ? one.type.shape : []));
    const spreadAt = dimensions.findIndex(({ kind }) => kind === 'SpreadDimension');
    dimensions.forEach((dimension, i) => {
      if (dimension.kind !== 'Name') return;
      const texts = shapes.map((shape) => {
        const axis = shape.at(spreadAt >= 0 && i > spreadAt ? i - dimensions.length : i);
        return axis === undefined || isSpread(axis) ? '?' : displayAxis(axis);
      });
      const [text] = new Set(texts);
      if (text === undefined || new Set(texts).size > 1 || !this.#isWritable(text)) return;
      this.#substitutes.set(dimension.span.start, { text: /^\w+$/.test(text) ? text : `(${text})` });
    });
  }

  /** A number, or made of sizes that have names here; of a model with parameters numbers may be others next time. */
  #isWritable(text: string): boolean {
    const { file, unit } = this.#place;
    const { node } = unit!;
    if (node.kind === 'Model' && node.parameters.length > 0) return false;
    const known = new Set(localsOf(file, unit!).filter(({ what }) => what === 'size').map(({ name }) => name)); // prettier-ignore
    return (text.match(/[A-Za-z_]\w*/g) ?? []).every((name) => known.has(name) || name === 'floor' || name === 'ceil') && !text.includes('?'); // prettier-ignore
  }

  /** Whether a name stands for a value where the block is used, and is no option. */
  #isValue(name: string): boolean {
    const { file, unit } = this.#place;
    return file.symbols.has(name) || localsOf(file, unit!).some((local) => local.name === name);
  }

  #replaced({ span, role, end = span.end }: Occurrence, { text, node }: Substitute): Edit {
    if (role === 'shorthand') return { span: { start: end, end }, newText: ` ${text}` };
    if (node === undefined) return { span, newText: text };
    const way = pathToName(this.#node, span);
    const parent = way.at(-2);
    if (node.kind === 'Name') {
      if (parent?.kind === 'Binary' && !this.#isValue(text)) throw new Impossible(`The block compares what it is given, and \`${text}\` alone cannot be compared.`); // prettier-ignore
      return { span, newText: text };
    }
    const isCallee = parent?.kind === 'CallStage' || parent?.kind === 'Call' ? parent.callee === way.at(-1) : false;
    if (!isCallee) return { span, newText: inPlaceOfName(node, text, parent) };
    const isStage = parent?.kind === 'CallStage' && parent.calls.length === 0 && STAGES.has(node.kind);
    if (!isStage) throw new Impossible(`\`${text}\` cannot be called as the block does it.`);
    return { span, newText: text };
  }
}

/** Expressions that can be stages as they are written. */
const STAGES: ReadonlySet<Node['kind']> = new Set<Node['kind']>(['Call', 'Pipeline', 'Repeat', 'For']);
