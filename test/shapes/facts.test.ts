/** What follows from what: exact for one variable, sound for several. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as s from '../../compiler/shapes/index.ts';
import {
  ceil,
  condition,
  dimension,
  features,
  floor,
  h,
  heads,
  n,
  plus,
  times,
  variables,
  w,
  withQuotients,
  type Sizes,
} from './arbitraries.ts';

const decide = (c: s.Condition, ...known: s.Condition[]): s.Decision => s.noFacts.assume(...known).decide(c);
const [hVariable] = variables as [s.SizeVariable];

describe('decisions', () => {
  const even = s.divisible(h, n(2));
  const table: readonly [string, s.Decision, s.Condition, ...s.Condition[]][] = [
    ['sizes are positive', 'proved', s.atLeast(h, n(1))],
    ['parameters may be 0', 'unknown', s.atLeast(heads, n(1))],
    ['2 ⌊h/2⌋ is h where h is even', 'proved', s.equal(times(2, floor(h, 2)), h), even],
    ['and else not known', 'unknown', s.equal(times(2, floor(h, 2)), h)],
    ['nor where h is odd', 'refuted', s.equal(times(2, floor(h, 2)), h), s.negation(even)],
    ['floors meet', 'proved', s.atMost(times(16, floor(h, 16)), h)],
    ['multiples', 'proved', s.divisible(h, n(4)), s.divisible(h, n(16))],
    ['large bounds', 'proved', s.atMost(h, n(354_823_168)), s.atMost(h, n(354_823_167))],
    [
      'heads',
      'proved',
      s.equal(s.multiply(heads, s.floorDivide(features, heads)), features),
      s.divisible(features, heads),
    ],
    ['three heads', 'proved', s.divisible(times(3, features), times(3, heads)), s.divisible(features, heads)],
    ['products', 'proved', s.divisible(s.multiply(h, w), n(4)), even, s.divisible(w, n(2))],
    ['equal sizes', 'proved', s.divisible(w, n(2)), even, s.equal(h, w)],
    ['equal to a number', 'proved', s.equal(s.multiply(h, w), n(12)), s.equal(h, n(3)), s.equal(w, n(4))],
    ['transitive', 'proved', s.atMost(h, features), s.atMost(h, w), s.atMost(w, features)],
    ['transitive and strict', 'refuted', s.equal(h, features), s.lessThan(h, w), s.atMost(w, features)],
    ['bound by another', 'proved', s.atMost(h, n(5)), s.atMost(h, w), s.atMost(w, n(5))],
    ['no even equals an odd', 'refuted', s.equal(times(2, h), plus(times(2, w), 1))],
    ['common factors', 'proved', s.atMost(s.multiply(h, w), s.multiply(features, w)), s.atMost(h, features)],
    ['quotients', 'proved', s.atLeast(s.divide(features, heads), n(1)), s.atLeast(features, heads)],
    [
      'one of two',
      'proved',
      s.atLeast(h, n(2)),
      s.or(s.notEqual(heads, n(2)), s.atLeast(h, n(2))),
      s.equal(heads, n(2)),
    ],
    ['either way', 'proved', s.divisible(h, n(2)), s.or(s.divisible(h, n(4)), s.divisible(h, n(6)))],
    ['either way, two variables', 'proved', s.atLeast(h, n(2)), s.or(s.lessThan(w, h), s.divisible(h, n(6)))],
    ['a minimum', 'proved', s.atMost(s.minimum(h, n(5)), n(5))],
    ['floors of two', 'proved', s.atMost(s.floorDivide(features, heads), features), s.atLeast(heads, n(1))],
    ['difference', 'proved', s.notEqual(h, w), s.notEqual(w, h)],
  ];
  test.each(table)('%s: %s', (_, expected, c, ...known) => {
    expect(decide(c, ...known)).toBe(expected);
  });

  test('normalising uses what is known', () => {
    const facts = s.noFacts.assume(s.divisible(h, n(2)), s.divisible(features, heads), s.atMost(w, n(512)));
    const normal = (d: s.Dim): string => s.display(facts.normalise(d));
    expect(normal(times(2, floor(h, 2)))).toBe('h');
    expect(normal(floor(h, 2))).toBe('h / 2');
    expect(normal(floor(h, 4))).toBe('floor(h / 4)');
    expect(normal(s.multiply(heads, s.floorDivide(features, heads)))).toBe('dim');
    expect(normal(s.minimum(w, n(512)))).toBe('w');
    expect(s.isInteger(s.divide(h, n(2)), facts)).toBe('proved');
    expect(s.isInteger(s.divide(w, n(2)), facts)).toBe('unknown');
    expect(s.isInteger(s.divide(features, heads), facts)).toBe('proved');
    expect(s.isInteger(s.rational(7, 2), facts)).toBe('refuted');
  });
});

const grid: readonly Sizes[] = (() => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 40];
  const all: Sizes[] = [];
  for (const a of values)
    for (const b of values)
      for (const c of [1, 2, 3, 8, 12, 40])
        for (const d of [0, 1, 2, 3, 4, 5, 12]) {
          all.push(
            new Map([
              [1, a],
              [2, b],
              [3, c],
              [4, d],
            ]),
          );
        }
  return all;
})();

/** Without the parameter at 0, where quotients by it are not defined. */
const definedGrid = grid.filter((sizes) => sizes.get(4) !== 0);

