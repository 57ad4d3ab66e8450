/** A lower-case function is one value, like a layer without weights. Losses and metrics are functions of a target and an output. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import type { Dim } from '../shapes/index.ts';
import type { DefinitionExample, Flow, LowerContext, RuleContext, RuleResult } from './define-layer.ts';
import type { Parameters, ValuesOf } from './parameters.ts';
import type { TensorType } from './types.ts';

export interface FunctionDefinition<V = Readonly<Record<string, unknown>>> {
  readonly kind: 'function';
  readonly name: string;
  readonly summary: string;
  readonly doc?: string;
  /** An activation may be given as `activation: name`, and used as a stage. */
  readonly activation?: boolean;
  /** Keras counts it among its activations, but it changes the shape: no `activation:`. */
  readonly onlyCalled?: boolean;
  readonly parameters: Parameters;
  /** As for layers. */
  readonly tensors: readonly string[];
  readonly flow: Flow;
  /** Elementwise functions and products: operands without a batch axis are given with a first axis of 1. */
  /** `unaligned`: they also keep their own numbers of axes. */
  readonly broadcasts?: boolean | 'unaligned';
  /** The result has the batch axis even where no input has (random numbers per example). */
  readonly batched?: boolean;
  /** Not to be called by name (what `x[…]` becomes). */
  readonly internal?: boolean;
  /** The operator that stands for it (`+` for add). */
  readonly operator?: string;
  readonly shape: (context: RuleContext<V>) => RuleResult;
  readonly lower: (context: Omit<LowerContext<V>, 'weights' | 'update'>) => TensorNode | readonly TensorNode[];
  readonly flops?: (context: { readonly inputs: readonly TensorType[]; readonly output: TensorType; readonly parameters: V }) => Dim;
  readonly examples: readonly DefinitionExample[];
} // prettier-ignore

type FunctionInput<P extends Parameters> = Omit<
  FunctionDefinition<ValuesOf<P>>,
  'kind' | 'tensors' | 'flow' | 'parameters'
> & {
  readonly parameters?: P;
  readonly tensors?: readonly string[];
  readonly flow?: Flow;
};

export function defineFunction<const P extends Parameters = Record<never, never>>(
  definition: FunctionInput<P>,
): FunctionDefinition {
  // prettier-ignore
  const complete = { tensors: ['x'], flow: 'other' as const, parameters: {}, ...definition, kind: 'function' as const };
  return Object.freeze(complete) as unknown as FunctionDefinition;
}

/** How targets must look beside outputs (LANGUAGE.md §7). */
export type TargetRule =
  /** the same shape (`[]` and `[1]` fit each other) */
  | 'same'
  /** the same shape, the last axis being classes */
  | 'oneHot'
  /** int32 of the output's shape without its last axis (a trailing 1 is allowed) */
  | 'classIndex'
  /** int32 of the output's shape without its last axis; any numbers */
  | 'label'
  /** int32 `[labels]` beside an output `[time, classes]`; 0 is no label */
  | 'sequence';

export interface LossContext<V> {
  /** float32 of the output's shape; int32 without the class axis for `classIndex`. First axis is the batch. */
  readonly target: TensorNode;
  readonly output: TensorNode;
  /** What the output's activation was applied to, where the loss asked for one and the graph has it underneath, or the output itself with `fromLogits`. */
  readonly logits: TensorNode | undefined;
  readonly parameters: V;
  /** Metrics with an accumulator: weights and mask as one number per position, where there are any. */
  readonly weight?: TensorNode | undefined;
  readonly op: Ops;
}

export interface AccumulatorContext<V> {
  readonly parameters: V;
  /** Per example. */
  readonly output: TensorType;
}
export interface Accumulator<V> {
  /** How many numbers are summed over the batches of an epoch. */
  readonly size: (context: AccumulatorContext<V>) => number;
  /** The runtime's function of the sums by name, with plain arguments. */
  readonly result: (context: AccumulatorContext<V>) => MetricResult;
}
export interface MetricResult {
  readonly name: string;
  readonly [argument: string]: number | string | boolean | readonly number[];
}

/** A loss or a metric; the latter is a mean unless it has an accumulator: one number per position of the target. */
export interface PairDefinition<V = Readonly<Record<string, unknown>>> {
  readonly kind: 'loss' | 'metric';
  readonly name: string;
  readonly summary: string;
  readonly doc?: string;
  readonly parameters: Parameters;
  readonly targets: TargetRule;
  /** The activation that the output should have (LANGUAGE.md §7); `any` where none is asked for, `logits` for none or `softmax`. */
  readonly expects: 'sigmoid' | 'softmax' | 'logits' | 'any';
  /** True where `logits` are wanted for accuracy. */
  readonly fromLogits?: boolean;
  /** A metric that is no mean: sums of its own, from which a function of the runtime makes the result. */
  readonly accumulator?: Accumulator<V>;
  /** Elementwise ones give the mean over the last axis (Keras), or the value itself where there is none. With an `accumulator`: what the batch adds to it, `[size]`. */
  readonly lower: (context: LossContext<V>) => TensorNode;
  readonly examples: readonly { readonly target: readonly number[] | readonly (readonly number[])[]; readonly output: readonly (readonly number[])[]; readonly value: number }[];
} // prettier-ignore

type PairInput<P extends Parameters> = Omit<PairDefinition<ValuesOf<P>>, 'kind' | 'parameters'> & {
  readonly parameters?: P;
};
export function defineLoss<const P extends Parameters = Record<never, never>>(
  definition: PairInput<P>,
): PairDefinition {
  return Object.freeze({ parameters: {}, ...definition, kind: 'loss' as const }) as unknown as PairDefinition;
}
export function defineMetric<const P extends Parameters = Record<never, never>>(
  definition: PairInput<P>,
): PairDefinition {
  // prettier-ignore
  return Object.freeze({ parameters: {}, ...definition, kind: 'metric' as const }) as unknown as PairDefinition;
}
