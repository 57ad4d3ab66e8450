/**
 * On a page: a network that lives in a worker of its own. The same as the emitted class, but that everything is awaited
 * and arrays stand in the place of tensors; the page stays responsive whatever the network does.
 */
import type { BackendName, BackendOptions } from '../backends.ts';
import type { Callbacks } from '../callbacks.ts';
import type { TrainingData } from '../data.ts';
import type { FitOptions } from '../fit.ts';
import type { History } from '../history.ts';
import type { LoadReport } from '../model-state.ts';
import type { WeightSpecs, WeightValues } from '../model.ts';
import type { WeightPattern } from '../freezing.ts';
import type { Arrays, OnlyInput, OnlyOutput, PredictOptions } from '../predictor.ts';
import type { ScheduleSpec } from '../program.ts';
import { type TensorLike, isTensor } from '../tensor-like.ts';
import type { StepPlace } from '../trainable-model.ts';
import type { WarmUpOptions } from '../warm-up.ts';
import { type WeightsSource, weightBytes } from '../weight-files.ts';
import { PulledSteps } from './pulled-steps.ts';
import { type CallOptions, WorkerConnection } from './worker-connection.ts';

export interface WorkerOptions extends BackendOptions {
  /** What the worker computes with; default the first that works there. */
  readonly backend?: BackendName | 'auto';
}
export interface CreateInWorkerOptions extends WorkerOptions {
  /** A whole number from which fresh weights are drawn. */
  readonly seed?: number;
  /** Weights to copy where name and shape agree. */
  readonly from?: WeightsSource | { toBytes(): Promise<Uint8Array> };
}
export interface LoadInWorkerOptions extends WorkerOptions {
  /** Take what fits and initialise the rest, rather than refuse. */
  readonly partial?: boolean;
  readonly seed?: number;
}

interface Started {
  readonly backend: BackendName;
  readonly seed: number;
  readonly loaded: LoadReport;
}
type WorkerClass<Instance> = new (connection: WorkerConnection, started: Started) => Instance;

export class ModelWorker<
  Inputs extends object = Record<string, TensorLike>,
  Outputs extends object = Record<string, never>,
  Weights extends WeightSpecs = WeightSpecs,
