/**
 * The normal form of a dimension: a sum of exact rational multiples of products of atoms, with the ring operations.
 * An atom is a size variable or something the ring cannot express: a rounded quotient, a minimum or maximum, one
 * over a sum. Powers may be negative, so `dim / heads` is a plain product. What builds atoms lives in `quotient.ts`.
 */
import {
  addRational,
  fromNumber,
  isZero,
  multiplyRational,
  negateRational,
  one,
  rationalKey,
  toNumber,
  type Rational,
} from './rational.ts';

/** A size not known before run time, or an integer parameter of a block checked on its own. Ids order by introduction. */
export interface SizeVariable {
  readonly name: string;
  readonly id: number;
  /** Sizes are at least 1 (the default), integer parameters at least 0. */
  readonly minimum?: 0 | 1;
  /** A parameter that is one of a few things, the number standing for the name: options, or `false` and `true`. */
  readonly labels?: readonly string[];
}

export type Atom =
  | { readonly kind: 'variable'; readonly key: string; readonly variable: SizeVariable }
  | { readonly kind: 'floor'; readonly key: string; readonly numerator: Dim; readonly denominator: Dim }
  | { readonly kind: 'min' | 'max'; readonly key: string; readonly operands: readonly Dim[] }
  | { readonly kind: 'reciprocal'; readonly key: string; readonly of: Dim };

export interface Factor {
  readonly atom: Atom;
  readonly power: number;
}

/** coefficient × ∏ atom^power; `key` names the product alone. */
export interface Term {
  readonly coefficient: Rational;
  readonly factors: readonly Factor[];
  readonly key: string;
}

/** Terms in canonical order without zeros; equal dimensions have equal keys. */
export interface Dim {
  readonly terms: readonly Term[];
  readonly key: string;
}

const atomRank = { variable: 0, floor: 1, min: 2, max: 3, reciprocal: 4 } as const;

