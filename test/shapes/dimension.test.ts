/** Normal forms, their display, and that both agree with arithmetic on numbers. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as s from '../../compiler/shapes/index.ts';
import {
  ceil,
  dimension,
  features,
  floor,
  h,
  heads,
  n,
  plus,
  sizesArbitrary,
  times,
  variables,
  w,
  withQuotients,
} from './arbitraries.ts';

const forms: readonly [string, s.Dim][] = [
  ['h + 3', floor(plus(times(2, h), 6), 2)],
  ['floor(h / 4)', floor(floor(h, 2), 2)],
  ['ceil(h / 4)', ceil(ceil(h, 2), 2)],
  ['ceil(h / 16)', ceil(ceil(ceil(ceil(h, 2), 2), 2), 2)],
  ['ceil(h / 2)', plus(floor(plus(h, -1), 2), 1)],
  ['floor(h / 2)', plus(floor(plus(h, -2), 2), 1)],
  ['floor((h - 2) / 3)', plus(floor(plus(h, -5), 3), 1)],
  ['floor(dim / heads)', s.floorDivide(times(3, features), times(3, heads))],
  ['ceil(dim / heads)', s.ceilDivide(features, heads)],
  ['dim / heads', s.divide(features, heads)],
  ['dim', s.multiply(heads, s.divide(features, heads))],
  ['12 * dim ** 2', times(12, s.power(features, 2))],
  ['2 * h + 1', plus(times(2, h), 1)],
  ['h / 2', s.divide(h, n(2))],
  ['(h + 1) / 2', s.divide(plus(h, 1), n(2))],
  ['7 / 2', s.rational(7, 2)],
  ['3 - h', s.subtract(n(3), h)],
  ['h - w', s.divide(s.subtract(s.power(h, 2), s.power(w, 2)), s.add(h, w))],
  ['floor(3 * h / 4)', floor(times(3, h), 4)],
  ['floor(3 * h / 4)', s.subtract(h, ceil(h, 4))],
  ['h - 16 * floor(h / 16)', s.modulo(h, n(16))],
  ['ceil(h / 2) * ceil(w / 2)', s.multiply(ceil(h, 2), ceil(w, 2))],
  ['64 * floor(h / 2) * floor(w / 2)', times(64, s.multiply(floor(h, 2), floor(w, 2)))],
  ['floor((h - w) / dim) + 1', plus(s.floorDivide(s.subtract(h, w), features), 1)],
  ['min(h, 5)', s.minimum(n(5), h)],
  ['h', s.minimum(h, plus(h, 1))],
  ['h', s.maximum(h, n(1))],
  ['1419292672', times(4, n(354_823_168))],
  ['floor(h / 4) + 2', plus(floor(h, 4), 2)],
  ['floor(h / 2) - 1', plus(floor(h, 2), -1)],
  ['h * w / 49', s.divide(s.multiply(h, w), n(49))],
];

test.each(forms)('%s', (expected, d) => {
  expect(s.display(d)).toBe(expected);
});

test('the same size reached in two ways is one form', () => {
  expect(s.equals(plus(floor(plus(h, -1), 2), 1), ceil(h, 2))).toBe(true);
  expect(s.equals(ceil(floor(h, 2), 2), floor(plus(h, 2), 4))).toBe(true);
  expect(s.equals(floor(s.add(h, floor(h, 2)), 2), floor(times(3, h), 4))).toBe(true);
  expect(s.equals(s.ceilDivide(features, heads), s.floorDivide(s.add(features, plus(heads, -1)), heads))).toBe(true);
});

test('square roots of squares', () => {
  expect(s.display(s.squareRoot(times(4, s.power(features, 2)))!)).toBe('2 * dim');
  expect(s.asNumber(s.squareRoot(n(64))!)).toBe(8);
  expect(s.squareRoot(n(-4))).toBeUndefined();
  expect(s.squareRoot(features)).toBeUndefined();
  expect(s.squareRoot(plus(features, 1))).toBeUndefined();
});

test('nothing throws over 0', () => {
  const nowhere = [s.divide(h, n(0)), floor(h, 0), ceil(h, 0), s.modulo(h, n(0))];
  const put = new Map([[4, n(0)]]);
  nowhere.push(s.substitute(s.floorDivide(h, heads), put), s.substitute(s.divide(h, heads), put));
  for (const d of nowhere) {
    expect(s.evaluate(d, new Map([[1, 3]]))).toBeNaN();
    expect(s.display(d)).toContain('/ 0');
    expect(s.noFacts.assume(s.equal(d, w)).decide(s.equal(floor(d, 2), n(3)))).toBeTypeOf('string');
  }
});

test('queries', () => {
  expect(s.asNumber(s.rational(7, 2))).toBe(3.5);
  expect(s.asInteger(s.rational(7, 2))).toBeUndefined();
  expect(s.asInteger(n(12))).toBe(12);
  expect(s.variablesOf(s.multiply(floor(w, 2), h)).map((v) => v.name)).toEqual(['h', 'w']);
  expect(s.display(s.substitute(floor(h, 2), new Map([[1, plus(times(2, w), 4)]])))).toBe('w + 2');
  expect(s.toExpression(ceil(h, 2))).toEqual({
    kind: 'ceilDivide',
    left: { kind: 'variable', variable: variables[0] },
    right: { kind: 'number', value: 2 },
  });
});

describe('numbers', () => {
  test('every operation agrees with arithmetic', () => {
    fc.assert(
      fc.property(dimension(variables, 3), sizesArbitrary, ({ d, value }, sizes) => {
        expect(s.evaluate(d, sizes) + 0).toBe(value(sizes) + 0);
      }),
      { numRuns: 3000 },
    );
  });

  test('also where sizes divide', () => {
    fc.assert(
      fc.property(withQuotients(2), sizesArbitrary, ({ d, value }, sizes) => {
        const expected = value(sizes);
        fc.pre(!Number.isNaN(expected));
        expect(s.evaluate(d, sizes) + 0).toBe(expected + 0);
      }),
      { numRuns: 3000 },
    );
  });

  test('substituting and then evaluating is evaluating', () => {
    fc.assert(
      fc.property(dimension(variables, 2), dimension(variables, 2), sizesArbitrary, (a, b, sizes) => {
        const inner = s.maximum(b.d, n(1));
        const inside = new Map(sizes).set(1, Math.max(1, b.value(sizes)));
        expect(s.evaluate(s.substitute(a.d, new Map([[1, inner]])), sizes) + 0).toBe(a.value(inside) + 0);
      }),
      { numRuns: 1500 },
    );
  });

  test('the shown form means the same', () => {
    fc.assert(
      fc.property(withQuotients(2), sizesArbitrary, ({ d, value }, sizes) => {
        const expected = value(sizes);
        fc.pre(!Number.isNaN(expected));
        expect(calculate(s.display(d), sizes)).toBeCloseTo(expected, 6);
      }),
      { numRuns: 1500 },
    );
  });
});

/** The displayed text is also JavaScript once the names of functions are there. */
function calculate(text: string, sizes: ReadonlyMap<number, number>): number {
  const names = variables.map((v) => v.name);
  // A sign before a power is no JavaScript: it stands where an expression begins.
  const signed = text.replaceAll(/(^|[(,]\s*)-/g, '$10 - ');
  const body = `const { floor, ceil, min, max } = Math; return ${signed};`;
  const compiled = new Function(...names, body) as (...values: number[]) => number;
  return compiled(...variables.map((v) => sizes.get(v.id)!));
}

test('a chain of a hundred layers stays small', () => {
  let size = h;
  const start = performance.now();
  for (let i = 0; i < 100; i++) size = i % 2 === 0 ? ceil(plus(size, 1), 2) : plus(times(2, floor(size, 2)), 1);
  expect(s.display(size).length).toBeLessThan(2000);
  expect(performance.now() - start).toBeLessThan(2000);
});
