/** A model that runs: what every emitted class inherits. Training is in `trainable-model.ts`. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Device } from './device.ts';
import type { WeightPattern } from './freezing.ts';
import type { LoadReport, ModelState } from './model-state.ts';
import type { OptimizerUse } from './optimizers.ts';
import { type OnlyInput, type OnlyKey, type Predicting, Predictor } from './predictor.ts';
import type { WeightSpec } from './program.ts';
import { setWeights } from './set-weights.ts';
import { summaryText } from './summary.ts';
import type { TensorLike, TypedTensor } from './tensor-like.ts';
import type { WarmUpOptions } from './warm-up.ts';
import { type WeightView, savedWeights, weightViews } from './weights.ts';
import type { AxesOf } from './tensor-types.ts';

export interface ForwardOptions {
  /** Default: as `predict` computes. */
  readonly training?: boolean;
}
/** Weights that learn. */
export type TrainablePath<Weights extends WeightSpecs> = {
  [Path in keyof Weights]: Weights[Path]['trainable'] extends false ? never : Path;
}[keyof Weights];
/** By path and by name; zeros where a loss does not depend. The caller's to dispose. */
export type Gradients<Inputs, Weights extends WeightSpecs> = {
  readonly weights: { readonly [Path in TrainablePath<Weights>]: TypedTensor<'float32', AxesOfWeight<Weights[Path]>> };
  readonly inputs: { readonly [Name in keyof Inputs]-?: TypedTensor<'float32', AxesOf<Inputs[Name]>> };
};
type AxesOfWeight<Weight extends WeightSpec> = Weight['shape']['length'];
/** Values for some of the weights. */
export type WeightValues<Weights extends WeightSpecs> = {
  readonly [Path in keyof Weights]?: TensorLike<AxesOfWeight<Weights[Path]>>;
};
/** Gradients by some of the weights that learn. */
export type GradientValues<Weights extends WeightSpecs> = {
  readonly [Path in TrainablePath<Weights>]?: TensorLike<AxesOfWeight<Weights[Path]>>;
};
/** What `forward` gives. */
export interface ForwardPass<Inputs, Outputs, Weights extends WeightSpecs> {
  /** The caller's to dispose. */
  readonly outputs: Outputs;
  /**
   * From the gradients of a loss by outputs those by weights and inputs; once. An output that is left out does not count.
   * @throws InputError for gradients that do not fit.
   */
  backward(
    outputGradients: OnlyGradient<Outputs> | { readonly [Name in keyof Outputs]?: GradientOf<Outputs[Name]> },
  ): Gradients<Inputs, Weights>;
  /** Gives back what is held for `backward`, where that is not called. */
  dispose(): void;
  [Symbol.dispose](): void;
}
type GradientOf<Output> = TensorLike<AxesOf<Output>>;
type OnlyGradient<Outputs> = [OnlyKey<Outputs>] extends [never] ? never : GradientOf<Outputs[OnlyKey<Outputs>]>;

/** The weights of a model by path, as in its spec. */
export type WeightSpecs = Readonly<Record<string, WeightSpec>>;
export type WeightViews<Weights extends WeightSpecs> = {
  readonly [Path in keyof Weights]: WeightView<Weights[Path]['shape'], Weights[Path]['dtype']>;
};

/**
 * A model with its weights on one device.
 *
 * Give it back with `dispose` (or `using`). Nothing that it does leaves data behind except the tensors it returns, which are the caller's.
 */
export class Model<
  Inputs extends object = Record<string, TensorLike>,
  Outputs extends object = Record<string, Tensor>,
  Weights extends WeightSpecs = WeightSpecs,
