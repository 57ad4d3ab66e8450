/**
 * Division, rounding, remainders, minimum and maximum: the operations that build atoms. A rounded quotient is brought
 * to one `floor` form: whole parts outside, common factors cancelled, nested roundings composed, `ceil` written by `floor`.
 * Divisors are taken to be non-zero; that one cannot be negative is read from its form before it is used.
 */
import {
  add,
  asRational,
  atomDim,
  constant,
  constantPart,
  invertTerm,
  isIntegerProduct,
  isIntegral,
  minimumOf,
  multiply,
  multiplyTerms,
  negate,
  ONE,
  scale,
  subtract,
  sumTerms,
  termDim,
  ZERO,
  type Atom,
  type Dim,
  type Factor,
  type Term,
} from './polynomial.ts';
import { divideRational, floorRational, fraction, gcd, isOne, lcm, one, remainder, signOf } from './rational.ts';

export const rational = (p: number, q: number): Dim => constant(fraction(BigInt(p), BigInt(q)));

const whole = (n: bigint): Dim => constant({ p: n, q: 1n });

/** The quotient of polynomials where it leaves no remainder. */
function dividePolynomials(a: Dim, b: Dim): Dim | undefined {
  const lead = b.terms[0]!;
  if (![...a.terms, ...b.terms].every(isIntegerProduct)) return undefined;
  let rest = a;
  const quotient: Term[] = [];
  // The leading monomial falls with every step; the bound only guards against absurdly large inputs.
  for (let step = 0; rest.terms.length > 0; step++) {
    const next = multiplyTerms(rest.terms[0]!, invertTerm(lead));
    if (step > 200 || next.factors.some((f) => f.power < 0)) return undefined;
    quotient.push(next);
    rest = subtract(rest, multiply(termDim(next), b));
  }
  return sumTerms(quotient);
}

/** a / b exactly, whether or not the result is whole. Over 0 it is an atom of its own without a value, never an exception. */
export function divide(a: Dim, b: Dim): Dim {
  const divisor = asRational(b);
  if (divisor && signOf(divisor) === 0) return multiply(a, atomDim({ kind: 'reciprocal', key: '1/(0)', of: ZERO }));
  if (divisor) return scale(a, divideRational(one, divisor));
  if (b.terms.length === 1) {
    const inverse = invertTerm(b.terms[0]!);
    return sumTerms(a.terms.map((t) => multiplyTerms(t, inverse)));
  }
  const exact = dividePolynomials(a, b);
  if (exact) return exact;
  const lead = b.terms[0]!.coefficient;
  const monic = scale(b, divideRational(one, lead));
  const inverse = atomDim({ kind: 'reciprocal', key: `1/(${monic.key})`, of: monic });
  return multiply(scale(a, divideRational(one, lead)), inverse);
}

export function power(d: Dim, n: number): Dim {
  if (!Number.isInteger(n)) throw new RangeError(`a size to the power ${n}`);
  if (n < 0) return divide(ONE, power(d, -n));
  let result = ONE;
  for (let i = 0; i < n; i++) result = multiply(result, d);
  return result;
}

/** The root of a square, `dim` for `dim ** 2`; undefined where the root is no product of a number and sizes. */
export function squareRoot(d: Dim): Dim | undefined {
  if (d.terms.length === 0) return ZERO;
  const [only, ...others] = d.terms;
  const [p, q] = [wholeRoot(only!.coefficient.p), wholeRoot(only!.coefficient.q)];
  if (others.length > 0 || p === undefined || q === undefined || only!.factors.some((f) => f.power % 2 !== 0))
    return undefined;
  let root = constant(fraction(p, q));
  for (const f of only!.factors) root = multiply(root, power(atomDim(f.atom), f.power / 2));
  return isNeverNegative(root) ? root : undefined;
}

function wholeRoot(n: bigint): bigint | undefined {
  const near = n < 0n ? undefined : BigInt(Math.round(Math.sqrt(Number(n))));
  return near !== undefined && near * near === n ? near : undefined;
}

const coefficientsLcm = (d: Dim): bigint => d.terms.reduce((l, t) => lcm(l, t.coefficient.q), 1n);

/** Splits d = whole + rest, where `whole` has the terms known to be whole. */
function splitWhole(d: Dim): { whole: Dim; rest: Dim } {
  const isWhole = (t: Term): boolean => t.coefficient.q === 1n && isIntegerProduct(t);
  return { whole: sumTerms(d.terms.filter(isWhole)), rest: sumTerms(d.terms.filter((t) => !isWhole(t))) };
}

