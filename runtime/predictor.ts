/** What computes outputs from inputs: a model, or a part of one over the same weights. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type BoundaryRules, type Checked, type CheckedBatch, checkBatch } from './boundary.ts';
import { type Values, attempt } from './device.ts';
import { InputError } from './input-error.ts';
import { inputRecord } from './input-record.ts';
import { concat, slice } from './kernels/moving.ts';
import type { ModelState } from './model-state.ts';
import { placed, tensorOf } from './placement.ts';
import { asArrays, JoinedArrays, partSize } from './parts.ts';
import type { ProgramPlans } from './plans/plans.ts';
import type { DType, Data, Program } from './program.ts';
import type { ArrayOf, TensorLike } from './tensor-like.ts';
import type { AxesOf, Less, TypedTensor } from './tensor-types.ts';

/** The one key of a record type; `never` if it has several. */
export type OnlyKey<T> = { [K in keyof T]-?: [keyof T] extends [K] ? K : never }[keyof T];
/** What may be passed without a record: the value of the only input. */
export type OnlyInput<Inputs> = [OnlyKey<Inputs>] extends [never] ? never : Inputs[OnlyKey<Inputs>];
/** What then comes back without a record: the value of the only output, else the record. */
export type OnlyOutput<Outputs> = [OnlyKey<Outputs>] extends [never] ? Outputs : Outputs[OnlyKey<Outputs>];
/** Outputs as arrays in row-major order. */
export type Arrays<Outputs> = {
  readonly [Name in keyof Outputs]: Outputs[Name] extends { readonly dtype: infer Type extends DType }
    ? ArrayOf<Type>
    : Outputs[Name] extends Values
      ? Outputs[Name]
      : Values;
};
/** One example: the same without the batch axis. */
export type OneInput<Inputs> = {
  readonly [Name in keyof Inputs]: TensorLike<Less<AxesOf<Inputs[Name]>>> | Extract<Inputs[Name], undefined>;
};
export type OneOutput<Outputs> = {
  readonly [Name in keyof Outputs]: Outputs[Name] extends { readonly dtype: infer Type extends DType }
    ? TypedTensor<Type, Less<AxesOf<Outputs[Name]>>>
    : Tensor;
};

export interface PredictOptions {
  /** The most examples that are computed at once; by default all, but of large batches on `wasm` and `cpu` 32, or as many as together have 64 KiB of inputs. */
  readonly batchSize?: number;
}

/** What a predictor computes with. */
export interface Predicting {
  readonly state: ModelState;
  readonly rules: BoundaryRules;
  readonly infer: Program['infer'];
  readonly undivided?: boolean;
}

export abstract class Predictor<
  Inputs extends object = Record<string, TensorLike>,
  Outputs extends object = Record<string, Tensor>,
> {
  /**
   * @internal
   * @throws Error once the model is disposed.
   */
  abstract predicting(): Predicting;

  /**
   * Outputs for a batch. The tensors are the caller's to dispose. A model with one input takes its value alone, too, and then gives the value
   * of its only output.
   * @throws InputError if the inputs do not fit.
   */
  predict(input: OnlyInput<Inputs>, options?: PredictOptions): OnlyOutput<Outputs>;
  predict(inputs: Inputs, options?: PredictOptions): Outputs;
  predict(inputs: unknown, options: PredictOptions = {}): unknown {
    return this.#tensors(inputs, true, options);
  }

  /** As `predict`, for one example: neither inputs nor outputs have a batch axis. */
  predictOne(input: OnlyInput<OneInput<Inputs>>): OnlyOutput<OneOutput<Outputs>>;
  predictOne(inputs: OneInput<Inputs>): OneOutput<Outputs>;
  predictOne(inputs: unknown): unknown {
    return this.#tensors(inputs, false, {});
  }

  /** As `predict`, with arrays in row-major order in place of tensors: nothing to dispose. */
  run(input: OnlyInput<Inputs>, options?: PredictOptions): Promise<OnlyOutput<Arrays<Outputs>>>;
  run(inputs: Inputs, options?: PredictOptions): Promise<Arrays<Outputs>>;
  async run(inputs: unknown, options: PredictOptions = {}): Promise<unknown> {
    const by = this.predicting();
    const { device } = by.state;
    const plans = options.batchSize === undefined ? plansOf(by) : undefined;
    const quick = plans?.quickly(inputs);
    if (quick !== undefined) return quick;
    const record = inputRecord(by.rules, inputs);
    const batch = checkBatch(by.rules, record);
    const alone = record !== inputs;
    const size = partSize(device, by, batch);
    if (options.batchSize === undefined && size < batch.size) return unwrapped(inParts(by, batch, size), alone);
    const planned = plans?.run(batch);
    if (planned !== undefined) return unwrapped(planned, alone);
    const outputs = plans === undefined ? computed(by, batch, options) : attempt(device, () => inferred(by, batch));
    const arrays: [string, Values][] = [];
    try {
      for (const [name, data] of outputs)
        arrays.push([name, device.readsSynchronously ? device.readSync(data) : await device.read(data)]);
    } finally {
      for (const [, data] of outputs) device.dispose(data);
    }
    return unwrapped(Object.fromEntries(arrays), alone);
  }

  #tensors(inputs: unknown, batched: boolean, options: PredictOptions): unknown {
    const by = this.predicting();
    const { device } = by.state;
    const record = inputRecord(by.rules, inputs);
    const batch = checkBatch(by.rules, record, batched);
    const outputs = computed(by, batch, options).map(([name, data]): [string, Tensor] => [
      name,
      tensorOf(device, batched ? data : { ...data, shape: data.shape.slice(1) }),
    ]);
    return unwrapped(Object.fromEntries(outputs), record !== inputs);
  }
}

