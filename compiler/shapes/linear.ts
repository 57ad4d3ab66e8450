/**
 * Linear reasoning over products of atoms: whether a sum is at most 0 in every case the known sums allow, by
 * Fourier–Motzkin elimination on exact whole numbers. Bounded; giving up means "not shown".
 */
import { monomialBounds, scaledBounds, type BoundsOf } from './bounds.ts';
import {
  add,
  asRational,
  atomDim,
  dim,
  isIntegral,
  monomial,
  multiply,
  negate,
  ONE,
  subtract,
  termDim,
  type Atom,
  type Dim,
  type Term,
} from './polynomial.ts';
import { divide } from './quotient.ts';
import { gcd, one } from './rational.ts';

/** Σ coefficient · column + constant ≤ 0, or < 0 where strict. */
interface Row {
  readonly coefficients: ReadonlyMap<string, bigint>;
  readonly constant: bigint;
  readonly strict: boolean;
}

const MOST_ROWS = 160;
const MOST_COLUMNS = 24;

/** A sum with whole coefficients. */
function rowOf(d: Dim, strict = false): Row | undefined {
  const coefficients = new Map<string, bigint>();
  let constant = 0n;
  for (const t of d.terms) {
    if (t.coefficient.q !== 1n) return undefined;
    if (t.factors.length === 0) constant = t.coefficient.p;
    else coefficients.set(t.key, t.coefficient.p);
  }
  return { coefficients, constant, strict };
}

/** Whether `goal` > 0 (or ≥ 0 where `strict`) is impossible; `known` sums are all ≤ 0. Coefficients must be whole. */
export function excludesPositive(goal: Dim, whole: boolean, known: readonly Dim[], of: BoundsOf): boolean {
  const against = whole ? subtract(ONE, goal) : negate(goal);
  return contradicts(against, !whole, known, of);
}

export function excludesNonNegative(goal: Dim, known: readonly Dim[], of: BoundsOf): boolean {
  return contradicts(negate(goal), false, known, of);
}

function contradicts(assumption: Dim, strict: boolean, known: readonly Dim[], of: BoundsOf): boolean {
  const columns = new Map<string, Term>();
  const pool = new Set(known);
  const sums: Dim[] = [assumption];
  const rows: Row[] = [];
  for (let i = 0; i < sums.length; i++) {
    const row = rowOf(sums[i]!, i === 0 && strict);
    if (row) rows.push(row);
    for (const t of sums[i]!.terms) {
      if (t.factors.length === 0 || columns.has(t.key)) continue;
      columns.set(t.key, t);
      if (columns.size > MOST_COLUMNS) return false;
      sums.push(...columnFacts(t, of));
      for (const fact of pool) {
        if (!fact.terms.some((other) => other.key === t.key)) continue;
        pool.delete(fact);
        sums.push(fact);
      }
    }
  }
  return eliminate(rows, [...columns.keys()]);
}

/** What holds of a column by itself: its bounds, and what rounding, minimum and maximum mean. */
function columnFacts(t: Term, of: BoundsOf): Dim[] {
  const column = termDim({ ...t, coefficient: one });
  const { low, high } = monomialBounds(t, of);
  const facts: Dim[] = [];
  if (Number.isSafeInteger(low)) facts.push(subtract(dim(low), column));
  if (Number.isSafeInteger(high)) facts.push(subtract(column, dim(high)));
  for (const f of t.factors) {
    if (f.atom.kind === 'floor' && f.power === 1) facts.push(...floorFacts(t, f.atom, of));
  }
  const only = t.factors.length === 1 && t.factors[0]!.power === 1 ? t.factors[0]!.atom : undefined;
  if (only?.kind === 'min') facts.push(...only.operands.map((operand) => subtract(column, operand)));
  if (only?.kind === 'max') facts.push(...only.operands.map((operand) => subtract(operand, column)));
  return facts;
}

