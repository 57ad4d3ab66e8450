/**
 * What a live model holds on its device: weights, optimiser slots, the count of steps. Weights are never changed in place: an update is other data
 * (wasm caches packed weights by data id), and the old is given back.
 */
import type { BoundaryRules, NamedSpec } from './boundary.ts';
import { type Device, attempt } from './device.ts';
import type { Frozen } from './new-freezing.ts';
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
import type * as TrainingCalls from './training-calls.ts';
import type { Values } from './device.ts';

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
  readonly freezing: Frozen;
  /** Inference prepared for the sizes of inputs. */
  readonly plans = new LazyPlans(this);
  /** Another number whenever a weight is replaced. */
  version = 0;
  /** Layers whose statistics are not to be learned from data any more, by path. */
  readonly adapted = new Set<string>();
  fitting = false;
  disposed = false;
  #trainingCalls: Promise<typeof TrainingCalls> | undefined;

  /** @param given A value for each weight. */
  constructor(
    program: Program,
    device: Device,
    seed: number,
    given: GivenWeights,
    loaded: LoadReport,
    freezing: Frozen,
  ) {
    this.program = program;
    this.device = device;
    this.seed = seed;
    this.loaded = loaded;
    const { name, source, inputs, requirements, valueRequirements } = program.spec;
    this.freezing = freezing;
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

  /** What trains, loaded at first use. */
  trainingCalls(): Promise<typeof TrainingCalls> {
    this.requireAlive();
    return (this.#trainingCalls ??= import('./training-calls.ts'));
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
