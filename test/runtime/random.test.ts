/** Philox against the published vectors; draws and permutations by their statistics and their independence of the backend. */
import { describe, expect, it } from 'vitest';
import { randomNormal, randomUniform } from '../../runtime/index.ts';
import { normalNumbers, uniformNumbers } from '../../runtime/random/draws.ts';
import { philox } from '../../runtime/random/philox.ts';
import { permutation } from '../../runtime/random/shuffle.ts';
import { devices } from './devices.ts';

describe('philox', () => {
  // kat_vectors of Random123 1.09, philox4x32 with 10 rounds.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('of counter %j under key %j', (counter, key, expected) => {
    const words = new Uint32Array(4);
    philox(counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!, words);
    expect([...words]).toEqual(expected);
  });
});

const key = { seed: 7, step: 3, use: 1 };
const mean = (x: Float32Array): number => x.reduce((a, b) => a + b, 0) / x.length;
const deviation = (x: Float32Array): number => {
  const middle = mean(x);
  return Math.sqrt(mean(x.map((v) => (v - middle) ** 2)));
};

describe('draws', () => {
  it('are uniform in [0, 1)', () => {
    const x = uniformNumbers(50_000, key);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...x)).toBeLessThan(1);
    expect(mean(x)).toBeCloseTo(0.5, 2);
    expect(deviation(x)).toBeCloseTo(Math.sqrt(1 / 12), 2);
  });

  it('are normal', () => {
    const x = normalNumbers(50_000, key);
    expect(Math.abs(mean(x))).toBeLessThan(0.02);
    expect(deviation(x)).toBeCloseTo(1, 1);
    const within = x.filter((v) => Math.abs(v) < 1).length / x.length;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.01);
  });

  it('depend on the element only, not on how many are drawn', () => {
    expect([...uniformNumbers(5, key)]).toEqual([...uniformNumbers(100, key)].slice(0, 5));
  });

  it('differ by seed, step, use and round', () => {
    const keys = [
      key,
      { ...key, seed: 8 },
      { ...key, seed: 7 + 2 ** 32 },
      { ...key, step: 4 },
      { ...key, use: 2 },
      { ...key, round: 1 },
    ];
    expect(new Set(keys.map((k) => uniformNumbers(4, k).join()))).toHaveProperty('size', keys.length);
  });

  it('are the same on every backend', () => {
    for (const draw of [randomUniform, randomNormal]) {
      const [first, ...others] = devices.map((d) => {
        const data = draw(d, [3, 5], key);
        const values = [...d.readSync(data)];
        d.dispose(data);
        return values;
      });
      for (const other of others) expect(other).toEqual(first);
    }
  });
});

describe('permutation', () => {
  it('holds every index once and is a function of seed and step', () => {
    const order = permutation(100, 1, 0);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(permutation(100, 1, 0)).toEqual(order);
    expect(permutation(100, 1, 1)).not.toEqual(order);
    expect(permutation(100, 2, 0)).not.toEqual(order);
    expect([...permutation(0, 1, 0)]).toEqual([]);
    expect([...permutation(1, 1, 0)]).toEqual([0]);
  });

  it('is fair', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = permutation(3, seed, 0).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
