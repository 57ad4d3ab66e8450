/** Class weights as in Keras: each example's weight in the loss times that of its class. */
import type { Checked, CheckedBatch } from './boundary.ts';
import { InputError } from './input-error.ts';
import { type ModelState, sampleWeightName } from './model-state.ts';
import type { Values } from './device.ts';

/**
 * The batch with other sample weights. Classes are those of the only target: an index, 0 or 1, or a vector with the largest number at the class.
 * @throws InputError for a model whose target tells no class of an example.
 */
export async function weighedByClass(
  state: ModelState,
  batch: CheckedBatch,
  classWeight: Readonly<Record<number, number>>,
): Promise<CheckedBatch> {
  const { model, tensors } = state.trainingRules!;
  const targets = tensors.filter(({ role }) => role === 'target');
  const target = batch.inputs.find(({ name }) => name === targets[0]?.name);
  const perExample = target === undefined ? 0 : target.shape.slice(1).reduce((product, size) => product * size, 1);
  const isClass = target !== undefined && targets.length === 1 && target.shape.length <= 2 && perExample > 0;
  if (!isClass || (target.spec.dtype !== 'float32' && perExample > 1))
    throw new InputError(`${model}: classWeight needs a single target that tells one class for each example.`);
  const labels = await valuesOf(target);
  const given = batch.inputs.find(({ name }) => name === sampleWeightName)!;
  const weights = Float32Array.from(await valuesOf(given), (weight, i) => {
    const example = labels.subarray(i * perExample, (i + 1) * perExample);
    const label = perExample === 1 ? Math.round(example[0]!) : example.indexOf(Math.max(...example));
    return weight * (classWeight[label] ?? 1);
  });
  const { name, spec, shape } = given;
  const weighed: Checked = { name, spec, shape, values: weights };
  return { ...batch, inputs: batch.inputs.map((input) => (input === given ? weighed : input)) };
}

const valuesOf = async (input: Checked): Promise<Values> =>
  input.tensor === undefined ? input.values : ((await input.tensor.data()) as Values);