/** Inference prepared for certain sizes. */
const plansOf = ({ state, rules, infer }: Predicting): ProgramPlans | undefined => state.plans.of(infer, rules);

/** The value of the only output where the only input was passed alone, too. */
function unwrapped(outputs: Readonly<Record<string, unknown>>, alone: boolean): unknown {
  const values = Object.values(outputs);
  return alone && values.length === 1 ? values[0] : outputs;
}

type Named = readonly (readonly [string, Data])[];

/** The outputs of a batch, computed at once or in parts. */
function computed(by: Predicting, given: CheckedBatch, options: PredictOptions): Named {
  const { device } = by.state;
  const { batchSize = partSize(device, by, given) } = options;
  const batch = options.batchSize === undefined && batchSize < given.size ? asArrays(device, given) : given;
  const whole = (): Named => plansOf(by)?.predict(batch) ?? inferred(by, batch);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new InputError(`${by.rules.model}: batchSize must be a whole number from 1, but is ${String(batchSize)}.`);
  if (batchSize >= batch.size) return attempt(device, whole);
  return attempt(device, () => {
    const parts: Named[] = [];
    for (let at = 0; at < batch.size; at += batchSize)
      parts.push(inferredPart(by, batch, [at, Math.min(batchSize, batch.size - at)]));
    return parts[0]!.map(([name], i): [string, Data] => {
      const pieces = parts.map((part) => part[i]![1]);
      const whole = pieces.length === 1 ? pieces[0]! : concat(device, pieces, 0);
      if (pieces.length > 1) for (const piece of pieces) device.dispose(piece);
      return [name, whole];
    });
  });
}

/** The outputs as arrays, computed by parts on a device that is read at once. */
function inParts(by: Predicting, given: CheckedBatch, count: number): Record<string, Values> {
  const { device } = by.state;
  const { inputs, size } = asArrays(device, given);
  const outputs = new JoinedArrays(size);
  for (let at = 0; at < size; at += count) {
    const part: Part = [at, Math.min(count, size - at)];
    const batch = { inputs: inputs.map((input) => cutOut(input as ArrayInput, part)), size: part[1] };
    const planned = plansOf(by)?.run(batch);
    if (planned !== undefined) outputs.put(planned, part);
    else {
      const made = attempt(device, () => inferred(by, batch));
      outputs.put(Object.fromEntries(made.map(([name, data]) => [name, device.readSync(data)])), part);
      for (const [, data] of made) device.dispose(data);
    }
  }
  return outputs.whole;
}

type ArrayInput = Extract<Checked, { readonly tensor?: undefined }>;

/** The outputs for some of the examples; by a plan where they are given as arrays. */
function inferredPart(by: Predicting, batch: CheckedBatch, part: Part): Named {
  const inputs = batch.inputs.filter((input) => input.tensor === undefined).map((input) => cutOut(input, part));
  const planned = inputs.length === batch.inputs.length ? plansOf(by)?.predict({ inputs, size: part[1] }) : undefined;
  return planned ?? inferred(by, batch, part);
}

/** Runs the emitted code. Each output holds a reference of its own, also where it is an alias of an input, a weight or another output. */
function inferred({ state, rules, infer }: Predicting, batch: CheckedBatch, part?: Part): Named {
  const { device, weights } = state;
  const { data, made } = placedPart(state, rules, batch.inputs, part);
  const outputs = attempt(device, () => {
    const mark = device.mark();
    const result = Object.entries(infer(device, weights, data));
    device.own(
      mark,
      result.map(([, output]) => output),
    );
    return result;
  });
  for (const input of made) device.dispose(input);
  return outputs;
}

/** The first example and the number of examples. */
type Part = readonly [begin: number, count: number];

function placedPart({ device }: ModelState, rules: BoundaryRules, inputs: readonly Checked[], part: Part | undefined) {
  if (part === undefined) return placed(device, rules, inputs);
  const [begin, count] = part;
  const cut = inputs.map((input) => (input.tensor === undefined ? cutOut(input, part) : input));
  const { data, made } = placed(device, rules, cut);
  const pieces = [...made];
  for (const { name, tensor, shape } of cut) {
    if (tensor === undefined) continue;
    const piece = slice(device, data[name]!, [begin, ...shape.slice(1).map(() => 0)], [count, ...shape.slice(1)]);
    pieces.push(piece);
    data[name] = piece;
  }
  return { data, made: pieces };
}

/** Some of the examples of an input. */
function cutOut(input: ArrayInput, [begin, count]: Part): Checked {
  const width = input.values.length / input.shape[0]!;
  const values = input.values.subarray(begin * width, (begin + count) * width);
  return { ...input, shape: [count, ...input.shape.slice(1)], values };
}
