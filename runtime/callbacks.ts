/** What happens between batches and epochs: users' functions, and the callbacks that a `train` block names. */
import type { Data, CallbackSpec } from './program.ts';
import type { ModelState } from './model-state.ts';
import { learningRateAt } from './schedules.ts';

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
  onEpochEnd?(epoch: number, logs: Logs<Scores>): Maybe;
  /** With the scores of the last epoch. */
  onTrainEnd?(logs: Logs<Scores>): Maybe;
}

/** What a callback of a `train` block may do to the training it watches. */
export interface Trainee {
  readonly state: ModelState;
  stop: boolean;
}

/** A callback that may hold data, which `close` gives back however training ends. */
export interface OpenCallbacks extends Callbacks {
  close?(): void;
}

type Maker = (read: Reader, trainee: Trainee) => OpenCallbacks;

const makers: Readonly<Record<string, Maker>> = {
  earlyStopping,
  reduceLROnPlateau,
  terminateOnNaN: (_read, trainee) => ({
    onBatchEnd: (_batch, { loss }) => {
      if (loss !== undefined && !Number.isFinite(loss)) trainee.stop = true;
    },
  }),
};

/**
 * The callback that a spec names.
 * @throws Error for a name that is not known.
 */
export function openCallback(spec: CallbackSpec, trainee: Trainee): OpenCallbacks {
  const maker = Object.hasOwn(makers, spec.name) ? makers[spec.name] : undefined;
  if (maker === undefined) {
    throw new Error(
      `There is no callback '${spec.name}'. Known are ${Object.keys(makers).join(', ')}; others are passed to fit as functions.`,
    );
  }
  return maker(new Reader(spec), trainee);
}

/** Stops when a score has not improved for `patience` epochs; may bring back the weights of the best one. Arguments as in Keras. */
function earlyStopping(read: Reader, trainee: Trainee): OpenCallbacks {
  const watch = new Watch(read, 0);
  const patience = read.number('patience', 0);
  const start = read.number('startFromEpoch', 0);
  const baseline = read.number('baseline', NaN);
  const best = new WeightsKept(trainee.state);
  const restores = read.flag('restoreBestWeights');
  let waited = 0;
  return {
    onTrainBegin: () => watch.reset(Number.isNaN(baseline) ? undefined : baseline),
    onEpochEnd: (epoch, logs) => {
      const value = watch.value(logs);
      if (value === undefined || epoch < start) return;
      // As Keras: were there no improvement at all, the first epoch's weights would be the best.
      if (restores && best.isEmpty) best.keep();
      waited++;
      if (watch.improves(value)) {
        waited = 0;
        if (restores) best.keep();
      } else if (waited >= patience && epoch > 0) trainee.stop = true;
    },
    onTrainEnd: () => {
      if (restores) best.restore();
    },
    close: () => best.release(),
  };
}

/** Lowers the learning rate when a score has not improved for `patience` epochs. Arguments as in Keras. */
function reduceLROnPlateau(read: Reader, { state }: Trainee): OpenCallbacks {
  const watch = new Watch(read, 1e-4);
  const [factor, patience, cooldown] = [
    read.number('factor', 0.1),
    read.number('patience', 10),
    read.number('cooldown', 0),
  ];
  const lowest = read.number('minLr', read.number('minLearningRate', 0));
  let waited = 0;
  let cooling = 0;
  return {
    onTrainBegin: () => watch.reset(undefined),
    onEpochEnd: (_epoch, logs) => {
      const value = watch.value(logs);
      if (value === undefined) return;
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (watch.improves(value)) waited = 0;
      else if (cooling === 0 && ++waited >= patience) {
        const rate = learningRateAt(state.learningRate ?? state.training!.optimizer.learningRate, state.step);
        state.learningRate = Math.max(rate * factor, lowest);
        cooling = cooldown;
        waited = 0;
      }
    },
  };
}

/** Whether a monitored score improves. */
class Watch {
  readonly #name: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;
  #best = Infinity;
  #warned = false;

  constructor(read: Reader, minDelta: number) {
    this.#name = read.text('monitor', 'val_loss');
    const mode = read.text('mode', 'auto');
    const grows = /accuracy|auc|precision|recall|f1|iou|r2|cosine/i.test(this.#name);
    this.#sign = mode === 'max' || (mode === 'auto' && grows) ? -1 : 1;
    this.#minDelta = Math.abs(read.number('minDelta', minDelta));
  }

  reset(baseline: number | undefined): void {
    this.#best = baseline === undefined ? Infinity : baseline * this.#sign;
  }

  /** The monitored value; as in Keras, a warning where there is none. */
  value(logs: Readonly<Record<string, number>>): number | undefined {
    const value = logs[this.#name];
    if (value === undefined && !this.#warned) {
      this.#warned = true;
      console.warn(
        `A callback monitors ${this.#name}, which is not there. There are ${Object.keys(logs).join(', ')}; val_… need validation data.`,
      );
    }
    return value;
  }

  improves(value: number): boolean {
    if (!(value * this.#sign < this.#best - this.#minDelta)) return false;
    this.#best = value * this.#sign;
    return true;
  }
}

/** Weights as they were: references, not copies, for weights are never changed in place. */
class WeightsKept {
  readonly #state: ModelState;
  #kept: Record<string, Data> | undefined;

  constructor(state: ModelState) {
    this.#state = state;
  }

  get isEmpty(): boolean {
    return this.#kept === undefined;
  }

  keep(): void {
    this.release();
    this.#kept = {};
    for (const [path, data] of Object.entries(this.#state.weights)) this.#kept[path] = this.#state.device.share(data);
  }

  restore(): void {
    if (this.#kept === undefined) return;
    const weights = this.#kept;
    this.#kept = undefined;
    this.#state.adopt({ weights, slots: {} });
  }

  release(): void {
    for (const data of Object.values(this.#kept ?? {})) this.#state.device.dispose(data);
    this.#kept = undefined;
  }
}

/** The arguments of a spec. */
class Reader {
  readonly #spec: CallbackSpec;

  constructor(spec: CallbackSpec) {
    this.#spec = spec;
  }

  number(name: string, fallback: number): number {
    const value = this.#spec[name];
    return typeof value === 'number' ? value : fallback;
  }

  text(name: string, fallback: string): string {
    const value = this.#spec[name];
    return typeof value === 'string' ? value : fallback;
  }

  flag(name: string): boolean {
    return this.#spec[name] === true;
  }
}
