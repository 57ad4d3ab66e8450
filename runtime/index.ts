/** What emitted modules and applications import as `nnlang/runtime`. */
export type { Tensor } from '@tensorflow/tfjs-core';
export * from './program.ts';
export {
  type BackendName,
  type BackendOptions,
  BackendError,
  type WasmPaths,
  type WasmSource,
  currentDevice,
  useBackend,
} from './backends.ts';
export { type KernelSet, registerKernels } from './kernel-sets.ts';
export { Device, free, type KernelAttributes, type KernelInputs, type Values } from './device.ts';
export * from './kernels/binary.ts';
export * from './kernels/fused-products.ts';
export * from './kernels/elementwise.ts';
export * from './kernels/loops.ts';
export { gruLoop, gruLoopGradient } from './kernels/gru.ts';
export { lstmLoop, lstmLoopGradient } from './kernels/lstm.ts';
export { maxPoolGradient } from './kernels/max-pool-gradient.ts';
export * from './kernels/moving.ts';
export * from './kernels/products.ts';
export * from './kernels/reductions.ts';
export * from './kernels/softmax.ts';
export { transposedMatMul } from './kernels/transposed-products.ts';
export * from './kernels/unary.ts';
export * from './kernels/windows.ts';
export { reshape } from './kernels/sizes.ts';
export type { Activation } from './kernels/fused.ts';
export { arange, constant, fill, randomNormal, randomUniform, scalar } from './kernels/leaves.ts';
export type { DrawKey } from './random/draws.ts';
export { InputError } from './input-error.ts';
export type {
  NestedNumbers,
  Numbers,
  ShapedArray,
  TensorLike,
  TensorOf,
  TypedArray,
  TypedTensor,
} from './tensor-types.ts';
export { type AnyModel, type CreateOptions, type LoadOptions, create, load, resume } from './create.ts';
export {
  type ForwardOptions,
  type ForwardPass,
  type Gradients,
  Model,
  type TrainablePath,
  type WeightSpecs,
  type WeightViews,
} from './model.ts';
export { Member, type MemberProgram } from './member.ts';
export { type ArrayMember, ArrayModel, TrainableArrayModel } from './array-model.ts';
export { type Arrays, type OnlyInput, type OnlyOutput, type PredictOptions, Predictor } from './predictor.ts';
export type { OptimizerUse } from './optimizers.ts';
export type { WeightPattern } from './freezing.ts';
export type { LoadReport, ModelState } from './model-state.ts';
export { type StepPlace, TrainableModel } from './trainable-model.ts';
export type { WarmUpOptions } from './warm-up.ts';
export { type FitOptions, TrainingAbortedError } from './fit.ts';
export type { Callbacks, Logs } from './callbacks.ts';
export type { DatasetLike, TrainingData } from './data.ts';
export type { Curves, History } from './history.ts';
export type { WeightView } from './weights.ts';
export { WeightsError } from './weights-error.ts';
export type { WeightsSource } from './weight-files.ts';
export {
  type SafetensorsFile,
  type StoredTensor,
  SafetensorsError,
  readSafetensors,
  writeSafetensors,
} from './safetensors.ts';
