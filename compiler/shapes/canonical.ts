/**
 * One relation in the form it is shown in: common parts of both sides cancelled, exact multiples written as
 * divisibility, sizes before parameters and earlier before later. A relation that has nothing to cancel keeps the form its rule gave it.
 */
import type { Facts } from './facts.ts';
import {
  asRational,
  atomDim,
  equals,
  isIntegral,
  minimumOf,
  multiply,
  negate,
  ONE,
  subtract,
  sumTerms,
  variable,
  type Dim,
  type SizeVariable,
} from './polynomial.ts';
import { proportion } from './knowledge.ts';
import type { Bounds } from './bounds.ts';
import { primitive, withoutFloor } from './primitive.ts';
import { commonDenominator, divide } from './quotient.ts';
import {
  always,
  and,
  atMost,
  divisible,
  equal,
  foldConstant,
  lessThan,
  negation,
  notEqual,
  or,
  type Condition,
  type Relation,
} from './relation.ts';
import { gcd, isOne, signOf } from './rational.ts';
import { greatest, least } from './size-set.ts';
import { variablesOf } from './traverse.ts';

const rebuild = { eq: equal, ne: notEqual, le: atMost, lt: lessThan } as const;

export function canonical(c: Condition, given: Facts): Condition {
  const folded = foldConstant(c);
  switch (folded.kind) {
    case 'true':
    case 'false':
      return folded;
    case 'and':
      return and(...folded.operands.map((part) => canonical(part, given)));
    case 'or':
      return or(...folded.operands.map((part) => canonical(part, given)));
    case 'not':
      return negation(canonical(folded.operand, given));
    case 'divisible':
      return canonicalDivisibility(folded.left, folded.right);
    default:
      return canonicalComparison(folded, folded.kind, given);
  }
}

/** Whole multiples of the divisor left out, common factors cancelled: `3 * dim % (3 * heads)` is `dim % heads`. */
function canonicalDivisibility(left: Dim, right: Dim): Condition {
  const quotient = divide(left, right);
  if (isIntegral(quotient)) return always;
  const rest = sumTerms(quotient.terms.filter((t) => !isIntegral(sumTerms([t]))));
  const divisor = commonDenominator(rest);
  const dividend = multiply(rest, divisor);
  if (!isIntegral(dividend) || !isIntegral(divisor)) return divisible(left, right);
  return divisible(signOf(dividend.terms[0]!.coefficient) < 0 ? negate(dividend) : dividend, divisor);
}

function canonicalComparison(c: Relation, kind: keyof typeof rebuild, given: Facts): Condition {
  const difference = subtract(c.left, c.right);
  const of = (v: SizeVariable): Bounds => {
    const sizes = given.sizesOf(v);
    return { low: least(sizes) ?? 0, high: greatest(sizes) ?? 0 };
  };
  const d = primitive(difference, of);
  const exact = kind === 'eq' || kind === 'ne' ? asDivisibility(d) : undefined;
  if (exact) {
    const whole = canonicalDivisibility(exact.left, exact.right);
    return kind === 'eq' ? whole : negation(whole);
  }
  const several = kind === 'eq' ? asDivisibilities(d) : undefined;
  if (several) return and(...several.map(({ left, right }) => canonicalDivisibility(left, right)));
  const plain = kind === 'le' && variablesOf(d).length > 1 ? withoutFloor(d, of) : undefined;
  if (plain) return canonicalComparison(atMost(...sides(plain)), 'le', given);
  const [left, right] = isReduced(c) ? [c.left, c.right] : sides(d);
  const turn = (kind === 'eq' || kind === 'ne') && comesLater(left, right);
  return turn ? rebuild[kind](right, left) : rebuild[kind](left, right);
}

/** `k · ⌊a / k⌋ == a` says that k divides a. */
function asDivisibility(d: Dim): { left: Dim; right: Dim } | undefined {
  for (const t of d.terms) {
    for (const { atom } of t.factors) {
      if (atom.kind !== 'floor') continue;
      const rest = subtract(atom.numerator, multiply(atom.denominator, atomDim(atom)));
      if (proportion(d, rest) !== 0) return { left: atom.numerator, right: atom.denominator };
    }
  }
  return undefined;
}

/** `k · ⌊a / k⌋ · m · ⌊b / m⌋ == a · b` of sizes says that k divides a and m divides b: rounding only makes less. */
function asDivisibilities(d: Dim): readonly { left: Dim; right: Dim }[] | undefined {
  for (const { factors } of d.terms) {
    const floors = factors.flatMap(({ atom, power: times }) => (atom.kind === 'floor' ? Array.from({ length: times }, () => atom) : [])); // prettier-ignore
    const isOfSizes = floors.every(({ numerator }) => variablesOf(numerator).length === 1 && equals(numerator, variable(variablesOf(numerator)[0]!))); // prettier-ignore
    if (floors.length < 2 || !isOfSizes) continue;
    const rounded = floors.reduce((product, atom) => multiply(product, multiply(atom.denominator, atomDim(atom))), ONE);
    const whole = floors.reduce((product, { numerator }) => multiply(product, numerator), ONE);
    if (proportion(d, subtract(rounded, whole)) !== 0) return floors.map(({ numerator, denominator }) => ({ left: numerator, right: denominator })); // prettier-ignore
  }
  return undefined;
}

/** Nothing on one side that the other has too, and no common factor. */
function isReduced(c: Relation): boolean {
  const right = new Set(c.right.terms.map((t) => t.key));
  if (c.left.terms.some((t) => right.has(t.key))) return false;
  const all = [...c.left.terms, ...c.right.terms];
  if (all.some((t) => t.coefficient.q !== 1n || t.factors.some((f) => f.power < 0))) return false;
  if (!isOne({ p: all.reduce((g, t) => gcd(g, t.coefficient.p), 0n), q: 1n })) return false;
  const [first, ...others] = all;
  return !first!.factors.some((f) => others.every((t) => t.factors.some((other) => other.atom.key === f.atom.key)));
}

/** Positive terms against negative ones. */
function sides(d: Dim): [Dim, Dim] {
  return [
    sumTerms(d.terms.filter((t) => signOf(t.coefficient) > 0)),
    negate(sumTerms(d.terms.filter((t) => signOf(t.coefficient) < 0))),
  ];
}

/** Numbers on the right; else sizes before parameters, and what was introduced first on the left. */
function comesLater(left: Dim, right: Dim): boolean {
  if (asRational(right)) return false;
  if (asRational(left)) return true;
  const [x, y] = [firstSize(left), firstSize(right)];
  if (!x || !y) return !x && y !== undefined;
  return x.id > y.id;
}

const firstSize = (d: Dim): SizeVariable | undefined => variablesOf(d).find((v) => minimumOf(v) === 1);
