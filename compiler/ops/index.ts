/**
 * The registry of all ops. A name without a definition is a type error here.
 */
import * as binary from './binary.ts';
import * as comparison from './comparison.ts';
import * as convolution from './conv2d.ts';
import type { OpDefinition } from './define-op.ts';
import * as depthwise from './depthwise.ts';
import { elementwise } from './elementwise.ts';
import * as gathering from './gather.ts';
import * as leaves from './leaves.ts';
import * as products from './mat-mul.ts';
import type { OpName } from './op-names.ts';
import * as pools from './pool.ts';
import * as rearranging from './rearranging.ts';
import * as reductions from './reductions.ts';
import * as loops from './scan.ts';
import * as slicing from './slicing.ts';
import * as softmaxes from './softmax.ts';
import * as unary from './unary.ts';

const { input, weight, slot, constant, fill, arange, dimension, hostScalar, randomUniform, randomNormal } = leaves;
const { negate, abs, sign, exp, expm1, log, log1p, sqrt, rsqrt, sin, cos, tan, tanh, sigmoid, softplus, erf } = unary;
const { floor, ceil, round, relu, step, isNan, not, cast, stopGradient } = unary;
const { add, subtract, multiply, divide, power, maximum, minimum, modulo } = binary;
const { equal, notEqual, less, lessEqual, greater, greaterEqual, and, or, select } = comparison;
const { sum, max, min, prod, any, all, argMax, argMin, cumsum } = reductions;
const { softmax, logSoftmax } = softmaxes;
const { reshape, transpose, broadcastTo, reverse, concat } = rearranging;
const { slice, stridedSlice, pad } = slicing;
const { gather, scatterAdd, oneHot } = gathering;
const { matMul, fusedMatMul } = products;
const { conv2d, conv2dInputGradient, conv2dFilterGradient, fusedConv2d, resizeNearest } = convolution;
const { scan, result, parameter } = loops;
const { depthwiseConv2d, fusedDepthwiseConv2d } = depthwise;
const { maxPool, maxPoolGradient, averagePool, averagePoolGradient } = pools;

export const ops: { readonly [Name in OpName]: OpDefinition<Name> } = {
  input, weight, slot, constant, fill, arange, dimension, hostScalar, randomUniform, randomNormal,
  negate, abs, sign, exp, expm1, log, log1p, sqrt, rsqrt, sin, cos, tan, tanh, sigmoid, softplus, erf,
  floor, ceil, round, relu, step, isNan, not, cast, stopGradient,
  add, subtract, multiply, divide, power, maximum, minimum, modulo,
  equal, notEqual, less, lessEqual, greater, greaterEqual, and, or, select,
  sum, max, min, prod, any, all, argMax, argMin, cumsum, softmax, logSoftmax,
  reshape, transpose, broadcastTo, slice, stridedSlice, pad, concat, reverse, gather, scatterAdd, oneHot,
  matMul, conv2d, conv2dInputGradient, conv2dFilterGradient, depthwiseConv2d,
  maxPool, maxPoolGradient, averagePool, averagePoolGradient,
  scan, result, parameter,
  fusedMatMul, fusedConv2d, fusedDepthwiseConv2d, resizeNearest, elementwise,
}; // prettier-ignore

export { type Activating, type CompilerOps, fusedActivations, type FusedActivation } from './compiler-ops.ts';
export type { EvaluationContext, GradientContext, OpDefinition, TensorType, Traits } from './define-op.ts';
export { opNames, type OpName } from './op-names.ts';
export type {
  ConvolutionAttributes,
  Loop,
  LoopResults,
  LoopStep,
  Operand,
  Ops,
  Padding,
  PoolAttributes,
  RandomUse,
  Size,
} from './ops.ts';
