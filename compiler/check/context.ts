/** What checking a body carries along: the session (one per command), the model being assembled, the scope, the way here. */
import type { ArgumentList, Node } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import type { Diagnostic, Place, Problem, RelatedPlace } from '../diagnostics/diagnostic.ts';
import { report as makeDiagnostic } from '../diagnostics/diagnostic.ts';
import type { GraphNode, NodeGroup } from '../graph/model-graph.ts';
import { ProgramText } from '../lint/program-text.ts';
import { isTorn, type FileScope, type FileSymbol } from '../resolve/file-scope.ts';
import type { Condition, Dim, Shape, SizeVariable, Spread } from '../shapes/index.ts';
import { argumentRange } from '../diagnostics/catalogue/arguments.ts';
import { negation, or } from '../shapes/index.ts';
import { Assembler } from './assembler.ts';
import type { CurrentChecks, Found } from './kept.ts';
import { LayeredMap } from './layered-map.ts';
import { SightRecorder, type Sight, type SightKind } from './sights.ts';
import { isOpen, type Instance, type Value } from './values.ts';

/** One check of one file with what it imports. */
export interface Session {
  readonly diagnostics: DiagnosticList;
  /** Values of constants; `busy` while one is being evaluated. */
  readonly constants: Map<FileSymbol, { readonly value: Value; readonly isBroken: boolean } | 'busy'>;
  /** Blocks, models and compile-time functions that have been checked on their own. */
  readonly checkedBlocks: Map<object, Found<CheckedBlock>>;
  /** Models whose bodies have errors with their own parameters. */
  readonly brokenModels: Set<Node>;
  /** `train`s with errors of their own. */
  readonly brokenTrains: Set<Node>;
  readonly counter: { next: number };
  /** Expressions evaluated so far: a guard against loops in loops in loops. */
  readonly work: { done: number };
  /** What is known from earlier checks of the project. */
  readonly checks: CurrentChecks;
  /** What has been found by checking declarations by themselves. */
  readonly found: Set<Found<unknown>>;
  readonly texts: Map<FileScope, ProgramText>;
  /** For editors: writes down what is seen of the declaration being checked. */
  readonly recorder?: SightRecorder;
  /** Names of the layers of bodies, by body. */
  readonly layerNames: WeakMap<object, ReadonlyMap<Node, string>>;
}

export type CheckedBlock =
  | { readonly state: 'busy'; readonly name: string }
  | { readonly state: 'broken' }
  | {
      readonly state: 'fine';
      /** In the variables of its own sizes and whole-number parameters, which `variables` has by name. */
      readonly requirements: readonly Condition[];
      readonly variables: ReadonlyMap<string, SizeVariable>;
      /** What it is made of, for the lints. */
      readonly nodes: readonly GraphNode[];
    };

export const newSession = (checks: CurrentChecks): Session => ({
  diagnostics: new DiagnosticList(),
  constants: new Map(),
  checkedBlocks: new Map(),
  brokenModels: new Set(),
  brokenTrains: new Set(),
  counter: checks.kept.counter,
  work: { done: 0 },
  checks,
  found: new Set(),
  texts: new Map(),
  layerNames: new WeakMap(),
});

/** For a declaration that is checked by itself: its mistakes are its own, wherever the check was asked for. */
export function foundAlone<T>(
  session: Session,
  unit: Unit | undefined,
  file: FileScope,
  aspect: string,
  check: (own: Session) => Omit<Found<T>, 'diagnostics'>,
): Found<T> {
  // prettier-ignore
  const found = session.checks.found(unit, file, aspect, () => {
    const diagnostics = new DiagnosticList();
    // What has been reported explains what stays unknown.
    if (unit && isTorn(file, unit)) diagnostics.countRepeated();
    const recorder = unit && recorderFor(session, file, unit);
    const result = check({ ...session, diagnostics, work: { done: 0 }, ...(recorder ? { recorder } : {}) });
    return { ...result, diagnostics: diagnostics.all, sights: recorder?.sights() };
  });
  session.found.add(found);
  return found;
}