> extends Predictor<Inputs, Outputs> {
  /** @internal */
  readonly state: ModelState;

  /** Use the static `create` or `load` of the emitted class. */
  constructor(state: ModelState) {
    super();
    this.state = state;
  }

  /** The device that the weights live on. */
  get device(): Device {
    return this.state.device;
  }

  /** What the first weights and, by default, training draw their random numbers from. */
  get seed(): number {
    return this.state.seed;
  }

  /** After `load` and `create({ from })`: which weights were taken and which are fresh. */
  get loaded(): LoadReport {
    return this.state.loaded;
  }

  /** @internal */
  override predicting(): Predicting {
    const { program, rules } = this.state.requireAlive();
    return {
      state: this.state,
      rules,
      infer: program.infer,
      ...(program.undivided === undefined ? {} : { undivided: program.undivided }),
    };
  }

  /** The weights by path; each can be read with `data()`. They are changed with `setWeights` or by training. */
  get weights(): WeightViews<Weights> {
    return weightViews(this.state.requireAlive()) as WeightViews<Weights>;
  }

  /**
   * Computes once for inputs of nothing, so that the first real prediction is as fast as all: programs of graphics cards are compiled, plans made. For
   * the numbers of examples and the open sizes that will come: `warmUp({ batchSize: [1, 32], sizes: { h: 256, w: 256 } })`.
   * @throws InputError for a size that has no number.
   */
  async warmUp(options: WarmUpOptions = {}): Promise<void> {
    const { rules } = this.state.requireAlive();
    const { warmUp } = await import('./warm-up.ts');
    await warmUp(rules, (inputs) => this.run(inputs as Inputs), options);
  }

  /**
   * Replaces weights: all of those given, or none if one does not fit.
   * @throws InputError for an unknown name or another shape.
   */
  setWeights(values: WeightValues<Weights>): void {
    setWeights(this.state.requireAlive(), values as Readonly<Record<string, unknown>>);
  }

  /** The weights as the bytes of a safetensors file. */
  async toBytes(): Promise<Uint8Array<ArrayBuffer>> {
    return savedWeights(this.state.requireAlive());
  }

  /**
   * Writes the weights to a safetensors file, whole or not at all: to a path in Node, to `indexeddb://NAME` in a browser.
   * @throws WeightsError for a path in a browser.
   */
  async save(path: string | URL): Promise<void> {
    const bytes = await this.toBytes();
    const { saveBytes } = await import('./weight-saving.ts');
    await saveBytes(path, bytes);
  }

  /**
   * Outputs of a batch, and the way back: for losses outside the model. `training`: with dropout, statistics of the batch, which are then updated,
   * and, in `backward`, auxiliary losses and penalties. Outputs are the caller's; what else is held goes with `backward` or `dispose`.
   * @throws InputError if the inputs do not fit.
   */
  forward(input: OnlyInput<Inputs>, options?: ForwardOptions): Promise<ForwardPass<Inputs, Outputs, Weights>>;
  forward(inputs: Inputs, options?: ForwardOptions): Promise<ForwardPass<Inputs, Outputs, Weights>>;
  async forward(inputs: unknown, { training = false }: ForwardOptions = {}): Promise<unknown> {
    const state = this.state.requireAlive();
    const { forward } = await import('./passes.ts');
    return forward(state, inputs, training);
  }

  /**
   * One update of the weights from gradients, those of `backward` or of the caller's making. Frozen weights stay.
   * @throws InputError for gradients or an optimiser that do not fit.
   */
  async applyGradients(
    gradients: GradientValues<Weights>,
    { optimizer }: { readonly optimizer: OptimizerUse },
  ): Promise<void> {
    const { applyGradients } = await import('./apply-gradients.ts');
    await applyGradients(this.state, gradients as Readonly<Record<string, TensorLike>>, optimizer);
  }

  /**
   * Weights that fit a pattern keep their values in training: `'base.*'`, or `'base'` for all that begins so. A layer all of whose weights are frozen
   * also uses its moving statistics. What the `train` block freezes costs less: its gradients are not computed.
   * @throws InputError for a pattern that fits none.
   */
  freeze(...patterns: readonly WeightPattern<keyof Weights & string>[]): void {
    this.state.requireAlive().freezing.freeze(patterns);
  }

  /** Lets weights learn again, without patterns all of them, those that the `train` block freezes too. */
  unfreeze(...patterns: readonly WeightPattern<keyof Weights & string>[]): void {
    this.state.requireAlive().freezing.unfreeze(patterns);
  }

  /**
   * Weights, optimiser state, step, seed and what is frozen as the bytes of a safetensors file, from which `resume` continues to the same numbers.
   * `load` takes the weights of it.
   */
  async checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    return savedWeights(this.state.requireAlive(), true);
  }

  /** Prints a table of the weights and returns its text. */
  summary(print: (text: string) => void = console.log): string {
    const text = summaryText(this.state.program.spec);
    print(text);
    return text;
  }

  /** Gives back everything on the device. Any further use throws. */
  dispose(): void {
    this.state.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
