/** The training loop: epochs, batches, validation, callbacks, stopping. What a batch does is in `steps.ts`. */
import { adapt } from './adapt.ts';
import { type ClassWeights, namedWeights, weighedByClass } from './class-weights.ts';
import type { Callbacks, OpenCallbacks, Trainee } from './callbacks.ts';
import { type BatchSource, sourceOfData, splitOff } from './data.ts';
import type { Values } from './device.ts';
import { GrowingHistory, type History, scoresOf } from './history.ts';
import { InputError } from './input-error.ts';
import type { ModelState } from './model-state.ts';
import type { CallbackSpec, TrainingProgram } from './program.ts';
import { Reports } from './reports.ts';
import { evaluateBatch, trainOnBatch } from './steps.ts';
import { trainable } from './training-state.ts';
import { keepWeightsAsAverages, overwriteWithAverages } from './updates.ts';

export interface FitOptions<Batch = unknown, Scores = Record<string, number>> extends Callbacks<Scores> {
  /** Walks through the data; default that of the `train` block. */
  readonly epochs?: number;
  /** Examples in a step; default that of the `train` block. The last, smaller batch is used. */
  readonly batchSize?: number;
  /** Whether whole arrays are walked through in another order in each epoch; default true. */
  readonly shuffle?: boolean;
  /** What orders and random layers are drawn from; default the model's seed. */
  readonly seed?: number;
  /** The last part of whole arrays, before shuffling, that is kept for validation: a fraction in (0, 1). */
  readonly validationSplit?: number;
  /** Evaluated after each epoch as `val_…`, in any form that `evaluate` takes. */
  readonly validationData?:
    Batch | Iterable<Batch> | AsyncIterable<Batch> | (() => Iterable<Batch> | AsyncIterable<Batch>);
  /**
   * What each example counts in the loss: with whole arrays, one number for each, also by target where there are several. Batches of an iterable have
   * a `sampleWeight` of their own, or `sampleWeight.TARGET`.
   */
  readonly sampleWeight?: ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>;
  /** What the examples of each class count in the loss, by the class's index, also by target; 1 for those left out. */
  readonly classWeight?: ClassWeights;
  /** Batches of one epoch of an iterable that goes on for ever. */
  readonly stepsPerEpoch?: number;
  readonly validationSteps?: number;
  /** Number of the first epoch, where an earlier training is continued. As in Keras `epochs` tells where to end: 3 from 1 are two epochs. */
  readonly initialEpoch?: number;
  /** Ends training after the present step. `fit` then rejects; the weights are those of the last whole step. */
  readonly signal?: AbortSignal;
  /** In place of those of the `train` block: its kind by name with arguments, or functions of your own. */
  readonly callbacks?: readonly (CallbackSpec | Callbacks<Scores>)[];
}

/** What `fit` rejects with when its signal fires. Its name is that of the signal's reason: `AbortError`, or `TimeoutError`. */
export class TrainingAbortedError extends Error {
  override readonly name: string;
  /** The epochs that were finished. */
  readonly history: History<Record<string, number>>;

  constructor(reason: unknown, history: History<Record<string, number>>) {
    super('Training was aborted. The weights are those of the last whole step.', { cause: reason });
    this.name = reason instanceof Error || reason instanceof DOMException ? reason.name : 'AbortError';
    this.history = history;
  }
}

interface Run {
  readonly state: ModelState;
  readonly training: TrainingProgram;
  readonly trainee: Trainee;
  readonly callbacks: readonly OpenCallbacks[];
  readonly history: GrowingHistory;
  /** That of the model may become another when a backup is restored. */
  readonly seed: () => number;
  readonly shuffle: boolean;
  readonly classWeight: ClassWeights | undefined;
  readonly signal: AbortSignal | undefined;
  readonly breathe: () => Promise<void>;
  readonly seen: boolean;
}

/** A step that was taken. */
export interface TakenStep {
  readonly epoch: number;
  /** Counts from 0 within the epoch. */
  readonly batch: number;
  /** Number of examples. */
  readonly size: number;
  /** Where each step is looked at. */
  readonly report: Values | undefined;
}

/** @throws InputError for data or options that do not fit; TrainingAbortedError. */
export async function fit(
  state: ModelState,
  data: unknown,
  options: FitOptions,
  stopAsked: () => boolean,
): Promise<GrowingHistory> {
  const steps = trainingSteps(state, data, options, stopAsked);
  for (;;) {
    const { done, value } = await steps.next();
    if (done === true) return value;
  }
}

