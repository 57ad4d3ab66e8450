/**
 * Conditions on one variable with constant divisors, decided exactly: such a dimension is, on every residue class of
 * its period, a polynomial, so a few values tell its sign everywhere.
 */
import { isRelation, type Condition, type Relation } from './relation.ts';
import { evaluate } from './evaluate.ts';
import { asInteger, minimumOf, scale, subtract, type Atom, type Dim, type SizeVariable } from './polynomial.ts';
import { modulo } from './quotient.ts';
import { lcm as lcmOf } from './rational.ts';
import {
  complement,
  full,
  intersection,
  LONGEST_PERIOD,
  LONGEST_PREFIX,
  mapSet,
  tidy,
  union,
  type SizeSet,
  type Stretch,
} from './size-set.ts';

/** From `from` on, a polynomial of at most this degree on every residue class of the period. */
interface Quasi {
  readonly period: number;
  readonly degree: number;
  readonly from: number;
}

const lcm = (a: number, b: number): number => Number(lcmOf(BigInt(a), BigInt(b)));

function quasi(d: Dim, v: SizeVariable): Quasi | undefined {
  let period = 1;
  let degree = 0;
  let from = 0;
  for (const t of d.terms) {
    let own = 0;
    for (const f of t.factors) {
      const part = f.power > 0 ? quasiAtom(f.atom, v) : undefined;
      if (!part) return undefined;
      period = lcm(period, part.period);
      own += part.degree * f.power;
      from = Math.max(from, part.from);
    }
    degree = Math.max(degree, own);
  }
  return period <= LONGEST_PERIOD ? { period, degree, from } : undefined;
}

function quasiAtom(atom: Atom, v: SizeVariable): Quasi | undefined {
  if (atom.kind === 'variable') return { period: 1, degree: 1, from: 0 };
  if (atom.kind === 'reciprocal') return undefined;
  if (atom.kind === 'floor') {
    const k = asInteger(atom.denominator);
    const inner = quasi(atom.numerator, v);
    if (k === undefined || k <= 0 || !inner || !atom.numerator.terms.every((t) => t.coefficient.q === 1n))
      return undefined;
    // A step of period · k adds multiples of k to every factor only if each factor is linear on its classes.
    if (!atom.numerator.terms.every((t) => t.factors.every((f) => (quasiAtom(f.atom, v)?.degree ?? 2) <= 1)))
      return undefined;
    return { ...inner, period: inner.period * k };
  }
  let all: Quasi | undefined;
  for (const operand of atom.operands) {
    const one = quasi(operand, v);
    if (!one) return undefined;
    all = all
      ? {
          period: lcm(all.period, one.period),
          degree: Math.max(all.degree, one.degree),
          from: Math.max(all.from, one.from),
        }
      : one;
  }
  return all && settled(atom.operands, v, all);
}

/** Where the order of the operands of a minimum or maximum no longer changes within a class. */
function settled(operands: readonly Dim[], v: SizeVariable, all: Quasi): Quasi | undefined {
  let { from, period } = all;
  for (const [i, a] of operands.entries()) {
    for (const b of operands.slice(i + 1)) {
      const signs = signsOf(subtract(a, b), v);
      if (!signs) return undefined;
      const last = signs[signs.length - 1]!;
      from = Math.max(from, last.from);
      period = lcm(period, last.values.length);
    }
  }
  return from <= LONGEST_PREFIX && period <= LONGEST_PERIOD ? { ...all, from, period } : undefined;
}

/** 0, 1, 2 for negative, zero, positive at every size. */
function signsOf(d: Dim, v: SizeVariable): SizeSet | undefined {
  const common = d.terms.reduce((l, t) => lcmOf(l, t.coefficient.q), 1n);
  const whole = scale(d, { p: common, q: 1n });
  const form = quasi(whole, v);
  if (!form || form.from > LONGEST_PREFIX) return undefined;
  const value = (n: number): number => evaluate(whole, () => n);
  const start = minimumOf(v);
  const base = Math.max(start, form.from);
  const tail = form.degree <= 1 ? linearSigns(value, base, form.period) : polynomialSigns(value, base, form);
  if (!tail) return undefined;
  const prefix = base > start ? [spelt(value, start, base)] : [];
  const all = [...prefix, ...tail];
  return all.some((s) => s.values.includes(UNSAFE)) ? undefined : tidy(all);
}

