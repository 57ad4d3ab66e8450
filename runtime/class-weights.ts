/** Weights of examples as in Keras: given one by one, or by the class of each; with several targets, for the loss of each target. */
import type { Checked, CheckedBatch } from './boundary.ts';
import { InputError } from './input-error.ts';
import type { ModelState } from './model-state.ts';
import { sampleWeightName, weightsOfTarget } from './sample-weights.ts';
import type { Values } from './device.ts';

type ByClass = Readonly<Record<number, number>>;
/** By the index of a class, or that for each target by its name. */
export type ClassWeights = ByClass | Readonly<Record<string, ByClass>>;

/** The targets that weights are for, and the names of the weights in a batch. */
function weighedTargets(state: ModelState): ReadonlyMap<string, string> {
  const { sampleWeights = false } = state.training!;
  const targets = state.trainingRules!.tensors.filter(({ role }) => role === 'target').map(({ name }) => name);
  if (typeof sampleWeights !== 'boolean') return new Map(sampleWeights.map((name) => [name, weightsOfTarget(name)]));
  return targets.length === 1 ? new Map([[targets[0]!, sampleWeightName]]) : new Map();
}

function requireTarget(state: ModelState, name: string, option: string): string {
  const known = weighedTargets(state);
  const found = known.get(name);
  if (found !== undefined) return found;
  throw new InputError(
    `${state.program.spec.name}: ${option} is by target, and no loss has a target "${name}" to weigh. There ${known.size === 1 ? 'is' : 'are'} ${[...known.keys()].join(', ')}.`,
  );
}

/** The weights by their names in a batch; one list is for the losses of all targets. */
export function namedWeights(
  state: ModelState,
  given: ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>,
): Readonly<Record<string, ArrayLike<number>>> {
  if (isList(given)) {
    const { sampleWeights } = state.training!;
    const names = typeof sampleWeights === 'object' ? sampleWeights.map(weightsOfTarget) : [sampleWeightName];
    return Object.fromEntries(names.map((name) => [name, given]));
  }
  return Object.fromEntries(
    Object.entries(given).map(([target, weights]) => [requireTarget(state, target, 'sampleWeight'), weights]),
  );
}

const isList = (given: object): given is ArrayLike<number> => 'length' in given && typeof given.length === 'number';

/**
 * The batch with other sample weights. Classes are those of a target: an index, 0 or 1, or a vector with the largest number at the class.
 * @throws InputError for a target that tells no class of an example.
 */
export async function weighedByClass(
  state: ModelState,
  batch: CheckedBatch,
  given: ClassWeights,
): Promise<CheckedBatch> {
  const { model } = state.trainingRules!;
  const isByTarget = Object.values(given).some((value) => typeof value === 'object');
  if (isByTarget) {
    let weighed = batch;
    for (const [target, weights] of Object.entries(given as Readonly<Record<string, ByClass>>))
      weighed = await weighedByOne(model, weighed, target, requireTarget(state, target, 'classWeight'), weights);
    return weighed;
  }
  const [only, ...others] = weighedTargets(state);
  if (only === undefined || others.length > 0)
    throw new InputError(
      `${model}: classWeight needs a single target that tells one class for each example; with several say which, { classWeight: { TARGET: { 0: 2 } } }.`,
    );
  return weighedByOne(model, batch, ...only, given as ByClass);
}

async function weighedByOne(
  model: string,
  batch: CheckedBatch,
  targetName: string,
  weightName: string,
  byClass: ByClass,
): Promise<CheckedBatch> {
  const target = batch.inputs.find(({ name }) => name === targetName);
  const perExample = target === undefined ? 0 : target.shape.slice(1).reduce((product, size) => product * size, 1);
  const isClass = target !== undefined && target.shape.length <= 2 && perExample > 0;
  if (!isClass || (target.spec.dtype !== 'float32' && perExample > 1))
    throw new InputError(
      `${model}: classWeight needs a target that tells one class for each example, but "${targetName}" does not.`,
    );
  const labels = await valuesOf(target);
  const given = batch.inputs.find(({ name }) => name === weightName)!;
  const weights = Float32Array.from(await valuesOf(given), (weight, i) => {
    const example = labels.subarray(i * perExample, (i + 1) * perExample);
    const label = perExample === 1 ? Math.round(example[0]!) : example.indexOf(Math.max(...example));
    return weight * (byClass[label] ?? 1);
  });
  const { name, spec, shape } = given;
  const weighed: Checked = { name, spec, shape, values: weights };
  return { ...batch, inputs: batch.inputs.map((input) => (input === given ? weighed : input)) };
}

const valuesOf = async (input: Checked): Promise<Values> =>
  input.tensor === undefined ? input.values : ((await input.tensor.data()) as Values);
