/** Training data in its forms: whole arrays that are cut into batches, and iterables that give batches. Nothing is put onto a device here. */
import { type BoundaryRules, type Checked, type CheckedBatch, checkBatch } from './boundary.ts';
import { InputError } from './input-error.ts';
import { permutation } from './random/shuffle.ts';
import { isTensor, isTypedArray, isShapedArray } from './tensor-like.ts';
import { type Tensor, dispose } from '@tensorflow/tfjs-core';
import type { Values } from './device.ts';

/** As `tf.data.Dataset` is: each call starts anew. Its tensors are disposed after use, as `tf.LayersModel.fitDataset` does. */
export interface DatasetLike<Batch> {
  iterator(): Promise<{ next(): Promise<{ readonly value: Batch; readonly done?: boolean }> }>;
}
/**
 * What `fit` and `evaluate` take: whole arrays by name; an array of batches, an iterable, async iterable or dataset of batches; a function that
 * gives one of these for each epoch (a generator function).
 */
export type TrainingData<Batch> =
  Batch | Iterable<Batch> | AsyncIterable<Batch> | DatasetLike<Batch> | (() => Iterable<Batch> | AsyncIterable<Batch>);

/** Data as the training loop uses it. */
export interface BatchSource {
  /** Number of examples; `undefined` for iterables. */
  readonly size: number | undefined;
  /** The batches of one epoch. `order`, if given, is drawn from this seed and step. */
  batches(order?: {
    readonly seed: number;
    readonly step: number;
  }): AsyncIterable<CheckedBatch> | Iterable<CheckedBatch>;
  /** Ends an iterable that could go on. */
  close?(): Promise<void>;
}

export interface SourceOptions {
  readonly batchSize: number;
  /** Batches of one epoch of an iterable. */
  readonly stepsPerEpoch?: number | undefined;
  /** Whether the next epoch goes on where the last one ended; else each starts anew. */
  readonly continues?: boolean;
}

/**
 * Normal form of data. Arrays are checked here and once; iterables batch by batch.
 * @throws InputError if arrays do not fit the model.
 */
export async function sourceOfData(rules: BoundaryRules, data: unknown, options: SourceOptions): Promise<BatchSource> {
  const start = iterationOf(data);
  if (start !== undefined) return iterableSource(rules, start, options, isDataset(data));
  if (typeof data !== 'object' || data === null || isTensor(data) || isTypedArray(data)) {
    throw new InputError(
      `${rules.model}: data is needed by name, { ${rules.tensors.map(({ name }) => name).join(', ')} }, or as an iterable of such batches.`,
    );
  }
  const checked = checkBatch(rules, await readTensors(named(rules, data as Record<string, unknown>)));
  return arraySource(rules, checked, options);
}

/** One batch of the user's own, tensors left on their device. */
export function checkedBatch(rules: BoundaryRules, batch: unknown): CheckedBatch {
  if (typeof batch === 'object' && batch !== null)
    return checkBatch(rules, named(rules, batch as Record<string, unknown>));
  throw new InputError(
    `${rules.model}: a batch must be an object with ${rules.tensors.map(({ name }) => `"${name}"`).join(', ')}.`,
  );
}

/** The last `fraction` of whole arrays as a source of its own, as Keras splits: before any shuffling. */
export function splitOff(source: BatchSource, fraction: number): readonly [BatchSource, BatchSource] {
  if (!(source instanceof ArraySource))
    throw new InputError('validationSplit needs whole arrays; give validationData with an iterable.');
  const at = Math.floor(source.size * (1 - fraction));
  if (at <= 0 || at >= source.size) {
    throw new InputError(
      `validationSplit ${fraction} of ${source.size} examples leaves none for ${at <= 0 ? 'training' : 'validation'}.`,
    );
  }
  return [source.part(0, at), source.part(at, source.size)];
}

/** Accepts the `{ xs, ys }` of `tf.data` and `tf.LayersModel` where the model has no tensors of such names. */
function named(rules: BoundaryRules, batch: Record<string, unknown>): Record<string, unknown> {
  if (!('xs' in batch && 'ys' in batch) || rules.tensors.some(({ name }) => name === 'xs' || name === 'ys'))
    return batch;
  const record: Record<string, unknown> = {};
  for (const [key, role] of [
    ['xs', 'input'],
    ['ys', 'target'],
  ] as const) {
    const names = rules.tensors.filter((tensor) => tensor.role === role).map(({ name }) => name);
    const value = batch[key];
    const alone = isTensor(value) || isTypedArray(value) || Array.isArray(value) || isShapedArray(value);
    if (alone && names.length === 1) record[names[0]!] = value;
    else Object.assign(record, value);
  }
  return record;
}

/** Tensors among whole arrays are read once, for batches are cut from them in any order. */
async function readTensors(data: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) {
    if (isTensor(value) && !value.isDisposed) read[name] = { data: await value.data(), shape: value.shape };
    else if (Array.isArray(value) && value.length > 0 && value.every(isTensor)) read[name] = await stacked(name, value);
    else read[name] = value;
  }
  return read;
}

