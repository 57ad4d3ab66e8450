/**
 * Fits a model to data, with progress, until it is done or stopped. Knows nothing of files: the caller loads and saves.
 */
import type { Dataset } from './fields.ts';
import type { Progress } from './progress.ts';
import type { Scores, TrainableNet, TrainingBatch } from './trainable.ts';

export interface TrainingSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface EpochResult {
  /** From 0. */
  readonly epoch: number;
  readonly scores: Scores;
  readonly seconds: number;
}

export interface TrainingResult {
  readonly epochs: readonly EpochResult[];
  /** Of each step, in order. */
  readonly stepLosses: readonly number[];
  /** Stopped by the signal before the last epoch was over. */
  readonly interrupted: boolean;
}

export async function runTraining(net: TrainableNet, settings: TrainingSettings): Promise<TrainingResult> {
  const { epochs, batchSize, train, validation, signal, progress } = settings;
  const results: EpochResult[] = [];
  const stepLosses: number[] = [];
  let begun = performance.now();
  let average = new RunningAverage();
  try {
    await net.fit(batchOf(train), {
      epochs,
      batchSize,
      ...(validation ? { validationData: batchOf(validation) } : {}),
      signal,
      onEpochBegin: (epoch) => {
        begun = performance.now();
        average = new RunningAverage();
        progress.beginEpoch(epoch);
      },
      onBatchEnd: (_, { size = batchSize, ...scores }) => {
        stepLosses.push(scores['loss'] ?? NaN);
        progress.advance(size, average.add(scores, size));
      },
      onEpochEnd: (epoch, scores) => {
        const seconds = (performance.now() - begun) / 1000;
        results.push({ epoch, scores: { ...scores }, seconds });
        progress.endEpoch(epoch, scores, seconds);
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.stop();
  }
  return { epochs: results, stepLosses, interrupted: signal.aborted };
}

/** What the epoch comes to so far, as the bar shows it: the scores of batches weighted by their sizes. */
class RunningAverage {
  readonly #sums = new Map<string, number>();
  #examples = 0;

  add(scores: Scores, size: number): Scores {
    this.#examples += size;
    for (const [name, value] of Object.entries(scores))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value * size);
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#examples]));
  }
}

export const batchOf = ({ fields, count }: Dataset): TrainingBatch =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { data, shape }]) => [name, { data, shape: [count, ...shape] }]),
  );
