/**
 * Conditions taken to hold, made ready for use: variables solved from equalities, an exact set of sizes for each
 * variable, exact quotients written as products (`a = b · q` with a variable q of our own), and sums known to be ≤ 0.
 */
import type { Bounds } from './bounds.ts';
import { mapDims } from './condition.ts';
import { sizesWhere } from './one-variable.ts';
import {
  add,
  asInteger,
  dim,
  isIntegral,
  minimumOf,
  negate,
  ONE,
  scale,
  subtract,
  termDim,
  variable,
  type Dim,
  type SizeVariable,
} from './polynomial.ts';
import { primitive } from './primitive.ts';
import { QuotientVariables, solvable } from './quotient-variables.ts';
import { divide } from './quotient.ts';
import { atMost, divisible, foldConstant, isRelation, variablesOfCondition, type Condition } from './relation.ts';
import { divideRational, isZero, signOf } from './rational.ts';
import { full, greatest, intersection, isEmpty, least, preimage, residueClass, type SizeSet } from './size-set.ts';
import { substitute, variablesOf } from './traverse.ts';

export interface Domain {
  readonly variable: SizeVariable;
  readonly set: SizeSet;
}

export interface Knowledge {
  readonly contradictory: boolean;
  readonly domains: ReadonlyMap<number, Domain>;
  /** Equalities: a variable in terms of earlier ones. */
  readonly solved: ReadonlyMap<number, Dim>;
  /** Further, exact quotients as variables of our own; and the way back. */
  readonly inside: ReadonlyMap<number, Dim>;
  readonly outside: ReadonlyMap<number, Dim>;
  readonly bounds: (v: SizeVariable) => Bounds;
  /** In inside form: sums ≤ 0, sums ≠ 0, and quotients known to be whole. */
  readonly sums: readonly Dim[];
  readonly unequal: readonly Dim[];
  readonly quotients: readonly Dim[];
  /** Alternatives about several variables. */
  readonly choices: readonly Condition[];
}

export class Builder {
  contradictory = false;
  readonly domains: Map<number, Domain>;
  readonly solved = new Map<number, Dim>();
  #open: readonly Condition[];

  constructor(domains: ReadonlyMap<number, Domain>, relations: readonly Condition[]) {
    this.domains = new Map(domains);
    this.#open = relations;
  }

  build(): Knowledge {
    // Each round can turn a relation into one on a single variable, or fix a variable; both are rare beyond the first.
    for (let round = 0; round < 8 && this.#round(); round++);
    return this.#finish();
  }

  #restrict(v: SizeVariable, set: SizeSet): void {
    const known = this.domains.get(v.id)?.set ?? full(minimumOf(v));
    const both = intersection(known, set);
    if (both) this.domains.set(v.id, { variable: v, set: both });
    if (both && isEmpty(both)) this.contradictory = true;
  }

