/**
 * Interval reasoning: the least and greatest value a dimension can have, given those of its variables. Ends that
 * doubles do not hold exactly are opened to infinity, so that rounding cannot make an answer wrong.
 */
import { asRational, type Atom, type Dim, type SizeVariable, type Term } from './polynomial.ts';
import { lcm } from './rational.ts';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export type BoundsOf = (v: SizeVariable) => Bounds;

export const anywhere: Bounds = { low: -Infinity, high: Infinity };

const exactLow = (x: number): number => (Number.isSafeInteger(x) ? x : x > 0 ? Number.MAX_SAFE_INTEGER : -Infinity);
const exactHigh = (x: number): number => (Number.isSafeInteger(x) ? x : x < 0 ? Number.MIN_SAFE_INTEGER : Infinity);

/** Opens ends that are not whole doubles; infinity times 0 is 0 here, an end that is never reached. */
const opened = (low: number, high: number): Bounds => ({ low: exactLow(low), high: exactHigh(high) });

const times = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);

function product(a: Bounds, b: Bounds): Bounds {
  const ends = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
  return opened(Math.min(...ends), Math.max(...ends));
}

/** Bounds of common · d, where `common` is the least positive number that makes the coefficients whole. */
export function scaledBounds(d: Dim, of: BoundsOf): Bounds {
  const common = d.terms.reduce((l, t) => lcm(l, t.coefficient.q), 1n);
  let low = 0;
  let high = 0;
  for (const t of d.terms) {
    const factor = Number((t.coefficient.p * common) / t.coefficient.q);
    if (!Number.isSafeInteger(factor)) return anywhere;
    const own = product({ low: factor, high: factor }, monomialBounds(t, of));
    ({ low, high } = opened(low + own.low, high + own.high));
  }
  return { low, high };
}

/** Bounds of the product of atoms, without the coefficient. */
export function monomialBounds(t: Term, of: BoundsOf): Bounds {
  let all: Bounds = { low: 1, high: 1 };
  for (const f of t.factors) {
    const atom = atomBounds(f.atom, of);
    // One over a size is positive at best; the normal form used for deciding has none of these left.
    const one = f.power > 0 ? atom : atom.low > 0 ? { low: 0, high: 1 } : anywhere;
    for (let i = 0; i < Math.abs(f.power); i++) all = product(all, one);
    if (f.power > 0 && f.power % 2 === 0 && all.low < 0 && t.factors.length === 1) all = { low: 0, high: all.high };
  }
  return all;
}

export function atomBounds(atom: Atom, of: BoundsOf): Bounds {
  switch (atom.kind) {
    case 'variable':
      return of(atom.variable);
    case 'floor':
      return floorBounds(atom.numerator, atom.denominator, of);
    case 'reciprocal':
      return anywhere;
    case 'min':
    case 'max': {
      const pick = atom.kind === 'min' ? Math.min : Math.max;
      const parts = atom.operands.map((d) => wholeBounds(d, of));
      return { low: pick(...parts.map((b) => b.low)), high: pick(...parts.map((b) => b.high)) };
    }
  }
}

const wholeBounds = (d: Dim, of: BoundsOf): Bounds =>
  d.terms.every((t) => t.coefficient.q === 1n) ? scaledBounds(d, of) : anywhere;

function floorBounds(numerator: Dim, denominator: Dim, of: BoundsOf): Bounds {
  const n = wholeBounds(numerator, of);
  const k = asRational(denominator);
  if (k && k.q === 1n && k.p > 0n) {
    const divisor = Number(k.p);
    return opened(Math.floor(n.low / divisor), Math.floor(n.high / divisor));
  }
  const d = wholeBounds(denominator, of);
  if (d.low < 0) return anywhere;
  // A divisor of 0 leaves the quotient undefined, so it is at least 1 here.
  const divisor = Math.max(1, d.low);
  const low = n.low >= 0 ? 0 : n.low;
  const high = n.high >= 0 ? Math.floor(n.high / divisor) : -1;
  return opened(low, high);
}