> {
  /** @internal */
  protected readonly connection: WorkerConnection;
  /** What the worker computes with. */
  readonly backend: BackendName;
  readonly seed: number;
  /** After `load` and `create({ from })`: which weights were taken and which are fresh. */
  readonly loaded: LoadReport;

  /** Use the static `create` or `load` of the emitted class. */
  constructor(connection: WorkerConnection, { backend, seed, loaded }: Started) {
    this.connection = connection;
    this.backend = backend;
    this.seed = seed;
    this.loaded = loaded;
  }

  /** As `run` of the model: arrays in row-major order. They are copied to the worker. @throws InputError as there. */
  run(input: OnlyInput<Inputs>, options?: PredictOptions): Promise<OnlyOutput<Arrays<Outputs>>>;
  run(inputs: Inputs, options?: PredictOptions): Promise<Arrays<Outputs>>;
  async run(inputs: unknown, options: PredictOptions = {}): Promise<unknown> {
    return this.connection.call('run', [await sendable(inputs), options]);
  }

  /**
   * Computes once for inputs of nothing, so that the first real prediction is as fast as all: on a graphics card the first takes seconds.
   * @throws InputError for a size that has no number.
   */
  async warmUp(options: WarmUpOptions = {}): Promise<void> {
    await this.connection.call('warmUp', [options]);
  }

  /** A copy of the values of one weight. */
  async weight(path: keyof Weights & string): Promise<Float32Array> {
    return (await this.connection.call('weights', [path])) as Float32Array;
  }

  async setWeights(values: WeightValues<Weights>): Promise<void> {
    await this.connection.call('setWeights', [await sendable(values)]);
  }

  /** The weights as the bytes of a safetensors file. */
  async toBytes(): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.connection.call('toBytes', [])) as Uint8Array<ArrayBuffer>;
  }

  /** To `indexeddb://NAME` in a browser, to a path in Node. */
  async save(path: string | URL): Promise<void> {
    const bytes = await this.toBytes();
    const { saveBytes } = await import('../weight-saving.ts');
    await saveBytes(path, bytes);
  }

  /** Ends the worker; calls that are under way fail. */
  async dispose(): Promise<void> {
    this.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

/** One with a `train` block. */
export class TrainableModelWorker<
  Inputs extends object = Record<string, TensorLike>,
  Outputs extends object = Record<string, never>,
  Batch extends object = Record<string, TensorLike>,
  Scores extends object = Record<string, number>,
  Weights extends WeightSpecs = WeightSpecs,
> extends ModelWorker<Inputs, Outputs, Weights> {
  /** Set to true by a callback, training ends after the present step, as if finished. */
  stopTraining = false;

  /** Trains, as `fit` of the model. Callbacks run on the page and are waited for; batches of iterables are sent one by one. */
  async fit(data: TrainingData<Batch>, options: FitOptions<Batch, Scores> = {}): Promise<History<Scores>> {
    const { args, given } = await this.#training(data, options);
    return (await this.connection.call('fit', args, given)) as History<Scores>;
  }

  /**
   * As `fit`, step by step: gives the scores of each step when it has been taken. The next is taken when it is asked for, so whoever waits pauses
   * training; meanwhile `run` and the rest answer. `break` ends training as it is.
   * @throws As `fit`.
   */
  async *training(
    data: TrainingData<Batch>,
    options: FitOptions<Batch, Scores> = {},
  ): AsyncGenerator<Scores & StepPlace, History<Scores>, undefined> {
    const { args, given } = await this.#training(data, options);
    const steps = new PulledSteps<Scores & StepPlace, History<Scores>>();
    const ended = this.connection.call('training', args, { ...given, onStep: steps.taken }) as Promise<History<Scores>>;
    steps.endsWith(ended);
    try {
      for (;;) {
        const { done, value } = await steps.next();
        if (done) return value;
        yield value;
      }
    } finally {
      steps.stop();
      // So that another training can begin at once.
      await ended;
    }
  }

  /** What is sent of a training, and what stays here. */
  async #training(
    data: TrainingData<Batch>,
    options: FitOptions<Batch, Scores>,
  ): Promise<{ readonly args: readonly unknown[]; readonly given: CallOptions }> {
    this.stopTraining = false;
    const { signal, callbacks, validationData, ...rest } = options;
    const own = (callbacks ?? []).filter(isFunctional) as readonly Callbacks<Scores>[];
    const named = callbacks?.filter((callback) => !isFunctional(callback));
    const validation = validationData === undefined ? {} : { validationData: await sendableData(validationData) };
    const sent = { ...rest, ...validation, ...(named ? { callbacks: named } : {}) };
    const heard = [options, ...own] as readonly Callbacks<never>[];
    const shouldStop = (): boolean => this.stopTraining;
    return { args: [await sendableData(data), sent], given: { signal, heard, data, validationData, shouldStop } };
  }

  /** Loss and metrics over the data, without training. */
  async evaluate(
    data: TrainingData<Batch>,
    options: { readonly batchSize?: number; readonly steps?: number } = {},
  ): Promise<Scores> {
    return (await this.connection.call('evaluate', [await sendableData(data), options], { data })) as Scores;
  }

  /** One training step on one batch. */
  async trainStep(batch: Batch): Promise<Scores> {
    return (await this.connection.call('trainStep', [await sendable(batch)])) as Scores;
  }

  /** Weights, optimiser state, step and seed: what `resume` goes on from. */
  async checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.connection.call('checkpoint', [])) as Uint8Array<ArrayBuffer>;
  }

  async freeze(...patterns: readonly WeightPattern<keyof Weights & string>[]): Promise<void> {
    await this.connection.call('freeze', patterns);
  }

  async unfreeze(...patterns: readonly WeightPattern<keyof Weights & string>[]): Promise<void> {
    await this.connection.call('unfreeze', patterns);
  }

  /** For all further steps. */
  async setLearningRate(rate: number | ScheduleSpec | undefined): Promise<void> {
    await this.connection.call('setLearningRate', [rate]);
  }

  async resetOptimizer(): Promise<void> {
    await this.connection.call('resetOptimizer', []);
  }
}

