/**
 * What a block on its own leaves open between a few cases: options, truth values, and what an `if` makes of them. A
 * rule that such a value reaches is asked once per case, under the condition of the case; what comes out alike is one
 * value again.
 */
import type { Node } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/visit.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { and, dim, equal, equals, negation, or, shapesEqual, variable, type Condition } from '../shapes/index.ts';
import { DiagnosticList, isAboutText, underCondition, type BodyContext } from './context.ts';
import { unknown, type Case, type OpaqueValue, type Value } from './values.ts';

/** More cases than this are not told apart for one rule: the result is open, and each use is checked. */
const mostCases = 64;
/** Nor more than this in all for one block on its own: blocks with cases use blocks with cases. */
const mostRuns = 400;

/** Runs what depends on the names in `node` and on the flowing value: once, or once for each case that they are open between. */
export function inCases(
  ctx: BodyContext,
  node: Node | undefined,
  flowing: Value,
  run: (inner: BodyContext, flowing: Value) => Value,
): Value {
  // prettier-ignore
  if (ctx.mode !== 'block') return run(ctx, flowing);
  return new CaseRun(node, run).of(ctx, flowing);
}

class CaseRun {
  readonly #node: Node | undefined;
  readonly #run: (inner: BodyContext, flowing: Value) => Value;
  #left = mostCases;

  constructor(node: Node | undefined, run: (inner: BodyContext, flowing: Value) => Value) {
    this.#node = node;
    this.#run = run;
  }

  of(ctx: BodyContext, given: Value): Value {
    const flowing = narrowed(ctx, given);
    const open = this.#flowingCases(ctx, flowing) ?? this.#ofNames(ctx)?.map((condition) => ({ condition, value: flowing })); // prettier-ignore
    if (!open) return this.#left-- > 0 ? this.#run(ctx, flowing) : unknown;
    if ((ctx.assembler.caseRuns.count += open.length) > mostRuns) return unknown;
    const sinks: DiagnosticList[] = [];
    const cases = open.map(({ condition, value }) => {
      const diagnostics = new DiagnosticList();
      sinks.push(diagnostics);
      const own = { ...ctx, session: { ...ctx.session, diagnostics } };
      return { condition, value: underCondition(own, condition, (inner) => this.of(inner, value), true) };
    });
    settle(ctx, sinks);
    return this.#left < 0 ? unknown : joinCases(cases);
  }

  /** Each case of what flows in, alone or in a tuple. */
  #flowingCases(ctx: BodyContext, flowing: Value): readonly Case[] | undefined {
    if (flowing.kind === 'cases') return flowing.cases;
    const open = flowing.kind === 'tuple' ? flowing.elements.find((element) => element.kind === 'cases') : undefined;
    return open && this.#telling(ctx, conditionsOf(ctx, open))?.map((condition) => ({ condition, value: flowing }));
  }

  #ofNames(ctx: BodyContext): readonly Condition[] | undefined {
    if (!this.#node || !ctx.scope.hasOpen()) return undefined;
    for (const name of namesRead(this.#node)) {
      const value = ctx.scope.find(name)?.value;
      const conditions = value && this.#telling(ctx, conditionsOf(ctx, narrowed(ctx, value)));
      if (conditions) return conditions;
    }
    return undefined;
  }

  /** Conditions that are known to hold once they are taken to hold; others would be asked about without end. */
  #telling(ctx: BodyContext, conditions: readonly Condition[] | undefined): readonly Condition[] | undefined {
    const { facts } = ctx.assembler;
    return conditions?.every((c) => facts.assume(c).decide(c) === 'proved') ? conditions : undefined;
  }
}

/**
 * A rule that fails in every case is wrong. One that fails in some is wrong for some parameters: each use is checked.
 * Mistakes of the text are mistakes in any case.
 */
function settle(ctx: BodyContext, sinks: readonly DiagnosticList[]): void {
  const everywhere = sinks.length > 0 && sinks.every(({ errorCount }) => errorCount > 0);
  const kept = (found: Diagnostic): boolean => everywhere || found.severity !== 'error' || isAboutText(ctx, found);
  for (const { all } of sinks) for (const found of all) if (kept(found)) ctx.session.diagnostics.add(found);
  if (everywhere) ctx.session.diagnostics.countRepeated();
}

/** The conditions that a value is open between, at least two; undefined where it is not open. */
function conditionsOf(ctx: BodyContext, value: Value): readonly Condition[] | undefined {
  if (value.kind === 'cases') return value.cases.map(({ condition }) => condition);
  if (value.kind === 'opaque' && value.choice) {
    const { options, variable: v } = value.choice;
    return options.map((_, i) => equal(variable(v), dim(i))).filter((c) => ctx.assembler.facts.decide(c) !== 'refuted');
  }
  if (value.kind === 'bool' && ctx.assembler.facts.decide(value.condition) === 'unknown')
    return [value.condition, negation(value.condition)];
  return undefined;
}