function expectSound(
  goal: { c: s.Condition; holds: (z: Sizes) => boolean },
  known: readonly { c: s.Condition; holds: (z: Sizes) => boolean }[],
  cells: readonly Sizes[] = grid,
): void {
  const facts = s.noFacts.assume(...known.map((k) => k.c));
  const decision = facts.decide(goal.c);
  if (decision === 'unknown') return;
  const cases = cells.filter((sizes) => known.every((k) => k.holds(sizes)));
  if (facts.contradictory) expect(cases).toEqual([]);
  const wrong = cases.find((sizes) => goal.holds(sizes) !== (decision === 'proved'));
  expect(wrong && [s.displayCondition(goal.c), decision, ...wrong]).toBeUndefined();
}

describe('random conditions', () => {
  const runs = { numRuns: 1500 };
  test('sound for several variables', () => {
    const some = condition(dimension(variables, 2));
    fc.assert(
      fc.property(some, fc.array(some, { maxLength: 3 }), (goal, known) => expectSound(goal, known)),
      runs,
    );
  });

  test('sound for simple conditions, which decide more', () => {
    const simple = condition(dimension(variables, 1, false));
    fc.assert(
      fc.property(simple, fc.array(simple, { minLength: 1, maxLength: 5 }), (goal, known) => expectSound(goal, known)),
      { numRuns: 3000 },
    );
  });

  test('sound where sizes divide', () => {
    const some = condition(withQuotients(1));
    fc.assert(
      fc.property(some, fc.array(some, { maxLength: 3 }), (goal, known) => expectSound(goal, known, definedGrid)),
      runs,
    );
  });

  test('normalising keeps the value wherever the facts hold', () => {
    const simple = condition(dimension(variables, 1, false));
    fc.assert(
      fc.property(dimension(variables, 2), fc.array(simple, { minLength: 1, maxLength: 3 }), ({ d, value }, known) => {
        const facts = s.noFacts.assume(...known.map((k) => k.c));
        if (facts.contradictory) return;
        const normal = facts.normalise(d);
        for (const sizes of grid.filter((z, i) => i % 7 === 0 && known.every((k) => k.holds(z)))) {
          expect(s.evaluate(normal, sizes) + 0).toBe(value(sizes) + 0);
        }
      }),
      runs,
    );
  });

  test('exact for one variable', () => {
    const one = condition(dimension([hVariable], 2, false), []);
    fc.assert(
      fc.property(one, one, (goal, known) => {
        const sizes = Array.from({ length: 4000 }, (_, i) => new Map([[1, i + 1]])).filter((z) => known.holds(z));
        const truths = new Set(sizes.map((z) => goal.holds(z)));
        const facts = s.noFacts.assume(known.c);
        expect(facts.contradictory).toBe(sizes.length === 0);
        const expected = truths.size === 2 ? 'unknown' : truths.has(false) ? 'refuted' : 'proved';
        expect([s.displayCondition(goal.c), s.displayCondition(known.c), facts.decide(goal.c)]).toEqual([
          s.displayCondition(goal.c),
          s.displayCondition(known.c),
          expected,
        ]);
      }),
      { numRuns: 600 },
    );
  });
});

test('a hundred facts in a row stay quick', () => {
  let facts = s.noFacts;
  let size = h;
  const start = performance.now();
  for (let i = 0; i < 100; i++) {
    size = floor(plus(size, 2), i % 3 === 0 ? 2 : 1);
    facts = facts.assume(s.atLeast(size, n(3)), s.atMost(s.multiply(size, w), n(1_000_000)));
    facts.decide(s.equal(ceil(size, 2), floor(size, 2)));
    facts.decide(s.equal(size, w));
  }
  expect(performance.now() - start).toBeLessThan(4000);
});
