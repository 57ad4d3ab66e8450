/**
 * What an op is: its type rule, its slow reference evaluation, its gradient in terms of ops, and its traits.
 * How it becomes kernels of a backend is known in `emit/backends` only.
 */
import type { NdArray } from '../graph/nd-array.ts';
import type { Attributes, DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';
import type { CompilerOps } from './compiler-ops.ts';
import type { OpName } from './op-names.ts';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** Values of leaves, and how sizes become numbers. */
export interface EvaluationContext {
  size(size: Dim): number;
  leaf(kind: 'input' | 'weight' | 'slot', name: string): NdArray;
  readonly learningRate: number;
  readonly step: number;
  random(kind: 'uniform' | 'normal', use: number, count: number): ArrayLike<number>;
  /** What the loop's body is given at this step. */
  parameter(index: number): NdArray;
  /** The body of a loop, to be called with its parameters at each step. */
  body(outputs: readonly TensorNode[]): (parameters: readonly NdArray[]) => readonly NdArray[];
}

export interface GradientContext {
  readonly node: TensorNode;
  /** The gradient of the loss by the node, of the node's shape. */
  readonly dy: TensorNode;
  readonly op: CompilerOps;
}

/** Made only where it is wanted, so that no dead nodes are built. Its shape is the input's. */
export type InputGradient = () => TensorNode;

export interface Traits {
  /** One output element from the elements at the same (broadcast) place. */
  readonly elementwise?: boolean;
  readonly commutative?: boolean;
  /** The output shares the input's data. */
  readonly alias?: boolean;
  /** Reads something besides its inputs (leaves, random numbers), so it is never folded into a constant. */
  readonly impure?: boolean;
}

export interface OpBehaviour {
  readonly type: (inputs: readonly TensorType[], attributes: Attributes) => TensorType;
  /** Results may be unrounded: the evaluator rounds them to the dtype. */
  readonly evaluate: (inputs: readonly NdArray[], attributes: Attributes, context: EvaluationContext) => NdArray;
  /**
   * Per input, or undefined where nothing flows. `none`: the op is constant almost everywhere or not of floats.
   */
  readonly gradient: 'none' | ((context: GradientContext) => readonly (InputGradient | undefined)[]);
  readonly traits?: Traits;
}

export interface OpDefinition<Name extends OpName = OpName> extends OpBehaviour {
  readonly name: Name;
  readonly traits: Traits;
}

export function defineOp<Name extends OpName>(name: Name, behaviour: OpBehaviour): OpDefinition<Name> {
  return Object.freeze({ traits: {}, ...behaviour, name });
}
