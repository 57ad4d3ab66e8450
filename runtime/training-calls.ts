/** What the methods of a model with a `train` block do. Loaded by the first of them: a page that only predicts never does. */
import { checkedBatch, sourceOfData } from './data.ts';
import { evaluate as evaluateAll } from './fit.ts';
import { scoresOf } from './history.ts';
import { InputError } from './input-error.ts';
import type { ModelState } from './model-state.ts';
import { taken, trainOnBatch } from './steps.ts';
import { trainable } from './training-state.ts';

export { fit, trainingSteps } from './fit.ts';
export { scoresOf } from './history.ts';

type Scores = Readonly<Record<string, number>>;

/** @throws InputError for data that does not fit. */
export async function evaluate(
  state: ModelState,
  data: unknown,
  { batchSize, steps }: { readonly batchSize?: number | undefined; readonly steps?: number | undefined },
): Promise<Scores> {
  const training = await trainable(state);
  const size = batchSize ?? training.defaults.batchSize;
  if (!Number.isSafeInteger(size) || size < 1)
    throw new InputError(`batchSize must be a whole number from 1, but is ${String(size)}.`);
  const source = await sourceOfData(state.trainingRules!, data, { batchSize: size, stepsPerEpoch: steps });
  return evaluateAll(state, training, source);
}

/** @throws InputError for a batch that does not fit. */
export async function trainStep(state: ModelState, batch: unknown): Promise<Scores> {
  const training = await trainable(state);
  const checked = checkedBatch(state.stepRules!, batch);
  const report = await taken(state.device, trainOnBatch(state, training, checked, state.seed));
  return scoresOf(training.report, report, checked.size);
}
