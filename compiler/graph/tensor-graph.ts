/**
 * The op level: a frozen, hash-consed graph of tensor primitives. Within one builder `===` is structural equality.
 * Shapes are complete: the batch axis is an ordinary first axis (a size variable, or 1 for what has no batch axis).
 * Origins (which statement of which `.nn` made a node) live in a side table of the builder.
 */
import type { Dim } from '../shapes/index.ts';
import type { OpName } from '../ops/op-names.ts';

export type DType = 'float32' | 'int32' | 'bool';

/**
 * What a `scan` computes at each step: the next carries, then the outputs. Closed: its leaves are constants and
 * `parameter`s, so it is shared like any other node.
 */
export interface LoopBody {
  readonly loop: 'body';
  readonly outputs: readonly TensorNode[];
}

/** Attribute values are plain data; dimensions are compared by their canonical form. */
export type AttributeValue = number | string | boolean | Dim | HostExpression | LoopBody | readonly AttributeValue[] | undefined; // prettier-ignore
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface TensorNode {
  readonly id: number;
  readonly op: OpName;
  readonly inputs: readonly TensorNode[];
  readonly attributes: Attributes;
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/**
 * A number computed on the host at every step from the learning rate and the step count, e.g. adam's bias correction.
 * `step` counts from 1.
 */
export type HostExpression =
  | { readonly host: 'number'; readonly value: number }
  | { readonly host: 'learningRate' }
  | { readonly host: 'step' }
  | { readonly host: 'add' | 'subtract' | 'multiply' | 'divide' | 'power' | 'maximum' | 'minimum'; readonly left: HostExpression; readonly right: HostExpression }
  | { readonly host: 'sqrt'; readonly operand: HostExpression }; // prettier-ignore

/** What is computed, by name, in the order in which it was made. */
export interface TensorProgram {
  readonly outputs: ReadonlyMap<string, TensorNode>;
}