const UNSAFE = 255;
const signValue = (x: number): number => (Number.isSafeInteger(x) ? Math.sign(x) + 1 : UNSAFE);

function spelt(value: (n: number) => number, from: number, to: number): Stretch {
  const values = new Uint8Array(to - from);
  for (let n = from; n < to; n++) values[n % values.length] = signValue(value(n));
  return { from, values };
}

function linearSigns(value: (n: number) => number, base: number, period: number): Stretch[] | undefined {
  const before = new Uint8Array(period);
  const after = new Uint8Array(period);
  let lo = Infinity;
  let hi = base;
  for (let n = base; n < base + period; n++) {
    const first = value(n);
    const slope = value(n + period) - first;
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(slope)) return undefined;
    before[n % period] = signValue(first);
    after[n % period] = slope === 0 ? signValue(first) : signValue(slope);
    if (slope === 0 || Math.sign(first) === Math.sign(slope)) continue;
    const steps = Math.floor(-first / slope);
    lo = Math.min(lo, n + steps * period);
    hi = Math.max(hi, n + (steps + 1) * period);
  }
  if (lo === Infinity) return [{ from: base, values: before }];
  if (hi - lo > LONGEST_PREFIX || !Number.isSafeInteger(hi)) return undefined;
  const start = lo > base ? [{ from: base, values: before }] : [];
  return [...start, spelt(value, lo, hi), { from: hi, values: after }];
}

/** Beyond a place where all forward differences have one sign, the sign stays. */
function polynomialSigns(value: (n: number) => number, base: number, form: Quasi): Stretch[] | undefined {
  const { period, degree } = form;
  for (let steps = 0; base + steps * period <= LONGEST_PREFIX / 8; steps = steps * 2 + 1) {
    const from = base + steps * period;
    const values = new Uint8Array(period);
    let stays = true;
    for (let n = from; n < from + period && stays; n++) {
      const differences = Array.from({ length: degree + 1 }, (_, i) => value(n + i * period));
      const signs: number[] = [];
      for (let i = 0; i <= degree; i++) {
        signs.push(Math.sign(differences[0]!));
        if (!differences.every(Number.isSafeInteger)) return undefined;
        for (let j = 0; j + 1 < differences.length; j++) differences[j] = differences[j + 1]! - differences[j]!;
        differences.pop();
      }
      const sign = signs[0]!;
      stays = signs.every((s) => s === sign || (s === 0 && sign !== 0));
      values[n % period] = sign + 1;
    }
    if (!stays) continue;
    return [...(from > base ? [spelt(value, base, from)] : []), { from, values }];
  }
  return undefined;
}

/** The sizes where a condition on `v` alone holds; undefined where it is not of the kind decided here. */
export function sizesWhere(c: Condition, v: SizeVariable): SizeSet | undefined {
  const everything = full(minimumOf(v));
  switch (c.kind) {
    case 'true':
      return everything;
    case 'false':
      return complement(everything);
    case 'not': {
      const inner = sizesWhere(c.operand, v);
      return inner && complement(inner);
    }
    case 'and':
    case 'or': {
      let all: SizeSet | undefined = c.kind === 'and' ? everything : complement(everything);
      for (const part of c.operands) {
        const own = sizesWhere(part, v);
        all = own && all && (c.kind === 'and' ? intersection(all, own) : union(all, own));
      }
      return all;
    }
    default:
      return isRelation(c) ? relationSizes(c, v) : undefined;
  }
}

function relationSizes(c: Relation, v: SizeVariable): SizeSet | undefined {
  if (c.kind === 'divisible') {
    const k = asInteger(c.right);
    const signs = k === undefined || k === 0 ? undefined : signsOf(modulo(c.left, c.right), v);
    return signs && tidy(mapSet(signs, (s) => (s === 1 ? 1 : 0)));
  }
  const signs = signsOf(subtract(c.left, c.right), v);
  const accepted = { eq: [1], ne: [0, 2], le: [0, 1], lt: [0] }[c.kind];
  return signs && tidy(mapSet(signs, (s) => (accepted.includes(s) ? 1 : 0)));
}
