/**
 * The vocabulary in which layers, functions, losses and optimisers are lowered, and gradients are written.
 * Every method adds (or finds) one node; none of them checks a user's input: the checker has.
 * Axes count ALL axes of the node, the batch axis included; negative axes are allowed.
 */
import type { Dim } from '../shapes/index.ts';
import type { DType, HostExpression, TensorNode } from '../graph/tensor-graph.ts';

/** A size given as a number or as a symbolic dimension. */
export type Size = number | Dim;
/** A tensor, or a number that becomes a float32 scalar constant (int32 where the other operand is int32). */
export type Operand = TensorNode | number;

/** `same` as TensorFlow has it (the extra row goes to the end), `valid`, or rows before and after per spatial axis. */
export type Padding = 'same' | 'valid' | readonly (readonly [Size, Size])[];

export interface ConvolutionAttributes {
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilations?: readonly number[];
}
export interface PoolAttributes {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
}

/** Identity of a random draw: two uses with different ids are independent; the seed and step come at run time. */
export interface RandomUse {
  readonly use: number;
}

/** What a loop's body is given at one step. */
export interface LoopStep {
  readonly carries: readonly TensorNode[];
  /** One piece of each sequence. */
  readonly items: readonly TensorNode[];
}
export interface LoopResults {
  readonly carries: readonly TensorNode[];
  readonly outputs: readonly TensorNode[];
}
export interface Loop {
  /** What the first step is given of the values that go from step to step. */
  readonly carries: readonly TensorNode[];
  /** Cut along their first axis, which has `steps` entries. */
  readonly sequences: readonly TensorNode[];
  readonly steps: Size;
  /** From the last step to the first. */
  readonly reverse?: boolean;
  /** Short names of the carries, then of the pieces, for emitted code. */
  readonly names?: readonly string[];
  /** The next carries, of the types of the first ones, and outputs. It may use any node from outside; it draws no random numbers. */
  readonly body: (step: LoopStep) => LoopResults;
}

type Unary = (x: TensorNode) => TensorNode;
type Binary = (a: Operand, b: Operand) => TensorNode;
type Reduction = (x: TensorNode, axes?: readonly number[], keepDims?: boolean) => TensorNode;

export interface Ops {
  // leaves
  input(name: string, dtype: DType, shape: readonly Size[]): TensorNode;
  weight(path: string, dtype: DType, shape: readonly Size[]): TensorNode;
  /** A tensor that the optimiser keeps for a weight, e.g. `slot('dense.kernel', 'm', shape)`. */
  slot(path: string, name: string, shape: readonly Size[]): TensorNode;
  constant(values: readonly number[], shape: readonly number[], dtype?: DType): TensorNode;
  scalar(value: number, dtype?: DType): TensorNode;
  fill(shape: readonly Size[], value: number, dtype?: DType): TensorNode;
  /** int32 `[size]`: 0, 1, 2 … */
  arange(size: Size): TensorNode;
  /** A size as a float32 scalar. */
  dimension(size: Size): TensorNode;
  hostScalar(expression: HostExpression): TensorNode;
  /** float32 in [0, 1). */
  randomUniform(shape: readonly Size[], use: RandomUse): TensorNode;
  randomNormal(shape: readonly Size[], use: RandomUse): TensorNode;

  negate: Unary;
  abs: Unary;
  sign: Unary;
  exp: Unary;
  expm1: Unary;
  log: Unary;
  log1p: Unary;
  sqrt: Unary;
  rsqrt: Unary;
  sin: Unary;
  cos: Unary;
  tan: Unary;
  tanh: Unary;
  sigmoid: Unary;
  softplus: Unary;
  erf: Unary;
  floor: Unary;
  ceil: Unary;
  round: Unary;
  relu: Unary;
  isNan: Unary;
  not: Unary;
  stopGradient: Unary;
  /** 1 where x > 0, else 0, as float32: the derivative of relu (and what `cast(x > 0)` is, in one fast kernel). */
  step: Unary;
  /** x · x (a multiply). */
  square: Unary;
  /** 1 / x (a divide). */
  reciprocal: Unary;
  cast(x: TensorNode, dtype: DType): TensorNode;

