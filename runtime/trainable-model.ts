/** A model with a `train` block. The training program is a second module, loaded by the first of these methods. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TrainingData } from './data.ts';
import type { FitOptions } from './fit.ts';
import type { History } from './history.ts';
import { type GradientValues, type Gradients, Model, type WeightSpecs } from './model.ts';
import type { OptimizerUse } from './optimizers.ts';
import type { ScheduleSpec } from './program.ts';
import { prepareSlots } from './slots.ts';
import type { TensorLike } from './tensor-like.ts';

/** Where in a training a step stands. */
export interface StepPlace {
  readonly epoch: number;
  /** Counts from 0 within the epoch. */
  readonly batch: number;
  /** Number of examples. */
  readonly size: number;
}

/** The optimiser of the `train` block by its name, whatever that is. */
type TrainingOptimizer = string;

export class TrainableModel<
  Inputs extends object = Record<string, TensorLike>,
  Outputs extends object = Record<string, Tensor>,
  Batch extends object = Record<string, TensorLike>,
  Scores extends object = Record<string, number>,
  Weights extends WeightSpecs = WeightSpecs,
> extends Model<Inputs, Outputs, Weights> {
  /** Set to true by a callback, training ends after the present step, as if finished. `fit` sets it to false at its start. */
  stopTraining = false;

  /**
   * The learning rate, or its schedule over training steps. `undefined` until the training program is loaded: that of the `train` block. Setting it holds
   * for all further steps.
   */
  get learningRate(): number | ScheduleSpec | undefined {
    return this.state.learningRate ?? this.state.training?.optimizer.learningRate;
  }

  set learningRate(rate: number | ScheduleSpec | undefined) {
    this.state.learningRate = rate;
  }

  /** Training steps taken, over all fits. */
  get step(): number {
    return this.state.step;
  }

  /**
   * Trains, with the `train` block's defaults. The optimiser's state is kept from one call to the next.
   * @throws InputError for data or options that do not fit; TrainingAbortedError when `signal` fires.
   */
  async fit(data: TrainingData<Batch>, options: FitOptions<Batch, Scores> = {}): Promise<History<Scores>> {
    this.stopTraining = false;
    const { fit } = await this.state.trainingCalls();
    const history = await fit(this.state, data, options as FitOptions, () => this.stopTraining);
    return history.view<Scores>();
  }

  /**
   * As `fit`, step by step: gives the scores of each step when it has been taken. `break` ends training as it is.
   * @throws As `fit`.
   */
  async *training(
    data: TrainingData<Batch>,
    options: FitOptions<Batch, Scores> = {},
  ): AsyncGenerator<Scores & StepPlace, History<Scores>, undefined> {
    this.stopTraining = false;
    const { scoresOf, trainingSteps } = await this.state.trainingCalls();
    const steps = trainingSteps(this.state, data, options as FitOptions, () => this.stopTraining, true);
    try {
      for (;;) {
        const { done, value } = await steps.next();
        if (done === true) return value.view<Scores>();
        const { epoch, batch, size, report } = value;
        yield { ...(scoresOf(this.state.training!.report, report!, size) as Scores), epoch, batch, size };
      }
    } finally {
      // Does nothing where they have ended by themselves.
      await steps.return(undefined as never);
    }
  }

  /**
   * Loss and metrics over the data, without training.
   * @throws InputError for data that does not fit.
   */
  async evaluate(
    data: TrainingData<Batch>,
    options: { readonly batchSize?: number; readonly steps?: number } = {},
  ): Promise<Scores> {
    const { evaluate } = await this.state.trainingCalls();
    return (await evaluate(this.state, data, options)) as Scores;
  }

  /**
   * One training step on one batch of the caller's; tensors stay the caller's.
   * @throws InputError for a batch that does not fit.
   */
  async trainStep(batch: Batch): Promise<Scores> {
    const { trainStep } = await this.state.trainingCalls();
    return (await trainStep(this.state, batch)) as Scores;
  }

  /**
   * Loss and metrics of a batch, and the gradients of the loss by weights and inputs, of the weights as they are: nothing changes. Gradients are
   * zeros where the loss does not depend, and of frozen weights. The tensors are the caller's.
   * @throws InputError for a batch that does not fit.
   */
  async gradients(
    batch: Batch,
  ): Promise<{ readonly loss: number; readonly scores: Scores } & Gradients<Inputs, Weights>> {
    this.state.requireAlive();
    const { gradients } = await import('./passes.ts');
    const { scores, gradients: found } = await gradients(this.state, batch);
    const typed = found as unknown as Gradients<Inputs, Weights>;
    return { loss: scores['loss']!, scores: scores as Scores, weights: typed.weights, inputs: typed.inputs };
  }

  /**
   * One update of the weights from gradients, by default with the `train` block's optimiser. Frozen weights stay.
   * @throws InputError for gradients or an optimiser that do not fit.
   */
  override applyGradients(
    gradients: GradientValues<Weights>,
    options: {
      readonly optimizer?:
        OptimizerUse | { readonly name: TrainingOptimizer; readonly learningRate?: number } | undefined;
    } = {},
  ): Promise<void> {
    return super.applyGradients(gradients, options as { readonly optimizer: OptimizerUse });
  }

  override async checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    const { training, step } = this.state.requireAlive();
    // Weights that have just been unfrozen have none yet.
    if (training !== undefined && step > 0) prepareSlots(this.state, training);
    return super.checkpoint();
  }

  /** Forgets the optimiser's state (momenta and the like); the weights stay. */
  resetOptimizer(): void {
    this.state.requireAlive().resetSlots();
  }
}
