/**
 * What the checker saw in one declaration, for editors: the value of every expression, what went into every stage and
 * what came out, and what every declared name stands for. Places count from where their declaration begins, so that
 * they stay right when it moves. What happens inside the blocks that it uses is not written down.
 */
import type { Node } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import type { TensorType } from '../definitions/types.ts';
import type { GraphNode } from '../graph/model-graph.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { isSpread, noFacts, type Condition, type Dim, type Facts } from '../shapes/index.ts';
import type { BodyContext, ScopeEntry } from './context.ts';
import { describe, type Instance, type Value } from './values.ts';

/** A value without the check that it comes from. */
export type Seen =
  /** `shown`: with sizes as the requirements of the whole declaration let them be written: `h / 2` where `h` is even. */
  | { readonly kind: 'tensor'; readonly type: TensorType; readonly shown: TensorType }
  | { readonly kind: 'tuple'; readonly elements: readonly Seen[]; readonly names?: readonly string[] | undefined }
  | { readonly kind: 'list'; readonly elements: readonly Seen[] }
  | { readonly kind: 'exact'; readonly dim: Dim }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly condition: Condition }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'option' | 'builtin'; readonly name: string; readonly noun: string }
  | { readonly kind: 'recipe'; readonly label: string; readonly of: 'layer' | 'block' | 'pipeline' }
  | {
      readonly kind: 'instance';
      readonly path: string;
      readonly label: string;
      /** Local names of its weights with their paths, once it has been used; `embeddings`. */
      readonly weights: Readonly<Record<string, string>>;
      readonly children: readonly string[];
    }
  | { readonly kind: 'cases'; readonly cases: readonly { readonly condition: Condition; readonly value: Seen }[] }
  /** Left open in a block on its own. */
  | { readonly kind: 'open'; readonly what: string; readonly options?: readonly string[] | undefined }
  /** Has an error that has been reported. */
  | { readonly kind: 'unknown' };

/** One run of a piece of text; a loop gives one for each round. */
export interface Sight {
  readonly value: Seen;
  /** Of a stage: what flowed in. */
  readonly given?: Seen | undefined;
  /** Of a stage or call: what was made, also inside blocks, but not by its arguments. */
  readonly nodes?: readonly GraphNode[] | undefined;
  /** Of a name: what it was declared as. */
  readonly what?: ScopeEntry['what'] | undefined;
  /** The rounds of the loops around, outermost first. */
  readonly rounds: readonly { readonly index: number; readonly count: number }[];
  /** From a branch that is looked at and not taken. */
  readonly isDry: boolean;
}

export type SightKind = 'expression' | 'stage' | 'name';

/** More rounds of one piece of text are not kept, but for the last. */
const mostSights = 16;

interface Raw extends Omit<Sight, 'value' | 'given'> {
  readonly value: Value;
  readonly given?: Value | undefined;
}

/** The sights of one declaration. */
export class UnitSights {
  readonly #sights: ReadonlyMap<string, readonly Sight[]>;
  /** Shapes of the weights that there are, by path. */
  readonly weightShapes: ReadonlyMap<string, readonly Dim[]>;
  /** Paths of those that are not trained. */
  readonly fixedWeights: ReadonlySet<string>;

  constructor(
    sights: ReadonlyMap<string, readonly Sight[]>,
    weightShapes: ReadonlyMap<string, readonly Dim[]>,
    fixedWeights: ReadonlySet<string>,
  ) {
    this.#sights = sights;
    this.weightShapes = weightShapes;
    this.fixedWeights = fixedWeights;
  }

  /** All runs of what stands at `span`, in order; `unit` says where the declaration is now. */
  at(kind: SightKind, span: Span, unit: Unit): readonly Sight[] {
    return this.#sights.get(keyOf(kind, span, unit.start)) ?? [];
  }
}

/** Writes down what is seen while some declarations of a file are checked. */
export class SightRecorder {
  readonly #file: FileScope;
  readonly #units: readonly Unit[];
  readonly #raw = new Map<object, Map<string, Raw[]>>();
  #assembler: BodyContext['assembler'] | undefined;

