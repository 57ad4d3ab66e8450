/** Shapes: display, broadcasting and binding, against their numeric versions. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as s from '../../compiler/shapes/index.ts';
import { features, floor, h, n, plus, times, w } from './arbitraries.ts';

const lead = s.spread('lead', 1);
const none = s.noFacts;

test('queries', () => {
  expect(s.displayShape([n(28), h, n(64)])).toBe('[28, h, 64]');
  expect(s.displayShape([lead, features])).toBe('[...lead, dim]');
  expect(s.rankOf([lead, features])).toBeUndefined();
  expect(s.minimumRank([lead, features])).toBe(1);
  expect(s.display(s.elementCount([h, n(3), h])!)).toBe('3 * h ** 2');
  expect(s.elementCount([lead])).toBeUndefined();
  expect(s.shapesEqual([h, lead], [h, s.spread('lead', 1)])).toBe(true);
  expect(s.displayShape(s.substituteShape([lead, h], new Map([[1, n(4)]]), new Map([[1, [w, w]]])))).toBe('[w, w, 4]');
});

describe('broadcasting', () => {
  const show = (a: s.Shape, b: s.Shape, facts = none): unknown => {
    const r = s.broadcast(a, b, facts);
    if ('mismatch' in r)
      return [r.mismatch.axisFromRight, s.displayAxis(r.mismatch.left), s.displayAxis(r.mismatch.right)];
    return [s.displayShape(r.shape), ...r.conditions.map(s.displayCondition), r.stretches];
  };
  test('symbolic', () => {
    expect(show([h, n(3)], [n(3)])).toEqual(['[h, 3]', { left: false, right: true }]);
    expect(show([h, w], [h, w])).toEqual(['[h, w]', { left: false, right: false }]);
    expect(show([h, n(1)], [w])).toEqual(['[h, w]', { left: true, right: true }]);
    expect(show([h], [w])).toEqual(['[h]', 'h == w', { left: false, right: false }]);
    expect(show([h], [w], none.assume(s.equal(w, n(1))))).toEqual(['[h]', { left: false, right: true }]);
    expect(show([n(3), h], [n(4), h])).toEqual([2, '3', '4']);
    expect(show([lead, h], [lead, n(1)])).toEqual(['[...lead, h]', { left: false, right: true }]);
    expect(show([lead, h], [h])).toEqual(['[...lead, h]', { left: false, right: true }]);
    expect(show([lead, h], [w, h])).toEqual([2, '...lead', 'w']);
    expect(show([n(1)], [n(1), n(1)])).toEqual(['[1, 1]', { left: false, right: false }]);
    expect(show([h], [n(8)])).toEqual(['[8]', 'h == 8', { left: false, right: false }]);
  });

  test('numeric', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const rank = Math.max(a.length, b.length);
        const padded = (x: number[]): number[] => [...Array.from({ length: rank - x.length }, () => 1), ...x];
        const [x, y] = [padded(a), padded(b)];
        const result = s.broadcast(a.map(n), b.map(n), none);
        if (x.some((size, i) => size !== y[i] && size !== 1 && y[i] !== 1)) {
          expect(result).toHaveProperty('mismatch');
          return;
        }
        expect(result).toMatchObject({ conditions: [] });
        if ('mismatch' in result) return;
        expect(s.displayShape(result.shape)).toBe(s.displayShape(x.map((size, i) => n(Math.max(size, y[i]!)))));
        expect(result.stretches.left).toBe(x.some((size, i) => size < y[i]!));
        expect(result.stretches.right).toBe(y.some((size, i) => size < x[i]!));
      }),
    );
  });
});

const sized = (name: string, id: number): s.Dim => s.variable({ name, id });
const [a, b] = [sized('a', 11), sized('b', 12)];
const bind = (inputs: s.InputPair[], facts = none): unknown => {
  const r = s.bindShapes(inputs, s.noBindings, facts);
  if (r.kind !== 'bound') return r.kind === 'rank' ? [r.kind, r.expected, r.actual] : [r.kind, r.input, r.axis];
  return [
    Object.fromEntries([...r.bindings.sizes].map(([id, d]) => [id, s.display(d)])),
    ...r.conditions.map((c) => s.displayCondition(c.condition)),
  ];
};
test('binding sizes', () => {
  expect(bind([{ declared: [a, b, n(3)], actual: [h, n(4), n(3)] }])).toEqual([{ 11: 'h', 12: '4' }]);
  expect(bind([{ declared: [a, a], actual: [h, w] }])).toEqual([{ 11: 'h' }, 'w == h']);
  expect(bind([{ declared: [a, a], actual: [n(3), n(4)] }])).toEqual(['mismatch', 0, 1]);
  expect(bind([{ declared: [a], actual: [h, w] }])).toEqual(['rank', 1, 2]);
  expect(bind([{ declared: [plus(times(2, a), 1)], actual: [n(9)] }])).toEqual([{ 11: '4' }]);
  expect(bind([{ declared: [plus(times(2, a), 1)], actual: [n(8)] }])).toEqual(['mismatch', 0, 0]);
  expect(bind([{ declared: [plus(times(2, a), 1)], actual: [n(1)] }])).toEqual(['mismatch', 0, 0]);
  expect(bind([{ declared: [times(2, a)], actual: [h] }], none.assume(s.divisible(h, n(2))))).toEqual([
    { 11: 'floor(h / 2)' },
  ]);
  expect(
    bind([
      { declared: [times(2, a)], actual: [h] },
      { declared: [a], actual: [w] },
    ]),
  ).toEqual([{ 11: 'w' }, 'h == 2 * w']);
  expect(bind([{ declared: [floor(a, 2)], actual: [h] }])).toEqual(['unsolved', 0, 0]);
  expect(bind([{ declared: [floor(a, 2), a], actual: [n(3), n(7)] }])).toEqual([{ 11: '7' }]);
  expect(bind([{ declared: [s.multiply(a, b), b], actual: [n(12), n(3)] }])).toEqual([{ 12: '3', 11: '4' }]);
});

test('binding spreads', () => {
  const r = s.bindShapes(
    [
      { declared: [lead, a], actual: [n(2), h, w] },
      { declared: [lead, b], actual: [n(2), h, n(5)] },
    ],
    s.noBindings,
    none,
  );
  expect(r.kind === 'bound' && s.displayShape(s.applyBindings([b, lead, a], r.bindings))).toBe('[5, 2, h, w]');
  expect(r).toMatchObject({ conditions: [] });
  expect(bind([{ declared: [a, lead, b], actual: [h] }])).toEqual(['rank', 2, 1]);
  expect(bind([{ declared: [lead, a], actual: [s.spread('all', 2), h] }])).toEqual([{ 11: 'h' }]);
  expect(bind([{ declared: [a, b], actual: [s.spread('all', 2), h] }])).toEqual(['spread', 0, 0]);
  expect(
    bind([
      { declared: [lead, a], actual: [h, w] },
      { declared: [lead], actual: [w] },
    ]),
  ).toEqual([{ 11: 'w' }, 'w == h']);
  expect(
    bind([
      { declared: [lead, a], actual: [h, w] },
      { declared: [lead], actual: [] },
    ]),
  ).toEqual(['spread', 1, 0]);
});

test('binding numbers: k * h + b', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: 1, max: 30 }),
      (k, offset, size) => {
        const r = s.bindShape([plus(times(k, a), offset)], [n(size)], s.noBindings, none);
        const solution = (size - offset) / k;
        const fits = Number.isInteger(solution) && solution >= 1;
        expect(r.kind).toBe(fits ? 'bound' : 'mismatch');
        if (r.kind === 'bound') expect(s.asNumber(r.bindings.sizes.get(11)!)).toBe(solution);
      },
    ),
  );
});