export function compareAtoms(a: Atom, b: Atom): number {
  if (a.kind === 'variable' && b.kind === 'variable') return a.variable.id - b.variable.id;
  if (a.kind !== b.kind) return atomRank[a.kind] - atomRank[b.kind];
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

const degreeOf = (factors: readonly Factor[]): number => factors.reduce((sum, f) => sum + f.power, 0);

/** Higher degrees first, earlier variables first, the constant last. */
function compareTerms(a: Term, b: Term): number {
  if (a.factors.length === 0 || b.factors.length === 0) return b.factors.length - a.factors.length;
  const byDegree = degreeOf(b.factors) - degreeOf(a.factors);
  if (byDegree !== 0) return byDegree;
  for (let i = 0; i < a.factors.length && i < b.factors.length; i++) {
    const x = a.factors[i]!;
    const y = b.factors[i]!;
    const byAtom = compareAtoms(x.atom, y.atom);
    if (byAtom !== 0) return byAtom;
    if (x.power !== y.power) return y.power - x.power;
  }
  return a.factors.length - b.factors.length;
}

const factorKey = (f: Factor): string => (f.power === 1 ? f.atom.key : `${f.atom.key}^${f.power}`);
const monomialKey = (factors: readonly Factor[]): string => factors.map(factorKey).join('*');

function fromSortedTerms(terms: readonly Term[]): Dim {
  return { terms, key: terms.map((t) => `${rationalKey(t.coefficient)}·${t.key}`).join('+') || '0' };
}

/** Adds up terms with the same product of atoms. */
export function sumTerms(terms: Iterable<Term>): Dim {
  const byKey = new Map<string, Term>();
  for (const term of terms) {
    const seen = byKey.get(term.key);
    byKey.set(term.key, seen ? { ...seen, coefficient: addRational(seen.coefficient, term.coefficient) } : term);
  }
  return fromSortedTerms([...byKey.values()].filter((t) => !isZero(t.coefficient)).sort(compareTerms));
}

export function constant(value: Rational): Dim {
  return fromSortedTerms(isZero(value) ? [] : [{ coefficient: value, factors: [], key: '' }]);
}

export const monomial = (coefficient: Rational, factors: readonly Factor[]): Dim =>
  isZero(coefficient) ? ZERO : fromSortedTerms([{ coefficient, factors, key: monomialKey(factors) }]);

export const termDim = (term: Term): Dim => fromSortedTerms([term]);
export const atomDim = (atom: Atom): Dim => monomial(one, [{ atom, power: 1 }]);

/** An exact size; fractions are taken for the double they are. */
export const dim = (n: number): Dim => constant(fromNumber(n));
export const ZERO: Dim = dim(0);
export const ONE: Dim = dim(1);

export const variable = (v: SizeVariable): Dim => atomDim({ kind: 'variable', key: `v${v.id}`, variable: v });
export const minimumOf = (v: SizeVariable): number => v.minimum ?? 1;

export function add(a: Dim, b: Dim): Dim {
  if (a.terms.length === 0) return b;
  if (b.terms.length === 0) return a;
  return sumTerms([...a.terms, ...b.terms]);
}

export function scale(a: Dim, by: Rational): Dim {
  if (isZero(by)) return ZERO;
  return fromSortedTerms(a.terms.map((t) => ({ ...t, coefficient: multiplyRational(t.coefficient, by) })));
}

export const negate = (a: Dim): Dim => scale(a, negateRational(one));
export const subtract = (a: Dim, b: Dim): Dim => add(a, negate(b));

function multiplyFactors(a: readonly Factor[], b: readonly Factor[]): readonly Factor[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const powers = new Map<string, Factor>();
  for (const f of [...a, ...b]) {
    const seen = powers.get(f.atom.key);
    powers.set(f.atom.key, seen ? { atom: f.atom, power: seen.power + f.power } : f);
  }
  return [...powers.values()].filter((f) => f.power !== 0).sort((x, y) => compareAtoms(x.atom, y.atom));
}

export function multiplyTerms(a: Term, b: Term): Term {
  const factors = multiplyFactors(a.factors, b.factors);
  return { coefficient: multiplyRational(a.coefficient, b.coefficient), factors, key: monomialKey(factors) };
}

export function multiply(a: Dim, b: Dim): Dim {
  const x = asRational(a);
  if (x) return scale(b, x);
  const y = asRational(b);
  if (y) return scale(a, y);
  return sumTerms(a.terms.flatMap((s) => b.terms.map((t) => multiplyTerms(s, t))));
}

/** The term with every power turned round: one over it. */
export function invertTerm(t: Term): Term {
  const factors = t.factors.map((f) => ({ atom: f.atom, power: -f.power }));
  const sign = t.coefficient.p < 0n ? -1n : 1n;
  return {
    coefficient: { p: t.coefficient.q * sign, q: t.coefficient.p * sign },
    factors,
    key: monomialKey(factors),
  };
}

export const equals = (a: Dim, b: Dim): boolean => a.key === b.key;

/** The value of a dimension without variables. */
export function asRational(d: Dim): Rational | undefined {
  if (d.terms.length === 0) return { p: 0n, q: 1n };
  const only = d.terms[0]!;
  return d.terms.length === 1 && only.factors.length === 0 ? only.coefficient : undefined;
}

export function asNumber(d: Dim): number | undefined {
  const value = asRational(d);
  return value && toNumber(value);
}

/** The value where it is a whole number that a double holds exactly. */
export function asInteger(d: Dim): number | undefined {
  const value = asNumber(d);
  return value !== undefined && Number.isSafeInteger(value) && asRational(d)!.q === 1n ? value : undefined;
}

export function constantPart(d: Dim): Rational {
  const last = d.terms[d.terms.length - 1];
  return last && last.factors.length === 0 ? last.coefficient : { p: 0n, q: 1n };
}

const isIntegerAtom = (atom: Atom): boolean =>
  atom.kind === 'variable' ||
  atom.kind === 'floor' ||
  ((atom.kind === 'min' || atom.kind === 'max') && atom.operands.every(isIntegral));

export const isIntegerProduct = (t: Term): boolean => t.factors.every((f) => f.power > 0 && isIntegerAtom(f.atom));

/** Whole for every assignment of whole sizes, as far as the form itself tells. */
export const isIntegral = (d: Dim): boolean => d.terms.every((t) => t.coefficient.q === 1n && isIntegerProduct(t));