/** The value with the cases left away that cannot be here. */
export function narrowed(ctx: BodyContext, value: Value): Value {
  if (value.kind === 'opaque' && value.choice) return narrowedChoice(ctx, value, value.choice);
  if (value.kind === 'tuple' && value.elements.some((e) => e.kind === 'cases'))
    return { ...value, elements: value.elements.map((element) => narrowed(ctx, element)) };
  if (value.kind !== 'cases') return value;
  const { facts } = ctx.assembler;
  const left = value.cases.filter(({ condition }) => facts.decide(condition) !== 'refuted');
  return left.length === value.cases.length ? value : joinCases(left);
}

function narrowedChoice(ctx: BodyContext, value: OpaqueValue, { options, variable: v }: NonNullable<OpaqueValue['choice']>): Value {
  const { facts } = ctx.assembler;
  const left = options.filter((_, i) => facts.decide(equal(variable(v), dim(i))) !== 'refuted');
  return left.length === 1 ? { kind: 'option', name: left[0]! } : value;
} // prettier-ignore

/** One value again where all are alike, else the cases; unknown where nothing is known of any. */
export function joinCases(given: readonly Case[]): Value {
  const joined: Case[] = [];
  for (const { condition, value } of given.flatMap(flattened)) {
    const at = joined.findIndex((other) => isSame(other.value, value));
    if (at < 0) joined.push({ condition, value });
    else joined[at] = { condition: or(joined[at]!.condition, condition), value: joined[at]!.value };
  }
  if (joined.length === 0 || joined.length > mostCases) return unknown;
  return joined.length === 1 ? joined[0]!.value : asOneKind(joined);
}

const flattened = ({ condition, value }: Case): readonly Case[] =>
  value.kind !== 'cases' ? [{ condition, value }] : value.cases.map((inner) => ({ condition: and(condition, inner.condition), value: inner.value })); // prettier-ignore

/** Truth values are one condition, tuples are taken apart; layers are not told apart. */
function asOneKind(cases: readonly Case[]): Value {
  const known = cases.filter(({ value }) => value.kind !== 'unknown');
  if (known.length === cases.length && known.every(({ value }) => value.kind === 'bool'))
    return { kind: 'bool', condition: or(...known.map((c) => (c.value.kind === 'bool' ? and(c.condition, c.value.condition) : c.condition))) }; // prettier-ignore
  const [first] = known;
  if (first?.value.kind === 'tuple') {
    const tuples = cases.map(({ value }) => (value.kind === 'tuple' ? value.elements : []));
    const { length } = first.value.elements;
    if (tuples.every((elements) => elements.length === length))
      return { ...first.value, elements: first.value.elements.map((_, i) => joinCases(cases.map(({ condition }, j) => ({ condition, value: tuples[j]![i]! })))) }; // prettier-ignore
  }
  if (known.every(({ value }) => isSplit.has(value.kind))) return { kind: 'cases', cases };
  return known.length < cases.length || known.some(({ value }) => value.kind === 'tensor') ? unknown : { kind: 'opaque', what: 'one of two values' }; // prettier-ignore
}

const isSplit: ReadonlySet<Value['kind']> = new Set(['tensor', 'tuple', 'exact', 'float', 'bool', 'list', 'option', 'opaque']); // prettier-ignore

function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === 'tensor' && b.kind === 'tensor') {
    const [x, y] = [a.value.type, b.value.type];
    return x.dtype === y.dtype && x.batched === y.batched && shapesEqual(x.shape, y.shape);
  }
  if (a.kind === 'exact' && b.kind === 'exact') return equals(a.dim, b.dim);
  if (a.kind === 'float' && b.kind === 'float') return a.value === b.value;
  if (a.kind === 'option' && b.kind === 'option') return a.name === b.name;
  if (a.kind === 'bool' && b.kind === 'bool') return a.condition.key === b.condition.key;
  if ((a.kind === 'tuple' || a.kind === 'list') && a.kind === b.kind)
    return a.elements.length === b.elements.length && a.elements.every((element, i) => isSame(element, b.elements[i]!));
  return a.kind === 'unknown' && b.kind === 'unknown';
}

/** The names that a piece of text reads, but those that only an `if` asks about: it is open between its branches itself. */
function namesRead(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: Node): void => {
    if (part.kind === 'Name') names.add(part.name);
    const skipped = part.kind === 'If' || part.kind === 'IfStage' ? part.condition : undefined;
    for (const child of childrenOf(part)) if (child !== skipped) visit(child);
  };
  visit(node);
  return names;
}
