/** Initial weights: their distributions by Keras's formulas, and what they depend on. */
import { describe, expect, it } from 'vitest';
import { fansOf, hashOf, initialValues, initializerNames } from '../../runtime/initializers/index.ts';

const values = (name: string, shape: readonly number[], more: object = {}, seed = 1): Float32Array =>
  initialValues('a.kernel', shape, { name, ...more }, seed);
const mean = (x: Float32Array): number => x.reduce((a, b) => a + b, 0) / x.length;
function deviation(x: Float32Array): number {
  const middle = mean(x);
  return Math.sqrt(mean(x.map((v) => (v - middle) ** 2)));
}

describe('initializers', () => {
  it('has all of Keras', () => {
    const keras =
      'constant glorotNormal glorotUniform heNormal heUniform identity lecunNormal lecunUniform ones orthogonal randomNormal randomUniform truncatedNormal varianceScaling zeros';
    expect([...initializerNames].sort()).toEqual(keras.split(' '));
  });

  it('counts fans as Keras does', () => {
    expect(fansOf([])).toEqual({ fanIn: 1, fanOut: 1 });
    expect(fansOf([5])).toEqual({ fanIn: 5, fanOut: 5 });
    expect(fansOf([4, 8])).toEqual({ fanIn: 4, fanOut: 8 });
    expect(fansOf([3, 3, 16, 32])).toEqual({ fanIn: 144, fanOut: 288 });
  });

  it('constants', () => {
    expect([...values('zeros', [2])]).toEqual([0, 0]);
    expect([...values('ones', [2])]).toEqual([1, 1]);
    expect([...values('constant', [2], { value: 0.5 })]).toEqual([0.5, 0.5]);
    expect([...values('identity', [2, 3], { gain: 2 })]).toEqual([2, 0, 0, 0, 2, 0]);
  });

  const shape = [3, 3, 50, 70];
  const [fanIn, fanAvg] = [450, 540];
  it.each([
    ['glorotUniform', 1 / fanAvg],
    ['heUniform', 2 / fanIn],
    ['lecunUniform', 1 / fanIn],
  ])('%s is uniform of the right variance', (name, variance) => {
    const x = values(name, shape);
    const limit = Math.sqrt(3 * variance);
    expect(Math.max(...x.map(Math.abs))).toBeLessThanOrEqual(Math.fround(limit));
    expect(Math.max(...x)).toBeGreaterThan(0.99 * limit);
    expect(deviation(x) / Math.sqrt(variance)).toBeCloseTo(1, 1);
    expect(Math.abs(mean(x))).toBeLessThan(0.03 * Math.sqrt(variance));
  });

  it.each([
    ['glorotNormal', 1 / fanAvg],
    ['heNormal', 2 / fanIn],
    ['lecunNormal', 1 / fanIn],
  ])('%s is a truncated normal of the right variance', (name, variance) => {
    const x = values(name, shape);
    const deviationOfNormal = Math.sqrt(variance) / 0.87962566103423978;
    expect(Math.max(...x.map(Math.abs))).toBeLessThanOrEqual(2 * deviationOfNormal * (1 + 1e-6));
    expect(deviation(x) / Math.sqrt(variance)).toBeCloseTo(1, 1);
  });

  it('plain distributions', () => {
    expect(deviation(values('randomNormal', [200, 200], { mean: 3, stddev: 0.1 }))).toBeCloseTo(0.1, 2);
    expect(mean(values('randomNormal', [200, 200], { mean: 3, stddev: 0.1 }))).toBeCloseTo(3, 2);
    const uniform = values('randomUniform', [200, 200], { minval: 2, maxval: 4 });
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(2);
    expect(mean(uniform)).toBeCloseTo(3, 1);
    expect(Math.max(...values('truncatedNormal', [200, 200], { stddev: 0.02 }))).toBeLessThanOrEqual(0.04 + 1e-8);
    expect(
      deviation(values('varianceScaling', [100, 400], { scale: 2, mode: 'fanOut', distribution: 'untruncatedNormal' })),
    ).toBeCloseTo(Math.sqrt(2 / 400), 2);
  });

  it.each([[[6, 4]], [[4, 6]], [[2, 3, 4]], [[5, 5]]])('orthogonal %j', (matrix) => {
    const x = values('orthogonal', matrix, { gain: 2 });
    const columns = matrix.at(-1)!;
    const rows = x.length / columns;
    const product = (i: number, j: number): number => {
      let sum = 0;
      if (rows >= columns) for (let k = 0; k < rows; k++) sum += x[k * columns + i]! * x[k * columns + j]!;
      else for (let k = 0; k < columns; k++) sum += x[i * columns + k]! * x[j * columns + k]!;
      return sum;
    };
    const count = Math.min(rows, columns);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++) expect(product(i, j)).toBeCloseTo(i === j ? 4 : 0, 5);
  });

  it('depend on seed, path and initializer alone', () => {
    expect(values('heNormal', [4, 4])).toEqual(values('heNormal', [4, 4]));
    expect(values('heNormal', [4, 4], {}, 2)).not.toEqual(values('heNormal', [4, 4]));
    expect(initialValues('b.kernel', [4, 4], { name: 'heNormal' }, 1)).not.toEqual(values('heNormal', [4, 4]));
    expect(hashOf('a.kernel')).toBe(hashOf('a.kernel'));
    const paths = Array.from({ length: 20_000 }, (_, i) => `block${i}.dense.kernel`);
    expect(new Set(paths.map(hashOf)).size).toBeGreaterThan(19_995);
    expect(() => values('constructor', [1])).toThrow("there is no initializer 'constructor'");
  });
});
