/** Makes live models of emitted programs: with fresh weights, with another model's, with those of a file. */
import { currentDevice } from './backends.ts';
import { freezingOf } from './new-freezing.ts';
import { type GivenWeights, type LoadReport, ModelState } from './model-state.ts';
import type { Model } from './model.ts';
import { nodeModule } from './node.ts';
import type { ModelSpec, Program } from './program.ts';
import { plainSafetensors } from './plain-safetensors.ts';
import type { SafetensorsFile } from './safetensors.ts';
import { type WeightsSource, weightBytes } from './weight-files.ts';

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
  if (from === undefined) {
    const fresh = Object.keys(program.spec.weights);
    return instance(modelClass, program, seed, new Map(), { loaded: [], fresh, unexpected: [] });
  }
  const { weightsFrom } = await import('./create-from.ts');
  const { given, report } = await weightsFrom(from, program.spec);
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
  // The backend starts while the file is on its way.
  const [{ bytes, name }] = await Promise.all([weightBytes(source), currentDevice()]);
  const isCallers = source instanceof Uint8Array || source instanceof ArrayBuffer;
  const file = await safetensors(bytes, name, !isCallers);
  if (fits(program.spec, file)) {
    const report = { loaded: Object.keys(program.spec.weights), fresh: [], unexpected: [] };
    return instance(modelClass, program, seed, file.tensors, report);
  }
  const { fitting, withoutSlots } = await import('./fitting.ts');
  const { given, report } = fitting(program.spec, withoutSlots(file), partial, name);
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
  const { readCheckpoint } = await import('./checkpoints.ts');
  const { seed, given, report, slots, past } = readCheckpoint(bytes, name, program.spec);
  const model = await instance(modelClass, program, seed, given, report);
  try {
    const { restore } = await import('./training-state.ts');
    await restore(model.state, slots, past, name);
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
  const freezing = await freezingOf(device, program);
  const state = new ModelState(program, device, seed, complete, report, freezing);
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

/** Whoever loads a file as nnlang writes them never loads what reads all others. */
async function safetensors(bytes: Uint8Array, name: string, inPlace: boolean): Promise<SafetensorsFile> {
  return plainSafetensors(bytes, inPlace) ?? (await import('./safetensors.ts')).readSafetensors(bytes, name);
}

/** Whether a file has the weights of a model and nothing else; what is told otherwise is `fitting.ts`'s. */
function fits({ weights }: ModelSpec, { tensors }: SafetensorsFile): boolean {
  const wanted = Object.entries(weights);
  const isThere = ([path, { dtype, shape }]: (typeof wanted)[number]): boolean => {
    const stored = tensors.get(path);
    return stored?.dtype === dtype && stored.shape.join() === shape.join();
  };
  return wanted.length === tensors.size && wanted.every(isThere);
}

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function requireSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new Error(`seed must be a whole number, but is ${String(seed)}.`);
}
