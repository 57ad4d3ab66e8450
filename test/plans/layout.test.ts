/** Places in shared memory: what is needed at the same time never overlaps, and the whole is hardly more than the most that is needed at once. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layout, type Life } from '../../runtime/plans/layout.ts';

/** The most bytes that are needed at any one time, each value rounded up as it lies. */
function mostAtOnce(lives: readonly Life[]): number {
  const padded = (bytes: number): number => Math.ceil(bytes / 16) * 16;
  const at = (time: number): number =>
    lives.reduce((sum, { bytes, from, until }) => sum + (from <= time && time < until ? padded(bytes) : 0), 0);
  return Math.max(0, ...lives.map(({ from }) => at(from)));
}

const life = fc
  .record({ bytes: fc.integer({ min: 0, max: 500 }), from: fc.nat(40), length: fc.integer({ min: 1, max: 12 }) })
  .map(({ bytes, from, length }): Life => ({ bytes, from, until: from + length }));

describe('places in shared memory', () => {
  it('never overlap while both are needed, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 40 }), (lives) => {
        const { offsets, bytes } = layout(lives);
        for (const [i, a] of lives.entries()) {
          expect(offsets[i]! % 16).toBe(0);
          expect(offsets[i]! + a.bytes).toBeLessThanOrEqual(bytes);
          for (const [j, b] of lives.entries()) {
            if (i >= j || a.from >= b.until || b.from >= a.until) continue;
            const apart = offsets[i]! + a.bytes <= offsets[j]! || offsets[j]! + b.bytes <= offsets[i]!;
            expect(apart, `${i} and ${j}`).toBe(true);
          }
        }
        expect(bytes).toBeGreaterThanOrEqual(mostAtOnce(lives));
      }),
      { numRuns: 300 },
    );
  });

  it('take no more than is needed at once on a chain, whose values take turns', () => {
    const chain = [400, 100, 300, 700, 10, 350].map((bytes, i): Life => ({ bytes, from: i, until: i + 2 }));
    expect(layout(chain).bytes).toBe(mostAtOnce(chain));
    expect(layout([]).bytes).toBe(0);
  });

  it('take no more where one value is needed all the time, as a residual is', () => {
    const lives = [{ bytes: 640, from: 0, until: 10 }, ...[320, 320, 640, 160].map((bytes, i) => ({ bytes, from: i + 1, until: i + 3 }))]; // prettier-ignore
    expect(layout(lives).bytes).toBe(mostAtOnce(lives));
  });
});
