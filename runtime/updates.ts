/**
 * From the gradients of a step to new weights: at once, or summed until enough of them are there; and running means of the
 * weights in their place.
 */
import { type Device, attempt } from './device.ts';
import { add, multiply } from './kernels/binary.ts';
import { scalar } from './kernels/leaves.ts';
import { sizeOf } from './kernels/sizes.ts';
import type { ModelState } from './model-state.ts';
import { weightOfSlot } from './slots.ts';
import type { Data, TrainingProgram, UpdateResult, WeightSpec } from './program.ts';
import { learningRateAt } from './schedules.ts';

/** The slot of gradients that wait for others. */
const sumSlot = 'gradientSum';
/** The slot of a weight's running mean. */
const averageSlot = 'average';

/** Weights of so many bytes are worth an update of their own; smaller ones go together. */
const worthOwnUpdate = 32 * 1024;

/**
 * Takes the next step from its gradients, which it disposes and takes out of the record. Large weights go one after the other, the largest last:
 * each is replaced, and its gradient gone, before the next has a new value. What throws at the first weight, as a kernel does that is not
 * there, changes nothing. Slots must be ready.
 * @param rate In place of the learning rate of the model or program.
 */
export function takeStep(
  state: ModelState,
  training: TrainingProgram,
  gradients: Record<string, Data>,
  rate?: number,
): void {
  const { device } = state;
  const count = state.step + 1;
  const updates = count % (training.optimizer.accumulationSteps ?? 1) === 0;
  const groups = training.updatesTogether === true ? [Object.keys(gradients)] : updatedTogether(gradients);
  for (const paths of groups) {
    const group = Object.fromEntries(paths.map((path) => [path, gradients[path]!]));
    const updated = attempt(device, () => changeBy(state, training, group, { count, rate }));
    for (const path of paths) {
      device.dispose(gradients[path]!);
      delete gradients[path];
    }
    state.adopt(updated);
    if (updates) dropSums(state, paths);
  }
  // Those of weights that have been frozen meanwhile.
  if (updates) dropSums(state, Object.keys(state.weights));
  state.step = count;
}

/** Gives up the sums of gradients that have been used. */
function dropSums({ device, slots }: ModelState, paths: readonly string[]): void {
  for (const path of paths) {
    const sum = slots[`${path}/${sumSlot}`];
    if (sum === undefined) continue;
    delete slots[`${path}/${sumSlot}`];
    device.dispose(sum);
  }
}

/** Paths of gradients in the groups in which they are updated, the smallest first. */
function updatedTogether(gradients: Readonly<Record<string, Data>>): readonly (readonly string[])[] {
  const sizes = Object.entries(gradients).map(([path, { shape }]) => [path, 4 * sizeOf(shape)] as const);
  const groups: string[][] = [];
  let open = 0;
  for (const [path, bytes] of sizes.sort(([, a], [, b]) => a - b)) {
    if (open === 0) groups.push([]);
    groups.at(-1)!.push(path);
    open = open + bytes < worthOwnUpdate ? open + bytes : 0;
  }
  return groups;
}

/** What follows from gradients of the step that counts so. Inside an `attempt`. Disposes nothing that it is given. */
function changeBy(
  state: ModelState,
  training: TrainingProgram,
  gradients: Readonly<Record<string, Data>>,
  { count, rate }: { readonly count: number; readonly rate: number | undefined },
): UpdateResult {
  const { device, slots } = state;
  const { accumulationSteps: needed = 1, averages, learningRate: own } = training.optimizer;
  if (count % needed !== 0) return { weights: {}, slots: sums(device, slots, gradients) };
  const means = needed === 1 ? gradients : meansOf(device, slots, gradients, needed);
  const step = count / needed;
  const learningRate = rate ?? learningRateAt(state.learningRate ?? own, state.step);
  const updated = updatedBy(state, training, means, { step, learningRate });
  if (means !== gradients) for (const mean of Object.values(means)) device.dispose(mean);
  const overwrites = averages?.overwriteFrequency !== undefined && step % averages.overwriteFrequency === 0;
  return overwrites ? overwritten(device, updated) : updated;
}

/** Puts the running means of the weights, where there are any, in their place. */
export function overwriteWithAverages(state: ModelState): void {
  const weights: Record<string, Data> = {};
  for (const [slot, data] of Object.entries(state.slots)) {
    if (slot.endsWith(`/${averageSlot}`)) weights[weightOfSlot(slot)] = state.device.share(data);
  }
  state.adopt({ weights, slots: {} });
}

/** Exchanges weights and their running means. Twice is as before. */
export function swapWithAverages(state: ModelState): void {
  const weights: Record<string, Data> = {};
  const slots: Record<string, Data> = {};
  for (const [slot, data] of Object.entries(state.slots)) {
    if (!slot.endsWith(`/${averageSlot}`)) continue;
    const path = weightOfSlot(slot);
    weights[path] = state.device.share(data);
    slots[slot] = state.device.share(state.weights[path]!);
  }
  state.adopt({ weights, slots });
}

/** Where the two have changed places for good: the running means are the weights. */
export function keepWeightsAsAverages(state: ModelState): void {
  const slots: Record<string, Data> = {};
  for (const slot of Object.keys(state.slots)) {
    if (slot.endsWith(`/${averageSlot}`)) slots[slot] = state.device.share(state.weights[weightOfSlot(slot)]!);
  }
  state.adopt({ weights: {}, slots });
}

function sums(
  device: Device,
  slots: Readonly<Record<string, Data>>,
  gradients: Readonly<Record<string, Data>>,
): Record<string, Data> {
  const result: Record<string, Data> = {};
  for (const [path, gradient] of Object.entries(gradients)) {
    const sum = slots[`${path}/${sumSlot}`];
    result[`${path}/${sumSlot}`] = sum === undefined ? device.share(gradient) : add(device, sum, gradient);
  }
  return result;
}

function meansOf(
  device: Device,
  slots: Readonly<Record<string, Data>>,
  gradients: Readonly<Record<string, Data>>,
  count: number,
): Record<string, Data> {
  const share = scalar(device, 1 / count);
  const totals = sums(device, slots, gradients);
  const result: Record<string, Data> = {};
  for (const path of Object.keys(gradients)) {
    const total = totals[`${path}/${sumSlot}`]!;
    result[path] = multiply(device, total, share);
    device.dispose(total);
  }
  device.dispose(share);
  return result;
}

/** New weights are the new means. */
function overwritten(device: Device, { weights, slots }: UpdateResult): UpdateResult {
  const result: Record<string, Data> = { ...weights };
  for (const [path, weight] of Object.entries(weights)) {
    const average = slots[`${path}/${averageSlot}`];
    if (average === undefined) continue;
    result[path] = device.share(average);
    device.dispose(weight);
  }
  return { weights: result, slots };
}

/** The update of the `train` block's optimiser. */
function updatedBy(
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
