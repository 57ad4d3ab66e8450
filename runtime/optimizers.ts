/**
 * Optimisers for `applyGradients`, where they are chosen at run time: Keras's formulas, one weight at a time, each a fused kernel with what the caller chooses as
 * operands. What a `train` block names is compiled instead.
 */
import { type Device, free } from './device.ts';
import { add, divide, multiply, subtract } from './kernels/binary.ts';
import { elementwiseTogether } from './kernels/elementwise.ts';
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
export function updatedWeight(
  d: Device,
  use: OptimizerUse,
  { weight, gradient, slot, step }: WeightStep,
): WeightUpdate {
  const { kernel, numbers } = ruleOf(use, step);
  const decay = use.weightDecay ?? (use.name === 'adamW' ? 0.004 : 0);
  const given = [decay * rateOf(use), ...numbers].map((number) => scalar(d, number));
  const names = slotsOf(use);
  const [updated, ...slots] = kernel(d, weight, gradient, ...names.map(slot), ...given);
  free(d, ...given);
  return { weight: updated!, slots: Object.fromEntries(names.map((name, i) => [name, slots[i]!])) };
}

const rateOf = ({ learningRate, name }: OptimizerUse): number => learningRate ?? (name === 'sgd' ? 0.01 : 0.001);

/** Of the weight, its gradient, its slots, the decay and the numbers of its rule: the weight and its slots. */
type Kernel = (d: Device, ...operands: Data[]) => readonly Data[];

interface Rule {
  readonly kernel: Kernel;
  readonly numbers: readonly number[];
}

function ruleOf(use: OptimizerUse, step: number): Rule {
  const rate = rateOf(use);
  if (use.name === 'sgd') {
    const { momentum = 0, nesterov = false } = use;
    if (momentum === 0) return { kernel: sgd, numbers: [rate] };
    return { kernel: nesterov ? nesterovMomentum : plainMomentum, numbers: [rate, momentum] };
  }
  const { epsilon = 1e-7 } = use;
  if (use.name === 'rmsprop') return { kernel: rmsprop, numbers: [rate, 1 - (use.rho ?? 0.9), epsilon] };
  const { beta1 = 0.9, beta2 = 0.999 } = use;
  const unbiased = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  return { kernel: adam, numbers: [unbiased, 1 - beta1, 1 - beta2, epsilon] };
}

export const optimizerNames: readonly string[] = ['sgd', 'adam', 'adamW', 'rmsprop'] satisfies OptimizerUse['name'][];

/** weight − (step + weight · decay) */
const decayed = (math: Math32, weight: Data, step: Data, decay: Data): Data =>
  math.subtract(weight, math.add(step, math.multiply(weight, decay)));

const sgd: Kernel = kernelOf(
  'ffss: multiply $1 $3; multiply $0 $2; add $4 $5; subtract $0 $6 -> $7',
  (math, [weight, gradient, decay, rate]) => [decayed(math, weight!, math.multiply(gradient!, rate!), decay!)],
);

const plainMomentum: Kernel = kernelOf(
  'fffsss: multiply $1 $4; multiply $2 $5; subtract $7 $6; multiply $0 $3; subtract $9 $8; subtract $0 $10 -> $11 $8',
  (math, [weight, gradient, momentum, decay, rate, factor]) => {
    const velocity = math.subtract(math.multiply(momentum!, factor!), math.multiply(gradient!, rate!));
    const step = math.subtract(math.multiply(weight!, decay!), velocity);
    return [math.subtract(weight!, step), velocity];
  },
);

const nesterovMomentum: Kernel = kernelOf(
  'fffsss: multiply $1 $4; multiply $2 $5; subtract $7 $6; multiply $8 $5; subtract $9 $6; multiply $0 $3; subtract $11 $10; subtract $0 $12 -> $13 $8',
  (math, [weight, gradient, momentum, decay, rate, factor]) => {
    const own = math.multiply(gradient!, rate!);
    const velocity = math.subtract(math.multiply(momentum!, factor!), own);
    const move = math.subtract(math.multiply(velocity, factor!), own);
    return [math.subtract(weight!, math.subtract(math.multiply(weight!, decay!), move)), velocity];
  },
);

const adam: Kernel = kernelOf(
  'ffffsssss: subtract $1 $2; multiply $9 $6; add $2 $10; multiply $1 $1; subtract $12 $3; multiply $13 $7; add $3 $14; multiply $11 $5; sqrt $15; add $17 $8; divide $16 $18; multiply $0 $4; add $19 $20; subtract $0 $21 -> $22 $11 $15',
  (math, [weight, gradient, mOld, vOld, decay, rate, share1, share2, epsilon]) => {
    const m = math.runningMean(mOld!, gradient!, share1!);
    const v = math.runningMean(vOld!, math.multiply(gradient!, gradient!), share2!);
    const step = math.divide(math.multiply(m, rate!), math.add(math.sqrt(v), epsilon!));
    return [decayed(math, weight!, step, decay!), m, v];
  },
);

const rmsprop: Kernel = kernelOf(
  'fffssss: multiply $1 $1; subtract $7 $2; multiply $8 $5; add $2 $9; add $10 $6; sqrt $11; multiply $1 $4; divide $13 $12; multiply $0 $3; add $14 $15; subtract $0 $16 -> $17 $10',
  (math, [weight, gradient, before, decay, rate, share, epsilon]) => {
    const velocity = math.runningMean(before!, math.multiply(gradient!, gradient!), share!);
    const step = math.divide(math.multiply(gradient!, rate!), math.sqrt(math.add(velocity, epsilon!)));
    return [decayed(math, weight!, step, decay!), velocity];
  },
);

/** The text of a fused kernel, and the same by kernels of tfjs. */
function kernelOf(text: string, parts: (math: Math32, operands: readonly Data[]) => readonly Data[]): Kernel {
  return elementwiseTogether(text, (d, ...operands): readonly Data[] => {
    const math = new Math32(d);
    const results = parts(math, operands);
    math.close(results);
    return results;
  });
}

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

  /** mean + (value − mean) · share, as Keras writes it. */
  runningMean = (mean: Data, value: Data, share: Data): Data =>
    this.add(mean, this.multiply(this.subtract(value, mean), share));

  /** Frees everything but the results. */
  close(results: readonly Data[]): void {
    for (const result of results) this.#made.delete(result);
    free(this.#device, ...this.#made);
  }

  #keep(data: Data): Data {
    this.#made.add(data);
    return data;
  }
}
