/**
 * Random dimensions and conditions beside plain functions that compute the same on numbers.
 */
import * as fc from 'fast-check';
import * as s from '../../compiler/shapes/index.ts';

export type Sizes = ReadonlyMap<number, number>;

export const variables: readonly s.SizeVariable[] = [
  { name: 'h', id: 1 },
  { name: 'w', id: 2 },
  { name: 'dim', id: 3 },
  { name: 'heads', id: 4, minimum: 0 },
];
export const [h, w, features, heads] = variables.map(s.variable) as [s.Dim, s.Dim, s.Dim, s.Dim];
export const n = s.dim;
export const floor = (a: s.Dim, k: number): s.Dim => s.floorDivide(a, n(k));
export const ceil = (a: s.Dim, k: number): s.Dim => s.ceilDivide(a, n(k));
export const plus = (a: s.Dim, b: number): s.Dim => s.add(a, n(b));
export const times = (k: number, a: s.Dim): s.Dim => s.multiply(n(k), a);

/** A dimension and what it should be for given sizes. */
export interface Sample {
  readonly d: s.Dim;
  readonly value: (sizes: Sizes) => number;
}

const leaf = (pool: readonly s.SizeVariable[]): fc.Arbitrary<Sample> =>
  fc.oneof(
    fc.integer({ min: -6, max: 12 }).map((k): Sample => ({ d: n(k), value: () => k })),
    fc.constantFrom(...pool).map((v): Sample => ({ d: s.variable(v), value: (sizes) => sizes.get(v.id)! })),
  );

const pair = (
  part: fc.Arbitrary<Sample>,
  symbolic: (a: s.Dim, b: s.Dim) => s.Dim,
  numeric: (a: number, b: number) => number,
): fc.Arbitrary<Sample> =>
  fc.tuple(part, part).map(([a, b]) => ({
    d: symbolic(a.d, b.d),
    value: (sizes) => numeric(a.value(sizes), b.value(sizes)),
  }));

const byNumber = (
  part: fc.Arbitrary<Sample>,
  symbolic: (a: s.Dim, b: s.Dim) => s.Dim,
  numeric: (a: number, b: number) => number,
): fc.Arbitrary<Sample> =>
  fc.tuple(part, fc.integer({ min: 1, max: 6 })).map(([a, k]) => ({
    d: symbolic(a.d, n(k)),
    value: (sizes) => numeric(a.value(sizes), k),
  }));

const positiveModulo = (a: number, k: number): number => a - k * Math.floor(a / k);

export function dimension(pool: readonly s.SizeVariable[], depth: number, products = true): fc.Arbitrary<Sample> {
  if (depth === 0) return leaf(pool);
  const part = dimension(pool, depth - 1, products);
  const kinds = [
    leaf(pool),
    pair(part, s.add, (a, b) => a + b),
    pair(part, s.subtract, (a, b) => a - b),
    byNumber(part, s.floorDivide, (a, k) => Math.floor(a / k)),
    byNumber(part, s.ceilDivide, (a, k) => Math.ceil(a / k)),
    byNumber(part, s.multiply, (a, k) => a * k),
    byNumber(part, s.modulo, positiveModulo),
    pair(part, s.minimum, Math.min),
    pair(part, s.maximum, Math.max),
  ];
  return products
    ? fc.oneof(
        ...kinds,
        pair(part, s.multiply, (a, b) => a * b),
      )
    : fc.oneof(...kinds);
}

/** Quotients by symbolic sizes; the value is NaN where one is over 0. */
export function withQuotients(depth: number): fc.Arbitrary<Sample> {
  if (depth === 0) return leaf(variables);
  const part = withQuotients(depth - 1);
  const over = fc.tuple(part, leaf(variables), part).filter(([, b, c]) => s.asNumber(s.multiply(b.d, c.d)) !== 0);
  return fc.oneof(
    dimension(variables, depth),
    over.map(([a, b, c]) => ({
      d: s.floorDivide(a.d, s.multiply(b.d, c.d)),
      value: (sizes: Sizes) => quotient(Math.floor, a.value(sizes), b.value(sizes) * c.value(sizes)),
    })),
    over.map(([a, b]) =>
      s.asNumber(b.d) === 0
        ? a
        : {
            d: s.ceilDivide(a.d, b.d),
            value: (sizes: Sizes) => quotient(Math.ceil, a.value(sizes), b.value(sizes)),
          },
    ),
    pair(part, s.add, (a, b) => a + b),
    pair(part, s.multiply, (a, b) => a * b),
  );
}

const quotient = (round: (x: number) => number, a: number, b: number): number => (b === 0 ? Number.NaN : round(a / b));

export interface ConditionSample {
  readonly c: s.Condition;
  readonly holds: (sizes: Sizes) => boolean;
}

function relation(part: fc.Arbitrary<Sample>, divisors: readonly s.SizeVariable[]): fc.Arbitrary<ConditionSample> {
  const compare = (
    make: (a: s.Dim, b: s.Dim) => s.Condition,
    test: (a: number, b: number) => boolean,
  ): fc.Arbitrary<ConditionSample> =>
    fc.tuple(part, part).map(([a, b]) => ({
      c: make(a.d, b.d),
      holds: (sizes) => test(a.value(sizes), b.value(sizes)),
    }));
  return fc.oneof(
    compare(s.equal, (a, b) => a === b),
    compare(s.notEqual, (a, b) => a !== b),
    compare(s.atMost, (a, b) => a <= b),
    compare(s.lessThan, (a, b) => a < b),
    fc.tuple(part, fc.integer({ min: 1, max: 8 })).map(([a, k]) => ({
      c: s.divisible(a.d, n(k)),
      holds: (sizes: Sizes) => positiveModulo(a.value(sizes), k) === 0,
    })),
    // A divisor of 0 leaves divisibility open, so the parameter is not among the divisors.
    ...(divisors.length === 0
      ? []
      : [
          fc.tuple(part, fc.constantFrom(...divisors)).map(([a, v]) => ({
            c: s.divisible(a.d, s.variable(v)),
            holds: (sizes: Sizes) => positiveModulo(a.value(sizes), sizes.get(v.id)!) === 0,
          })),
        ]),
  );
}

export function condition(
  part: fc.Arbitrary<Sample>,
  divisors: readonly s.SizeVariable[] = variables.slice(0, 3),
): fc.Arbitrary<ConditionSample> {
  const one = relation(part, divisors);
  return fc.oneof(
    { weight: 4, arbitrary: one },
    fc.tuple(one, one).map(([a, b]) => ({ c: s.and(a.c, b.c), holds: (z: Sizes) => a.holds(z) && b.holds(z) })),
    fc.tuple(one, one).map(([a, b]) => ({ c: s.or(a.c, b.c), holds: (z: Sizes) => a.holds(z) || b.holds(z) })),
    one.map((a) => ({ c: s.negation(a.c), holds: (z: Sizes) => !a.holds(z) })),
  );
}

export const sizesArbitrary: fc.Arbitrary<Sizes> = fc
  .tuple(...variables.map((v) => fc.integer({ min: v.minimum ?? 1, max: 40 })))
  .map((values) => new Map(values.map((value, i) => [variables[i]!.id, value])));
