/**
 * The number a dimension stands for once its variables have numbers. Doubles where they are exact, fractions of
 * unbounded integers where they would not be.
 */
import type { Atom, Dim, SizeVariable, Term } from './polynomial.ts';
import {
  addRational,
  compareRational,
  divideRational,
  floorRational,
  fromNumber,
  isZero,
  lcm,
  multiplyRational,
  one,
  toNumber,
  zero,
  type Rational,
} from './rational.ts';

export type Assignment = ReadonlyMap<number, number> | ((variable: SizeVariable) => number);

type Lookup = (variable: SizeVariable) => number;

/** NaN where a quotient is over 0 or a variable has no number. */
export function evaluate(d: Dim, sizes: Assignment): number {
  const lookup: Lookup = typeof sizes === 'function' ? sizes : (v) => sizes.get(v.id) ?? Number.NaN;
  const fast = quickValue(d, lookup);
  if (fast !== undefined) return fast;
  const exact = exactValue(d, lookup);
  return exact ? toNumber(exact) : Number.NaN;
}

interface QuickForm {
  readonly denominator: number;
  readonly coefficients: readonly number[];
}

const quickForms = new WeakMap<Dim, QuickForm | 'none'>();

/** Whole coefficients over one denominator, where doubles hold them and nothing divides by a size outside a floor. */
function quickForm(d: Dim): QuickForm | 'none' {
  const cached = quickForms.get(d);
  if (cached) return cached;
  const common = d.terms.reduce((l, t) => lcm(l, t.coefficient.q), 1n);
  const coefficients = d.terms.map((t) => Number((t.coefficient.p * common) / t.coefficient.q));
  const simple = (t: Term): boolean => t.factors.every((f) => f.power > 0 && f.atom.kind !== 'reciprocal');
  const fits = [Number(common), ...coefficients].every(Number.isSafeInteger) && d.terms.every(simple);
  const form = fits ? { denominator: Number(common), coefficients } : 'none';
  quickForms.set(d, form);
  return form;
}

/** Undefined where doubles might round. */
function quickValue(d: Dim, lookup: Lookup): number | undefined {
  const form = quickForm(d);
  if (form === 'none') return undefined;
  let sum = 0;
  for (let i = 0; i < d.terms.length; i++) {
    let product = form.coefficients[i]!;
    for (const f of d.terms[i]!.factors) {
      const value = quickAtom(f.atom, lookup);
      if (value === undefined) return undefined;
      for (let n = 0; n < f.power; n++) product *= value;
    }
    if (!Number.isSafeInteger(product)) return undefined;
    sum += product;
  }
  if (!Number.isSafeInteger(sum)) return undefined;
  return (form.denominator === 1 ? sum : sum / form.denominator) + 0;
}

function quickAtom(atom: Atom, lookup: Lookup): number | undefined {
  if (atom.kind === 'variable') return lookup(atom.variable);
  if (atom.kind === 'floor') {
    const a = quickValue(atom.numerator, lookup);
    const b = quickValue(atom.denominator, lookup);
    // Two whole doubles divide to a double on the right side of every whole number.
    return Number.isSafeInteger(a) && Number.isSafeInteger(b) && b !== 0 ? Math.floor(a! / b!) : undefined;
  }
  if (atom.kind === 'reciprocal') return undefined;
  let best: number | undefined;
  for (const operand of atom.operands) {
    const value = quickValue(operand, lookup);
    if (value === undefined) return undefined;
    if (best === undefined || (atom.kind === 'min' ? value < best : value > best)) best = value;
  }
  return best;
}

/** The exact value; undefined where a quotient is over 0 or a variable has no number. */
export function exactValue(d: Dim, lookup: Lookup): Rational | undefined {
  let sum = zero;
  for (const t of d.terms) {
    let product: Rational = t.coefficient;
    for (const f of t.factors) {
      const value = exactAtom(f.atom, lookup);
      if (!value || (f.power < 0 && isZero(value))) return undefined;
      for (let n = 0; n < Math.abs(f.power); n++) {
        product = f.power > 0 ? multiplyRational(product, value) : divideRational(product, value);
      }
    }
    sum = addRational(sum, product);
  }
  return sum;
}

function exactAtom(atom: Atom, lookup: Lookup): Rational | undefined {
  if (atom.kind === 'variable') {
    const value = lookup(atom.variable);
    return Number.isFinite(value) ? fromNumber(value) : undefined;
  }
  if (atom.kind === 'floor') {
    const a = exactValue(atom.numerator, lookup);
    const b = exactValue(atom.denominator, lookup);
    return a && b && !isZero(b) ? { p: floorRational(divideRational(a, b)), q: 1n } : undefined;
  }
  if (atom.kind === 'reciprocal') {
    const value = exactValue(atom.of, lookup);
    return value && !isZero(value) ? divideRational(one, value) : undefined;
  }
  let best: Rational | undefined;
  for (const operand of atom.operands) {
    const value = exactValue(operand, lookup);
    if (!value) return undefined;
    if (!best || compareRational(value, best) === (atom.kind === 'min' ? -1 : 1)) best = value;
  }
  return best;
}
