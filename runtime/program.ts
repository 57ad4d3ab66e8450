/**
 * What the compiler emits for a model, as data and functions, and what the runtime does with it. Plain types only.
 * Emitted functions are straight-line code over the kernel functions of `kernels/`; each takes the device first. They are declared as
 * methods so that emitted ones may name the very weights and inputs that they take.
 */
import type { Device } from './device.ts';

export type DType = 'float32' | 'int32' | 'bool';

/** What kernels take and give (tfjs calls it TensorInfo). The batch axis is axis 0. */
export interface Data {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: DType;
}
export type DataRecord<Name extends string = string> = { readonly [K in Name]: Data };

/** Sizes of one example: numbers, size variables (`h`), or expressions of them in `.nn` syntax (`2 * h`). */
export interface TensorSpec {
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
  /** The line of the `.nn` that declares it. */
  readonly line?: number;
  /** Where an input may be left out: the values of one example in row-major order, or one number for all of them. */
  readonly default?: number | readonly number[];
}

/** Any initializer of `initializers/` by its Keras name, with its arguments. */
export interface InitializerSpec {
  readonly name: string;
  readonly [argument: string]: number | string | boolean;
}

export interface WeightSpec {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly initializer: InitializerSpec;
  /** The line of the `.nn` that makes it. */
  readonly line: number;
}

/** The run-time sizes of one call by name, e.g. `{ h: 256, w: 256 }`. */
export type Sizes = Readonly<Record<string, number>>;

/** Checked once at the boundary; `text` is as the compiler prints it (`h % 16 == 0`). */
export interface RequirementSpec {
  readonly text: string;
  readonly line: number;
  readonly holds: (sizes: Sizes) => boolean;
}
/** Values of an int32 input or target must lie in [0, below). */
export interface ValueRequirementSpec {
  readonly tensor: string;
  /** 0 unless given. */
  readonly from?: number;
  readonly below: number;
  readonly line: number;
}

export interface ModelSpec {
  readonly name: string;
  /** The `.nn` file as given to the compiler. */
  readonly source: string;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly outputs: Readonly<Record<string, TensorSpec>>;
  readonly weights: Readonly<Record<string, WeightSpec>>;
  readonly requirements: readonly RequirementSpec[];
  readonly valueRequirements: readonly ValueRequirementSpec[];
}

export interface Program {
  readonly spec: ModelSpec;
  /** Inference. Frees nothing that it is given; the caller owns what it returns, which may be an alias of an argument. */
  infer(device: Device, weights: DataRecord, inputs: DataRecord): DataRecord;
  /** Examples are only computed all together: random numbers are drawn for them, or a result is none of theirs. */
  readonly undivided?: boolean;
  /** The second emitted module, loaded on first use; absent without a `train` block. */
  readonly training?: (backend: string) => Promise<TrainingProgram>;
  /** Patterns of weights that are frozen at first. */
  readonly freeze?: readonly string[];
  /** The third emitted module: forward and backward as two halves. */
  readonly passes?: (backend: string) => Promise<PassProgram>;
  /** In bundles: registers the kernels that the module computes with; called before it first does. */
  readonly kernels?: LoadKernels;
}
export type LoadKernels = (device: Device) => Promise<void>;

/** How one entry of a report vector is folded over an epoch. */
export type ReportEntry =
  /** `loss`: one value, the batch's mean, weighted by its number of examples. `mean`: two values, total and count. */
  | { readonly name: string; readonly kind: 'loss' | 'mean' }
  /** `size` values, each summed; the score is what a function of `metric-results.ts` makes of the sums. */
  | { readonly name: string; readonly kind: 'sums'; readonly size: number; readonly result: MetricResultSpec };

/** A function of a metric's sums by its name, with its arguments. */
export interface MetricResultSpec {
  readonly name: string;
  readonly [argument: string]: number | string | boolean | readonly number[];
}

/** A learning-rate schedule by its Keras name, with its arguments. */
export interface ScheduleSpec {
  readonly name: string;
  readonly [argument: string]: number | string | boolean | readonly number[];
}
/** The learning rate of an epoch, which counts from 0, from the rate so far. */
export type RateFunction = (epoch: number, rate: number) => number;
/** A callback by its Keras name, with its arguments. */
export interface CallbackSpec {
  readonly name: string;
  readonly [argument: string]: number | string | boolean | ScheduleSpec | RateFunction;
}

/** What every function of the second module is given. */
export interface PassInputs {
  readonly weights: DataRecord;
  readonly inputs: DataRecord;
  /** By the path of a layer that keeps statistics: a bool scalar, whether it is frozen. */
  readonly frozen: DataRecord;
  /** Counts from 1. */
  readonly step: number;
  readonly seed: number;
}

