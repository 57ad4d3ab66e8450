/**
 * What is known about sizes, and what follows from it. One variable with constant divisors is decided exactly by its
 * set of sizes; the rest by normal form, bounds and linear reasoning over what is known. Answers are never wrong, but may be `unknown`.
 */
import { atomBounds, scaledBounds } from './bounds.ts';
import { mapDims } from './condition.ts';
import { Builder, proportion, type Domain, type Knowledge } from './knowledge.ts';
import { excludesNonNegative, excludesPositive } from './linear.ts';
import { sizesWhere } from './one-variable.ts';
import {
  asRational,
  constantPart,
  dim,
  isIntegral,
  minimumOf,
  multiply,
  negate,
  ONE,
  scale,
  subtract,
  ZERO,
  type Dim,
  type SizeVariable,
} from './polynomial.ts';
import { primitive, withoutFloor } from './primitive.ts';
import { commonDenominator, divide, maximum, minimum, modulo } from './quotient.ts';
import { divideRational, gcd } from './rational.ts';
import {
  and,
  atMost,
  divisible,
  equal,
  foldConstant,
  lessThan,
  negation,
  variablesOfCondition,
  type Condition,
  type Relation,
} from './relation.ts';
import { complement, full, intersection, isEmpty, type SizeSet } from './size-set.ts';
import { replaceAtoms, substitute } from './traverse.ts';

export type Decision = 'proved' | 'refuted' | 'unknown';

/** An immutable store of conditions taken to hold. Answers are sound; `unknown` is always allowed. */
export interface Facts {
  readonly conditions: readonly Condition[];
  /** True where the conditions are known to exclude each other: everything is then proved. */
  readonly contradictory: boolean;
  assume(...conditions: readonly Condition[]): Facts;
  decide(condition: Condition): Decision;
  /** The same size written with what is known: equals replaced, roundings of exact quotients removed. */
  normalise(d: Dim): Dim;
  /** The sizes that conditions on this variable alone leave. */
  sizesOf(v: SizeVariable): SizeSet;
}

const comparison = { eq: equal, le: atMost, lt: lessThan } as const;
const flipped: Readonly<Record<Decision, Decision>> = { proved: 'refuted', refuted: 'proved', unknown: 'unknown' };
const MOST_REMEMBERED = 1024;
/** Alternatives that are tried one by one; beyond that they are only kept. */
const MOST_CHOICES = 3;

class Store implements Facts {
  readonly conditions: readonly Condition[];
  readonly #domains: ReadonlyMap<number, Domain>;
  readonly #relations: readonly Condition[];
  #knowledge: Knowledge | undefined;
  readonly #decisions = new Map<string, Decision>();

  constructor(conditions: readonly Condition[], domains: ReadonlyMap<number, Domain>, relations: readonly Condition[]) {
    this.conditions = conditions;
    this.#domains = domains;
    this.#relations = relations;
  }

  get #known(): Knowledge {
    return (this.#knowledge ??= new Builder(this.#domains, this.#relations).build());
  }

  get contradictory(): boolean {
    return this.#known.contradictory;
  }

