/**
 * A set of sizes of one variable as the fewest and simplest conditions: a number, bounds, one residue class, one exception.
 */
import { dim, subtract, variable, type SizeVariable } from './polynomial.ts';
import { atLeast, atMost, divisible, equal, never, notEqual, or, type Condition } from './relation.ts';
import {
  complement,
  contains,
  greatest,
  intersection,
  isEmpty,
  least,
  residueClass,
  sameSet,
  type SizeSet,
} from './size-set.ts';

/** Conditions that cut `wanted` out of `given` (its superset); undefined where no simple ones do. */
export function describeSizes(v: SizeVariable, wanted: SizeSet, given: SizeSet): Condition[] | undefined {
  if (isEmpty(wanted)) return [never];
  if (sameSet(wanted, given)) return [];
  if (v.labels) return describeLabels(v, v.labels, wanted);
  const low = least(wanted)!;
  const high = greatest(wanted)!;
  const size = variable(v);
  if (low === high) return [equal(size, dim(low))];
  const from = { condition: atLeast(size, dim(low)), set: range(given, low, Infinity) };
  const to = high === Infinity ? [] : [{ condition: atMost(size, dim(high)), set: range(given, 0, high) }];
  const bounds = [[from], ...to.flatMap((part) => [[part], [from, part]])];
  for (const parts of bounds) if (cuts(parts, wanted, given)) return parts.map((p) => p.condition);
  const whole = residueClass(wanted);
  for (const modulus of divisorsOf(whole?.modulus ?? 1)) {
    const residue = low % modulus;
    const values = new Uint8Array(modulus);
    values[residue] = 1;
    const inClass = { condition: divisible(subtract(size, dim(residue)), dim(modulus)), set: [{ from: 0, values }] };
    for (const parts of [[], ...bounds]) {
      const all = [inClass, ...parts];
      if (cuts(all, wanted, given)) return all.map((p) => p.condition);
    }
  }
  const missing = intersection(given, complement(wanted));
  const hole = missing && least(missing);
  return hole !== undefined && greatest(missing!) === hole ? [notEqual(size, dim(hole))] : undefined;
}

/** Of a few things, those that are wanted or the one that is not. */
function describeLabels(v: SizeVariable, labels: readonly string[], wanted: SizeSet): Condition[] {
  const [one, ...more] = labels.flatMap((_, i) => (contains(wanted, i) ? [equal(variable(v), dim(i))] : []));
  const left = labels.flatMap((_, i) => (contains(wanted, i) ? [] : [notEqual(variable(v), dim(i))]));
  if (one && more.length === 0) return [one];
  return left.length === 1 ? left : one ? [or(one, ...more)] : [never];
}

interface Part {
  readonly condition: Condition;
  readonly set: SizeSet;
}

function cuts(parts: readonly Part[], wanted: SizeSet, given: SizeSet): boolean {
  let set: SizeSet | undefined = given;
  for (const part of parts) set = set && intersection(set, part.set);
  return set !== undefined && sameSet(set, wanted);
}

function range(given: SizeSet, low: number, high: number): SizeSet {
  const start = Math.min(given[0]!.from, low);
  const stretches = [
    { from: start, values: Uint8Array.of(0) },
    { from: low, values: Uint8Array.of(1) },
    { from: high + 1, values: Uint8Array.of(0) },
  ];
  return stretches.filter((s, i) => s.from < (stretches[i + 1]?.from ?? Infinity) && s.from !== Infinity);
}

function divisorsOf(n: number): number[] {
  const found: number[] = [];
  for (let d = 2; d <= n; d++) if (n % d === 0) found.push(d);
  return found;
}
