/** One training step and one evaluated batch: inputs onto the device, emitted code, its results taken over. What it reports stays on the device. */
import type { CheckedBatch } from './boundary.ts';
import { type Device, type Values, attempt } from './device.ts';
import type { ModelState } from './model-state.ts';
import { placed } from './placement.ts';
import type { Data, GradientInputs, GradientResult, TrainingProgram } from './program.ts';
import { sampleWeightName, weightsOfTarget } from './sample-weights.ts';
import { equipWithProducts } from './simd/products.ts';
import { equipForTraining } from './simd/training-kernels.ts';
import { prepareSlots } from './slots.ts';
import { takeStep } from './updates.ts';

/**
 * Trains on one batch and gives the report vector, which is the caller's. Weights change when all gradients are there; if any cannot be computed,
 * nothing changes.
 * @param seed What random numbers of the step are drawn from.
 */
export function trainOnBatch(state: ModelState, training: TrainingProgram, batch: CheckedBatch, seed: number): Data {
  const { device } = state.requireAlive();
  equipWithProducts(device);
  equipForTraining(device);
  prepareSlots(state, training);
  const { report, states, weights } = gradientsOnBatch(state, training, batch, {
    step: state.step + 1,
    seed,
    inputGradients: false,
  });
  const gradients = { ...weights };
  try {
    takeStep(state, training, gradients);
  } catch (error) {
    for (const one of [report, ...Object.values(states), ...Object.values(gradients)]) device.dispose(one);
    throw error;
  }
  adoptStates(state, states);
  return report;
}

export interface GradientOptions {
  readonly step: number;
  readonly seed: number;
  readonly inputGradients: boolean;
}

/** Forward, loss and backward. Everything in the result holds a reference of its own; gradients of frozen weights are left out. */
export function gradientsOnBatch(
  state: ModelState,
  training: TrainingProgram,
  batch: CheckedBatch,
  options: GradientOptions,
): GradientResult {
  const { device, weights, freezing } = state;
  return withBatch(state, training, batch, (inputs, targets, weighing) => {
    const frozen = freezing.flags;
    const mark = device.mark();
    const given = { weights, inputs, targets, frozen, ...weighing, ...options };
    const made =
      freezing.isThawed && training.allGradients
        ? training.allGradients(device, given)
        : training.gradients(device, given);
    const { report, states, inputs: ofInputs } = made;
    device.own(mark, [report, ...[states, made.weights, ofInputs].flatMap((record) => Object.values(record))]);
    return { report, states, weights: withoutFrozen(state, made.weights), inputs: ofInputs };
  });
}

/** Disposes what is for frozen weights. */
export function withoutFrozen({ device, freezing }: ModelState, byPath: Readonly<Record<string, Data>>): Record<string, Data> {
  const kept: Record<string, Data> = {};
  for (const [path, data] of Object.entries(byPath)) {
    if (freezing.has(path)) device.dispose(data);
    else kept[path] = data;
  }
  return kept;
} // prettier-ignore

/** Takes over new statistics, except those of frozen layers. */
export function adoptStates(state: ModelState, states: Readonly<Record<string, Data>>): void {
  state.adopt({ weights: withoutFrozen(state, states), slots: {} });
}

/** Loss and metrics of one batch: the report vector, which is the caller's. */
export function evaluateBatch(state: ModelState, training: TrainingProgram, batch: CheckedBatch): Data {
  const { device, weights } = state.requireAlive();
  return withBatch(state, training, batch, (inputs, targets) => {
    const mark = device.mark();
    const made = training.evaluate(device, weights, inputs, targets);
    device.own(mark, [made]);
    return made;
  });
}

/** What examples count, apart from inputs and targets. */
type Weighing = Pick<GradientInputs, 'sampleWeight' | 'sampleWeights'>;

/** Takes the weights of examples out of the data. Programs that have none never look at them. */
function takenWeights(data: Record<string, Data>, weighs: TrainingProgram['sampleWeights'] = false): Weighing {
  const take = (name: string): Data => {
    const weight = data[name]!;
    delete data[name];
    return weight;
  };
  const byTarget = typeof weighs === 'boolean' ? [] : weighs;
  return {
    sampleWeight: weighs === true ? take(sampleWeightName) : (undefined as unknown as Data),
    sampleWeights: Object.fromEntries(byTarget.map((target) => [target, take(weightsOfTarget(target))])),
  };
}

export function withBatch<Result>(
  { device, trainingRules, stepRules }: ModelState,
  training: TrainingProgram,
  batch: CheckedBatch,
  code: (inputs: Record<string, Data>, targets: Record<string, Data>, weighing: Weighing) => Result,
): Result {
  return attempt(device, () => {
    const { data, made } = placed(device, trainingRules!, batch.inputs);
    const weighing = takenWeights(data, stepRules === trainingRules ? undefined : training.sampleWeights);
    const inputs: Record<string, Data> = {};
    const targets: Record<string, Data> = {};
    for (const [name, one] of Object.entries(data))
      (Object.hasOwn(training.targets, name) ? targets : inputs)[name] = one;
    const result = attempt(device, () => code(inputs, targets, weighing));
    for (const one of made) device.dispose(one);
    return result;
  });
}

/** The values, the data given back. At once where the backend can: waiting costs more than a small step. */
export function taken(device: Device, data: Data): Promise<Values> | Values {
  if (!device.readsSynchronously) return device.read(data).finally(() => device.dispose(data));
  const values = device.readSync(data);
  device.dispose(data);
  return values;
}