export function floorDivide(a: Dim, b: Dim): Dim {
  if (b.terms.length === 0) return floorAtom(a, b);
  const single = b.terms.length <= 1;
  const exact = single ? divide(a, b) : dividePolynomials(a, b);
  if (!exact) return floorOverSum(a, b);
  if (isIntegral(exact)) return exact;
  if (exact.terms.every(isIntegerProduct)) {
    const k = coefficientsLcm(exact);
    return floorOverNumber(scale(exact, { p: k, q: 1n }), k);
  }
  const { whole: outside, rest } = splitWhole(exact);
  return add(outside, floorOfFractions(rest));
}

export const ceilDivide = (a: Dim, b: Dim): Dim => negate(floorDivide(negate(a), b));
/** a - b·⌊a / b⌋; without a value over 0. */
export const modulo = (a: Dim, b: Dim): Dim =>
  b.terms.length === 0 ? divide(a, b) : subtract(a, multiply(b, floorDivide(a, b)));

/** The smallest product of a number and sizes that leaves no quotient in d once multiplied. */
export function commonDenominator(d: Dim): Dim {
  const powers = new Map<string, Factor>();
  for (const f of d.terms.flatMap((t) => t.factors)) {
    const seen = powers.get(f.atom.key)?.power ?? 0;
    if (f.power < 0 && -f.power > seen) powers.set(f.atom.key, { atom: f.atom, power: -f.power });
  }
  let denominator = whole(coefficientsLcm(d));
  for (const f of powers.values()) denominator = multiply(denominator, power(atomDim(f.atom), f.power));
  return denominator;
}

/** floor(d) where some terms of d divide by sizes: brings all over one product. */
function floorOfFractions(d: Dim): Dim {
  const denominator = commonDenominator(d);
  const numerator = multiply(d, denominator);
  if (!isIntegral(numerator) || !isIntegral(denominator)) return floorAtom(d, ONE);
  return floorOverProduct(numerator, denominator);
}

const floorAtom = (numerator: Dim, denominator: Dim): Dim =>
  atomDim({ kind: 'floor', key: `⌊${numerator.key}/${denominator.key}⌋`, numerator, denominator });

const wholeCoefficient = (t: Term): bigint => t.coefficient.p;

/** The greatest whole number that divides every coefficient of a term with sizes, and `start`. */
function commonDivisor(d: Dim, start: bigint): bigint {
  return d.terms.reduce((g, t) => (t.factors.length > 0 ? gcd(g, wholeCoefficient(t)) : g), start);
}

/** floor((g·x + c) / (g·y)) = floor((x + floor(c / g)) / y). */
function cancelNumber(numerator: Dim, g: bigint): Dim {
  return sumTerms(
    numerator.terms.map((t) => ({
      ...t,
      coefficient: { p: floorRational(fraction(t.coefficient.p, g)), q: 1n },
    })),
  );
}

interface NestedFloor {
  readonly term: Term;
  readonly sign: 1n | -1n;
  readonly numerator: Dim;
  readonly denominator: bigint;
}

/** A term that is ± a floor over a number (up to multiples of k): such a floor can be taken with the outer one. */
function nestedFloor(d: Dim, k: bigint): NestedFloor | undefined {
  const candidates: NestedFloor[] = [];
  for (const term of d.terms) {
    const factor = term.factors[0];
    if (term.factors.length !== 1 || factor!.power !== 1 || factor!.atom.kind !== 'floor') continue;
    const { numerator, denominator } = factor!.atom;
    const divisor = asRational(denominator);
    if (!divisor || divisor.p <= 0n || !isIntegral(numerator)) continue;
    const c = wholeCoefficient(term);
    const r = remainder(c, k);
    const sign = c === 1n ? 1n : c === -1n ? -1n : r === 1n ? 1n : r === k - 1n ? -1n : undefined;
    if (sign === undefined) continue;
    const found: NestedFloor = { term, sign, numerator, denominator: divisor.p };
    if (c === sign) return found;
    candidates.push(found);
  }
  return candidates[0];
}