/** Tensors of one example each, as one array. */
async function stacked(name: string, examples: readonly Tensor[]): Promise<unknown> {
  const shape = examples[0]!.shape;
  const size = shape.reduce((product, axis) => product * axis, 1);
  const data = new Float64Array(size * examples.length);
  for (const [row, example] of examples.entries()) {
    if (example.shape.join() !== shape.join()) {
      throw new InputError(
        `"${name}": example 0 has shape [${shape.join(', ')}], but example ${row} has [${example.shape.join(', ')}].`,
      );
    }
    data.set(await example.data(), row * size);
  }
  return { data, shape: [examples.length, ...shape] };
}

function arraySource(rules: BoundaryRules, { inputs, size }: CheckedBatch, { batchSize }: SourceOptions): BatchSource {
  for (const { name, tensor } of inputs)
    if (tensor !== undefined) throw new InputError(`${rules.model}: the tensor "${name}" was disposed.`);
  return new ArraySource(inputs as readonly HostInput[], 0, size, batchSize);
}

type HostInput = Extract<Checked, { values: Values }>;

class ArraySource implements BatchSource {
  readonly size: number;
  readonly #inputs: readonly HostInput[];
  readonly #begin: number;
  readonly #batchSize: number;

  constructor(inputs: readonly HostInput[], begin: number, size: number, batchSize: number) {
    this.#inputs = inputs;
    this.#begin = begin;
    this.size = size;
    this.#batchSize = batchSize;
  }

  part(begin: number, end: number): ArraySource {
    return new ArraySource(this.#inputs, this.#begin + begin, end - begin, this.#batchSize);
  }

  *batches(order?: { readonly seed: number; readonly step: number }): Iterable<CheckedBatch> {
    const rows = order === undefined ? undefined : permutation(this.size, order.seed, order.step);
    for (let at = 0; at < this.size; at += this.#batchSize) {
      const end = Math.min(at + this.#batchSize, this.size);
      const inputs = this.#inputs.map((input) => ({
        ...input,
        shape: [end - at, ...input.shape.slice(1)],
        values: cut(input, this.#begin, rows, at, end),
      }));
      yield { inputs, size: end - at };
    }
  }
}

/** Examples `at` to `end` of the order, or of the array itself. */
function cut(
  { values, shape }: HostInput,
  begin: number,
  rows: Uint32Array | undefined,
  at: number,
  end: number,
): Values {
  const width = values.length / shape[0]!;
  if (rows === undefined) return values.subarray((begin + at) * width, (begin + end) * width);
  const result = new (values.constructor as Float32ArrayConstructor)((end - at) * width);
  for (let i = at; i < end; i++) {
    const row = (begin + rows[i]!) * width;
    if (width === 1) result[i - at] = values[row]!;
    else result.set(values.subarray(row, row + width), (i - at) * width);
  }
  return result;
}

type Start = () => Promise<Pulled> | Pulled;
/** What iterators and the iterators of datasets have in common. */
interface Pulled {
  next():
    | Promise<{ readonly value?: unknown; readonly done?: boolean | undefined }>
    | { readonly value?: unknown; readonly done?: boolean | undefined };
  return?(): unknown;
}

/** How to start an epoch over the data; `undefined` if it is no iterable. */
function iterationOf(data: unknown): Start | undefined {
  if (typeof data === 'function') return () => iterationOf((data as () => unknown)())?.() ?? iterationOf([])!();
  if (typeof data !== 'object' || data === null || isTypedArray(data) || isTensor(data)) return undefined;
  if (Symbol.asyncIterator in data) return () => (data as AsyncIterable<unknown>)[Symbol.asyncIterator]() as Pulled;
  if (Symbol.iterator in data) return () => (data as Iterable<unknown>)[Symbol.iterator]() as Pulled;
  return isDataset(data) ? () => data.iterator() as Promise<Pulled> : undefined;
}

function isDataset(data: unknown): data is DatasetLike<unknown> {
  return typeof data === 'object' && data !== null && 'iterator' in data && typeof data.iterator === 'function';
}

function iterableSource(
  rules: BoundaryRules,
  start: Start,
  { stepsPerEpoch = Infinity, continues = false }: SourceOptions,
  disposes: boolean,
): BatchSource {
  let running: Pulled | undefined;
  const close = async (): Promise<void> => {
    const ended = running;
    running = undefined;
    await ended?.return?.();
  };
  async function* batches(): AsyncIterable<CheckedBatch> {
    running ??= await start();
    let taken = 0;
    try {
      for (; taken < stepsPerEpoch; taken++) {
        const { value, done } = await running.next();
        if (done === true) {
          running = undefined;
          break;
        }
        try {
          yield checkedBatch(rules, value);
        } finally {
          if (disposes) dispose(value as Tensor[]);
        }
      }
    } finally {
      // An epoch that ends early (an error, an abort) lets a generator clean up.
      if (!continues || taken < stepsPerEpoch) await close();
    }
    if (taken === 0)
      throw new InputError(
        `${rules.model}: the iterable gave no batches. One that can be walked only once needs a function that makes a new one for each epoch.`,
      );
  }
  return { size: undefined, batches, close };
}
