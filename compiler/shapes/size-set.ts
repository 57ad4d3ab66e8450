/**
 * Sets of sizes that end in a repeating pattern: finitely many stretches, each with values that repeat with a period,
 * the last one without end. Values are small numbers (0 and 1 for membership), so signs can be kept the same way.
 */

export interface Stretch {
  readonly from: number;
  /** The value at n is `values[n % values.length]`. */
  readonly values: Uint8Array;
}

/** Ordered stretches; the first starts at the least size there is. */
export type SizeSet = readonly Stretch[];

/** A period beyond this is not tracked at infinity. */
export const LONGEST_PERIOD = 4096;
/** A stretch spelt out value by value is at most this long. */
export const LONGEST_PREFIX = 65_536;

export const full = (from: number): SizeSet => [{ from, values: Uint8Array.of(1) }];

const valueIn = (s: Stretch, n: number): number => s.values[n % s.values.length]!;

function stretchAt(set: SizeSet, n: number): Stretch | undefined {
  let found: Stretch | undefined;
  for (const s of set) {
    if (s.from > n) break;
    found = s;
  }
  return found;
}

export function valueAt(set: SizeSet, n: number): number {
  const s = stretchAt(set, n);
  return s ? valueIn(s, n) : 0;
}

export const contains = (set: SizeSet, n: number): boolean => valueAt(set, n) === 1;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const lcm = (a: number, b: number): number => (a / gcd(a, b)) * b;

export const mapSet = (set: SizeSet, change: (value: number) => number): SizeSet =>
  set.map((s) => ({ from: s.from, values: s.values.map(change) }));

export const complement = (set: SizeSet): SizeSet => mapSet(set, (value) => 1 - value);

/** Combines value by value; undefined where a period or a spelt-out stretch would be too long. */
function zip(a: SizeSet, b: SizeSet, op: (x: number, y: number) => number): SizeSet | undefined {
  const starts = [...new Set([...a, ...b].map((s) => s.from))].sort((x, y) => x - y);
  const result: Stretch[] = [];
  for (const [i, from] of starts.entries()) {
    const x = stretchAt(a, from);
    const y = stretchAt(b, from);
    if (!x || !y) continue;
    const length = (starts[i + 1] ?? Infinity) - from;
    const period = Math.min(lcm(x.values.length, y.values.length), length);
    if (period > (length === Infinity ? LONGEST_PERIOD : LONGEST_PREFIX)) return undefined;
    const values = new Uint8Array(period);
    for (let n = from; n < from + period; n++) values[n % period] = op(valueIn(x, n), valueIn(y, n));
    result.push({ from, values });
  }
  return tidy(result);
}

export const intersection = (a: SizeSet, b: SizeSet): SizeSet | undefined => zip(a, b, (x, y) => x & y);
export const union = (a: SizeSet, b: SizeSet): SizeSet | undefined => zip(a, b, (x, y) => x | y);

export const isEmpty = (set: SizeSet): boolean => set.every((s) => s.values.every((value) => value === 0));

export const sameSet = (a: SizeSet, b: SizeSet): boolean => {
  const difference = zip(a, b, (x, y) => (x === y ? 0 : 1));
  return difference !== undefined && isEmpty(difference);
};

/** Shortest periods, later stretches as far down as they fit, equal neighbours joined. */
export function tidy(set: SizeSet): SizeSet {
  const stretches = set.map((s) => ({ from: s.from, values: s.values }));
  for (let i = stretches.length - 1; i > 0; i--) {
    const here = stretches[i]!;
    const before = stretches[i - 1]!;
    // Once they agree for a whole common period they agree all the way down.
    const common = lcm(before.values.length, here.values.length);
    for (let n = 0; here.from > before.from; n++) {
      if (n >= common) here.from = before.from;
      else if (valueIn(before, here.from - 1) === valueIn(here, here.from - 1)) here.from--;
      else break;
    }
    if (here.from === before.from) stretches.splice(i - 1, 1);
  }
  const result: Stretch[] = [];
  for (const [i, s] of stretches.entries()) {
    const shorter = { from: s.from, values: shortestPeriod(s, (stretches[i + 1]?.from ?? Infinity) - s.from) };
    const last = result[result.length - 1];
    if (!last || !sameValues(last.values, shorter.values)) result.push(shorter);
  }
  return result;
}

const sameValues = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((v, i) => v === b[i]);

function shortestPeriod(s: Stretch, length: number): Uint8Array {
  let values = s.values;
  if (length < values.length) {
    values = new Uint8Array(length);
    for (let n = s.from; n < s.from + length; n++) values[n % length] = valueIn(s, n);
  }
  for (let period = 1; period <= values.length / 2; period++) {
    if (values.length % period !== 0) continue;
    if (values.every((value, i) => value === values[i % period])) return values.slice(0, period);
  }
  return values;
}

/** The least member. */
export function least(set: SizeSet): number | undefined {
  for (const [i, s] of set.entries()) {
    const end = Math.min(set[i + 1]?.from ?? Infinity, s.from + s.values.length);
    for (let n = s.from; n < end; n++) if (valueIn(s, n) === 1) return n;
  }
  return undefined;
}

/** The greatest member; Infinity where there is none. */
export function greatest(set: SizeSet): number | undefined {
  for (let i = set.length - 1; i >= 0; i--) {
    const s = set[i]!;
    if (!s.values.includes(1)) continue;
    const next = set[i + 1];
    if (!next) return Infinity;
    const end = Math.max(s.from, next.from - s.values.length);
    for (let n = next.from - 1; n >= end; n--) if (valueIn(s, n) === 1) return n;
  }
  return undefined;
}

/** The numbers n ≥ from with factor · n + offset in the set; the factor is positive. */
export function preimage(set: SizeSet, factor: number, offset: number, from: number): SizeSet {
  const result: Stretch[] = [{ from, values: Uint8Array.of(0) }];
  for (const s of set) {
    const start = Math.max(from, Math.ceil((s.from - offset) / factor));
    const period = s.values.length / gcd(s.values.length, factor);
    const values = new Uint8Array(period);
    for (let n = start; n < start + period; n++) values[n % period] = valueIn(s, factor * n + offset);
    while (result.length > 0 && result[result.length - 1]!.from >= start) result.pop();
    result.push({ from: start, values });
  }
  return tidy(result);
}

/** The coarsest class n ≡ residue (mod modulus) that holds the whole set; undefined for sets of at most one size. */
export function residueClass(set: SizeSet): { readonly modulus: number; readonly residue: number } | undefined {
  const first = least(set);
  if (first === undefined) return undefined;
  let modulus = 0;
  for (const [i, s] of set.entries()) {
    const next = set[i + 1]?.from ?? Infinity;
    const end = Math.min(next, s.from + s.values.length);
    let found = false;
    for (let n = s.from; n < end && modulus !== 1; n++) {
      if (valueIn(s, n) !== 1) continue;
      modulus = gcd(Math.abs(n - first), modulus);
      found = true;
    }
    if (found && next - s.from > s.values.length) modulus = gcd(s.values.length, modulus);
    if (modulus === 1) break;
  }
  return modulus === 0 ? undefined : { modulus, residue: first % modulus };
}
