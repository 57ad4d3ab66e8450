/** One training step and one evaluated batch: inputs onto the device, emitted code, its report read, its results taken over. */
import type { CheckedBatch } from './boundary.ts';
import { type Device, type Values, attempt } from './device.ts';
import { type ModelState, sampleWeightName, weightOfSlot } from './model-state.ts';
import { placed } from './placement.ts';
import type { Data, GradientResult, TrainingProgram, UpdateResult, WeightSpec } from './program.ts';
import { learningRateAt } from './schedules.ts';

/**
 * Trains on one batch and gives the report vector. The weights change as a whole or, if anything throws, not at all.
 * @param seed What random numbers of the step are drawn from.
 */
export function trainOnBatch(
  state: ModelState,
  training: TrainingProgram,
  batch: CheckedBatch,
  seed: number,
): Promise<Values> | Values {
  const { device } = state.requireAlive();
  state.prepareSlots(training);
  const step = state.step + 1;
  const learningRate = learningRateAt(state.learningRate ?? training.optimizer.learningRate, state.step);
  const { report, states, updated } = attempt(device, () => {
    const made = gradientsOnBatch(state, training, batch, { step, seed, inputGradients: false });
    const updated = updatedBy(state, training, made.weights, { step, learningRate });
    for (const gradient of Object.values(made.weights)) device.dispose(gradient);
    return { ...made, updated };
  });
  adoptStates(state, states);
  state.adopt(updated);
  state.step = step;
  return taken(device, report);
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
  return withBatch(state, training, batch, (inputs, targets, weight) => {
    const frozen = freezing.flags;
    const mark = device.mark();
    const given = { weights, inputs, targets, frozen, sampleWeight: weight!, ...options };
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

/** The update of the `train` block's optimiser; to be adopted. Slots must be ready. Inside an `attempt`. */
export function updatedBy(
  { device, weights, slots, program }: ModelState,
  training: TrainingProgram,
  given: Readonly<Record<string, Data>>,
  { step, learningRate }: { readonly step: number; readonly learningRate: number },
): UpdateResult {
  const zeros = training.updatesTogether === true ? zerosFor(device, program.spec.weights, given) : {};
  const mark = device.mark();
  const made = training.update(device, { weights, slots, gradients: { ...zeros, ...given }, learningRate, step });
  device.own(mark, [...Object.values(made.weights), ...Object.values(made.slots)]);
  for (const zero of Object.values(zeros)) device.dispose(zero);
  return Object.keys(zeros).length === 0 ? made : onlyOf(device, made, (path) => given[path] !== undefined);
}

function zerosFor(
  device: Device,
  weights: Readonly<Record<string, WeightSpec>>,
  given: Readonly<Record<string, Data>>,
): Record<string, Data> {
  const missing = Object.entries(weights).filter(([path, weight]) => weight.trainable && given[path] === undefined);
  return Object.fromEntries(missing.map(([path, { shape }]) => [path, zeros(device, shape)]));
}

export function zeros(device: Device, shape: readonly number[]): Data {
  return device.write(new Float32Array(shape.reduce((product, size) => product * size, 1)), [...shape], 'float32');
}

function onlyOf(device: Device, { weights, slots }: UpdateResult, isWanted: (path: string) => boolean): UpdateResult {
  const kept = (record: Readonly<Record<string, Data>>, pathOf: (name: string) => string) =>
    Object.fromEntries(
      Object.entries(record).filter(([name, data]) => isWanted(pathOf(name)) || void device.dispose(data)),
    );
  return { weights: kept(weights, (path) => path), slots: kept(slots, weightOfSlot) };
}

/** Takes over new statistics, except those of frozen layers. */
export function adoptStates(state: ModelState, states: Readonly<Record<string, Data>>): void {
  state.adopt({ weights: withoutFrozen(state, states), slots: {} });
}

/** Loss and metrics of one batch: the report vector. */
export function evaluateBatch(
  state: ModelState,
  training: TrainingProgram,
  batch: CheckedBatch,
): Promise<Values> | Values {
  const { device, weights } = state.requireAlive();
  const report = withBatch(state, training, batch, (inputs, targets) => {
    const mark = device.mark();
    const made = training.evaluate(device, weights, inputs, targets);
    device.own(mark, [made]);
    return made;
  });
  return taken(device, report);
}

export function withBatch<Result>(
  { device, trainingRules, stepRules }: ModelState,
  training: TrainingProgram,
  batch: CheckedBatch,
  code: (inputs: Record<string, Data>, targets: Record<string, Data>, sampleWeight: Data | undefined) => Result,
): Result {
  return attempt(device, () => {
    const { data, made } = placed(device, trainingRules!, batch.inputs);
    const weight = stepRules === trainingRules ? undefined : data[sampleWeightName];
    if (weight !== undefined) delete data[sampleWeightName];
    const inputs: Record<string, Data> = {};
    const targets: Record<string, Data> = {};
    for (const [name, one] of Object.entries(data))
      (Object.hasOwn(training.targets, name) ? targets : inputs)[name] = one;
    const result = attempt(device, () => code(inputs, targets, weight));
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
