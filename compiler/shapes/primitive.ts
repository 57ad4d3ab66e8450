/**
 * A sum reduced to what its sign depends on: whole coefficients without a common factor, no size dividing all or under a bar.
 */
import { atomBounds, scaledBounds, type BoundsOf } from './bounds.ts';
import {
  add,
  atomDim,
  isIntegral,
  multiply,
  ONE,
  scale,
  subtract,
  termDim,
  type Dim,
  type Factor,
} from './polynomial.ts';
import { divide, power } from './quotient.ts';
import { fraction, gcd, lcm } from './rational.ts';

/** Has the same sign as d, and is 0 where d is, for all sizes where d is defined. */
export function primitive(d: Dim, of: BoundsOf): Dim {
  if (d.terms.length === 0) return d;
  let result = d;
  for (const f of d.terms.flatMap((t) => t.factors)) {
    const lowest = lowestPower(result, f);
    if (lowest === 0) continue;
    const { low } = atomBounds(f.atom, of);
    // Under a bar an atom is not 0, so one that is never negative is positive there.
    if (lowest < 0 && low >= 0) result = multiply(result, power(atomDim(f.atom), -lowest));
    else if (lowest > 0 && low >= 1) result = divide(result, power(atomDim(f.atom), lowest));
  }
  const denominator = result.terms.reduce((l, t) => lcm(l, t.coefficient.q), 1n);
  const numerator = result.terms.reduce((g, t) => gcd(g, (t.coefficient.p * denominator) / t.coefficient.q), 0n);
  return denominator === 1n && numerator === 1n ? result : scale(result, fraction(denominator, numerator));
}

function lowestPower(d: Dim, f: Factor): number {
  return Math.min(...d.terms.map((t) => t.factors.find((other) => other.atom.key === f.atom.key)?.power ?? 0));
}

/** For d ≤ 0 with one floor in it, ±⌊n/k⌋ + r: the same said of n, as n ≥ r·k or n ≤ (1 - r)·k - 1. */
export function withoutFloor(d: Dim, of: BoundsOf): Dim | undefined {
  const floors = d.terms.filter((t) => t.factors.some((f) => f.atom.kind === 'floor'));
  const [term] = floors;
  const atom = term?.factors[0]?.atom;
  if (floors.length !== 1 || term!.factors.length !== 1 || atom?.kind !== 'floor' || term!.factors[0]!.power !== 1)
    return undefined;
  const { p, q } = term!.coefficient;
  const rest = subtract(d, termDim(term!));
  const { numerator: n, denominator: k } = atom;
  const unit = q === 1n && (p === 1n || p === -1n);
  if (!unit || ![rest, n, k].every(isIntegral) || scaledBounds(k, of).low < 0) return undefined;
  return p < 0n ? subtract(multiply(rest, k), n) : add(subtract(n, multiply(subtract(ONE, rest), k)), ONE);
}
