/**
 * One application of a layer or function: brings the operands into the form that definitions are written for (a first
 * axis everywhere, one rank where they broadcast, the whole batch where they do not) and calls the definition.
 */
import { alignRanks } from '../definitions/align-ranks.ts';
import type { FunctionDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition, LowerContext } from '../definitions/define-layer.ts';
import type { ActivationUse, NamedUse } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops, RandomUse } from '../ops/ops.ts';
import { asInteger, type Dim } from '../shapes/index.ts';
import { penaltyOf } from './named-uses.ts';

export interface Application {
  readonly definition: LayerDefinition | FunctionDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Each with a first axis: the batch, or 1. */
  readonly inputs: readonly TensorNode[];
  readonly types: readonly TensorType[];
  /** The name in `definition.tensors` of each input, where they are not simply the first ones. */
  readonly inputNames?: readonly string[] | undefined;
  readonly outputs: readonly TensorType[];
  readonly weights: Readonly<Record<string, TensorNode | undefined>>;
  readonly op: Ops;
  readonly batch: Dim;
  /** How many the caller has given; fewer than the batch where the steps of sequences are examples. */
  readonly examples: Dim;
  readonly training: boolean;
  readonly frozen?: TensorNode | undefined;
  readonly random: () => RandomUse;
  readonly update: (weight: string, value: TensorNode) => void;
  /** Adds a scalar to the loss. */
  readonly penalize: (penalty: TensorNode) => void;
}

const isSingle = (x: TensorNode): boolean => asInteger(x.shape[0]!) === 1;

/** Gives each example its own copy of what has no batch axis, where something else has one. */
export function repeatToBatch(op: Ops, inputs: readonly TensorNode[], batch: Dim): readonly TensorNode[] {
  if (inputs.every(isSingle)) return inputs;
  return inputs.map((x) => (isSingle(x) ? op.broadcastTo(x, [batch, ...x.shape.slice(1)]) : x));
}

/** Inputs by name, as rules and lowerings see them: `...xs` has no name of its own, `mask?` is called `mask`. */
export function namedInputs<T>(tensors: readonly string[], inputs: readonly T[], inputNames?: readonly string[]): Readonly<Record<string, T>> {
  const names = inputNames ?? tensors;
  const named: Record<string, T> = {};
  for (const [i, input] of inputs.entries()) {
    const name = names[i]?.replace('?', '');
    if (name !== undefined && !name.startsWith('...')) named[name] = input;
  }
  return named;
} // prettier-ignore

/** An activation sees only the tensor: its per-example type is read off the node. */
function activated(a: Application, use: ActivationUse | undefined, x: TensorNode): TensorNode {
  if (!use) return x;
  const type: TensorType = { dtype: x.dtype, shape: x.shape.slice(1), batched: true };
  const result = applyDefinition({
    ...a,
    definition: use.definition,
    parameters: use.parameters,
    inputs: [x],
    types: [type],
    inputNames: undefined,
    outputs: [type],
    weights: {},
  });
  return result[0]!;
}

/** The penalty is a mean over the examples, as in Keras, where it does not grow with the batch; steps add up. */
function regularized({ op, examples, penalize }: Application, use: NamedUse | undefined, x: TensorNode): void {
  const penalty = use && penaltyOf(op, use, x);
  if (penalty) penalize(isSingle(x) ? penalty : op.divide(penalty, op.dimension(examples)));
}

/** The operands as the definition wants them. */
function brought({ definition, op, inputs, batch }: Application): readonly TensorNode[] {
  if (definition.broadcasts === 'unaligned') return inputs;
  return definition.broadcasts ? alignRanks(op, inputs) : repeatToBatch(op, inputs, batch);
}

/** The results in order; most definitions have one. */
export function applyDefinition(a: Application): readonly TensorNode[] {
  const inputs = brought(a);
  const context: LowerContext<Readonly<Record<string, unknown>>> = {
    // Definitions without inputs never look at `x`.
    x: inputs[0]!,
    inputs,
    named: namedInputs(a.definition.tensors, inputs, a.inputNames),
    batch: a.batch,
    types: a.types,
    output: a.outputs[0]!,
    outputs: a.outputs,
    weights: a.weights,
    parameters: a.parameters,
    op: a.op,
    training: a.training,
    frozen: a.frozen,
    random: a.random,
    update: a.update,
    regularize: (use, x) => regularized(a, use, x),
    activate: (use, x) => activated(a, use, x),
  };
  const result = a.definition.lower(context);
  const results = 'op' in result ? [result] : result;
  if (a.definition.kind === 'layer' && !a.definition.regularizesItself)
    results.forEach((x) => regularized(a, a.parameters['activityRegularizer'] as NamedUse | undefined, x));
  return results;
}
