/**
 * Exact fractions of unbounded integers: the coefficients of a dimension.
 * Always reduced, denominator positive, so equal values have equal parts.
 */
export interface Rational {
  readonly p: bigint;
  readonly q: bigint;
}

export const zero: Rational = { p: 0n, q: 1n };
export const one: Rational = { p: 1n, q: 1n };

export function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function lcm(a: bigint, b: bigint): bigint {
  if (a === b) return a < 0n ? -a : a;
  const product = (a / (gcd(a, b) || 1n)) * b;
  return product < 0n ? -product : product;
}

/** p / q; the denominator must not be 0. */
export function fraction(p: bigint, q: bigint): Rational {
  if (q === 1n) return { p, q };
  if (q === 0n) throw new RangeError('a fraction over 0');
  const divisor = gcd(p, q) * (q < 0n ? -1n : 1n);
  return { p: p / divisor, q: q / divisor };
}

/** The fraction that a double holds exactly; for integers and for short decimals alike. */
export function fromNumber(n: number): Rational {
  if (!Number.isFinite(n)) throw new RangeError(`not a finite number: ${n}`);
  if (Number.isInteger(n)) return { p: BigInt(n), q: 1n };
  let scaled = n;
  let q = 1n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    q *= 2n;
  }
  return fraction(BigInt(scaled), q);
}

export function addRational(a: Rational, b: Rational): Rational {
  if (a.q === 1n && b.q === 1n) return { p: a.p + b.p, q: 1n };
  return fraction(a.p * b.q + b.p * a.q, a.q * b.q);
}

export function multiplyRational(a: Rational, b: Rational): Rational {
  if (a.q === 1n && b.q === 1n) return { p: a.p * b.p, q: 1n };
  return fraction(a.p * b.p, a.q * b.q);
}

export const negateRational = (a: Rational): Rational => ({ p: -a.p, q: a.q });
export const subtractRational = (a: Rational, b: Rational): Rational => addRational(a, negateRational(b));
export const divideRational = (a: Rational, b: Rational): Rational => fraction(a.p * b.q, a.q * b.p);

/** -1, 0 or 1. */
export const signOf = (a: Rational): number => (a.p > 0n ? 1 : a.p < 0n ? -1 : 0);
export const compareRational = (a: Rational, b: Rational): number => signOf(subtractRational(a, b));
export const isZero = (a: Rational): boolean => a.p === 0n;
export const isOne = (a: Rational): boolean => a.p === 1n && a.q === 1n;

export function floorRational(a: Rational): bigint {
  if (a.q === 1n) return a.p;
  const quotient = a.p / a.q;
  return a.p < 0n ? quotient - 1n : quotient;
}

/** The remainder in [0, k) for a positive k. */
export function remainder(a: bigint, k: bigint): bigint {
  const r = a % k;
  return r < 0n ? r + k : r;
}

export const toNumber = (a: Rational): number => (a.q === 1n ? Number(a.p) : Number(a.p) / Number(a.q));
export const rationalKey = (a: Rational): string => (a.q === 1n ? `${a.p}` : `${a.p}/${a.q}`);
