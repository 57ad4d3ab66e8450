/** What layers that take a layer share: its weights under a prefix, its rule and its lowering on other tensors. */
import type { LayerWeight, LowerContext, RuleContext, RuleResult } from '../definitions/define-layer.ts';
import type { LayerUse, NamedUse } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';

type Weights = Readonly<Record<string, LayerWeight | false | undefined>>;

/** `kernel` as `forward.kernel`. */
const withPrefix = <T>(prefix: string, record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}.${name}`, value]));

/** The weights of the inner layer for this first tensor. */
export function innerWeights({ definition, parameters }: LayerUse, prefix: string, x: TensorType): Weights {
  return withPrefix(prefix, definition.weights?.({ input: x, inputs: [x], named: { x }, parameters }) ?? {});
}

/** The rule of the inner layer on these tensors. */
export function innerRule(
  { definition, parameters }: LayerUse,
  context: Pick<RuleContext<unknown>, 'need'>,
  named: Readonly<Record<string, TensorType>>,
): RuleResult {
  const inputs = Object.values(named);
  return definition.shape({ input: inputs[0]!, inputs, named, parameters, need: context.need });
}

/** The results of a rule as types. */
export function typesOf(result: RuleResult): readonly Omit<TensorType, 'batched'>[] {
  if (result === undefined) return [];
  if ('dtype' in result) return [result];
  const list = result as readonly unknown[];
  const first = list[0];
  const several = typeof first === 'object' && first !== null && 'dtype' in first;
  if (several) return list as readonly Omit<TensorType, 'batched'>[];
  return [{ dtype: 'float32', shape: result as TensorType['shape'] }];
}

export interface InnerLowering {
  readonly prefix: string;
  readonly named: Readonly<Record<string, TensorNode>>;
  readonly outputs: readonly TensorType[];
  readonly batch: Dim;
}

export function lowerInner(
  context: LowerContext<unknown>,
  { definition, parameters }: LayerUse,
  { prefix, named, outputs, batch }: InnerLowering,
): readonly TensorNode[] {
  const inputs = Object.values(named);
  const types = inputs.map((x): TensorType => ({ dtype: x.dtype, shape: x.shape.slice(1), batched: true }));
  const start = `${prefix}.`;
  const own = Object.entries(context.weights).filter(([name]) => name.startsWith(start));
  const result = definition.lower({
    ...context,
    x: inputs[0]!,
    inputs,
    named,
    types,
    batch,
    output: outputs[0]!,
    outputs,
    parameters,
    weights: Object.fromEntries(own.map(([name, node]) => [name.slice(start.length), node])),
    update: (name, value) => context.update(start + name, value),
  });
  const results = 'op' in result ? [result] : result;
  if (!definition.regularizesItself)
    results.forEach((x) => context.regularize(parameters['activityRegularizer'] as NamedUse | undefined, x));
  return results;
}
