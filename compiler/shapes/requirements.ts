/**
 * Turns the conditions a body needs into the fewest and simplest that imply the rest. Conditions on one variable are
 * taken together as one set of sizes; of the others, those that follow from the rest are left out.
 */
import { canonical } from './canonical.ts';
import { describeSizes } from './describe-sizes.ts';
import { displayCondition } from './display-condition.ts';
import type { Facts } from './facts.ts';
import { sizesWhere } from './one-variable.ts';
import { asRational, equals, minimumOf, variable, type Dim, type SizeVariable } from './polynomial.ts';
import { and, isRelation, negation, never, or, variablesOfCondition, type Condition } from './relation.ts';
import { intersection, type SizeSet } from './size-set.ts';

/** Ordered by the variables of the inputs, each in canonical form; `[false]` where they exclude each other. */
export function simplifyRequirements(conditions: readonly Condition[], given: Facts): Condition[] {
  const open = distinct(
    conditions.flatMap((c) => partsOf(canonical(c, given))).filter((c) => given.decide(c) !== 'proved'),
  );
  if (open.some((c) => given.decide(c) === 'refuted')) return [never];
  const merged = distinct(mergeSingles(mergeGuarded(open, given), given));
  if (merged.some((c) => c.kind === 'false')) return [never];
  return inOrder(withoutImplied(merged, given));
}

const partsOf = (c: Condition): readonly Condition[] => (c.kind === 'and' ? c.operands : c.kind === 'true' ? [] : [c]);

const distinct = (conditions: readonly Condition[]): Condition[] => [
  ...new Map(conditions.map((c) => [c.key, c])).values(),
];

/** Cases of a parameter (`strides != 2 || …`) with the same guard are simplified together, under it. */
function mergeGuarded(conditions: readonly Condition[], given: Facts): Condition[] {
  const groups = new Map<string, { guard: Condition; bodies: Condition[] }>();
  const result: Condition[] = [];
  for (const c of conditions) {
    const { guard, body } = splitGuard(c);
    if (!guard || !body) {
      result.push(c);
      continue;
    }
    const group = groups.get(guard.key);
    if (group) group.bodies.push(body);
    else groups.set(guard.key, { guard, bodies: [body] });
  }
  for (const { guard, bodies } of groups.values()) {
    const inner = simplifyRequirements(bodies, given.assume(negation(guard)));
    result.push(...inner.map((body) => or(guard, body)));
  }
  return withoutNeedlessGuards(result, given);
}

/** What is required in every case is required: `flag || h >= 2` and `!flag || h >= 2` are `h >= 2`. */
function withoutNeedlessGuards(conditions: readonly Condition[], given: Facts): Condition[] {
  const byBody = new Map<string, { body: Condition; guards: (readonly Condition[])[] }>();
  for (const c of conditions) {
    const { guard, body } = splitGuard(c);
    const key = (body ?? c).key;
    const same = byBody.get(key) ?? { body: body ?? c, guards: [] };
    same.guards.push(guard ? partsOfGuard(guard) : []);
    byBody.set(key, same);
  }
  return [...byBody.values()].flatMap(({ body, guards }) => resolved(guards, given).map((guard) => or(...guard, body)));
}

/** Guards that differ in one part alone, whose cases are all there are, are one guard without that part. */
function resolved(guards: readonly (readonly Condition[])[], given: Facts): readonly (readonly Condition[])[] {
  const withoutPart = new Map<string, { rest: readonly Condition[]; parts: Condition[]; at: number[] }>();
  for (const [at, guard] of guards.entries())
    for (const part of guard) {
      const rest = guard.filter((other) => other !== part);
      const key = `${firstVariable(part)} ${rest.map((other) => other.key).join(' ')}`;
      const group = withoutPart.get(key) ?? { rest, parts: [], at: [] };
      group.parts.push(part);
      group.at.push(at);
      withoutPart.set(key, group);
    }
  for (const { rest, parts, at } of withoutPart.values())
    if (parts.length > 1 && given.decide(and(...parts)) === 'refuted')
      return resolved([...guards.filter((_, i) => !at.includes(i)), rest], given);
  return guards;
}

/** The alternatives of a guard, by the parameters that they ask about. */
const partsOfGuard = (guard: Condition): readonly Condition[] =>
  [...(guard.kind === 'or' ? guard.operands : [guard])].sort((a, b) => firstVariable(a) - firstVariable(b));

const firstVariable = (c: Condition): number => variablesOfCondition(c)[0]?.id ?? 0;

