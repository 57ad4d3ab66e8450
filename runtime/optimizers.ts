/**
 * Optimisers for `applyGradients`, where they are chosen at run time: Keras's formulas over kernels, one weight at a time.
 * What a `train` block names is compiled instead.
 */
import { type Device, free } from './device.ts';
import { add, divide, multiply, subtract } from './kernels/binary.ts';
import { scalar } from './kernels/leaves.ts';
import { sqrt } from './kernels/unary.ts';
import type { Data } from './program.ts';

interface Common {
  readonly learningRate?: number;
  /** Part of each weight taken away per step, times the learning rate. */
  readonly weightDecay?: number;
}
/** Arguments and defaults are Keras's. */
export type OptimizerUse =
  | (Common & { readonly name: 'sgd'; readonly momentum?: number; readonly nesterov?: boolean })
  | (Common & { readonly name: 'adam' | 'adamW'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number })
  | (Common & { readonly name: 'rmsprop'; readonly rho?: number; readonly epsilon?: number }); // prettier-ignore

export interface WeightStep {
  readonly weight: Data;
  readonly gradient: Data;
  /** Kept between steps, by name; zeros at first. */
  readonly slot: (name: string) => Data;
  /** Counts from 1. */
  readonly step: number;
}
export interface WeightUpdate {
  readonly weight: Data;
  readonly slots: Readonly<Record<string, Data>>;
}

/** Names of what is kept for each weight. */
export function slotsOf(use: OptimizerUse): readonly string[] {
  if (use.name === 'sgd') return (use.momentum ?? 0) === 0 ? [] : ['momentum'];
  return use.name === 'rmsprop' ? ['velocity'] : ['m', 'v'];
}

/** New data for the weight and each slot; frees nothing that it is given. */
export function updatedWeight(d: Device, use: OptimizerUse, given: WeightStep): WeightUpdate {
  const math = new Math32(d);
  const { weight, slots } = rules[use.name](math, use as never, given);
  const decay = use.weightDecay ?? (use.name === 'adamW' ? 0.004 : 0);
  const step = decay === 0 ? weight : math.add(weight, math.times(given.weight, decay * rateOf(use)));
  const updated = math.subtract(given.weight, step);
  math.close([updated, ...Object.values(slots)]);
  return { weight: updated, slots };
}

const rateOf = ({ learningRate, name }: OptimizerUse): number => learningRate ?? (name === 'sgd' ? 0.01 : 0.001);

/** What is taken from the weight, and new slots. */
type Rule<Use> = (math: Math32, use: Use, given: WeightStep) => WeightUpdate;
type Of<Name extends OptimizerUse['name']> = Extract<OptimizerUse, { readonly name: Name }>;

const adam: Rule<Of<'adam' | 'adamW'>> = (math, use, { gradient, slot, step }) => {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = use;
  const m = math.runningMean(slot('m'), gradient, beta1);
  const v = math.runningMean(slot('v'), math.multiply(gradient, gradient), beta2);
  const rate = (rateOf(use) * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  return { weight: math.divide(math.times(m, rate), math.plus(math.sqrt(v), epsilon)), slots: { m, v } };
};

const rules: { readonly [Name in OptimizerUse['name']]: Rule<Of<Name>> } = {
  sgd: (math, use, { gradient, slot }) => {
    const { momentum = 0, nesterov = false } = use;
    const step = math.times(gradient, rateOf(use));
    if (momentum === 0) return { weight: step, slots: {} };
    const velocity = math.subtract(math.times(slot('momentum'), momentum), step);
    const move = nesterov ? math.subtract(math.times(velocity, momentum), step) : velocity;
    return { weight: math.times(move, -1), slots: { momentum: velocity } };
  },
  adam,
  adamW: adam,
  rmsprop: (math, use, { gradient, slot }) => {
    const { rho = 0.9, epsilon = 1e-7 } = use;
    const velocity = math.runningMean(slot('velocity'), math.multiply(gradient, gradient), rho);
    const root = math.sqrt(math.plus(velocity, epsilon));
    return { weight: math.divide(math.times(gradient, rateOf(use)), root), slots: { velocity } };
  },
};

export const optimizerNames: readonly string[] = Object.keys(rules);

/** Arithmetic whose intermediate results are freed together. */
class Math32 {
  readonly #device: Device;
  readonly #made = new Set<Data>();

  constructor(device: Device) {
    this.#device = device;
  }

  readonly add = (a: Data, b: Data): Data => this.#keep(add(this.#device, a, b));
  readonly subtract = (a: Data, b: Data): Data => this.#keep(subtract(this.#device, a, b));
  readonly multiply = (a: Data, b: Data): Data => this.#keep(multiply(this.#device, a, b));
  readonly divide = (a: Data, b: Data): Data => this.#keep(divide(this.#device, a, b));
  readonly sqrt = (x: Data): Data => this.#keep(sqrt(this.#device, x));
  readonly times = (x: Data, factor: number): Data => this.multiply(x, this.#number(factor));
  readonly plus = (x: Data, summand: number): Data => this.add(x, this.#number(summand));

  /** mean + (value − mean)(1 − decay), as Keras writes it. */
  runningMean(mean: Data, value: Data, decay: number): Data {
    return this.add(mean, this.times(this.subtract(value, mean), 1 - decay));
  }

  /** Frees everything but the results. */
  close(results: readonly Data[]): void {
    for (const result of results) this.#made.delete(result);
    free(this.#device, ...this.#made);
  }

  #number(value: number): Data {
    return this.#keep(scalar(this.#device, value));
  }

  #keep(data: Data): Data {
    this.#made.add(data);
    return data;
  }
}