/** d·⌊n/d⌋ ≤ n ≤ d·⌊n/d⌋ + d - 1, times what stands beside the floor in the product (over d, where d is not a number). */
function floorFacts(t: Term, atom: Extract<Atom, { kind: 'floor' }>, of: BoundsOf): Dim[] {
  const { numerator: n, denominator: d } = atom;
  if (!isIntegral(n) || !isIntegral(d) || d.terms.length !== 1 || d.terms[0]!.coefficient.p < 0n) return [];
  const others = t.factors.filter((f) => f.atom !== atom);
  const beside = monomial(one, others);
  const number = asRational(d);
  const factor = number || others.length === 0 ? beside : divide(beside, d);
  const positive = (x: Dim): boolean => x.terms.every((part) => monomialBounds(part, of).low >= 0);
  if (!positive(beside) || !positive(d)) return [];
  const below = subtract(multiply(d, atomDim(atom)), n);
  const above = add(subtract(negate(below), d), ONE);
  const facts = isIntegral(factor) ? [multiply(factor, below), multiply(factor, above)] : [];
  // Dividing something that is not negative by a size makes it no larger.
  if (!number && scaledBounds(n, of).low >= 0) facts.push(multiply(beside, subtract(atomDim(atom), n)));
  return facts;
}

/** Whether the rows have no solution, found by removing one column after another. */
function eliminate(start: readonly Row[], columns: readonly string[]): boolean {
  let rows = distinct(start);
  const left = new Set(columns);
  while (left.size > 0) {
    if (rows.some(impossible)) return true;
    const column = cheapest(rows, left);
    left.delete(column);
    const [up, down, rest]: Row[][] = [[], [], []];
    for (const row of rows) {
      const c = row.coefficients.get(column) ?? 0n;
      (c > 0n ? up! : c < 0n ? down! : rest!).push(row);
    }
    if (up!.length * down!.length + rest!.length > MOST_ROWS) return false;
    for (const a of up!) for (const b of down!) rest!.push(combined(a, b, column));
    rows = distinct(rest!);
  }
  return rows.some(impossible);
}

const impossible = (row: Row): boolean =>
  row.coefficients.size === 0 && (row.constant > 0n || (row.strict && row.constant === 0n));

function cheapest(rows: readonly Row[], columns: ReadonlySet<string>): string {
  let best = '';
  let least = Infinity;
  for (const column of columns) {
    let up = 0;
    let down = 0;
    for (const row of rows) {
      const c = row.coefficients.get(column) ?? 0n;
      if (c > 0n) up++;
      else if (c < 0n) down++;
    }
    if (up * down - up - down < least) {
      least = up * down - up - down;
      best = column;
    }
  }
  return best;
}

function combined(a: Row, b: Row, column: string): Row {
  const x = -b.coefficients.get(column)!;
  const y = a.coefficients.get(column)!;
  const coefficients = new Map<string, bigint>();
  for (const [key, c] of a.coefficients) coefficients.set(key, c * x);
  for (const [key, c] of b.coefficients) coefficients.set(key, (coefficients.get(key) ?? 0n) + c * y);
  for (const [key, c] of coefficients) if (c === 0n) coefficients.delete(key);
  return { coefficients, constant: a.constant * x + b.constant * y, strict: a.strict || b.strict };
}

/** Rows divided by their common factor, and of those with the same coefficients the tightest. */
function distinct(rows: readonly Row[]): Row[] {
  const best = new Map<string, Row>();
  for (const row of rows) {
    let g = row.constant;
    for (const c of row.coefficients.values()) g = gcd(g, c);
    const scaled = g > 1n ? divided(row, g) : row;
    const key = [...scaled.coefficients]
      .map(([k, c]) => `${c}·${k}`)
      .sort()
      .join('+');
    const seen = best.get(key);
    const tighter = !seen || scaled.constant > seen.constant || (scaled.constant === seen.constant && scaled.strict);
    if (tighter) best.set(key, scaled);
  }
  return [...best.values()];
}

const divided = (row: Row, g: bigint): Row => ({
  coefficients: new Map([...row.coefficients].map(([key, c]) => [key, c / g])),
  constant: row.constant / g,
  strict: row.strict,
});