/** A recorder for a declaration and its `train`, where what is seen is asked for. */
export function recorderFor({ checks }: Session, file: FileScope, unit: Unit): SightRecorder | undefined {
  if (!checks.kept.keepsSights) return undefined;
  const train = file.trains.get(unit.name.name);
  return new SightRecorder(file, train ? [unit, train] : [unit]);
}

/** Writes down a value for editors. */
export function see(
  ctx: BodyContext,
  kind: SightKind,
  node: Node,
  value: Value,
  more?: Pick<Sight, 'nodes' | 'what'> & { readonly given?: Value },
): void {
  ctx.session.recorder?.see(ctx, kind, node, { value, ...more });
}

/** For `see`: what a stage or call has made since there were `from` nodes; nothing where nobody looks. */
export function madeSince(ctx: BodyContext, from: number, args?: ArgumentList): Pick<Sight, 'nodes'> {
  const { session, assembler, frames, file } = ctx;
  if (!session.recorder || frames.length > 0) return {};
  const isOfArgument = ({ origin }: GraphNode): boolean =>
    args !== undefined && origin.file === file.source && args.span.start < origin.span.start && origin.span.end < args.span.end;
  return { nodes: assembler.nodes.slice(from).filter((node) => !isOfArgument(node)) };
} // prettier-ignore

export function textOf({ texts }: Session, file: FileScope): ProgramText {
  const text = texts.get(file) ?? new ProgramText(file);
  texts.set(file, text);
  return text;
}

/** Diagnostics in order, each code at a place only once. */
export class DiagnosticList {
  readonly all: Diagnostic[] = [];
  /** Errors found, also those already reported: what is broken for one model is broken for its alias. */
  errorCount = 0;
  readonly #seen = new Set<string>();
  readonly #brokenUses = new Set<string>();

  /** Something that is broken, and reported elsewhere, is used: what uses it is broken too. */
  countRepeated(): void {
    this.errorCount++;
  }

