/** Every learning-rate schedule by its Keras name. The run time computes it from the step count. */
import { defineNamed, type NamedDefinition } from '../definitions/define-optimizer.ts';
import { bool, float, numberList, int, optionalFloat, type Parameters } from '../definitions/parameters.ts';
import { dim } from '../shapes/index.ts';

const schedule = (name: string, summary: string, formula: string, parameters: Parameters): NamedDefinition =>
  defineNamed({
    kind: 'schedule',
    name,
    summary,
    doc: `$${formula}$ at step $t$ of $n$ = \`decaySteps\`. [Keras](https://keras.io/api/optimizers/learning_rate_schedules/)`,
    parameters,
  });

const initialLearningRate = float({ doc: 'The learning rate at the start.', min: 0 });
const decaySteps = int({ doc: 'Over how many steps it decays.', min: 1 });
const decayRate = float({ doc: 'How much it decays.', min: 0 });
const staircase = bool({ doc: 'Decay only at whole multiples of `decaySteps`.', default: false });
const alpha = float({ doc: 'The part of the rate that is left at the end.', default: 0, min: 0 });

const piecewiseConstantDecay = defineNamed({
  kind: 'schedule',
  name: 'piecewiseConstantDecay',
  summary: 'One value after another.',
  doc: '$v_0$ up to step $b_0$ and at it, $v_1$ up to $b_1$ …, at last $v_k$: one value more than boundaries. [Keras](https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/)',
  parameters: {
    boundaries: numberList({ doc: 'The last step of each value but the last, in ascending order.' }),
    values: numberList({ doc: 'The learning rates.' }),
  },
  mistake: ({ boundaries, values }) => {
    const [at, rates] = [boundaries as readonly number[], values as readonly number[]];
    if (rates.length !== at.length + 1) return `take one value more than boundaries, but has ${counted(at.length, 'boundary', 'boundaries')} and ${counted(rates.length, 'value', 'values')}.`;
    return at.some((step, i) => i > 0 && step <= at[i - 1]!) ? `have boundaries that ascend, but has ${at.join(', ')}.` : undefined;
  },
}); // prettier-ignore

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const schedules: readonly NamedDefinition[] = [
  schedule('exponentialDecay', 'Shrinks by a constant factor.', '\\eta_0\\, r^{t / n}', {
    initialLearningRate,
    decaySteps,
    decayRate,
    staircase,
  }),
  schedule('inverseTimeDecay', 'Shrinks like one over time.', '\\eta_0 / (1 + r t / n)', {
    initialLearningRate,
    decaySteps,
    decayRate,
    staircase,
  }),
  schedule('polynomialDecay', 'Goes to an end value along a polynomial.', '(\\eta_0 - \\eta_1) (1 - t / n)^p + \\eta_1', {
    initialLearningRate,
    decaySteps,
    endLearningRate: float({ doc: 'The learning rate at the end.', default: 0.0001, min: 0 }),
    power: float({ doc: 'The power of the polynomial.', default: 1 }),
    cycle: bool({ doc: 'Begin again after the end.', default: false }),
  }), // prettier-ignore
  schedule('cosineDecay', 'Goes down along half a cosine, after a warm-up if asked for.', '\\eta_0 ((1 - \\alpha) (1 + \\cos(\\pi t / n)) / 2 + \\alpha)', {
    initialLearningRate,
    decaySteps,
    alpha,
    warmupTarget: optionalFloat({ doc: 'The learning rate after the warm-up; without it there is none.', min: 0 }),
    warmupSteps: int({ doc: 'How many steps the warm-up takes.', default: dim(0), min: 0 }),
  }), // prettier-ignore
  piecewiseConstantDecay,
  schedule('cosineDecayRestarts', 'Cosine decay that begins again and again (Loshchilov and Hutter 2016).', '\\eta_0 ((1 - \\alpha) (1 + \\cos(\\pi t_i / n_i)) / 2 + \\alpha)', {
    initialLearningRate,
    firstDecaySteps: int({ doc: 'Steps of the first period.', min: 1 }),
    tMul: float({ doc: 'How much longer each period is than the last.', default: 2, min: 1 }),
    mMul: float({ doc: 'How much higher each period starts than the last.', default: 1, min: 0 }),
    alpha,
  }), // prettier-ignore
];
