/**
 * NumPy broadcasting of symbolic shapes, aligned at the right. A size stretches only where it is known to be 1;
 * otherwise both sizes must be equal, which is left as a condition where it is undecided.
 */
import type { Facts } from './facts.ts';
import { asNumber, ONE, type Dim } from './polynomial.ts';
import { equal, type Condition } from './relation.ts';
import { axesEqual, isSpread, type Axis, type Shape } from './shape.ts';

export interface Broadcast {
  readonly shape: Shape;
  /** Equalities that must hold and are not decided by what is known. */
  readonly conditions: readonly Condition[];
  /** Which operands are repeated along some axis (a missing leading axis counts, where the other's is not 1). */
  readonly stretches: { readonly left: boolean; readonly right: boolean };
}

export interface BroadcastMismatch {
  /** `axisFromRight` counts from 1 at the last axis; an axis is a spread where nothing is known to stand against it. */
  readonly mismatch: { readonly axisFromRight: number; readonly left: Axis; readonly right: Axis };
}

type Combined = {
  readonly axis: Axis;
  readonly condition?: Condition;
  readonly left: boolean;
  readonly right: boolean;
};

function combineSizes(a: Dim, b: Dim, facts: Facts): Combined | undefined {
  if (axesEqual(a, b)) return { axis: a, left: false, right: false };
  const known = equal(a, b);
  const decision = facts.decide(known);
  if (decision === 'proved') return { axis: asNumber(a) === undefined ? b : a, left: false, right: false };
  if (facts.decide(equal(a, ONE)) === 'proved') return { axis: b, left: true, right: false };
  if (facts.decide(equal(b, ONE)) === 'proved') return { axis: a, left: false, right: true };
  if (decision === 'refuted') return undefined;
  return { axis: asNumber(b) === undefined ? a : b, condition: known, left: false, right: false };
}

function combineAxes(a: Axis | undefined, b: Axis | undefined, facts: Facts): Combined | undefined {
  if (a === undefined || b === undefined) {
    const axis = (a ?? b)!;
    const repeats = isSpread(axis) || facts.decide(equal(axis, ONE)) !== 'proved';
    return { axis, left: a === undefined && repeats, right: b === undefined && repeats };
  }
  if (!isSpread(a) && !isSpread(b)) return combineSizes(a, b, facts);
  return axesEqual(a, b) ? { axis: a, left: false, right: false } : undefined;
}

/**
 * A spread stands against the same spread, or against nothing: what its axes are is unknown, so beside sizes of the
 * other operand neither equality nor stretching can be stated.
 */
export function broadcast(a: Shape, b: Shape, facts: Facts): Broadcast | BroadcastMismatch {
  const axes: Axis[] = [];
  const conditions: Condition[] = [];
  let left = false;
  let right = false;
  for (let i = 1; i <= Math.max(a.length, b.length); i++) {
    const x = a[a.length - i];
    const y = b[b.length - i];
    const combined = combineAxes(x, y, facts);
    if (!combined) return { mismatch: { axisFromRight: i, left: x!, right: y! } };
    axes.unshift(combined.axis);
    if (combined.condition) conditions.push(combined.condition);
    left ||= combined.left;
    right ||= combined.right;
  }
  return { shape: axes, conditions, stretches: { left, right } };
}

/** Folds any number of shapes; the stretches are told per operand against the result so far. */
export function broadcastAll(shapes: readonly Shape[], facts: Facts): Omit<Broadcast, 'stretches'> | BroadcastMismatch {
  let shape: Shape = shapes[0] ?? [];
  const conditions: Condition[] = [];
  for (const next of shapes.slice(1)) {
    const result = broadcast(shape, next, facts);
    if ('mismatch' in result) return result;
    shape = result.shape;
    conditions.push(...result.conditions);
  }
  return { shape, conditions };
}