export interface GradientInputs extends PassInputs {
  readonly targets: DataRecord;
  /** `[n]`, what each example counts in the loss; where `TrainingProgram.sampleWeights`. */
  readonly sampleWeight: Data;
  /** The same by target, where `TrainingProgram.sampleWeights` names them. */
  readonly sampleWeights: DataRecord;
  /** Whether the gradients of inputs are wanted too. */
  readonly inputGradients: boolean;
}
export interface GradientResult {
  /** float32 vector of the entries of `TrainingProgram.report`, in order. */
  readonly report: Data;
  /** New values of moving statistics, by path. */
  readonly states: DataRecord;
  /** By path; of the weights that the loss depends on. */
  readonly weights: DataRecord;
  /** By name; empty if not wanted. */
  readonly inputs: DataRecord;
}

export interface UpdateInputs {
  readonly weights: DataRecord;
  /** By `path/slot`, e.g. `dense.kernel/m`. */
  readonly slots: DataRecord;
  /** By path; weights without one stay. */
  readonly gradients: Partial<DataRecord>;
  readonly learningRate: number;
  /** Counts from 1. */
  readonly step: number;
}
export interface UpdateResult {
  /** New values by path, and by `path/slot`. */
  readonly weights: DataRecord;
  readonly slots: DataRecord;
}

export interface ForwardResult {
  readonly outputs: DataRecord;
  /** What the backward half needs, by names of its own. */
  readonly saved: DataRecord;
  readonly states: DataRecord;
}
export interface BackwardInputs extends PassInputs {
  readonly saved: DataRecord;
  /** Of the outputs, by name: every one that is float32. */
  readonly gradients: DataRecord;
}
export interface BackwardResult {
  readonly weights: DataRecord;
  readonly inputs: DataRecord;
}

/** Forward and backward as two halves. Each frees nothing that it is given; what it returns may be an alias of an argument. */
export interface Pass {
  forward(device: Device, inputs: PassInputs): ForwardResult;
  backward(device: Device, inputs: BackwardInputs): BackwardResult;
}
/** What the third emitted module has for a model. */
export interface PassProgram {
  /** As in training. */
  readonly pass?: Pass;
  /** As in inference, where that differs. */
  readonly inferencePass?: Pass;
  readonly kernels?: LoadKernels;
}

export interface TrainingProgram {
  readonly targets: Readonly<Record<string, TensorSpec>>;
  /** What training needs of the sizes besides what the model does. */
  readonly requirements?: readonly RequirementSpec[];
  readonly valueRequirements: readonly ValueRequirementSpec[];
  readonly defaults: {
    readonly batchSize: number;
    readonly epochs: number;
    readonly validationSplit?: number;
    readonly shuffle?: boolean;
    readonly callbacks: readonly CallbackSpec[];
  };
  readonly optimizer: {
    readonly name: string;
    readonly learningRate: number | ScheduleSpec;
    /** Every slot by `path/slot` with its shape; all start as zeros unless `initial` says otherwise. */
    readonly slots: Readonly<
      Record<string, { readonly shape: readonly number[]; readonly initial?: number | 'weight' }>
    >;
    /** Weights are updated once in so many steps, with the mean of their gradients. */
    readonly accumulationSteps?: number;
    /** Slots named `average` are running means of the weights, which take their place when training ends, and every so many updates. */
    readonly averages?: { readonly overwriteFrequency?: number };
  };
  readonly report: readonly ReportEntry[];
  /** Whether examples can be given weights; the targets that have weights of their own, where there are several. */
  readonly sampleWeights?: boolean | readonly string[];
  /** `update` needs the gradients of all weights, for it limits their common norm. */
  readonly updatesTogether?: boolean;
  /** Forward, loss and backward of a step. Frees nothing that it is given; what it returns may be an alias of an argument. */
  gradients(device: Device, inputs: GradientInputs): GradientResult;
  /** The same where something frozen at first no longer is. */
  allGradients?(device: Device, inputs: GradientInputs): GradientResult;
  /** The optimiser, under the same rule. */
  update(device: Device, inputs: UpdateInputs): UpdateResult;
  /** For layers that learn statistics before training: `mean:PATH`, `variance:PATH` and `count:PATH` of a batch. */
  adapt?(device: Device, weights: DataRecord, inputs: DataRecord): DataRecord;
  /** Loss and metrics without training: the report vector. */
  evaluate(device: Device, weights: DataRecord, inputs: DataRecord, targets: DataRecord): Data;
  readonly kernels?: LoadKernels;
}