  add: Binary;
  subtract: Binary;
  multiply: Binary;
  divide: Binary;
  power: Binary;
  maximum: Binary;
  minimum: Binary;
  modulo: Binary;
  equal: Binary;
  notEqual: Binary;
  less: Binary;
  lessEqual: Binary;
  greater: Binary;
  greaterEqual: Binary;
  and: Binary;
  or: Binary;
  select(condition: TensorNode, whenTrue: Operand, whenFalse: Operand): TensorNode;

  /** Without axes: over all. */
  sum: Reduction;
  max: Reduction;
  min: Reduction;
  prod: Reduction;
  any: Reduction;
  all: Reduction;
  /** sum over count, the count being a size. */
  mean: Reduction;
  argMax(x: TensorNode, axis: number): TensorNode;
  argMin(x: TensorNode, axis: number): TensorNode;
  cumsum(x: TensorNode, axis: number, options?: { exclusive?: boolean; reverse?: boolean }): TensorNode;
  /** Over the last axis. */
  softmax: Unary;
  logSoftmax: Unary;

  reshape(x: TensorNode, shape: readonly Size[]): TensorNode;
  transpose(x: TensorNode, permutation: readonly number[]): TensorNode;
  broadcastTo(x: TensorNode, shape: readonly Size[]): TensorNode;
  slice(x: TensorNode, begin: readonly Size[], size: readonly Size[]): TensorNode;
  /** `begin` and positive `strides` per axis, `size` is the resulting number of elements per axis. */
  stridedSlice(x: TensorNode, begin: readonly Size[], size: readonly Size[], strides: readonly number[]): TensorNode;
  pad(x: TensorNode, paddings: readonly (readonly [Size, Size])[], value?: number): TensorNode;
  concat(xs: readonly TensorNode[], axis: number): TensorNode;
  reverse(x: TensorNode, axes: readonly number[]): TensorNode;
  /** Rows of `table` (axis 0) by int32 indices of any shape: `[...indices, ...table.slice(1)]`. */
  gather(table: TensorNode, indices: TensorNode): TensorNode;
  /** The adjoint of gather: `[rows, ...]` with `updates` added at `indices`. */
  scatterAdd(indices: TensorNode, updates: TensorNode, rows: Size): TensorNode;
  /** float32 `[...indices, depth]`. */
  oneHot(indices: TensorNode, depth: Size): TensorNode;

  /** Last two axes multiply; axes before them broadcast. Both operands have rank ≥ 2. */
  matMul(a: TensorNode, b: TensorNode, options?: { transposeA?: boolean; transposeB?: boolean }): TensorNode;
  /** x `[n, h, w, cIn]`, filter `[kh, kw, cIn, cOut]`. */
  conv2d(x: TensorNode, filter: TensorNode, attributes: ConvolutionAttributes): TensorNode;
  /** The adjoint of `conv2d`, a transposed convolution: dy `[n, oh, ow, cOut]` to `inputShape`, with the same filter. */
  conv2dInputGradient(dy: TensorNode, filter: TensorNode, attributes: ConvolutionAttributes & { readonly inputShape: readonly Size[] }): TensorNode; // prettier-ignore
  /** Each channel by its own filters `[kh, kw, c, multiplier]`: `[n, oh, ow, c · multiplier]`. */
  depthwiseConv2d(x: TensorNode, filter: TensorNode, attributes: ConvolutionAttributes): TensorNode;
  /** A loop over time. Gives the last carries, and each output stacked along a new first axis (also in reverse: at its step's place). */
  scan(loop: Loop): LoopResults;
  maxPool(x: TensorNode, attributes: PoolAttributes): TensorNode;
  averagePool(x: TensorNode, attributes: PoolAttributes): TensorNode;
}