  /** What goes wrong inside one use of a block comes of one mistake: only the first error is told. */
  addAtUse(diagnostic: Diagnostic): void {
    const use = `${diagnostic.file.path} ${diagnostic.span.start}-${diagnostic.span.end}`;
    if (this.#brokenUses.has(use)) return this.countRepeated();
    this.#brokenUses.add(use);
    this.add(diagnostic);
  }

  add(diagnostic: Diagnostic): void {
    if (diagnostic.severity === 'error') this.errorCount++;
    const key = `${diagnostic.code} ${diagnostic.file.path} ${diagnostic.span.start}-${diagnostic.span.end}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.all.push(diagnostic);
  }
}

export interface ScopeEntry {
  readonly value: Value;
  readonly what: 'parameter' | 'size' | 'input' | 'let' | 'output' | 'layer' | 'weight' | 'loss' | 'target' | 'loop' | 'constant';
  readonly place: Place;
} // prettier-ignore

/** Names of a body; inner ones (loop indices) have a parent. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly entries = new Map<string, ScopeEntry>();
  #hasOpen = false;

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  find(name: string): ScopeEntry | undefined {
    return this.entries.get(name) ?? this.parent?.find(name);
  }

  set(name: string, entry: ScopeEntry): void {
    this.entries.set(name, entry);
    this.#hasOpen ||= isOpen(entry.value);
  }

  /** Whether a name may stand for one of several values. */
  hasOpen(): boolean {
    return this.#hasOpen || (this.parent?.hasOpen() ?? false);
  }

  names(): readonly string[] {
    return [...this.entries.keys(), ...(this.parent?.names() ?? [])];
  }
}

/** Whose layers are being made: a model, a block instance or a pipeline instance. */
export interface Owner {
  /** '' for the model itself. */
  readonly path: string;
  /** Names of the constructors in the text of this body. */
  readonly names: ReadonlyMap<Node, string>;
  readonly children: LayeredMap<string, Instance>;
}

/** A use of a block on the way from the body being checked to here. */
export interface Frame {
  readonly place: Place;
  readonly label: string;
  /** The block, model or constant that is used there. */
  readonly node: Node;
  /** The loops around the use, in its own body. */
  readonly rounds: readonly Round[];
}

/** One round of a loop. */
export interface Round {
  /** The count or the list. */
  readonly place: Place;
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

export interface BodyContext {
  readonly session: Session;
  readonly file: FileScope;
  readonly scope: Scope;
  readonly assembler: Assembler;
  readonly owner: Owner;
  /** Indices of the loops around, outermost first. */
  readonly loops: readonly number[];
  /** The same loops, for messages; those around a pipeline of layers stay where it is applied. */
  readonly rounds: readonly Round[];
  readonly frames: readonly Frame[];
  /** What the nodes that are made here stand in. */
  readonly within: NodeGroup | undefined;
  /** `...lead` by its written name, and the axes that each stands for at this use. */
  readonly spreads: Map<string, Spread>;
  readonly boundSpreads: ReadonlyMap<number, Shape>;
  /** Inside `TimeDistributed`: the numbers of steps, outermost first, each of which is an example here. */
  readonly steps: readonly Dim[];
  /**
   * `model`: everything must come out as numbers; `block`: checked over all sizes; `names`: only mistakes of the text
   * are of interest, and inside a used block none at all.
   */
  readonly mode: 'model' | 'block' | 'names';
  /** In `train`: targets with the shapes of outputs that they do not fit, as `id shape`. */
  readonly misfits?: Set<string>;
}

/** A context for a body on its own, or for file scope. */
export function bodyContext(
  session: Session,
  file: FileScope,
  mode: BodyContext['mode'],
  names: Owner['names'] = new Map(),
): BodyContext {
  // prettier-ignore
  const owner: Owner = { path: '', names, children: new LayeredMap() };
  const base = {
    session,
    file,
    scope: new Scope(),
    assembler: new Assembler(),
    owner,
    loops: [],
    rounds: [],
    steps: [],
  };
  return { ...base, frames: [], within: undefined, spreads: new Map(), boundSpreads: new Map(), mode };
}

/** A part of what there is around here. */
export const groupIn = ({ within }: Pick<BodyContext, 'within'>, group: Omit<NodeGroup, 'parent'>): NodeGroup =>
  within ? { ...group, parent: within } : group;

/** For nodes. */
export const withinOf = ({ within }: Pick<BodyContext, 'within'>): { readonly within?: NodeGroup } =>
  within ? { within } : {};

export const placeOf = (ctx: BodyContext, span: Span): Place => ({ file: ctx.file.source, span });

/** Mistakes of the text itself, whatever the values are. */
const textual = /^(syntax\/|name\/(?!unknown-member)|argument\/(unknown|missing|duplicate)$)/;

/** A written number, string, truth value or option is wrong for its argument whatever the values are. */
const literal = /^-?[\d.][\w.]*$|^"[^"\n]*"$|^(true|false)$/;
const bareName = /^[A-Za-z_]\w*$/;

function isOfText(ctx: BodyContext, slug: string, place: Place): boolean {
  if (textual.test(slug)) return true;
  if (slug !== 'argument/type' && slug !== 'argument/option') return false;
  const text = place.file.textOf(place.span);
  if (literal.test(text)) return true;
  return slug === 'argument/option' && bareName.test(text) && !ctx.scope.find(text) && !ctx.file.symbols.has(text);
}

/** Whether what was found is a mistake of the text itself, whatever the values are. */
export const isAboutText = (ctx: BodyContext, { code, file, span }: Diagnostic): boolean =>
  isOfText(ctx, code, { file, span });

/**
 * Reports a problem at its place; inside a used block at the use, with the way to it as related places. (What is wrong
 * with the block itself has been reported where it stands when it was checked on its own.)
 */
export function report(
  ctx: BodyContext,
  problem: Problem,
  span: Span | Place,
  related: readonly RelatedPlace[] = [],
): void {
  const place = 'file' in span ? span : placeOf(ctx, span);
  const [outermost, ...inner] = ctx.frames;
  if (ctx.mode === 'names' && (outermost || !isOfText(ctx, problem.slug, place))) return;
  const { diagnostics } = ctx.session;
  if (!outermost) return diagnostics.add(makeDiagnostic(problem, place, [...related, ...roundNotes(ctx.rounds)]));
  // An argument of the use itself, such as the groups of a layer that is handed in.
  if (contains(outermost.place, place)) return diagnostics.add(makeDiagnostic(problem, place, [...related, ...roundNotes(outermost.rounds)])); // prettier-ignore
  if (problem.severity !== 'error') return;
  const labels = inner.map((frame) => frame.label);
  const shown = labels.length > 4 ? [...labels.slice(0, 3), '…'] : labels;
  const label = [...shown, shortText(place)].join(' → ');
  const way = inner.slice(0, 4).map((frame) => ({ ...frame.place, message: `in \`${frame.label}\`` }));
  const here = { ...place, message: `in \`${outermost.label}\` → \`${label}\`` };
  const rounds = [...outermost.rounds, ...inner.flatMap((frame) => frame.rounds), ...ctx.rounds];
  diagnostics.addAtUse(makeDiagnostic({ ...problem, fixes: [] }, outermost.place, [here, ...way, ...related, ...roundNotes(rounds)])); // prettier-ignore
}

