/**
 * Exact quotients as variables of our own: from "b divides a", a is written b · q, so that rounding a / b has nothing
 * left to round. `inside` goes from the variables of the program to that form, `outside` comes back.
 */
import { scaledBounds, type Bounds } from './bounds.ts';
import {
  add,
  dim,
  multiply,
  scale,
  subtract,
  termDim,
  variable,
  type Dim,
  type SizeVariable,
  type Term,
} from './polynomial.ts';
import { divide } from './quotient.ts';
import { divideRational, one } from './rational.ts';
import { substitute, variablesOf } from './traverse.ts';

/** A variable that stands alone in a sum, times ±1, and nowhere else in it; the one introduced last. */
export function solvable(d: Dim, alsoAbsentFrom: Dim = dim(0)): { v: SizeVariable; term: Term } | undefined {
  let found: { v: SizeVariable; term: Term } | undefined;
  for (const term of d.terms) {
    const f = term.factors[0];
    if (term.factors.length !== 1 || f!.power !== 1 || f!.atom.kind !== 'variable') continue;
    const v = f!.atom.variable;
    const { p, q } = term.coefficient;
    if (q !== 1n || (p !== 1n && p !== -1n) || (found && found.v.id > v.id)) continue;
    const elsewhere = [subtract(d, termDim(term)), alsoAbsentFrom];
    if (!elsewhere.some((part) => variablesOf(part).some((other) => other.id === v.id))) found = { v, term };
  }
  return found;
}

/** Ids below zero are ours: one per variable is enough, as a variable is rewritten once. */
const ownId = (v: SizeVariable): number => (v.id >= 0 ? -1 - v.id : v.id - 1e9);

const ownVariable = (v: SizeVariable): SizeVariable => ({ name: `${v.name}'`, id: ownId(v), minimum: 0 });

export class QuotientVariables {
  readonly inside = new Map<number, Dim>();
  readonly outside = new Map<number, Dim>();
  /** Quotients known to be whole that no variable could be made for. */
  readonly quotients: Dim[] = [];
  readonly #own = new Map<number, Bounds>();
  readonly #given: (v: SizeVariable) => Bounds;

  constructor(given: (v: SizeVariable) => Bounds) {
    this.#given = given;
  }

  bounds(v: SizeVariable): Bounds {
    return this.#own.get(v.id) ?? this.#given(v);
  }

  /** `divisor` divides `dividend`. */
  addDivisibility(dividend: Dim, divisor: Dim): void {
    const left = substitute(dividend, this.inside);
    const right = substitute(divisor, this.inside);
    const found = solvable(left, right);
    const of = (v: SizeVariable): Bounds => this.bounds(v);
    const low = scaledBounds(left, of).low;
    // Variables are never negative, so only a quotient of that kind can be one.
    const fits = right.terms.length === 1 && low >= 0 && scaledBounds(right, of).low >= 0;
    if (!found || !fits || this.outside.has(ownId(found.v))) {
      this.quotients.push(divide(left, right));
      return;
    }
    const { v, term } = found;
    const q = ownVariable(v);
    this.#own.set(q.id, { low: low > 0 ? 1 : 0, high: Infinity });
    const product = subtract(multiply(right, variable(q)), subtract(left, termDim(term)));
    this.#replace(v, scale(product, divideRational(one, term.coefficient)));
    this.outside.set(q.id, substitute(divide(dividend, divisor), this.outside));
  }

  /** All sizes of v are of one class. */
  addClass(v: SizeVariable, found: { readonly modulus: number; readonly residue: number } | undefined): void {
    if (!found || found.modulus === 1) return;
    const { modulus, residue } = found;
    const q = ownVariable(v);
    const { low, high } = this.bounds(v);
    this.#own.set(q.id, { low: (low - residue) / modulus, high: (high - residue) / modulus });
    this.#replace(v, add(multiply(dim(modulus), variable(q)), dim(residue)));
    this.outside.set(q.id, divide(subtract(variable(v), dim(residue)), dim(modulus)));
  }

  #replace(v: SizeVariable, value: Dim): void {
    const now = new Map([[v.id, value]]);
    for (const [id, old] of this.inside) this.inside.set(id, substitute(old, now));
    this.inside.set(v.id, value);
  }
}