/** A guard is about parameters alone; sizes have a least value of 1. */
function splitGuard(c: Condition): { guard?: Condition; body?: Condition } {
  if (c.kind !== 'or') return {};
  const isGuard = (part: Condition): boolean => variablesOfCondition(part).every((v) => minimumOf(v) === 0);
  const guards = c.operands.filter(isGuard);
  const bodies = c.operands.filter((part) => !isGuard(part));
  return guards.length > 0 && bodies.length > 0 ? { guard: or(...guards), body: or(...bodies) } : {};
}

function mergeSingles(conditions: readonly Condition[], given: Facts): Condition[] {
  const byVariable = new Map<number, { variable: SizeVariable; parts: { condition: Condition; set: SizeSet }[] }>();
  const others: Condition[] = [];
  for (const condition of conditions) {
    const [v, ...more] = variablesOfCondition(condition);
    const set = v && more.length === 0 ? sizesWhere(condition, v) : undefined;
    const cut = v && set ? intersection(set, given.sizesOf(v)) : undefined;
    if (!v || !cut) {
      others.push(condition);
      continue;
    }
    const group = byVariable.get(v.id) ?? { variable: v, parts: [] };
    group.parts.push({ condition, set: cut });
    byVariable.set(v.id, group);
  }
  const singles = [...byVariable.values()].flatMap((g) => describeAll(g.variable, g.parts, given));
  // With them known the others may reduce further, such as by a factor that now cannot be 0.
  const narrowed = given.assume(...singles);
  return [...singles, ...others.flatMap((c) => partsOf(canonical(c, narrowed)))];
}

/** All in one where their common set has a simple description, else those that have one together and the rest as written. */
function describeAll(
  v: SizeVariable,
  parts: readonly { condition: Condition; set: SizeSet }[],
  given: Facts,
): Condition[] {
  const [only] = parts;
  if (parts.length === 1 && isSimple(only!.condition, v)) return [only!.condition];
  const sizes = given.sizesOf(v);
  const common = (sets: readonly SizeSet[]): SizeSet | undefined =>
    sets.reduce<SizeSet | undefined>((all, set) => all && intersection(all, set), sizes);
  const wanted = common(parts.map((p) => p.set));
  const whole = wanted && describeSizes(v, wanted, sizes);
  if (whole) return whole;
  const plain = parts.filter((p) => describeSizes(v, p.set, sizes));
  const rest = parts.filter((p) => !plain.includes(p)).map((p) => p.condition);
  if (plain.length === 0) return rest;
  const together = common(plain.map((p) => p.set));
  const described = together && describeSizes(v, together, sizes);
  return [...(described ?? plain.map((p) => p.condition)), ...rest];
}

/** A variable against a number, as someone wrote it: `tokens < 30000` stays that. */
function isSimple(c: Condition, v: SizeVariable): boolean {
  if (!isRelation(c) || c.kind === 'divisible') return false;
  const bare = (d: Dim): boolean => equals(d, variable(v));
  return (bare(c.left) && asRational(c.right) !== undefined) || (bare(c.right) && asRational(c.left) !== undefined);
}

/** Leaves out what follows from the rest, the longest and latest first. */
function withoutImplied(conditions: readonly Condition[], given: Facts): Condition[] {
  let kept = [...conditions];
  const order = conditions
    .map((condition, index) => ({ condition, index, length: displayCondition(condition).length }))
    .sort((a, b) => b.length - a.length || b.index - a.index);
  for (const { condition } of order) {
    const rest = kept.filter((c) => c !== condition && bearsOn(c, condition));
    if (rest.length === 0) continue;
    if (given.assume(and(...rest)).decide(condition) === 'proved') kept = kept.filter((c) => c !== condition);
  }
  return kept;
}

/** Of many cases, only what holds in all cases of a condition can make it needless. */
function bearsOn(c: Condition, condition: Condition): boolean {
  const [guard, own] = [splitGuard(c).guard, splitGuard(condition).guard];
  if (!guard) return true;
  const keys = own ? partsOfGuard(own).map(({ key }) => key) : [];
  return partsOfGuard(guard).every(({ key }) => keys.includes(key));
}

/** By the first size of an input they speak of, conditions on it alone first. */
function inOrder(conditions: readonly Condition[]): Condition[] {
  const rank = (condition: Condition): { first: number; count: number } => {
    const variables = variablesOfCondition(condition);
    const first = variables.find((v) => minimumOf(v) === 1) ?? variables[0];
    return { first: first?.id ?? Infinity, count: variables.length };
  };
  return conditions
    .map((condition, index) => ({ condition, index, ...rank(condition) }))
    .sort((a, b) => a.first - b.first || a.count - b.count || a.index - b.index)
    .map((entry) => entry.condition);
}
