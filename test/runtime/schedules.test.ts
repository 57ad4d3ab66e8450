/** Learning-rate schedules against values worked out from Keras's formulas. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ScheduleSpec } from '../../runtime/index.ts';
import { learningRateAt } from '../../runtime/schedules.ts';

const { schedules } = JSON.parse(
  readFileSync(new URL('../training/keras-optimizers.json', import.meta.url), 'utf8'),
) as {
  readonly schedules: readonly {
    readonly name: string;
    readonly arguments: Omit<ScheduleSpec, 'name'>;
    readonly values: readonly number[];
  }[];
};

it.each([
  [0.5, 7, 0.5],
  [{ name: 'exponentialDecay', initialLearningRate: 1, decaySteps: 10, decayRate: 0.25 }, 5, 0.5],
  [{ name: 'exponentialDecay', initialLearningRate: 1, decaySteps: 10, decayRate: 0.25, staircase: true }, 19, 0.25],
  [{ name: 'inverseTimeDecay', initialLearningRate: 1, decaySteps: 10, decayRate: 1 }, 10, 0.5],
  [{ name: 'polynomialDecay', initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 }, 4, 0.6],
  [{ name: 'polynomialDecay', initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 }, 40, 0],
  [{ name: 'polynomialDecay', initialLearningRate: 1, decaySteps: 10, endLearningRate: 0, cycle: true }, 15, 0.25],
  [{ name: 'cosineDecay', initialLearningRate: 1, decaySteps: 10 }, 5, 0.5],
  [{ name: 'cosineDecay', initialLearningRate: 1, decaySteps: 10, alpha: 0.1 }, 99, 0.1],
  [{ name: 'cosineDecay', initialLearningRate: 0, decaySteps: 10, warmupTarget: 1, warmupSteps: 10 }, 5, 0.5],
  [{ name: 'cosineDecay', initialLearningRate: 0, decaySteps: 10, warmupTarget: 1, warmupSteps: 10 }, 15, 0.5],
  [{ name: 'cosineDecayRestarts', initialLearningRate: 1, firstDecaySteps: 10 }, 10, 1],
  [{ name: 'cosineDecayRestarts', initialLearningRate: 1, firstDecaySteps: 10, mMul: 0.5 }, 20, 0.25],
  [{ name: 'piecewiseConstantDecay', boundaries: [10, 20], values: [1, 0.5, 0.1] }, 10, 1],
  [{ name: 'piecewiseConstantDecay', boundaries: [10, 20], values: [1, 0.5, 0.1] }, 11, 0.5],
  [{ name: 'piecewiseConstantDecay', boundaries: [10, 20], values: [1, 0.5, 0.1] }, 21, 0.1],
])('%j at step %d', (rate, step, expected) => {
  expect(learningRateAt(rate, step)).toBeCloseTo(expected, 6);
});

it.each(schedules.map((s) => [s.name, s] as const))('%s, 60 steps of Keras', (name, { arguments: args, values }) => {
  for (const [step, value] of values.entries())
    expect(learningRateAt({ name, ...args }, step), `${JSON.stringify(args)} at ${step}`).toBeCloseTo(value, 5);
});

it('a long training costs no more than a short one', () => {
  const restarts = { name: 'cosineDecayRestarts', initialLearningRate: 1, firstDecaySteps: 1, tMul: 1 };
  const start = performance.now();
  for (let i = 0; i < 1000; i++) learningRateAt(restarts, 1e9 + i);
  expect(performance.now() - start).toBeLessThan(100);
});

it('refuses what it does not know', () => {
  expect(() => learningRateAt({ name: 'toString' }, 0)).toThrow("no learning-rate schedule 'toString'");
  expect(() => learningRateAt({ name: 'cosineDecay' }, 0)).toThrow('needs initialLearningRate');
});
