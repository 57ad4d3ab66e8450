/** The fewest and simplest conditions that say the same. */
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
  type Sizes,
} from './arbitraries.ts';

const simplified = (conditions: s.Condition[], given: s.Facts = s.noFacts): string[] =>
  s.simplifyRequirements(conditions, given).map(s.displayCondition);

/** Four poolings down, four transposed convolutions up, each joined to its level. */
function unet(size: s.Dim, depth: number): s.Condition[] {
  const levels = [size];
  for (let i = 0; i < depth; i++) levels.push(floor(levels[i]!, 2));
  let up = levels[depth]!;
  const conditions: s.Condition[] = levels.slice(1).map((_, i) => s.atLeast(levels[i]!, n(2)));
  for (let i = depth - 1; i >= 0; i--) {
    up = times(2, up);
    conditions.push(s.equal(up, levels[i]!));
  }
  return conditions;
}

const filters = s.variable({ name: 'filters', id: 0, minimum: 0 });
const table: readonly [string, string[], s.Condition[]][] = [
  [
    'patches that fill a picture',
    ['h % 16 == 0', 'w % 16 == 0'],
    [
      s.equal(times(256, s.multiply(floor(h, 16), floor(w, 16))), s.multiply(h, w)),
      s.divisible(s.multiply(h, w), n(256)),
    ],
  ],
  [
    'a multiple is no smaller than what it is a multiple of',
    ['h % heads == 0'],
    [s.divisible(h, heads), s.atMost(heads, h)],
  ],
  [
    'a chain of halvings',
    ['h % 16 == 0'],
    [s.divisible(h, n(2)), s.divisible(floor(h, 2), n(2)), s.divisible(floor(h, 4), n(4))],
  ],
  ['U-Net, upwards only from the bottom', ['h % 16 == 0', 'w % 16 == 0'], [...unet(h, 4), ...unet(w, 4)]],
  ['U-Net of three', ['h % 8 == 0'], unet(h, 3)],
  ['ceil as a bound', ['h >= 49'], [s.atLeast(ceil(h, 16), n(4))]],
  ['two floors', ['h % 2 == 0'], [s.equal(times(2, floor(h, 2)), h)]],
  ['multiples of heads', ['dim % heads == 0'], [s.divisible(times(3, features), times(3, heads))]],
  ['heads by floor', ['dim % heads == 0'], [s.equal(s.multiply(heads, s.floorDivide(features, heads)), features)]],
  ['both heads', ['dim % heads == 0'], [s.divisible(times(3, features), heads), s.divisible(features, heads)]],
  ['no bound beside a multiple', ['h % 16 == 0'], [s.atLeast(h, n(2)), s.divisible(h, n(16))]],
  ['a bound that cuts', ['h % 16 == 0', 'h >= 32'], [s.atLeast(h, n(17)), s.divisible(h, n(16))]],
  ['several residues stay', ['2 * floor(h / 4) == floor(h / 2)'], [s.equal(times(2, floor(h, 4)), floor(h, 2))]],
  ['products stay', ['h * w == 49'], [s.equal(s.multiply(h, w), n(49))]],
  ['one residue', ['h % 2 == 1'], [s.negation(s.divisible(h, n(2)))]],
  ['strict bounds stay', ['h < 30000'], [s.lessThan(h, n(30_000))]],
  ['the tighter bound', ['h <= 200'], [s.atMost(h, n(512)), s.lessThan(h, n(201))]],
  ['a number', ['h == 7'], [s.atLeast(h, n(7)), s.atMost(h, n(7))]],
  ['equal names', ['h == w'], [s.equal(plus(w, 1), plus(h, 1)), s.equal(h, w)]],
  ['a parameter', ['c == filters'], [s.equal(s.variable({ name: 'c', id: 9 }), filters)]],
  ['a length', ['h <= filters'], [s.atMost(h, filters)]],
  ['what equality implies', ['h % 2 == 0', 'h == w'], [s.equal(h, w), s.divisible(h, n(2)), s.divisible(w, n(2))]],
  ['through a third', ['h <= w', 'w <= dim'], [s.atMost(h, w), s.atMost(w, features), s.atMost(h, features)]],
  ['guarded', ['strides != 2 || h >= 2'], [guarded(s.atLeast(floor(h, 2), n(1)))]],
  [
    'guarded twice',
    ['strides != 2 || h % 4 == 0'],
    [guarded(s.divisible(h, n(2))), guarded(s.divisible(floor(h, 2), n(2)))],
  ],
  ['guard and body', ['h % 2 == 0'], [guarded(s.atLeast(h, n(2))), s.divisible(h, n(2))]],
  ['excluding', ['false'], [s.atMost(h, n(3)), s.atLeast(h, n(5))]],
  ['nothing', [], [s.atLeast(h, n(1)), s.equal(h, h)]],
  ['floors over a parameter', ['h >= heads'], [s.atLeast(s.floorDivide(h, heads), n(1)), s.atMost(heads, h)]],
  ['unlike', ['h != 5'], [s.notEqual(h, n(5))]],
  ['order of inputs', ['h >= 2', 'w >= 2'], [s.atLeast(w, n(2)), s.atLeast(h, n(2))]],
];

