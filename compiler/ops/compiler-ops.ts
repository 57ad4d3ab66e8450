/**
 * The vocabulary of the compiler's own passes: what layers are written in, and the ops that only gradients, fusion and
 * backends make.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { ConvolutionAttributes, Ops, PoolAttributes, Size } from './ops.ts';

/** Activations that fused kernels know on every backend. */
export const fusedActivations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;
export type FusedActivation = (typeof fusedActivations)[number];
export interface Activating {
  readonly activation: FusedActivation;
  /** The slope of `leakyrelu` below 0. */
  readonly alpha?: number;
}

export interface CompilerOps extends Ops {
  /** The gradient of `conv2d` by its filter, which has the shape `filterShape`. */
  conv2dFilterGradient(x: TensorNode, dy: TensorNode, attributes: ConvolutionAttributes & { readonly filterShape: readonly Size[] }): TensorNode;
  /** Each dy goes to the first maximum of its window in row-major order. `y` is `maxPool(x)`. */
  maxPoolGradient(dy: TensorNode, x: TensorNode, y: TensorNode, attributes: PoolAttributes): TensorNode;
  averagePoolGradient(dy: TensorNode, attributes: PoolAttributes & { readonly inputShape: readonly Size[] }): TensorNode;
  /** Rank 2, nothing transposed, bias `[columns]`. */
  fusedMatMul(a: TensorNode, b: TensorNode, bias: TensorNode, activating: Activating): TensorNode;
  fusedConv2d(x: TensorNode, filter: TensorNode, bias: TensorNode, attributes: ConvolutionAttributes & Activating): TensorNode;
  fusedDepthwiseConv2d(x: TensorNode, filter: TensorNode, bias: TensorNode, attributes: ConvolutionAttributes & Activating): TensorNode;
  /** One result of a `scan` node: the last carries, then the stacked outputs. */
  scanResult(scan: TensorNode, index: number): TensorNode;
  /** x `[n, h, w, c]` by nearest neighbour to a multiple of its height and width. */
  resizeNearest(x: TensorNode, height: Size, width: Size): TensorNode;
} // prettier-ignore
