/** Learning-rate schedules, by Keras's names and formulas (`keras/src/optimizers/schedules/learning_rate_schedule.py`). */
import type { ScheduleSpec } from './program.ts';

type Formula = (
  step: number,
  value: (name: string, fallback?: number) => number,
  flag: (name: string) => boolean,
  list: (name: string) => readonly number[],
  has: (name: string) => boolean,
) => number;

/** Where a time, in first periods, lies in periods each of which is `growth` times as long as the last. */
function restartsAt(time: number, growth: number): { readonly restarts: number; readonly progress: number } {
  if (growth === 1) return { restarts: Math.floor(time), progress: time % 1 };
  let [begin, span, restarts] = [0, 1, 0];
  for (; time >= begin + span; span *= growth, restarts++) begin += span;
  return { restarts, progress: (time - begin) / span };
}

const formulas: Readonly<Record<string, Formula>> = {
  exponentialDecay: (step, value, flag) => {
    const periods = step / value('decaySteps');
    return value('initialLearningRate') * value('decayRate') ** (flag('staircase') ? Math.floor(periods) : periods);
  },
  inverseTimeDecay: (step, value, flag) => {
    const periods = step / value('decaySteps');
    return (
      value('initialLearningRate') / (1 + value('decayRate') * (flag('staircase') ? Math.floor(periods) : periods))
    );
  },
  polynomialDecay: (step, value, flag) => {
    const [initial, end, power] = [value('initialLearningRate'), value('endLearningRate', 0.0001), value('power', 1)];
    let span = value('decaySteps');
    if (flag('cycle')) span *= Math.max(1, Math.ceil(step / span));
    return (initial - end) * (1 - Math.min(step, span) / span) ** power + end;
  },
  cosineDecay: (step, value, _flag, _list, has) => {
    const [initial, span, alpha] = [value('initialLearningRate'), value('decaySteps'), value('alpha', 0)];
    // As in Keras there is no warm-up without a target, whatever its steps.
    const warmup = has('warmupTarget') ? value('warmupSteps', 0) : 0;
    const target = value('warmupTarget', initial);
    if (step < warmup) return initial + (target - initial) * (step / warmup);
    const progress = Math.min(step - warmup, span) / span;
    return target * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * progress)) + alpha);
  },
  cosineDecayRestarts: (step, value) => {
    const [initial, alpha, growth] = [value('initialLearningRate'), value('alpha', 0), value('tMul', 2)];
    const { restarts, progress } = restartsAt(step / value('firstDecaySteps'), growth);
    const height = value('mMul', 1) ** restarts;
    return initial * ((1 - alpha) * 0.5 * height * (1 + Math.cos(Math.PI * progress)) + alpha);
  },
  piecewiseConstantDecay: (step, _value, _flag, list) => {
    const [boundaries, values] = [list('boundaries'), list('values')];
    const piece = boundaries.findIndex((boundary) => step <= boundary);
    return values[piece < 0 ? boundaries.length : piece]!;
  },
};

/**
 * The learning rate of a step.
 * @param step Counts from 0.
 * @throws Error for an unknown schedule or a missing argument; the compiler never emits one.
 */
export function learningRateAt(rate: number | ScheduleSpec, step: number): number {
  if (typeof rate === 'number') return rate;
  const formula = Object.hasOwn(formulas, rate.name) ? formulas[rate.name] : undefined;
  if (formula === undefined) throw new Error(`There is no learning-rate schedule '${rate.name}'.`);
  const value = (name: string, fallback?: number): number => {
    const given = rate[name] ?? fallback;
    if (typeof given !== 'number') throw new Error(`The schedule ${rate.name} needs ${name}.`);
    return given;
  };
  const list = (name: string): readonly number[] => {
    const given = rate[name];
    if (!Array.isArray(given)) throw new Error(`The schedule ${rate.name} needs the list ${name}.`);
    return given as readonly number[];
  };
  return formula(
    step,
    value,
    (name) => rate[name] === true,
    list,
    (name) => rate[name] !== undefined,
  );
}
