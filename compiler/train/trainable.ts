/**
 * What `nn train` and `nn predict` use of an emitted class. The class comes out of a file that was written a moment ago, so its type is
 * stated here and checked once, where it is loaded.
 */
export type Scores = Readonly<Record<string, number>>;

/** Values with their shape, the batch axis first. */
export interface ShapedValues {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}
export type TrainingBatch = Readonly<Record<string, ShapedValues>>;

export interface FitOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly validationData?: TrainingBatch;
  readonly signal: AbortSignal;
  /** Epochs and batches count from 0. */
  readonly onEpochBegin: (epoch: number) => void;
  /** With the scores of this batch alone, and its number of examples as `size`. */
  readonly onBatchEnd: (batch: number, scores: Scores) => void;
  readonly onEpochEnd: (epoch: number, scores: Scores) => void;
}

export interface TrainableNet {
  /** Lets signals and timers through between steps; rejects after the current step when its signal fires. */
  fit(data: TrainingBatch, options: FitOptions): Promise<unknown>;
  evaluate(data: TrainingBatch, options: { readonly batchSize: number }): Promise<Scores>;
  save(path: string): Promise<void>;
  toBytes(): Promise<Uint8Array>;
  dispose(): void;
}

export interface TrainableClass {
  create(options: { readonly seed: number }): Promise<TrainableNet>;
}

/** A result as it lies on its device. */
export interface PredictedTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

export interface PredictingNet {
  predict(inputs: TrainingBatch): Readonly<Record<string, PredictedTensor>>;
  dispose(): void;
}

export interface PredictingClass {
  /** @throws WeightsError where the file is none, or its weights are those of another model. */
  load(path: string): Promise<PredictingNet>;
}