const isFunctional = (callback: object): boolean => Object.values(callback).some((part) => typeof part === 'function');

/** `DigitsWorker.create(…)`: starts a worker and makes the network in it. */
export async function createInWorker<Instance>(
  workerClass: WorkerClass<Instance>,
  spawn: () => Worker,
  model: string,
  { backend, wasmPaths, wasmModule, from, ...options }: CreateInWorkerOptions = {},
): Promise<Instance> {
  const weights = from === undefined ? undefined : await bytesOf(from);
  return started(workerClass, spawn, { model, how: 'create', backend, backendOptions: backendOptions(wasmPaths, wasmModule), weights, options }); // prettier-ignore
}

/** `DigitsWorker.load(…)`. An address is that of the page. */
export async function loadInWorker<Instance>(
  workerClass: WorkerClass<Instance>,
  spawn: () => Worker,
  model: string,
  source: WeightsSource,
  { backend, wasmPaths, wasmModule, ...options }: LoadInWorkerOptions = {},
): Promise<Instance> {
  const weights = await weightBytes(source);
  return started(workerClass, spawn, { model, how: 'load', backend, backendOptions: backendOptions(wasmPaths, wasmModule), weights, options }); // prettier-ignore
}

/** `DigitsWorker.resume(…)`. */
export async function resumeInWorker<Instance>(
  workerClass: WorkerClass<Instance>,
  spawn: () => Worker,
  model: string,
  source: WeightsSource,
  { backend, wasmPaths, wasmModule }: WorkerOptions = {},
): Promise<Instance> {
  const weights = await weightBytes(source);
  return started(workerClass, spawn, { model, how: 'resume', backend, backendOptions: backendOptions(wasmPaths, wasmModule), weights, options: {} }); // prettier-ignore
}

async function started<Instance>(
  workerClass: WorkerClass<Instance>,
  spawn: () => Worker,
  start: Parameters<WorkerConnection['start']>[0],
): Promise<Instance> {
  const connection = new WorkerConnection(spawn());
  try {
    return new workerClass(connection, (await connection.start(start)) as Started);
  } catch (error) {
    connection.close();
    throw error;
  }
}

const backendOptions = (
  wasmPaths: BackendOptions['wasmPaths'],
  wasmModule: BackendOptions['wasmModule'],
): BackendOptions | undefined =>
  wasmPaths === undefined && wasmModule === undefined
    ? undefined
    : { ...(wasmPaths === undefined ? {} : { wasmPaths }), ...(wasmModule === undefined ? {} : { wasmModule }) };

async function bytesOf(from: NonNullable<CreateInWorkerOptions['from']>): ReturnType<typeof weightBytes> {
  if (typeof from === 'object' && 'toBytes' in from) return { bytes: await from.toBytes(), name: 'The model' };
  return weightBytes(from);
}

/** Tensors cannot be sent, their values can. */
async function sendable(value: unknown): Promise<unknown> {
  if (isTensor(value)) return { data: await value.data(), shape: value.shape };
  if (Array.isArray(value)) return Promise.all(value.map(sendable));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = await Promise.all(Object.entries(value).map(async ([name, part]) => [name, await sendable(part)]));
  return Object.fromEntries(entries);
}

const isStream = (data: unknown): boolean =>
  typeof data === 'function' || (typeof data === 'object' && data !== null && (Symbol.iterator in data || Symbol.asyncIterator in data || 'iterator' in data)); // prettier-ignore

/** Whole arrays are sent at once; of what gives batches, each when it is its turn. */
const sendableData = (data: unknown): Promise<unknown> | { readonly nnlang: 'stream' } =>
  isStream(data) ? { nnlang: 'stream' } : sendable(data);
