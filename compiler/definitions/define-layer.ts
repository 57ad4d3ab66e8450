/** A layer is one value: everything that resolver, checker, lowering, summary, editor and docs know about it. */
import type { TensorNode, DType } from '../graph/tensor-graph.ts';
import type { Ops, RandomUse } from '../ops/ops.ts';
import type { Dim, Shape } from '../shapes/index.ts';
import type { Need } from './need.ts';
import type { ActivationUse, NamedUse, Parameters, ValuesOf } from './parameters.ts';
import type { TensorType } from './types.ts';

/** A weight of a layer. Its shape has no batch axis. */
export interface LayerWeight {
  readonly shape: readonly Dim[];
  readonly initializer: NamedUse;
  readonly trainable?: boolean;
  readonly dtype?: DType;
  readonly regularizer?: NamedUse | undefined;
  readonly constraint?: NamedUse | undefined;
}

/** What a shape rule gives: a shape (dtype float32), a type, several types for several results, or undefined after a refuted need and where a `...spread` leaves it open. */
export type RuleResult = Shape | { readonly dtype: DType; readonly shape: Shape } | readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[] | undefined; // prettier-ignore

export interface RuleContext<V> {
  /** The first input, and all of them. */
  readonly input: TensorType;
  readonly inputs: readonly TensorType[];
  /** The inputs by the names in `tensors`, without the variadic one; an optional one that is not given is absent. */
  readonly named: Readonly<Record<string, TensorType>>;
  readonly parameters: V;
  readonly need: Need;
}

export interface LowerContext<V> {
  /** The first input, and all of them, each with an explicit first axis: the batch, or 1 where `batched` is false and the definition broadcasts. */
  readonly x: TensorNode;
  readonly inputs: readonly TensorNode[];
  /** The inputs by the names in `tensors`, as for shape rules. */
  readonly named: Readonly<Record<string, TensorNode>>;
  /** The number of examples: the first axis of whatever is batched. */
  readonly batch: Dim;
  /** Per-example types of inputs and of the (first) result. */
  readonly types: readonly TensorType[];
  readonly output: TensorType;
  readonly outputs: readonly TensorType[];
  readonly weights: Readonly<Record<string, TensorNode | undefined>>;
  readonly parameters: V;
  readonly op: Ops;
  readonly training: boolean;
  /** While training, of a layer that keeps statistics: a bool scalar that tells whether it uses them as they are. */
  readonly frozen?: TensorNode | undefined;
  /** A fresh identity for a random draw of this use. */
  random(): RandomUse;
  /** Writes a state weight (a moving statistic) during training. */
  update(weight: string, value: TensorNode): void;
  /** Adds a regularizer's penalty of a result, per example, to the loss. */
  regularize(use: NamedUse | undefined, x: TensorNode): void;
  /** Applies an activation; `undefined` is linear. */
  activate(use: ActivationUse | undefined, x: TensorNode): TensorNode;
}

/**
 * An example is a test: `source` is a stage applied to the input, `output` the shape it must give. Where it holds `->`,
 * or the definition needs no tensor, it is an expression instead, in which the input is called `x`.
 */
export interface DefinitionExample {
  readonly source: string;
  readonly input:
    readonly (number | string)[] | { readonly dtype: DType; readonly shape: readonly (number | string)[] };
  readonly output: readonly (number | string)[];
  /** Of the result, where it is not float32. */
  readonly dtype?: DType;
  /** Further tensors that `source` may mention by name. */
  readonly tensors?: Readonly<
    Record<
      string,
      readonly (number | string)[] | { readonly dtype: DType; readonly shape: readonly (number | string)[] }
    >
  >;
}

/** What a layer does to values, for the checks of activations and losses that look through layers. */
export type Flow =
  /** moves, selects or drops values: Flatten, Reshape, Dropout, pooling by selection … */
  | 'moves'
  /** an affine map with trained weights: Dense, convolutions */
  | 'linear'
  /** bends: activation layers; recurrence and attention count as non-linear too */
  | 'bends'
  | 'other';

export interface LayerDefinition<V = Readonly<Record<string, unknown>>> {
  readonly kind: 'layer';
  readonly name: string;
  readonly summary: string;
  /** Markdown with formula and source (paper, Keras page). */
  readonly doc?: string;
  readonly parameters: Parameters;
  /** Options that Keras takes at the call: `MultiHeadAttention(8, 64)(x, x, useCausalMask: true)`. Their values join `parameters`; names must differ. */
  readonly callParameters?: Parameters;
  /** Names of the tensors it takes; default one, `x`. The last may be variadic: `...xs`. Optional ones end in `?`. */
  readonly tensors: readonly string[];
  readonly flow: Flow;
  /** Its lowering applies `activityRegularizer` itself, to something else than its results. */
  readonly regularizesItself?: boolean;
  /** Inputs without a batch axis are given with a first axis of 1 instead of being repeated for each example. */
  readonly broadcasts?: boolean;
  /** In Keras's order. `false` or `undefined`: not there with these parameters. */
  readonly weights?: (context: Pick<RuleContext<V>, 'input' | 'inputs' | 'named' | 'parameters'>) => Readonly<Record<string, LayerWeight | false | undefined>>;
  readonly shape: (context: RuleContext<V>) => RuleResult;
  readonly lower: (context: LowerContext<V>) => TensorNode | readonly TensorNode[];
  /**
   * For layers that learn `mean` and `variance`, weights of theirs, from the training data before training: those of one
   * batch, and how many values each stands for.
   */
  readonly adapt?: (context: Pick<LowerContext<V>, 'x' | 'parameters' | 'op'>) => { readonly mean: TensorNode; readonly variance: TensorNode; readonly count: TensorNode };
  /** Multiply-add counts 2; per example. Default 0. */
  readonly flops?: (context: { readonly inputs: readonly TensorType[]; readonly output: TensorType; readonly parameters: V }) => Dim;
  /** The lower-case function that does the same (`add` for `Add`), for `lint/prefer-function`. */
  readonly prefer?: string;
  /** The same where it depends on the arguments (`relu` for `Activation(relu)`). */
  readonly preferFor?: (parameters: V) => string | undefined;
  readonly examples: readonly DefinitionExample[];
} // prettier-ignore

type LayerInput<P extends Parameters> = Omit<
  LayerDefinition<ValuesOf<P>>,
  'kind' | 'tensors' | 'flow' | 'parameters'
> & {
  readonly parameters: P;
  readonly tensors?: readonly string[];
  readonly flow?: Flow;
};

export function defineLayer<const P extends Parameters>(definition: LayerInput<P>): LayerDefinition {
  const complete = { tensors: ['x'], flow: 'other' as const, ...definition, kind: 'layer' as const };
  // The registry holds layers of all parameter types; each one's functions are only called with values checked against its own `parameters`.
  return Object.freeze(complete) as unknown as LayerDefinition;
}
