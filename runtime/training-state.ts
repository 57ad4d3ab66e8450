/**
 * What a live model holds for training: the training program, the optimiser's slots, what a checkpoint tells. Loaded with training; a model that only predicts
 * does without.
 */
import type { Checkpoint } from './checkpoints.ts';
import type { BoundaryRules, NamedSpec } from './boundary.ts';
import { type GivenWeights, type ModelState, type Past, namedSpecs } from './model-state.ts';
import type { Data, PassProgram, TensorSpec, TrainingProgram } from './program.ts';
import { sampleWeightName, weightsOfTarget } from './sample-weights.ts';
import { weightOfSlot } from './slots.ts';
import { WeightsError } from './weights-error.ts';

/**
 * The training program, loaded at first use, with slots ready.
 * @throws Error if the model has no `train` block.
 */
export async function trainable(state: ModelState): Promise<TrainingProgram> {
  state.requireAlive();
  if (state.training !== undefined) return state.training;
  const { spec, training } = state.program;
  if (training === undefined)
    throw new Error(`${spec.name} has no train block in ${spec.source}, so it cannot be trained.`);
  const loaded = await training(state.device.name);
  await loaded.kernels?.(state.device);
  state.requireAlive();
  state.training ??= loaded;
  state.trainingRules = {
    ...state.rules,
    tensors: [...state.rules.tensors, ...namedSpecs(loaded.targets, 'target')],
    requirements: [...state.rules.requirements, ...(loaded.requirements ?? [])],
    valueRequirements: [...state.rules.valueRequirements, ...loaded.valueRequirements],
  };
  state.stepRules = withSampleWeight(state.trainingRules, state.training);
  return state.training;
}

/**
 * Forward and backward, from a module of their own.
 * @throws Error if the module was built without.
 */
export async function passing(state: ModelState): Promise<PassProgram> {
  state.requireAlive();
  const { spec, passes } = state.program;
  if (passes === undefined)
    throw new Error(`${spec.name} was built without forward and backward; build ${spec.source} again.`);
  const loaded = await passes(state.device.name);
  await loaded.kernels?.(state.device);
  state.passes ??= loaded;
  state.requireAlive();
  return state.passes;
}

/**
 * Takes up an earlier training. Weights that are frozen need no slots.
 * @param source What a message calls it.
 * @throws WeightsError where slots do not fit; then nothing is changed.
 */
export async function restore(state: ModelState, slots: GivenWeights, past: Past, source: string): Promise<void> {
  const { program, device } = state;
  const wanted = program.training === undefined ? {} : (await trainable(state)).optimizer.slots;
  const frozen = new Set(past.frozen);
  const problems = Object.entries(wanted)
    .filter(([path]) => slots.has(path) || !frozen.has(weightOfSlot(path)))
    .filter(([path, { shape }]) => slots.get(path)?.shape.join() !== shape.join())
    .map(
      ([path, { shape }]) =>
        `${path} [${shape.join(', ')}] is ${slots.has(path) ? `[${slots.get(path)!.shape.join(', ')}]` : 'missing'}`,
    );
  if (problems.length > 0 && past.step > 0)
    throw new WeightsError(`${source} does not fit the optimiser of ${program.spec.name}:\n  ${problems.join('\n  ')}`);
  for (const [path, { data, shape }] of slots) {
    // Others are of optimisers that were chosen at run time.
    const shapeOfWeight = program.spec.weights[weightOfSlot(path)]?.shape;
    const fits = path in wanted ? past.step > 0 : shapeOfWeight?.join() === shape.join();
    if (fits) state.slots[path] = device.write(data, [...shape], 'float32');
  }
  state.step = past.step;
  state.draws = past.draws;
  Object.assign(state.applied, past.applied);
  state.learningRate = past.learningRate;
  state.freezing.restore(past.frozen ?? state.freezing.paths);
}

/**
 * Goes back to a checkpoint of this model.
 * @throws WeightsError where it does not fit.
 */
export async function rewind(
  state: ModelState,
  { given, slots, past, seed }: Checkpoint,
  source: string,
): Promise<void> {
  const weights: Record<string, Data> = {};
  for (const [path, { data, shape, dtype }] of given) weights[path] = state.device.write(data, [...shape], dtype);
  state.adopt({ weights, slots: {} });
  state.resetSlots();
  await restore(state, slots, past, source);
  state.seed = seed;
}

function withSampleWeight(rules: BoundaryRules, { sampleWeights = false }: TrainingProgram): BoundaryRules {
  if (sampleWeights === false || rules.tensors.some(({ name }) => name === sampleWeightName)) return rules;
  const spec: TensorSpec = { dtype: 'float32', shape: [], default: 1 };
  const names = sampleWeights === true ? [sampleWeightName] : sampleWeights.map(weightsOfTarget);
  const weights = names.map((name): NamedSpec => ({ name, role: 'weight', spec }));
  return { ...rules, tensors: [...rules.tensors, ...weights] };
}