  assume(...conditions: readonly Condition[]): Facts {
    const whole = and(...conditions);
    if (whole.kind === 'true') return this;
    const domains = new Map(this.#domains);
    const relations = [...this.#relations];
    for (const c of whole.kind === 'and' ? whole.operands : [whole]) {
      const [v, ...others] = variablesOfCondition(c);
      const set = v && others.length === 0 ? sizesWhere(c, v) : undefined;
      const both = set && v ? intersection(domains.get(v.id)?.set ?? full(minimumOf(v)), set) : undefined;
      if (both && v) domains.set(v.id, { variable: v, set: both });
      else if (!relations.some((r) => r.key === c.key)) relations.push(c);
    }
    if ([...domains.values()].some((d) => isEmpty(d.set))) relations.push({ kind: 'false', key: 'false' });
    return new Store([...this.conditions, whole], domains, relations);
  }

  decide(condition: Condition): Decision {
    const folded = foldConstant(condition);
    if (this.contradictory || folded.kind === 'true') return 'proved';
    if (folded.kind === 'false') return 'refuted';
    const known = this.#decisions.get(folded.key);
    if (known) return known;
    if (this.#decisions.size >= MOST_REMEMBERED) this.#decisions.clear();
    const decision = this.#decideFresh(folded);
    this.#decisions.set(folded.key, decision);
    return decision;
  }

  #decideFresh(c: Condition): Decision {
    const plain = foldConstant(mapDims(c, (d) => substitute(d, this.#known.solved)));
    const bySet = this.#decideBySet(plain);
    if (bySet && bySet !== 'unknown') return bySet;
    const decision = this.#decideByForm(plain);
    if (decision !== 'unknown') return decision;
    if (c.kind === 'le' && this.#isMultiple(c.right, c.left)) return 'proved';
    const stated = this.#decideAsStated(c);
    return stated === 'unknown' ? this.#decideByCases(c) : stated;
  }

  /** A multiple that is not 0 is at least as large as what it is a multiple of. */
  #isMultiple(whole: Dim, part: Dim): boolean {
    const { quotients, inside } = this.#known;
    if (quotients.length + inside.size === 0 || asRational(part)) return false;
    return this.#decideDivisible(divisible(whole, part)) === 'proved' && this.decide(atMost(ONE, whole)) === 'proved';
  }

  /** What has been taken to hold word for word. */
  #decideAsStated(c: Condition): Decision {
    const parts = this.conditions.flatMap((known) => (known.kind === 'and' ? [known, ...known.operands] : [known]));
    const opposite = negation(c).key;
    for (const { key } of parts) {
      if (key === c.key) return 'proved';
      if (key === opposite) return 'refuted';
    }
    return 'unknown';
  }

  /** Exact where the condition is about one variable and of the kind that sets express. */
  #decideBySet(c: Condition): Decision | undefined {
    if (c.kind === 'true') return 'proved';
    if (c.kind === 'false') return 'refuted';
    const [v, ...others] = variablesOfCondition(c);
    if (!v || others.length > 0) return undefined;
    const set = sizesWhere(c, v);
    if (!set) return undefined;
    const domain = this.sizesOf(v);
    const inside = intersection(domain, set);
    const outside = intersection(domain, complement(set));
    if (!inside || !outside) return undefined;
    return isEmpty(inside) ? 'refuted' : isEmpty(outside) ? 'proved' : 'unknown';
  }

  #decideByForm(c: Condition): Decision {
    switch (c.kind) {
      case 'true':
        return 'proved';
      case 'false':
        return 'refuted';
      case 'not':
        return flipped[this.decide(c.operand)];
      case 'and':
        return this.#decideAll(c.operands);
      case 'or':
        return flipped[this.#decideAll(c.operands.map(negation))];
      case 'divisible':
        return this.#decideDivisible(c);
      default:
        return this.#decideComparison(c.kind, this.#inside(subtract(c.left, c.right)));
    }
  }

  /** Each part may use those before it. */
  #decideAll(parts: readonly Condition[]): Decision {
    const [part, ...rest] = parts;
    if (!part) return 'proved';
    const decision = this.decide(part);
    if (decision === 'refuted' || rest.length === 0) return decision;
    if (decision === 'proved') return this.#decideAll(rest);
    const facts = this.assume(part);
    return facts.contradictory || facts.decide(and(...rest)) === 'refuted' ? 'refuted' : 'unknown';
  }

  #inside(d: Dim): Dim {
    const { solved, inside } = this.#known;
    return substitute(substitute(d, solved), inside);
  }

  #decideDivisible(c: Relation): Decision {
    const left = this.#inside(c.left);
    const right = this.#inside(c.right);
    const quotient = divide(left, right);
    if (isIntegral(quotient)) return 'proved';
    for (const q of this.#known.quotients) {
      const [x, y] = [quotient.terms[0], q.terms[0]];
      if (!x || !y || x.key !== y.key) continue;
      const factor = divideRational(x.coefficient, y.coefficient);
      if (factor.q === 1n && isIntegral(subtract(quotient, scale(q, factor)))) return 'proved';
    }
    return this.#decideComparison('eq', modulo(left, right));
  }

