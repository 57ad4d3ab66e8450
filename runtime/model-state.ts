/**
 * What a live model holds on its device: weights, optimiser slots, the count of steps. Weights are never changed in place: an update is new data
 * (wasm caches packed weights by data id), and the old is given back.
 */
import type { BoundaryRules, NamedSpec } from './boundary.ts';
import { type Device, attempt } from './device.ts';
import type { Checkpoint } from './checkpoints.ts';
import { Freezing } from './freezing.ts';
import { LazyPlans } from './plans/lazy-plans.ts';
import type {
  Data,
  DType,
  Program,
  PassProgram,
  ScheduleSpec,
  TensorSpec,
  TrainingProgram,
  UpdateResult,
} from './program.ts';
import type { Values } from './device.ts';
import { WeightsError } from './weights-error.ts';

/** Which weights came from where. */
export interface LoadReport {
  /** Taken from the file or model. */
  readonly loaded: readonly string[];
  /** Not there or of another shape, so newly initialised. */
  readonly fresh: readonly string[];
  /** There, but not of this model. */
  readonly unexpected: readonly string[];
}

export interface GivenWeight {
  readonly data: Values;
  readonly shape: readonly number[];
  readonly dtype: DType;
}
/** Values for weights by path. */
export type GivenWeights = ReadonlyMap<string, GivenWeight>;

/** What a checkpoint tells besides tensors. */
export interface Past {
  readonly step: number;
  readonly draws: number;
  readonly applied: Readonly<Record<string, number>>;
  readonly learningRate: number | ScheduleSpec | undefined;
  /** Absent: as at first. */
  readonly frozen: readonly string[] | undefined;
}

export class ModelState {
  readonly program: Program;
  readonly device: Device;
  /** Another one only after `rewind`. */
  seed: number;
  readonly loaded: LoadReport;
  readonly rules: BoundaryRules;
  /** By path; replaced entry by entry. */
  readonly weights: Record<string, Data> = {};
  /** By `path/slot`; empty before the first training step. */
  readonly slots: Record<string, Data> = {};
  /** Training steps taken. */
  step = 0;
  /** Set by the user or a callback; else the program's own. */
  learningRate: number | ScheduleSpec | undefined = undefined;
  training: TrainingProgram | undefined = undefined;
  /** With the targets; known once the training program is loaded. */
  trainingRules: BoundaryRules | undefined = undefined;
  /** Where examples are trained on: also with their weights, if the program takes any. */
  stepRules: BoundaryRules | undefined = undefined;
  /** Of the module that `training` is of, also without a `train` block. */
  passes: PassProgram | undefined = undefined;
  /** Training passes started by the user, each of which draws other random numbers. */
  draws = 0;
  /** Updates with optimisers chosen at run time, by their names. */
  readonly applied: Record<string, number> = {};
  readonly freezing: Freezing;
  /** Inference prepared for the sizes of inputs. */
  readonly plans = new LazyPlans(this);
  /** Another number whenever a weight is replaced. */
  version = 0;
  /** Layers whose statistics are not to be learned from data any more, by path. */
  readonly adapted = new Set<string>();
  fitting = false;
  disposed = false;

  /** @param given A value for each weight. */
  constructor(program: Program, device: Device, seed: number, given: GivenWeights, loaded: LoadReport) {
    this.program = program;
    this.device = device;
    this.seed = seed;
    this.loaded = loaded;
    const { name, source, inputs, requirements, valueRequirements } = program.spec;
    this.freezing = new Freezing(device, program);
    this.rules = { model: name, source, tensors: namedSpecs(inputs, 'input'), requirements, valueRequirements };
    attempt(device, () => {
      for (const [path, weight] of Object.entries(program.spec.weights)) {
        this.weights[path] = device.write(given.get(path)!.data, [...weight.shape], weight.dtype);
      }
    });
  }

  /** @throws Error once the model is disposed. */
  requireAlive(): this {
    if (!this.disposed) return this;
    throw new Error(
      `${this.program.spec.name}: this model was disposed and cannot be used any more. Create or load another.`,
    );
  }

  /**
   * The training program, loaded at first use, with slots ready.
   * @throws Error if the model has no `train` block.
   */
  async trainable(): Promise<TrainingProgram> {
    this.requireAlive();
    if (this.training !== undefined) return this.training;
    const { spec, training } = this.program;
    if (training === undefined)
      throw new Error(`${spec.name} has no train block in ${spec.source}, so it cannot be trained.`);
    const loaded = await training();
    await loaded.kernels?.(this.device);
    this.requireAlive();
    this.training ??= loaded;
    this.trainingRules = {
      ...this.rules,
      tensors: [...this.rules.tensors, ...namedSpecs(loaded.targets, 'target')],
      requirements: [...this.rules.requirements, ...(loaded.requirements ?? [])],
      valueRequirements: [...this.rules.valueRequirements, ...loaded.valueRequirements],
    };
    this.stepRules = withSampleWeight(this.trainingRules, this.training);
    return this.training;
  }

  /**
   * Forward and backward, from a module of their own.
   * @throws Error if the module was built without.
   */
  async passing(): Promise<PassProgram> {
    this.requireAlive();
    const { spec, passes } = this.program;
    if (passes === undefined)
      throw new Error(`${spec.name} was built without forward and backward; build ${spec.source} again.`);
    const loaded = await passes();
    await loaded.kernels?.(this.device);
    this.passes ??= loaded;
    this.requireAlive();
    return this.passes;
  }

