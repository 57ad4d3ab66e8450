/** What a plan is, whatever backend it is for. */
import type { Values } from '../device.ts';
import type { Data, DataRecord, DType, Program } from '../program.ts';

/** One thing to do. */
export type Step = () => void;

/** What a model computes for inputs of certain shapes, on memory that is taken once. */
export interface Plan {
  /** The names of the outputs. */
  readonly names: readonly string[];
  /** The memory that it holds for itself. */
  readonly bytes: number;
  /** What it needs of the memory that all plans of the model share. */
  readonly sharedBytes: number;
  /** Takes that memory. To be called before views of values in wasm's memory are taken that it shall run on. */
  settle(): void;
  /** Computes anew what follows from weights alone. To be called when any of them has been replaced. */
  follow(): void;
  /** The outputs, in their order, for inputs whose values are given in theirs. */
  run(values: readonly Values[]): Values[];
  /** As `run`, for one output. */
  runOne(values: readonly Values[]): Values;
  /** As `run`, with data of the caller's own. */
  runInto(values: readonly Values[]): [string, Data][];
  dispose(): void;
}

/** An input of the run that is recorded, its shape with the batch axis. */
export interface RecordedInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: Values;
}

/** Makes plans of one model on one backend. */
export interface Planner {
  /** The memory that all its plans share. */
  readonly bytes: number;
  /** A plan for inputs of these shapes in this order; `undefined` where emitted code does what no plan can. */
  record(infer: Program['infer'], inputs: readonly RecordedInput[]): Plan | undefined;
  /** Takes the weights as they are now, for all plans. The old may be gone. */
  follow(weights: DataRecord): void;
  dispose(): void;
}

/** What emitted code does that cannot be done again without it. */
export class Unplannable extends Error {}
