/**
 * The named checks by which shape rules report. A rule never words a message: it says what must hold and where to
 * look; the checker proves it, refutes it (a diagnostic) or keeps it as a requirement. Every check gives true where
 * the rule may go on, false where it is refuted (a diagnostic has been given and the result is unknown).
 */
import type { DType } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';
import type { TensorType } from './types.ts';

export interface Need {
  /** Exactly this many axes per example. A layer says what they stand for: `need.rank(x, 3, '[height, width, channels]')`. */
  rank(input: TensorType, rank: number, layout?: string, context?: ArgumentContext): boolean;
  rankAtLeast(input: TensorType, rank: number, layout?: string, context?: ArgumentContext): boolean;
  dtype(input: TensorType, allowed: readonly DType[]): boolean;
  /** Two sizes that must be equal: `shape/mismatch`. */
  equal(left: Dim, right: Dim, context: EqualContext): boolean;
  /** Operands that must broadcast together, per example; gives the shape: `shape/mismatch`. */
  broadcast(inputs: readonly TensorType[]): TensorType['shape'] | undefined;
  /** A window, crop or slice no larger than what it is applied to: `shape/too-small`. */
  fits(window: Dim, size: Dim, context: ArgumentContext & { readonly axis?: number }): boolean;
  /** `shape/indivisible`. `factors`: what makes up the divisor, where that is not one argument: `three * heads`. */
  divisible(
    value: Dim,
    divisor: Dim,
    context: ArgumentContext & { readonly what: string; readonly factors?: string },
  ): boolean;
  /** The axis counted from 0, or undefined where it is out of range: `shape/axis`. */
  axis(axis: number, rank: number, context?: ArgumentContext): number | undefined;
  /** An index into an axis of this size, negative from the end: `shape/axis`. */
  index(at: Dim, size: Dim, context?: ArgumentContext): boolean;
  /** The same number of elements before and after: `shape/size`. */
  sameCount(from: TensorType, to: TensorType['shape'], context?: ArgumentContext): boolean;
  /** A size that must be known to the compiler, because a weight or a kernel depends on it: `shape/unknown-size`. */
  known(size: Dim, context: { readonly what: string; readonly argument?: string }): boolean;
  /** Anything else about an argument's value: `argument/range`. `message` completes "`strides` must …". */
  argument(holds: boolean, argument: string, message: string): boolean;
  /** A pattern of axes that cannot be read, or not with these tensors: `argument/pattern`. Always false. */
  pattern(problem: PatternProblem, context: ArgumentContext): false;
  /** Index values must lie in [0, below): becomes a value requirement on the model's input. */
  indices(input: TensorType, below: Dim): boolean;
}
export interface ArgumentContext {
  /** The parameter to blame; the call's name where it is absent. */
  readonly argument?: string;
  /** The part of a string argument to blame, as offsets into its value. */
  readonly within?: TextRange | undefined;
}
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** What is wrong with the pattern of `rearrange` or `einsum`. */
export type PatternProblem =
  | { readonly kind: 'unexpected'; readonly text: string; readonly wanted: PatternPart }
  | { readonly kind: 'twice'; readonly axis: string }
  /** An axis that only this side has. */
  | { readonly kind: 'oneSided'; readonly axis: string; readonly side: 'left' | 'right' }
  /** Several axes of one group have no size. */
  | { readonly kind: 'open'; readonly axes: readonly string[] }
  /** A size by name for an axis that the pattern has not. */
  | { readonly kind: 'noAxis'; readonly axis: string; readonly axes: readonly string[] }
  | { readonly kind: 'operands'; readonly wanted: number; readonly given: number };
export type PatternPart = 'arrow' | 'axis' | 'comma' | 'closing' | 'end' | 'ellipsis';

export interface EqualContext extends ArgumentContext {
  /** What the sizes are, e.g. `features`, `channels`. */
  readonly what: string;
  /** The two inputs and per-example axes that the sizes come from, where there are such. */
  readonly left?: { readonly input: TensorType; readonly axis: number };
  readonly right?: { readonly input: TensorType; readonly axis: number };
  /** The side that would fit with its last two axes exchanged. */
  readonly fitsTransposed?: 'left' | 'right' | undefined;
}