const contains = (outer: Place, inner: Place): boolean =>
  outer.file === inner.file && outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;

const roundNotes = (rounds: readonly Round[]): readonly RelatedPlace[] =>
  rounds.map(({ place, index, count }) => ({ ...place, message: `in round ${index + 1} of ${count}` }));

/** The text of a place on one line, shortened. */
export function shortText(place: Place, most = 60): string {
  const text = place.file.textOf(place.span).replaceAll(/\s+/g, ' ').trim();
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** More work than this is a mistake in the program: loops in loops, functions that call functions twice. */
const mostWork = 30_000;

/** False (reported once) where a program unrolls into more than any machine could train. */
export function withinBudget(ctx: BodyContext, place: Place): boolean {
  const { work } = ctx.session;
  if (++work.done < mostWork) return true;
  if (work.done === mostWork) ctx.session.diagnostics.add(makeDiagnostic(argumentRange.tooMuch(undefined), place));
  return false;
}

export const freshId = (session: Session): number => session.counter.next++;

/** A context in which only mistakes of the text are reported and nothing is built: for branches that are not taken. */
export const dryContext = (ctx: BodyContext): BodyContext => ({ ...forkedContext(ctx), mode: 'names' });

/** A context whose nodes, weights, names and requirements are thrown away. */
export function forkedContext(ctx: BodyContext): BodyContext {
  const owner = { ...ctx.owner, children: new LayeredMap(ctx.owner.children) };
  return { ...ctx, assembler: ctx.assembler.scratch(), owner, scope: new Scope(ctx.scope) };
}

/**
 * Runs what is there only under a condition that a block on its own leaves open. What it requires is required under
 * that condition; where the condition itself is not known, nothing is.
 */
export function underCondition<T>(
  ctx: BodyContext,
  condition: Condition | undefined,
  run: (inner: BodyContext) => T,
  keepNodes = false,
): T {
  const inner = forkedContext(ctx);
  ctx.assembler.caseRuns.isOpen = true;
  if (condition) inner.assembler.facts = inner.assembler.facts.assume(condition);
  const result = run(inner);
  if (keepNodes) ctx.assembler.nodes.push(...inner.assembler.nodes);
  if (condition)
    for (const required of inner.assembler.requirements)
      ctx.assembler.requireInCase({ ...required, condition: or(negation(condition), required.condition) });
  return result;
}