/** floor(n / k) for a sum n of whole terms and k ≥ 1. */
function floorOverNumber(numerator: Dim, divisor: bigint): Dim {
  let n = numerator;
  let k = divisor;
  let outside = ZERO;
  for (;;) {
    const g = commonDivisor(n, k);
    if (g > 1n) {
      n = cancelNumber(n, g);
      k /= g;
    }
    if (k === 1n) return add(outside, n);
    const nested = nestedFloor(n, k);
    if (!nested) break;
    // ±⌊q/d⌋ + r = ⌊(±q + [d - 1] + d·r) / d⌋, and a floor of a floor over k is one floor over d·k.
    const { term, sign, numerator: q, denominator: d } = nested;
    const excess = fraction(term.coefficient.p - sign, k);
    outside = add(outside, scale(termDim({ ...term, coefficient: one }), excess));
    const rest = scale(subtract(n, termDim(term)), { p: d, q: 1n });
    n = add(rest, sign === 1n ? q : add(negate(q), whole(d - 1n)));
    k *= d;
  }
  return add(outside, reducedFloor(n, k));
}

/** Coefficients brought into [0, k), the leading one to at most k / 2 by turning the sign; then the atom. */
function reducedFloor(numerator: Dim, k: bigint): Dim {
  const reduce = (d: Dim): { n: Dim; outside: Dim } => {
    const n = sumTerms(d.terms.map((t) => ({ ...t, coefficient: { p: remainder(t.coefficient.p, k), q: 1n } })));
    return { n, outside: scale(subtract(d, n), fraction(1n, k)) };
  };
  const plain = reduce(numerator);
  if (plain.n.terms.every((t) => t.factors.length === 0)) return plain.outside;
  if (!prefersTurning(plain.n, k)) return add(plain.outside, floorAtom(plain.n, whole(k)));
  // ⌊n/k⌋ = -⌊(k - 1 - n)/k⌋
  const turned = reduce(subtract(whole(k - 1n), plain.n));
  return subtract(subtract(plain.outside, turned.outside), floorAtom(turned.n, whole(k)));
}

function prefersTurning(n: Dim, k: bigint): boolean {
  for (const t of n.terms) {
    if (t.factors.length === 0) break;
    const twice = 2n * wholeCoefficient(t);
    if (twice !== k) return twice > k;
  }
  // Every coefficient is half of k, hence k = 2: ⌊(q + 1)/2⌋ = q - ⌊q/2⌋ leaves one of the two forms.
  return constantPart(n).p !== 0n;
}

/** Never negative, by the signs of its parts alone; a divisor of that kind is positive wherever the quotient exists. */
function isNeverNegative(d: Dim): boolean {
  return d.terms.every((t) => signOf(t.coefficient) > 0 && t.factors.every((f) => isNeverNegativeAtom(f.atom)));
}

function isNeverNegativeAtom(atom: Atom): boolean {
  switch (atom.kind) {
    case 'variable':
      return true;
    case 'floor':
      return isNeverNegative(atom.numerator) && isNeverNegative(atom.denominator);
    case 'reciprocal':
      return isNeverNegative(atom.of);
    default:
      return atom.operands.every(isNeverNegative);
  }
}

/** floor(n / d) for a whole sum n and a product d of a number and sizes. */
function floorOverProduct(numerator: Dim, denominator: Dim): Dim {
  const divisorTerm = denominator.terms[0]!;
  if (divisorTerm.coefficient.p < 0n) return floorOverProduct(negate(numerator), negate(denominator));
  if (!isNeverNegative(denominator)) return floorAtom(numerator, denominator);
  const g = commonDivisor(numerator, divisorTerm.coefficient.p);
  if (g > 1n) return floorOverProduct(cancelNumber(numerator, g), scale(denominator, fraction(1n, g)));
  const nested = numerator.terms[0]?.factors[0]?.atom;
  const alone = numerator.terms.length === 1 || (numerator.terms.length === 2 && !isZeroTerm(constantPart(numerator)));
  if (nested?.kind === 'floor' && alone && isOne(numerator.terms[0]!.coefficient) && isBare(numerator.terms[0]!)) {
    const offset = constant(constantPart(numerator));
    const inner = add(nested.numerator, multiply(nested.denominator, offset));
    return floorDivide(inner, multiply(nested.denominator, denominator));
  }
  return signedFloor(numerator, denominator);
}

const isZeroTerm = (value: { readonly p: bigint }): boolean => value.p === 0n;
const isBare = (t: Term): boolean => t.factors.length === 1 && t.factors[0]!.power === 1;

