/** Every lower-case function by area, in the order of the documentation. */
import type { FunctionDefinition } from '../definitions/define-function.ts';
import { activationFunctions } from './activations.ts';
import { arithmeticFunctions } from './arithmetic.ts';
import { comparisonFunctions } from './comparison.ts';
import { dividingFunctions } from './dividing.ts';
import { einsum } from './einsum.ts';
import { elementwiseFunctions } from './elementwise.ts';
import { indexingFunctions } from './indexing.ts';
import { joiningFunctions } from './joining.ts';
import { makingFunctions } from './making.ts';
import { parametricActivations } from './parametric-activations.ts';
import { productFunctions } from './products.ts';
import { rearrange } from './rearrange.ts';
import { reductionFunctions } from './reductions.ts';
import { leakyRelu, relu } from './relu.ts';
import { repeatingFunctions } from './repeating.ts';
import { resizingFunctions } from './resizing.ts';
import { scaledDotProductAttention } from './scaled-dot-product-attention.ts';
import { selectingFunctions } from './selecting.ts';
import { shapingFunctions } from './shaping.ts';
import { logSoftmax, softmax } from './softmax.ts';
import { sparsemax } from './sparsemax.ts';

export const functionAreas = {
  activations: [relu, leakyRelu, softmax, logSoftmax, sparsemax, ...activationFunctions, ...parametricActivations],
  arithmetic: [...arithmeticFunctions, ...elementwiseFunctions],
  comparison: comparisonFunctions,
  reductions: reductionFunctions,
  products: [...productFunctions, einsum, scaledDotProductAttention],
  shapes: [...shapingFunctions, rearrange, ...dividingFunctions, ...repeatingFunctions, ...joiningFunctions],
  selecting: [...indexingFunctions, ...selectingFunctions],
  images: resizingFunctions,
  making: makingFunctions,
} as const satisfies Readonly<Record<string, readonly FunctionDefinition[]>>;

export const functions: readonly FunctionDefinition[] = Object.values(functionAreas).flat();