  #decideComparison(kind: Exclude<Relation['kind'], 'divisible'>, difference: Dim): Decision {
    if (kind === 'ne') return flipped[this.#decideComparison('eq', difference)];
    const { bounds, sums, unequal, outside } = this.#known;
    const d = primitive(difference, bounds);
    const value = asRational(d);
    const { low, high } = value ? { low: Number(value.p), high: Number(value.p) } : scaledBounds(d, bounds);
    const whole = isIntegral(d);
    if (kind === 'le' || kind === 'lt') {
      if (kind === 'le' ? high <= 0 : high < 0) return 'proved';
      if (kind === 'le' ? low > 0 : low >= 0) return 'refuted';
    } else {
      if (low === 0 && high === 0) return 'proved';
      if (low > 0 || high < 0 || unequal.some((u) => proportion(d, u) !== 0) || neverZero(d)) return 'refuted';
    }
    const bySet = this.#decideBySet(comparison[kind](substitute(d, outside), ZERO));
    if (bySet && bySet !== 'unknown') return bySet;
    const notAbove = excludesPositive(d, whole, sums, bounds);
    const notBelow = excludesPositive(negate(d), whole, sums, bounds);
    if (kind === 'le' && notAbove) return 'proved';
    if (kind === 'eq' && notAbove && notBelow) return 'proved';
    if (kind === 'lt' && notBelow) return 'refuted';
    const bare = kind === 'le' ? withoutFloor(d, bounds) : undefined;
    if (bare) return this.#decideComparison('le', bare);
    const below = excludesNonNegative(d, sums, bounds);
    if (kind === 'lt') return below ? 'proved' : 'unknown';
    const above = excludesNonNegative(negate(d), sums, bounds);
    return above || (kind === 'eq' && below) ? 'refuted' : 'unknown';
  }

  /** Decided alike under each alternative of what is known. */
  #decideByCases(c: Condition): Decision {
    const { choices } = this.#known;
    const choice = choices.length <= MOST_CHOICES ? choices[0] : undefined;
    if (choice?.kind !== 'or') return 'unknown';
    const others = this.#relations.filter((r) => r.key !== choice.key);
    if (others.length === this.#relations.length) return 'unknown';
    const rest = new Store(this.conditions, this.#domains, others);
    const cases = choice.operands.map((operand) => rest.assume(operand)).filter((facts) => !facts.contradictory);
    const decisions = new Set(cases.map((facts) => facts.decide(c)));
    return decisions.size === 1 ? [...decisions][0]! : decisions.size === 0 ? 'proved' : 'unknown';
  }

  sizesOf(v: SizeVariable): SizeSet {
    return this.#known.domains.get(v.id)?.set ?? full(minimumOf(v));
  }

  normalise(d: Dim): Dim {
    const { bounds, outside } = this.#known;
    const chosen = replaceAtoms(this.#inside(d), (atom) => {
      if (atom.kind === 'floor') {
        const { low, high } = atomBounds(atom, bounds);
        return low === high ? dim(low) : undefined;
      }
      if (atom.kind !== 'min' && atom.kind !== 'max') return undefined;
      return atom.operands.reduce((a, b) => {
        const decision = this.decide(atMost(substitute(a, outside), substitute(b, outside)));
        if (decision === 'unknown') return atom.kind === 'min' ? minimum(a, b) : maximum(a, b);
        return (decision === 'proved') === (atom.kind === 'min') ? a : b;
      });
    });
    return substitute(chosen, outside);
  }
}

/** All sizes contribute multiples of a number that does not divide the constant. */
function neverZero(d: Dim): boolean {
  if (!isIntegral(d)) return false;
  const g = d.terms.reduce((x, t) => (t.factors.length > 0 ? gcd(x, t.coefficient.p) : x), 0n);
  return g > 1n && constantPart(d).p % g !== 0n;
}

export const noFacts: Facts = new Store([], new Map(), []);

/** Whether a dimension is a whole number wherever the facts hold. */
export function isInteger(d: Dim, facts: Facts): Decision {
  const normal = facts.normalise(d);
  if (isIntegral(normal)) return 'proved';
  const denominator = commonDenominator(normal);
  return facts.decide(divisible(multiply(normal, denominator), denominator));
}
