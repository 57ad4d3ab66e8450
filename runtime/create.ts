/** Makes live models of emitted programs: with fresh weights, with another model's, with those of a file. */
import { currentDevice } from './backends.ts';
import type { Values } from './device.ts';
import { readCheckpoint } from './checkpoints.ts';
import { type GivenWeights, type LoadReport, ModelState } from './model-state.ts';
import { Model } from './model.ts';
import { nodeModule } from './node.ts';
import type { DType, ModelSpec, Program } from './program.ts';
import { type StoredTensor, readSafetensors } from './safetensors.ts';
import { type WeightsSource, weightBytes } from './weight-files.ts';
import { fitting, withoutSlots } from './weights.ts';

export interface CreateOptions {
  /** A whole number from which fresh weights, and random numbers in training, are drawn; the same on every backend. Default: another one each time. */
  readonly seed?: number;
  /** A model or weights file of which weights are copied whose name and shape agree; `loaded` of the new model tells which. */
  readonly from?: Pick<AnyModel, 'weights' | 'toBytes'> | WeightsSource;
}
export interface LoadOptions {
  /** Take what fits and initialise the rest, rather than refuse. */
  readonly partial?: boolean;
  /** As for `create`. */
  readonly seed?: number;
}

/** A model of any inputs and outputs. */
export type AnyModel = Model<object, object>;
type ModelClass<Instance> = new (state: ModelState) => Instance;

/**
 * A model with fresh weights, on tfjs's current backend (or the default one, which is then loaded).
 * @throws Error for a seed that is not a whole number; SafetensorsError or WeightsError from a file that cannot be read.
 */
export async function create<Instance>(
  modelClass: ModelClass<Instance>,
  program: Program,
  { seed = randomSeed(), from }: CreateOptions = {},
): Promise<Instance> {
  requireSeed(seed);
  const stored = from === undefined ? new Map<string, StoredTensor>() : await storedWeights(from);
  const { given, report } = fitting(program.spec, stored, true, '');
  return instance(modelClass, program, seed, given, report);
}

/**
 * A model with the weights of a safetensors file: a path (Node), address, response, file, blob or bytes.
 * @throws SafetensorsError for a damaged file; WeightsError for a file that is not there or does not fit (unless `partial`).
 */
export async function load<Instance>(
  modelClass: ModelClass<Instance>,
  program: Program,
  source: WeightsSource,
  { partial = false, seed = randomSeed() }: LoadOptions = {},
): Promise<Instance> {
  requireSeed(seed);
  const { bytes, name } = await weightBytes(source);
  const { given, report } = fitting(program.spec, withoutSlots(readSafetensors(bytes, name)), partial, name);
  return instance(modelClass, program, seed, given, report);
}

/**
 * A model as `checkpoint` left it: its next training step is the one that would have followed.
 * @throws SafetensorsError or WeightsError for a file that is damaged, does not fit, or is no checkpoint.
 */
export async function resume<Instance extends AnyModel>(
  modelClass: ModelClass<Instance>,
  program: Program,
  source: WeightsSource,
): Promise<Instance> {
  const { bytes, name } = await weightBytes(source);
  const { seed, given, report, slots, past } = readCheckpoint(bytes, name, program.spec);
  const model = await instance(modelClass, program, seed, given, report);
  try {
    await model.state.restore(slots, past, name);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function instance<Instance>(
  modelClass: ModelClass<Instance>,
  program: Program,
  seed: number,
  given: GivenWeights,
  report: LoadReport,
): Promise<Instance> {
  const device = await currentDevice();
  await program.kernels?.(device);
  // Whoever loads all weights never loads what draws them.
  const complete = report.fresh.length === 0 ? given : await initialised(program.spec, given, seed);
  const state = new ModelState(program, device, seed, complete, report);
  if (nodeModule('node:module') !== undefined) await state.plans.load();
  return new modelClass(state);
}

async function initialised(spec: ModelSpec, given: GivenWeights, seed: number): Promise<GivenWeights> {
  const { freshWeight } = await import('./initializers/fresh-weight.ts');
  const complete = new Map(given);
  for (const [path, weight] of Object.entries(spec.weights))
    if (!complete.has(path)) complete.set(path, freshWeight(path, weight, seed));
  return complete;
}

async function storedWeights(from: NonNullable<CreateOptions['from']>): Promise<ReadonlyMap<string, StoredTensor>> {
  if (!(from instanceof Model)) {
    const { bytes, name } = await weightBytes(from as WeightsSource);
    return withoutSlots(readSafetensors(bytes, name));
  }
  const spec: ModelSpec = from.state.requireAlive().program.spec;
  const tensors = new Map<string, StoredTensor>();
  const views = from.weights as Readonly<Record<string, { data(): Promise<Values> }>>;
  for (const [path, { shape, dtype }] of Object.entries(spec.weights)) {
    tensors.set(path, { shape, dtype: dtype satisfies DType, data: await views[path]!.data() });
  }
  return tensors;
}

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function requireSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new Error(`seed must be a whole number, but is ${String(seed)}.`);
}
