/** What happens between batches and epochs: users' functions. Callbacks by their names are in `callbacks/`. */
import type { ModelState } from './model-state.ts';

type Maybe = void | Promise<void>;
/** Losses and metrics by name; at the end of an epoch also `val_…`. */
export type Logs<Scores> = Scores & { readonly [Name in keyof Scores & string as `val_${Name}`]?: number };

/** Functions that `fit` calls and waits for. */
export interface Callbacks<Scores = Record<string, number>> {
  onTrainBegin?(): Maybe;
  /** `epoch` counts from 0. */
  onEpochBegin?(epoch: number): Maybe;
  /** `batch` counts from 0 within the epoch. */
  onBatchBegin?(batch: number): Maybe;
  /** With the scores of this batch and its number of examples. */
  onBatchEnd?(batch: number, logs: Scores & { readonly size: number }): Maybe;
  /** Before the validation after an epoch, and after it. */
  onTestBegin?(): Maybe;
  onTestEnd?(logs: Logs<Scores>): Maybe;
  onEpochEnd?(epoch: number, logs: Logs<Scores>): Maybe;
  /** With the scores of the last epoch. */
  onTrainEnd?(logs: Logs<Scores>): Maybe;
}

/** What a callback of a `train` block may do to the training it watches. */
export interface Trainee {
  readonly state: ModelState;
  stop: boolean;
  /** Where `onTrainBegin` may let training begin later. */
  firstEpoch: number;
  /** Whether weights and their running means have changed places. */
  hasAverages: boolean;
}

/** A callback that may hold data, which `close` gives back however training ends. */
export interface OpenCallbacks extends Callbacks {
  close?(): void;
}
