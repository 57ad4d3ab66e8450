/**
 * Binding the size variables of declared shapes to the shapes a block is applied to: by the first bare occurrence in
 * any input, else solved from a form `k * h + b`. Whatever that leaves to be equal is handed back as conditions.
 */
import type { Facts } from './facts.ts';
import {
  atomDim,
  dim,
  equals,
  minimumOf,
  ONE,
  subtract,
  variable,
  ZERO,
  type Atom,
  type Dim,
  type SizeVariable,
} from './polynomial.ts';
import { floorDivide } from './quotient.ts';
import { atLeast, equal, type Condition } from './relation.ts';
import { axesEqual, isSpread, minimumRank, substituteShape, type Axis, type Shape } from './shape.ts';
import { substitute, variablesOf } from './traverse.ts';

export interface Bindings {
  readonly sizes: ReadonlyMap<number, Dim>;
  readonly spreads: ReadonlyMap<number, Shape>;
}

export const noBindings: Bindings = { sizes: new Map(), spreads: new Map() };

/** What must still hold; `axis` counts from 0 in the actual shape of that input. */
export interface BoundEquality {
  readonly condition: Condition;
  readonly input: number;
  readonly axis: number;
}

export interface Binding {
  readonly kind: 'bound';
  readonly bindings: Bindings;
  readonly conditions: readonly BoundEquality[];
}

export type BindFailure =
  /** `atLeast` where the declared shape has a spread, so that `expected` is the fewest axes. */
  | {
      readonly kind: 'rank';
      readonly input: number;
      readonly expected: number;
      readonly atLeast: boolean;
      readonly actual: number;
    }
  | {
      readonly kind: 'mismatch' | 'unsolved';
      readonly input: number;
      readonly axis: number;
      readonly expected: Dim;
      readonly actual: Dim;
    }
  /** Axes of unknown number stand where single ones are declared, or differ from those bound before. */
  | {
      readonly kind: 'spread';
      readonly input: number;
      readonly axis: number;
      readonly expected: Shape;
      readonly actual: Shape;
    };

export interface InputPair {
  readonly declared: Shape;
  readonly actual: Shape;
}

/** One input; see `bindShapes`. */
export function bindShape(declared: Shape, actual: Shape, bindings: Bindings, facts: Facts): Binding | BindFailure {
  return bindShapes([{ declared, actual }], bindings, facts);
}

interface AxisPair {
  readonly declared: Dim;
  readonly actual: Dim;
  readonly input: number;
  readonly axis: number;
  /** Set where the declared size is one that a spread was bound to, which has no variables left to bind. */
  readonly fixed?: true;
}

/** Variables of the declared shapes that `bindings` does not have are bound; none may occur in the actual shapes. */
export function bindShapes(inputs: readonly InputPair[], bindings: Bindings, facts: Facts): Binding | BindFailure {
  const sizes = new Map(bindings.sizes);
  const spreads = new Map(bindings.spreads);
  const pairs: AxisPair[] = [];
  for (const [input, { declared, actual }] of inputs.entries()) {
    const aligned = align(declared, actual, spreads, input);
    if (!Array.isArray(aligned)) return aligned;
    pairs.push(...aligned);
  }
  for (const pair of pairs) {
    const v = bareVariable(pair);
    if (v && !sizes.has(v.id)) sizes.set(v.id, pair.actual);
  }
  const positive = solveOthers(pairs, sizes);
  const conditions: BoundEquality[] = [];
  for (const pair of pairs) {
    const expected = pair.fixed ? pair.declared : substitute(pair.declared, sizes);
    const { actual, input, axis } = pair;
    if (unbound(pair, sizes).length > 0) return { kind: 'unsolved', input, axis, expected, actual };
    for (const condition of [equal(actual, expected), ...(positive.get(pair) ?? [])]) {
      const decision = facts.decide(condition);
      if (decision === 'refuted') return { kind: 'mismatch', input, axis, expected, actual };
      if (decision === 'unknown') conditions.push({ condition, input, axis });
    }
  }
  return { kind: 'bound', bindings: { sizes, spreads }, conditions };
}