  #solve(v: SizeVariable, value: Dim): void {
    const now = new Map([[v.id, value]]);
    for (const [id, old] of this.solved) this.solved.set(id, substitute(old, now));
    this.solved.set(v.id, value);
  }

  #round(): boolean {
    let changed = false;
    for (const { variable: v, set } of this.domains.values()) {
      const only = this.solved.has(v.id) ? undefined : least(set);
      if (only === undefined || greatest(set) !== only) continue;
      this.#solve(v, dim(only));
      changed = true;
    }
    const open: Condition[] = [];
    for (const c of this.#open) {
      const now = foldConstant(mapDims(c, (d) => substitute(d, this.solved)));
      if (now.kind === 'true') continue;
      if (now.kind === 'false') this.contradictory = true;
      else if (this.#absorb(now)) changed = true;
      else open.push(now);
    }
    this.#open = open;
    return changed && !this.contradictory;
  }

  /** Takes a condition into the domains or the equalities; false where it has to stay as it is. */
  #absorb(c: Condition): boolean {
    const variables = variablesOfCondition(c);
    if (variables.length === 1) {
      const set = sizesWhere(c, variables[0]!);
      if (set) this.#restrict(variables[0]!, set);
      if (set) return true;
    }
    if (c.kind !== 'eq') return false;
    const d = primitive(subtract(c.left, c.right), (v) => this.#bounds(v));
    const found = solvable(d);
    if (!found || !isIntegral(d)) return false;
    const { v, term } = found;
    const rest = subtract(d, termDim(term));
    const value = term.coefficient.p === 1n ? negate(rest) : rest;
    this.#solve(v, value);
    this.#transfer(v, value);
    return true;
  }

  #bounds(v: SizeVariable): Bounds {
    const set = this.domains.get(v.id)?.set;
    if (!set) return { low: minimumOf(v), high: Infinity };
    return { low: least(set) ?? minimumOf(v), high: greatest(set) ?? minimumOf(v) };
  }

  /** What was known of a variable, said of the value it now has. */
  #transfer(v: SizeVariable, value: Dim): void {
    const set = this.domains.get(v.id)?.set ?? full(minimumOf(v));
    const [u, ...others] = variablesOf(value);
    const [lead, last] = value.terms;
    const factor =
      lead && lead.factors.length === 1 && lead.factors[0]!.power === 1
        ? asInteger(scale(ONE, lead.coefficient))
        : undefined;
    const offset = asInteger(last && last !== lead ? termDim(last) : dim(0));
    const bare = lead?.factors[0]?.atom.kind === 'variable' && value.terms.length <= 2;
    if (u && others.length === 0 && bare && factor !== undefined && factor > 0 && offset !== undefined) {
      this.#restrict(u, preimage(set, factor, offset, minimumOf(u)));
      return;
    }
    const { low, high } = this.#bounds(v);
    const facts: Condition[] = [atMost(dim(low), value)];
    if (high !== Infinity) facts.push(atMost(value, dim(high)));
    const residue = residueClass(set);
    if (residue && residue.modulus > 1)
      facts.push(divisible(subtract(value, dim(residue.residue)), dim(residue.modulus)));
    this.#open = [...this.#open, ...facts];
  }

  #finish(): Knowledge {
    const divisibilities = this.#open.filter((c) => isRelation(c)).filter((c) => c.kind === 'divisible');
    const inner = new QuotientVariables((v) => this.#bounds(v));
    for (const c of divisibilities) inner.addDivisibility(c.left, c.right);
    const rewritten: Domain[] = [];
    for (const domain of this.domains.values()) {
      if (inner.inside.has(domain.variable.id)) rewritten.push(domain);
      else if (!this.solved.has(domain.variable.id)) inner.addClass(domain.variable, residueClass(domain.set));
    }
    const { inside, outside } = inner;
    const bounds = (v: SizeVariable): Bounds => inner.bounds(v);
    const { sums, unequal } = this.#sums(inside, bounds);
    const quotients = [...inner.quotients];
    for (const { variable: v, set } of rewritten) {
      // What its set says has to be said again of the product that stands for it.
      const value = substitute(variable(v), inside);
      const { low, high } = this.#bounds(v);
      const residue = residueClass(set);
      sums.push(subtract(dim(low), value));
      if (high !== Infinity) sums.push(subtract(value, dim(high)));
      if (residue) quotients.push(divide(subtract(value, dim(residue.residue)), dim(residue.modulus)));
    }
    const choices = this.#open.filter((c) => c.kind === 'or');
    const { contradictory, domains, solved } = this;
    const inForm = quotients.map((q) => substitute(q, inside));
    return { contradictory, domains, solved, inside, outside, bounds, sums, unequal, quotients: inForm, choices };
  }

  #sums(inside: ReadonlyMap<number, Dim>, bounds: (v: SizeVariable) => Bounds): { sums: Dim[]; unequal: Dim[] } {
    const sums: Dim[] = [];
    const unequal: Dim[] = [];
    for (const c of this.#open) {
      if (!isRelation(c) || c.kind === 'divisible') continue;
      const d = primitive(substitute(subtract(c.left, c.right), inside), bounds);
      if (c.kind === 'ne') unequal.push(d);
      else if (c.kind === 'lt') sums.push(isIntegral(d) ? add(d, ONE) : d);
      else sums.push(d);
      if (c.kind === 'eq') sums.push(negate(d));
    }
    return { sums, unequal };
  }
}

/** Whether one sum is a multiple of another; the factor's sign, or 0. */
export function proportion(a: Dim, b: Dim): number {
  const x = a.terms[0];
  const y = b.terms[0];
  if (!x || !y || x.key !== y.key || a.terms.length !== b.terms.length) return 0;
  const factor = divideRational(x.coefficient, y.coefficient);
  return isZero(factor) || scale(b, factor).key !== a.key ? 0 : signOf(factor);
}