/** As `fit`, giving each step as it was taken. Nothing starts before the first is asked for. */
export async function* trainingSteps(
  state: ModelState,
  data: unknown,
  options: FitOptions,
  stopAsked: () => boolean,
  /** Whether the scores of each step are wanted. */
  seen = false,
): AsyncGenerator<TakenStep, GrowingHistory, undefined> {
  const training = await trainable(state);
  if (state.fitting)
    throw new Error(
      `${state.program.spec.name}: fit is already running on this model. Wait for it, or abort it by its signal.`,
    );
  state.fitting = true;
  const trainee: Trainee = { state, stop: false, firstEpoch: 0, hasAverages: false };
  const open: OpenCallbacks[] = [];
  try {
    const settings = checkedSettings(state, training, options);
    const sources = await sourcesOf(state, data, options, settings);
    trainee.firstEpoch = settings.initialEpoch;
    for (const spec of options.callbacks ?? training.defaults.callbacks) open.push(await opened(spec, trainee));
    open.push(options as OpenCallbacks);
    const run: Run = {
      state,
      training,
      trainee,
      callbacks: open,
      history: new GrowingHistory(),
      seed: () => options.seed ?? state.seed,
      shuffle: options.shuffle ?? training.defaults.shuffle ?? true,
      classWeight: options.classWeight,
      signal: options.signal,
      breathe: breather(),
      seen,
    };
    try {
      yield* epochs(run, sources, settings, stopAsked);
    } finally {
      await sources.train.close?.();
    }
    return run.history;
  } finally {
    // The options of the user have no `close` of ours.
    for (const callback of open) if (callback !== options) callback.close?.();
    state.fitting = false;
  }
}

interface Settings {
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly batchSize: number;
  readonly validationSplit: number;
}
interface Sources {
  readonly train: BatchSource;
  readonly validation: BatchSource | undefined;
}

async function* epochs(
  run: Run,
  { train, validation }: Sources,
  settings: Settings,
  stopAsked: () => boolean,
): AsyncGenerator<TakenStep, void, undefined> {
  let logs: Record<string, number> = {};
  requireNotAborted(run);
  await adapt(run.state, run.training, train, () => requireNotAborted(run), run.breathe);
  for (const callback of run.callbacks) await callback.onTrainBegin?.();
  const first = run.trainee.firstEpoch;
  for (let epoch = first; epoch < settings.epochs && !run.trainee.stop && !stopAsked(); epoch++) {
    for (const callback of run.callbacks) await callback.onEpochBegin?.(epoch);
    requireNotAborted(run);
    logs = yield* oneEpoch(run, train, epoch, stopAsked);
    if (validation !== undefined) Object.assign(logs, await validated(run, validation));
    run.history.add(epoch, logs);
    for (const callback of run.callbacks) await callback.onEpochEnd?.(epoch, logs);
    requireNotAborted(run);
  }
  if (run.training.optimizer.averages !== undefined && settings.epochs > first) putAverages(run);
  for (const callback of run.callbacks) await callback.onTrainEnd?.(logs);
}

async function validated(run: Run, source: BatchSource): Promise<Record<string, number>> {
  for (const callback of run.callbacks) await callback.onTestBegin?.();
  const scores = await evaluate(run.state, run.training, source, 'val_', () => requireNotAborted(run), run.breathe);
  for (const callback of run.callbacks) await callback.onTestEnd?.(scores);
  return scores;
}

/** Training ends with the running means of the weights in their place, where `useEma` asks for them. */
function putAverages({ state, trainee }: Run): void {
  if (trainee.hasAverages) keepWeightsAsAverages(state);
  else overwriteWithAverages(state);
  trainee.hasAverages = false;
}

/** What is named is loaded when there is some. */
async function opened(spec: CallbackSpec | Callbacks<never>, trainee: Trainee): Promise<OpenCallbacks> {
  if (!('name' in spec)) return spec as OpenCallbacks;
  const { openCallback } = await import('./callbacks/open.ts');
  return openCallback(spec as CallbackSpec, trainee);
}