/** Declared against actual axes; the spread, if any, takes what the others leave. */
function align(declared: Shape, actual: Shape, spreads: Map<number, Shape>, input: number): AxisPair[] | BindFailure {
  const at = declared.findIndex(isSpread);
  const needed = minimumRank(declared);
  const known = minimumRank(actual);
  const open = actual.some(isSpread);
  if (!open && (at < 0 ? known !== needed : known < needed)) {
    return { kind: 'rank', input, expected: needed, atLeast: at >= 0, actual: known };
  }
  const before = at < 0 ? declared.length : at;
  const after = at < 0 ? 0 : declared.length - at - 1;
  const pairs: AxisPair[] = [];
  const misplaced = (axis: number): BindFailure => ({ kind: 'spread', input, axis, expected: declared, actual });
  const pair = (axis: number, own: Axis): boolean => {
    const other = actual[axis];
    if (!other || isSpread(other) || isSpread(own)) return false;
    pairs.push({ declared: own, actual: other, input, axis });
    return true;
  };
  for (let i = 0; i < before; i++) if (!pair(i, declared[i]!)) return misplaced(i);
  if (at < 0) return actual.length === declared.length ? pairs : misplaced(declared.length);
  if (actual.length < before + after) return misplaced(actual.length);
  const end = actual.length - after;
  for (let i = 0; i < after; i++) if (!pair(end + i, declared[at + 1 + i]!)) return misplaced(end + i);
  const own = declared[at]!;
  const middle = actual.slice(before, end);
  const bound = isSpread(own) ? spreads.get(own.id) : undefined;
  if (!bound) {
    if (isSpread(own)) spreads.set(own.id, middle);
    return pairs;
  }
  if (bound.length !== middle.length) return { kind: 'spread', input, axis: before, expected: bound, actual: middle };
  for (const [i, axis] of bound.entries()) {
    const other = middle[i]!;
    if (isSpread(axis) || isSpread(other)) {
      if (!axesEqual(axis, other)) return { kind: 'spread', input, axis: before + i, expected: bound, actual: middle };
    } else pairs.push({ declared: axis, actual: other, input, axis: before + i, fixed: true });
  }
  return pairs;
}

function bareVariable(pair: AxisPair): SizeVariable | undefined {
  const [v] = variablesOf(pair.declared);
  return v && !pair.fixed && equals(pair.declared, variable(v)) ? v : undefined;
}

const unbound = (pair: AxisPair, sizes: ReadonlyMap<number, Dim>): readonly SizeVariable[] =>
  pair.fixed ? [] : variablesOf(pair.declared).filter((v) => !sizes.has(v.id));

/** Solves `k * h + b` for one unknown after another; what has to hold for the solution to be a size. */
function solveOthers(pairs: readonly AxisPair[], sizes: Map<number, Dim>): Map<AxisPair, Condition[]> {
  const needed = new Map<AxisPair, Condition[]>();
  for (let progress = true; progress;) {
    progress = false;
    for (const pair of pairs) {
      const unknown = unbound(pair, sizes);
      const v = unknown[0];
      if (!v || unknown.length > 1) continue;
      const value = solution(pair, v, sizes);
      if (!value) continue;
      sizes.set(v.id, value);
      needed.set(pair, [atLeast(value, dim(minimumOf(v)))]);
      progress = true;
    }
  }
  return needed;
}

/** Rounded down: the equality that stays to be checked tells whether it was exact. */
function solution(pair: AxisPair, v: SizeVariable, sizes: ReadonlyMap<number, Dim>): Dim | undefined {
  const at = (n: Dim): Dim => substitute(substitute(pair.declared, new Map([[v.id, n]])), sizes);
  const offset = at(ZERO);
  const factor = subtract(at(ONE), offset);
  const holds = (atom: Atom): boolean => variablesOf(atomDim(atom)).some((other) => other.id === v.id);
  const linear = pair.declared.terms.every((t) =>
    t.factors.every((f) => !holds(f.atom) || (f.atom.kind === 'variable' && f.power === 1)),
  );
  return linear && factor.terms.length > 0 ? floorDivide(subtract(pair.actual, offset), factor) : undefined;
}

/** All sizes and spreads of a shape replaced by what they are bound to. */
export const applyBindings = (shape: Shape, bindings: Bindings): Shape =>
  substituteShape(shape, bindings.sizes, bindings.spreads);