function guarded(c: s.Condition): s.Condition {
  return s.or(s.notEqual(s.variable({ name: 'strides', id: 0, minimum: 0 }), n(2)), c);
}

test.each(table)('%s', (_, expected, conditions) => {
  expect(simplified(conditions)).toEqual(expected);
});

test('what is given is not required again', () => {
  expect(simplified([s.divisible(h, n(4))], s.noFacts.assume(s.divisible(h, n(8))))).toEqual([]);
  expect(simplified([s.divisible(h, n(4))], s.noFacts.assume(s.divisible(h, n(2))))).toEqual(['h % 4 == 0']);
});

test('conditions are shown canonically', () => {
  const strides = s.variable({ name: 'strides', id: 0, minimum: 0 });
  expect(s.displayCondition(s.or(s.notEqual(strides, n(2)), s.atLeast(h, n(2))))).toBe('strides != 2 || h >= 2');
  expect(s.displayCondition(s.divisible(s.add(h, w), n(2)))).toBe('(h + w) % 2 == 0');
  expect(s.displayCondition(s.greaterThan(h, n(2)))).toBe('h > 2');
  expect(s.displayCondition(s.atMost(heads, h))).toBe('h >= heads');
  expect(s.displayCondition(s.divisible(s.subtract(n(1), h), n(3)))).toBe('h % 3 == 1');
  expect(s.displayCondition(s.negation(s.divisible(h, n(4))))).toBe('h % 4 != 0');
});

test('many conditions stay quick', () => {
  const conditions: s.Condition[] = [];
  for (const size of [h, w]) {
    conditions.push(...unet(size, 6));
    for (let i = 1; i <= 60; i++) conditions.push(s.atLeast(floor(plus(size, i), 1 + (i % 12)), n(1 + (i % 5))));
  }
  for (let i = 0; i < 30; i++)
    conditions.push(
      s.equal(s.multiply(floor(h, 64), times(i + 1, w)), times(i + 1, s.multiply(floor(h, 64), features))),
    );
  const start = performance.now();
  expect(simplified(conditions)).toEqual(['h % 64 == 0', 'w % 64 == 0', 'w == dim']);
  expect(performance.now() - start).toBeLessThan(2000);
});

describe('random conditions', () => {
  const grid: Sizes[] = [];
  for (let a = 1; a <= 26; a++)
    for (const b of [1, 2, 3, 4, 6, 9, 16])
      for (const c of [1, 4, 9, 12])
        for (const d of [1, 2, 3]) {
          grid.push(
            new Map([
              [1, a],
              [2, b],
              [3, c],
              [4, d],
            ]),
          );
        }
  test.each([1, 2])('mean the same as their conjunction (depth %i)', (depth) => {
    const some = condition(dimension(variables, depth, depth > 1));
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 4 }), fc.option(some, { nil: undefined }), (all, known) => {
        const given = known ? s.noFacts.assume(known.c) : s.noFacts;
        if (given.contradictory) return;
        const result = s.simplifyRequirements(
          all.map((x) => x.c),
          given,
        );
        const wrong = grid.find(
          (z) =>
            (!known || known.holds(z)) &&
            all.every((x) => x.holds(z)) !== result.every((c) => s.evaluateCondition(c, z)),
        );
        expect(
          wrong && [all.map((x) => s.displayCondition(x.c)), result.map(s.displayCondition), ...wrong],
        ).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});
