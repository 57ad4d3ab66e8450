/**
 * Conditions on sizes: comparisons and divisibility of dimensions, and their boolean combinations. Built in canonical
 * form where that is free (constants folded, nested `and`/`or` flattened, `>` turned round); how a condition is decided is in `facts.ts`.
 */
import { asRational, subtract, type Dim, type SizeVariable } from './polynomial.ts';
import { divideRational, isZero, signOf } from './rational.ts';
import { variablesOf } from './traverse.ts';

export type RelationKind = 'eq' | 'ne' | 'le' | 'lt' | 'divisible';

export interface Relation {
  readonly kind: RelationKind;
  readonly left: Dim;
  /** For `divisible`: left % right == 0. What holds where a divisor is 0 is left open: no answer speaks of that case. */
  readonly right: Dim;
  readonly key: string;
}

export type Condition =
  | Relation
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[]; readonly key: string }
  | { readonly kind: 'not'; readonly operand: Condition; readonly key: string }
  | { readonly kind: 'true'; readonly key: string }
  | { readonly kind: 'false'; readonly key: string };

export const always: Condition = { kind: 'true', key: 'true' };
export const never: Condition = { kind: 'false', key: 'false' };
export const truth = (value: boolean): Condition => (value ? always : never);

export const isRelation = (c: Condition): c is Relation => 'left' in c;

const relation = (kind: RelationKind, left: Dim, right: Dim): Relation => ({
  kind,
  left,
  right,
  key: `${kind}(${left.key};${right.key})`,
});

export const equal = (a: Dim, b: Dim): Relation => relation('eq', a, b);
export const notEqual = (a: Dim, b: Dim): Relation => relation('ne', a, b);
export const atMost = (a: Dim, b: Dim): Relation => relation('le', a, b);
export const lessThan = (a: Dim, b: Dim): Relation => relation('lt', a, b);
export const atLeast = (a: Dim, b: Dim): Relation => relation('le', b, a);
export const greaterThan = (a: Dim, b: Dim): Relation => relation('lt', b, a);
export const divisible = (a: Dim, k: Dim): Relation => relation('divisible', a, k);

function combine(kind: 'and' | 'or', operands: readonly Condition[]): Condition {
  const absorbing = kind === 'and' ? 'false' : 'true';
  const seen = new Map<string, Condition>();
  for (const c of operands) {
    const folded = foldConstant(c);
    if (folded.kind === absorbing) return folded;
    if (folded.kind === 'true' || folded.kind === 'false') continue;
    for (const part of folded.kind === kind ? folded.operands : [folded]) seen.set(part.key, part);
  }
  const parts = [...seen.values()];
  if (parts.length === 0) return truth(kind === 'and');
  if (parts.length === 1) return parts[0]!;
  return { kind, operands: parts, key: `${kind}(${parts.map((p) => p.key).join(';')})` };
}

export const and = (...operands: readonly Condition[]): Condition => combine('and', operands);
export const or = (...operands: readonly Condition[]): Condition => combine('or', operands);

/** The condition that holds exactly where `c` does not, with `not` left only before a divisibility. */
export function negation(c: Condition): Condition {
  switch (c.kind) {
    case 'true':
      return never;
    case 'false':
      return always;
    case 'and':
      return or(...c.operands.map(negation));
    case 'or':
      return and(...c.operands.map(negation));
    case 'not':
      return c.operand;
    case 'eq':
      return notEqual(c.left, c.right);
    case 'ne':
      return equal(c.left, c.right);
    case 'le':
      return lessThan(c.right, c.left);
    case 'lt':
      return atMost(c.right, c.left);
    case 'divisible':
      return { kind: 'not', operand: c, key: `not(${c.key})` };
  }
}

export const not = negation;

/** What the normal form of the two sides alone decides, without knowing anything about the variables. */
export function foldConstant(c: Condition): Condition {
  if (c.kind === 'not') {
    const inner = foldConstant(c.operand);
    return inner.kind === 'true' || inner.kind === 'false' ? negation(inner) : c;
  }
  if (!isRelation(c)) return c;
  if (c.kind === 'divisible') {
    const a = asRational(c.left);
    const k = asRational(c.right);
    if (k && isZero(k)) return never;
    return a && k ? truth(divideRational(a, k).q === 1n) : c;
  }
  const difference = asRational(subtract(c.left, c.right));
  return difference ? truth(holds(c.kind, signOf(difference))) : c;
}

const holds = (kind: Exclude<RelationKind, 'divisible'>, sign: number): boolean =>
  ({ eq: sign === 0, ne: sign !== 0, le: sign <= 0, lt: sign < 0 })[kind];

/** The variables of a condition in order of introduction. */
export function variablesOfCondition(c: Condition): readonly SizeVariable[] {
  const found = new Map<number, SizeVariable>();
  const visit = (part: Condition): void => {
    if (isRelation(part)) for (const v of [...variablesOf(part.left), ...variablesOf(part.right)]) found.set(v.id, v);
    else if (part.kind === 'not') visit(part.operand);
    else if (part.kind === 'and' || part.kind === 'or') part.operands.forEach(visit);
  };
  visit(c);
  return [...found.values()].sort((a, b) => a.id - b.id);
}