  constructor(file: FileScope, units: readonly Unit[]) {
    this.#file = file;
    this.#units = units;
  }

  see(ctx: BodyContext, kind: SightKind, { span }: Node, seen: Omit<Raw, 'rounds' | 'isDry'>): void {
    if (ctx.frames.length > 0 || ctx.file !== this.#file) return;
    const unit = this.#units.find((own) => own.holds(span));
    if (!unit) return;
    this.#assembler ??= ctx.assembler;
    const sights = this.#raw.get(unit.key) ?? new Map<string, Raw[]>();
    this.#raw.set(unit.key, sights);
    const key = keyOf(kind, span, unit.start);
    const before = sights.get(key);
    const isDry = ctx.mode === 'names';
    const rounds = ctx.rounds.map(({ index, count }) => ({ index, count }));
    const sight = { ...seen, rounds, isDry };
    if (!before || (!isDry && before[0]!.isDry)) sights.set(key, [sight]);
    else if (isDry && !before[0]!.isDry) return;
    else if (before.length < mostSights) before.push(sight);
    else before[mostSights - 1] = sight;
  }

  /** What was seen, by declaration. To be asked when all has been checked: layers know their weights only then. */
  sights(): ReadonlyMap<object, UnitSights> {
    const facts = this.#assembler?.facts ?? noFacts;
    const weights = [...(this.#assembler?.weights.entries() ?? [])];
    const shapes = new Map(weights.map(([path, { shape }]) => [path, shape]));
    const fixed = new Set(weights.flatMap(([path, { trainable }]) => (trainable === false ? [path] : [])));
    const of = (raw: Raw): Sight => ({
      ...raw,
      value: seenOf(raw.value, facts),
      given: raw.given && seenOf(raw.given, facts),
    });
    const settled = (all: Map<string, Raw[]>): UnitSights => new UnitSights(new Map([...all].map(([key, raws]) => [key, raws.map(of)])), shapes, fixed); // prettier-ignore
    return new Map([...this.#raw].map(([key, all]) => [key, settled(all)]));
  }
}

const keyOf = (kind: SightKind, { start, end }: Span, from: number): string => `${kind} ${start - from} ${end - start}`;

function seenOf(value: Value, facts: Facts): Seen {
  switch (value.kind) {
    case 'tensor':
      return { kind: 'tensor', type: value.value.type, shown: knownType(value.value.type, facts) };
    case 'tuple':
      return { kind: 'tuple', elements: value.elements.map((element) => seenOf(element, facts)), names: value.names };
    case 'list':
      return { kind: 'list', elements: value.elements.map((element) => seenOf(element, facts)) };
    case 'exact':
    case 'float':
    case 'bool':
    case 'string':
    case 'unknown':
      return value;
    case 'option':
    case 'builtin':
      return { kind: value.kind, name: value.name, noun: describe(value) };
    case 'constFunction':
      return { kind: 'builtin', name: value.symbol.name, noun: describe(value) };
    case 'recipe':
      return { kind: 'recipe', label: value.recipe.label, of: value.recipe.kind === 'instance' ? 'layer' : value.recipe.kind }; // prettier-ignore
    case 'instance':
      return seenInstance(value.instance);
    case 'cases':
      return {
        kind: 'cases',
        cases: value.cases.map(({ condition, value: v }) => ({ condition, value: seenOf(v, facts) })),
      };
    case 'opaque':
      return { kind: 'open', what: value.what, options: value.choice?.options };
  }
}

const knownType = (type: TensorType, facts: Facts): TensorType => ({
  ...type,
  shape: type.shape.map((axis) => (isSpread(axis) ? axis : facts.normalise(axis))),
});

const seenInstance = ({ path, recipe, built, children }: Instance): Seen => ({
  kind: 'instance',
  path,
  label: recipe.label,
  weights: built?.weights ?? {},
  children: [...children.keys()],
});