  /** Makes the slots that are needed and not there yet: none for what is frozen. */
  prepareSlots({ optimizer, updatesTogether = false }: TrainingProgram): void {
    const missing = Object.entries(optimizer.slots).filter(
      ([slot]) => this.slots[slot] === undefined && (updatesTogether || !this.freezing.has(weightOfSlot(slot))),
    );
    if (missing.length === 0) return;
    const made = attempt(this.device, () =>
      missing.map(([path, { shape, initial = 0 }]): [string, Data] => {
        if (initial === 'weight') return [path, this.device.share(this.weights[weightOfSlot(path)]!)];
        const values = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(initial);
        return [path, this.device.write(values, [...shape], 'float32')];
      }),
    );
    for (const [path, data] of made) this.slots[path] = data;
  }

  /**
   * Takes up an earlier training. Weights that are frozen need no slots.
   * @param source What a message calls it.
   * @throws WeightsError where slots do not fit; then nothing is changed.
   */
  async restore(slots: GivenWeights, past: Past, source: string): Promise<void> {
    const wanted = this.program.training === undefined ? {} : (await this.trainable()).optimizer.slots;
    const frozen = new Set(past.frozen);
    const problems = Object.entries(wanted)
      .filter(([path]) => slots.has(path) || !frozen.has(weightOfSlot(path)))
      .filter(([path, { shape }]) => slots.get(path)?.shape.join() !== shape.join())
      .map(
        ([path, { shape }]) =>
          `${path} [${shape.join(', ')}] is ${slots.has(path) ? `[${slots.get(path)!.shape.join(', ')}]` : 'missing'}`,
      );
    if (problems.length > 0 && past.step > 0)
      throw new WeightsError(
        `${source} does not fit the optimiser of ${this.program.spec.name}:\n  ${problems.join('\n  ')}`,
      );
    for (const [path, { data, shape }] of slots) {
      // Others are of optimisers that were chosen at run time.
      const shapeOfWeight = this.program.spec.weights[weightOfSlot(path)]?.shape;
      const fits = path in wanted ? past.step > 0 : shapeOfWeight?.join() === shape.join();
      if (fits) this.slots[path] = this.device.write(data, [...shape], 'float32');
    }
    this.step = past.step;
    this.draws = past.draws;
    Object.assign(this.applied, past.applied);
    this.learningRate = past.learningRate;
    this.freezing.restore(past.frozen ?? this.freezing.paths);
  }

  /**
   * Goes back to a checkpoint of this model.
   * @throws WeightsError where it does not fit.
   */
  async rewind({ given, slots, past, seed }: Checkpoint, source: string): Promise<void> {
    const weights: Record<string, Data> = {};
    for (const [path, { data, shape, dtype }] of given) weights[path] = this.device.write(data, [...shape], dtype);
    this.adopt({ weights, slots: {} });
    this.resetSlots();
    await this.restore(slots, past, source);
    this.seed = seed;
  }

  /** Takes over the results of a step, each of which holds a reference of its own, and gives back what they replace. */
  adopt({ weights, slots }: UpdateResult): void {
    this.version++;
    replace(this.device, this.weights, weights);
    replace(this.device, this.slots, slots, true);
  }

  /** Forgets the optimiser's state. */
  resetSlots(): void {
    for (const name of Object.keys(this.applied)) delete this.applied[name];
    release(this.device, this.slots);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.plans.dispose();
    release(this.device, this.weights);
    release(this.device, this.slots);
    this.freezing.dispose();
  }
}

/** `dense.kernel` of `dense.kernel/m`. */
export const weightOfSlot = (slot: string): string => slot.slice(0, slot.lastIndexOf('/'));

/** The name of the weights of examples among the tensors of a batch. */
export const sampleWeightName = 'sampleWeight';
/** The same where each target has weights of its own. */
export const weightsOfTarget = (target: string): string => `${sampleWeightName}.${target}`;

function withSampleWeight(rules: BoundaryRules, { sampleWeights = false }: TrainingProgram): BoundaryRules {
  if (sampleWeights === false || rules.tensors.some(({ name }) => name === sampleWeightName)) return rules;
  const spec: TensorSpec = { dtype: 'float32', shape: [], default: 1 };
  const names = sampleWeights === true ? [sampleWeightName] : sampleWeights.map(weightsOfTarget);
  const weights = names.map((name): NamedSpec => ({ name, role: 'weight', spec }));
  return { ...rules, tensors: [...rules.tensors, ...weights] };
}

export function namedSpecs(specs: Readonly<Record<string, TensorSpec>>, role: NamedSpec['role']): NamedSpec[] {
  return Object.entries(specs).map(([name, spec]) => ({ name, role, spec }));
}

function replace(
  device: Device,
  held: Record<string, Data>,
  fresh: Readonly<Record<string, Data>>,
  grows = false,
): void {
  for (const [path, data] of Object.entries(fresh)) {
    const old = held[path];
    if (old === undefined && !grows)
      throw new Error(`Emitted code returns '${path}', which the model does not have; build it again.`);
    held[path] = data;
    if (old !== undefined) device.dispose(old);
  }
}

function release(device: Device, held: Record<string, Data>): void {
  for (const [path, data] of Object.entries(held)) {
    delete held[path];
    device.dispose(data);
  }
}