async function* oneEpoch(
  run: Run,
  source: BatchSource,
  epoch: number,
  stopAsked: () => boolean,
): AsyncGenerator<TakenStep, Record<string, number>, undefined> {
  const { state, training, callbacks } = run;
  const seed = run.seed();
  const reports = new Reports(state.device, training.report);
  const began = callbacks.filter(({ onBatchBegin }) => onBatchBegin !== undefined);
  const ended = callbacks.filter(({ onBatchEnd }) => onBatchEnd !== undefined);
  let batch = 0;
  try {
    for await (const given of source.batches(run.shuffle ? { seed, step: state.step } : undefined)) {
      for (const callback of began) await callback.onBatchBegin?.(batch);
      requireNotAborted(run);
      const weighed = run.classWeight === undefined ? given : await weighedByClass(state, given, run.classWeight);
      const made = trainOnBatch(state, training, weighed, seed);
      let report: Values | undefined;
      if (run.seen || ended.length > 0) report = await reports.addSeen(made, given.size);
      else await reports.add(made, given.size);
      const logs = report && { ...scoresOf(training.report, report, given.size), size: given.size };
      for (const callback of ended) await callback.onBatchEnd?.(batch, logs!);
      yield { epoch, batch, size: given.size, report };
      batch++;
      await run.breathe();
      requireNotAborted(run);
      if (run.trainee.stop || stopAsked()) break;
    }
    return await reports.scores();
  } finally {
    reports.dispose();
  }
}

/** Loss and metrics over all batches, folded as in training. */
export async function evaluate(
  state: ModelState,
  training: TrainingProgram,
  source: BatchSource,
  prefix = '',
  between: () => void = () => {},
  breathe: () => Promise<void> = breather(),
): Promise<Record<string, number>> {
  const reports = new Reports(state.device, training.report);
  try {
    for await (const batch of source.batches()) {
      await reports.add(evaluateBatch(state, training, batch), batch.size);
      await breathe();
      between();
    }
    return await reports.scores(prefix);
  } finally {
    reports.dispose();
  }
}

function checkedSettings(state: ModelState, training: TrainingProgram, options: FitOptions): Settings {
  const { defaults } = training;
  const whole = (name: string, value: number, least: number): number => {
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InputError(
      `${state.program.spec.name}: ${name} must be a whole number from ${least}, but is ${String(value)}.`,
    );
  };
  const validationSplit =
    options.validationData === undefined ? (options.validationSplit ?? defaults.validationSplit ?? 0) : 0;
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new InputError(
      `${state.program.spec.name}: validationSplit must lie in [0, 1), but is ${String(validationSplit)}.`,
    );
  }
  if (options.stepsPerEpoch !== undefined) whole('stepsPerEpoch', options.stepsPerEpoch, 1);
  if (options.validationSteps !== undefined) whole('validationSteps', options.validationSteps, 1);
  if (options.seed !== undefined) whole('seed', options.seed, Number.MIN_SAFE_INTEGER);
  return {
    epochs: whole('epochs', options.epochs ?? defaults.epochs, 0),
    initialEpoch: whole('initialEpoch', options.initialEpoch ?? 0, 0),
    batchSize: whole('batchSize', options.batchSize ?? defaults.batchSize, 1),
    validationSplit,
  };
}

async function sourcesOf(state: ModelState, data: unknown, options: FitOptions, settings: Settings): Promise<Sources> {
  const rules = state.trainingRules!;
  const { batchSize, validationSplit } = settings;
  const weighs = options.sampleWeight !== undefined || options.classWeight !== undefined;
  if (weighs && state.stepRules === rules)
    throw new InputError(`${rules.model}: its loss has no value for each example, so examples have no weights.`);
  const weighed =
    options.sampleWeight === undefined ? data : { ...(data as object), ...namedWeights(state, options.sampleWeight) };
  const whole = await sourceOfData(state.stepRules!, weighed, {
    batchSize,
    stepsPerEpoch: options.stepsPerEpoch,
    continues: options.stepsPerEpoch !== undefined,
  });
  // The split of the `train` block concerns arrays; asked for in the call, it must be possible.
  if (validationSplit > 0 && (whole.size !== undefined || options.validationSplit !== undefined)) {
    const [train, validation] = splitOff(whole, validationSplit);
    return { train, validation };
  }
  const { validationData, validationSteps } = options;
  const validation =
    validationData === undefined
      ? undefined
      : await sourceOfData(rules, validationData, { batchSize, stepsPerEpoch: validationSteps });
  return { train: whole, validation };
}

function requireNotAborted({ signal, history, state }: Run): void {
  if (signal?.aborted === true) throw new TrainingAbortedError(signal.reason, history.view());
  state.requireAlive();
}

/** Lets timers, events and drawing go on when 16 ms have passed since they last could. */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 16) return;
    await new Promise<void>((resolve) =>
      typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve),
    );
    last = performance.now();
  };
}