/** Whole multiples of the divisor outside, the leading coefficient positive: ⌊-n/d⌋ = -1 - ⌊(n - 1)/d⌋. */
function signedFloor(numerator: Dim, denominator: Dim): Dim {
  if (numerator.terms.length === 0) return ZERO;
  if (signOf(numerator.terms[0]!.coefficient) < 0) {
    const turned = floorDivide(subtract(negate(numerator), ONE), denominator);
    return subtract(negate(ONE), turned);
  }
  const { whole: outside, rest } = splitMultiples(numerator, denominator);
  if (outside.terms.length > 0) return add(outside, floorDivide(rest, denominator));
  return floorAtom(numerator, denominator);
}

/** n = d · whole + rest, for the whole multiples of d among the terms of n. */
function splitMultiples(numerator: Dim, denominator: Dim): { whole: Dim; rest: Dim } {
  if (denominator.terms.length !== 1) return { whole: ZERO, rest: numerator };
  const inverse = invertTerm(denominator.terms[0]!);
  const quotients = numerator.terms.map((t) => multiplyTerms(t, inverse));
  const multiples = quotients
    .filter(isIntegerProduct)
    .map((t) => ({ ...t, coefficient: { p: floorRational(t.coefficient), q: 1n } }));
  const outside = sumTerms(multiples);
  return { whole: outside, rest: subtract(numerator, multiply(outside, denominator)) };
}

/** The divisor is a sum: only common numbers are cancelled. */
function floorOverSum(a: Dim, b: Dim): Dim {
  const scaleBy = { p: lcm(coefficientsLcm(a), coefficientsLcm(b)), q: 1n };
  let n = scale(a, scaleBy);
  let d = scale(b, scaleBy);
  if (!isIntegral(n) || !isIntegral(d)) return floorAtom(n, d);
  if (signOf(d.terms[0]!.coefficient) < 0) [n, d] = [negate(n), negate(d)];
  const constantOfN = isNeverNegative(d) ? 0n : constantPart(n).p;
  const g = d.terms.reduce((x, t) => gcd(x, t.coefficient.p), commonDivisor(n, constantOfN));
  if (g > 1n) [n, d] = [cancelNumber(n, g), scale(d, fraction(1n, g))];
  return isNeverNegative(d) ? signedFloorOverSum(n, d) : floorAtom(n, d);
}

function signedFloorOverSum(n: Dim, d: Dim): Dim {
  if (n.terms.length === 0) return ZERO;
  if (signOf(n.terms[0]!.coefficient) > 0) return floorAtom(n, d);
  return subtract(negate(ONE), floorAtom(subtract(negate(n), ONE), d));
}

/** Whether d ≥ 0 for all sizes, by its signs alone. */
function isPlainlyNonNegative(d: Dim): boolean {
  let least = constantPart(d).p;
  for (const t of d.terms) {
    if (t.factors.length === 0) continue;
    const sizes = t.factors.every((f) => f.atom.kind === 'variable' && f.power > 0);
    if (!sizes || signOf(t.coefficient) < 0 || t.coefficient.q !== 1n) return false;
    if (t.factors.every((f) => f.atom.kind === 'variable' && minimumOf(f.atom.variable) === 1))
      least += t.coefficient.p;
  }
  return constantPart(d).q === 1n && least >= 0n;
}

function extreme(kind: 'min' | 'max', a: Dim, b: Dim): Dim {
  const operands: Dim[] = [];
  for (const d of [a, b]) {
    const only =
      d.terms.length === 1 && isOne(d.terms[0]!.coefficient) && isBare(d.terms[0]!) ? d.terms[0]! : undefined;
    const atom = only?.factors[0]!.atom;
    operands.push(...(atom?.kind === kind ? atom.operands : [d]));
  }
  const beats = (x: Dim, y: Dim): boolean => isPlainlyNonNegative(kind === 'min' ? subtract(y, x) : subtract(x, y));
  const kept: Dim[] = [];
  for (const d of operands) {
    if (kept.some((other) => beats(other, d))) continue;
    for (let i = kept.length - 1; i >= 0; i--) if (beats(d, kept[i]!)) kept.splice(i, 1);
    kept.push(d);
  }
  if (kept.length === 1) return kept[0]!;
  // Numbers last, as they are written: min(seq, 512).
  const isNumber = (d: Dim): number => (asRational(d) ? 1 : 0);
  kept.sort((x, y) => isNumber(x) - isNumber(y) || (x.key < y.key ? -1 : 1));
  return atomDim({ kind, key: `${kind}(${kept.map((d) => d.key).join(',')})`, operands: kept });
}

export const minimum = (a: Dim, b: Dim): Dim => extreme('min', a, b);
export const maximum = (a: Dim, b: Dim): Dim => extreme('max', a, b);
