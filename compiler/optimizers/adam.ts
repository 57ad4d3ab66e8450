/** `adam` and what comes from it: steps scaled by running means of the gradient and of its square. */
import {
  commonParameters,
  defineOptimizer,
  host,
  type Slots,
  type UpdateContext,
} from '../definitions/define-optimizer.ts';
import { bool, float, learningRate, type ValuesOf } from '../definitions/parameters.ts';
import { oneMinus, powerOfStep, runningMean } from './moments.ts';

export const rate = learningRate({ doc: 'Step size, or a schedule of it.', default: 0.001 });
export const moments = {
  beta1: float({ doc: "Decay of the gradient's running mean.", default: 0.9, min: 0, max: 1 }),
  beta2: float({ doc: "Decay of the running mean of the gradient's square.", default: 0.999, min: 0, max: 1 }),
  epsilon: float({ doc: 'Keeps the divisor away from 0.', default: 1e-7, min: 0 }),
};

const adamParameters = {
  learningRate: rate,
  ...moments,
  amsgrad: bool({ doc: 'Divide by the largest running mean so far (Reddi et al. 2018).', default: false }),
};
type AdamValues = ValuesOf<typeof adamParameters>;

function adamUpdate({ weight, gradient, slots, parameters: p, op }: UpdateContext<AdamValues>) {
  const m = runningMean(op, slots['m']!, gradient, p.beta1);
  const v = runningMean(op, slots['v']!, op.square(gradient), p.beta2);
  const largest = p.amsgrad ? op.maximum(slots['vHat']!, v) : v;
  const alpha = host.divide(
    host.multiply(host.learningRate, host.sqrt(oneMinus(powerOfStep(p.beta2)))),
    oneMinus(powerOfStep(p.beta1)),
  );
  const step = op.divide(op.multiply(m, op.hostScalar(alpha)), op.add(op.sqrt(largest), p.epsilon));
  return {
    weight: op.subtract(weight, step),
    slots: { m, v, ...(p.amsgrad ? { vHat: largest } : {}) },
  };
}

const adamSlots = (p: AdamValues): Slots => (p.amsgrad ? { m: {}, v: {}, vHat: {} } : { m: {}, v: {} });

export const adam = defineOptimizer({
  name: 'adam',
  summary: 'Steps scaled for each weight by running moments of its gradient (Kingma and Ba 2014).',
  doc: '$w \\leftarrow w - \\eta \\frac{\\sqrt{1 - \\beta_2^t}}{1 - \\beta_1^t} \\frac{m}{\\sqrt v + \\epsilon}$. [Keras](https://keras.io/api/optimizers/adam/)',
  parameters: adamParameters,
  slots: adamSlots,
  update: adamUpdate,
});

export const adamW = defineOptimizer({
  name: 'adamW',
  summary: '`adam` with weight decay apart from the gradient (Loshchilov and Hutter 2017).',
  doc: 'As `adam`, after $w \\leftarrow w - \\eta \\lambda w$. [Keras](https://keras.io/api/optimizers/adamw/)',
  parameters: {
    learningRate: rate,
    weightDecay: float({ doc: commonParameters.weightDecay.doc, default: 0.004, min: 0 }),
    ...moments,
    amsgrad: adamParameters.amsgrad,
  },
  slots: adamSlots,
  update: adamUpdate,
});

export const adamax = defineOptimizer({
  name: 'adamax',
  summary: '`adam` with the largest gradient so far in place of the second moment (Kingma and Ba 2014).',
  doc: '$w \\leftarrow w - \\frac{\\eta}{1 - \\beta_1^t} \\frac{m}{u + \\epsilon}$ with $u = \\max(\\beta_2 u, |g|)$. [Keras](https://keras.io/api/optimizers/adamax/)',
  parameters: { learningRate: rate, ...moments },
  slots: () => ({ m: {}, u: {} }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const m = runningMean(op, slots['m']!, gradient, p.beta1);
    const u = op.maximum(op.multiply(slots['u']!, p.beta2), op.abs(gradient));
    const scale = op.hostScalar(host.divide(host.learningRate, oneMinus(powerOfStep(p.beta1))));
    const step = op.divide(op.multiply(m, scale), op.add(u, p.epsilon));
    return { weight: op.subtract(weight, step), slots: { m, u } };
  },
});

export const lion = defineOptimizer({
  name: 'lion',
  summary: 'Steps of one size in the direction of a running mean of the gradient (Chen et al. 2023).',
  doc: '$w \\leftarrow w - \\eta\\, \\mathrm{sign}(\\beta_1 m + (1 - \\beta_1) g)$. [Keras](https://keras.io/api/optimizers/lion/)',
  parameters: {
    learningRate: rate,
    beta1: float({ doc: "Weight of the running mean in the step's direction.", default: 0.9, min: 0, max: 1 }),
    beta2: float({ doc: 'Decay of the running mean.', default: 0.99, min: 0, max: 1 }),
  },
  slots: () => ({ m: {} }),
  update: ({ weight, gradient, slots, parameters: p, op }) => {
    const mix = (decay: number) => op.add(op.multiply(slots['m']!, decay), op.multiply(gradient, 1 - decay));
    const step = op.multiply(op.sign(mix(p.beta1)), op.hostScalar(host.learningRate));
    return { weight: op.subtract(weight, step), slots: { m: mix(p.beta2) } };
  },
});
