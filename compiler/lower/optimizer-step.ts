/** One step of an optimiser for one weight: decay, the definition's own update, the constraint, and the running mean. */
import { host, type OptimizerDefinition, type Slots, type WeightFacts } from '../definitions/define-optimizer.ts';
import type { NamedUse } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { GraphBuilder } from '../graph/index.ts';
import { constrained } from './named-uses.ts';

export interface OptimizerUse {
  readonly definition: OptimizerDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
}
export interface Step extends WeightFacts {
  readonly weight: TensorNode;
  readonly gradient: TensorNode;
  readonly slots: Readonly<Record<string, TensorNode>>;
  readonly constraint?: NamedUse | undefined;
}

/** The slot of the running mean of a weight. */
export const averageSlot = 'average';

const keepsAverage = ({ parameters }: OptimizerUse): boolean => parameters['useEma'] === true;

/** Every slot of a weight: those of the optimiser, and the running mean where it is asked for. */
export function slotsOf(use: OptimizerUse, weight: WeightFacts): Slots {
  const own = use.definition.slots(use.parameters, weight);
  return keepsAverage(use) ? { ...own, [averageSlot]: { initial: 'weight' } } : own;
}

/** w − w · decay · learning rate, which Keras does before the step. */
function decayed(op: GraphBuilder, { definition, parameters }: OptimizerUse, { path, sizes, weight }: Step): TensorNode {
  const excluded = (parameters['excludeFromWeightDecay'] ?? []) as readonly string[];
  const decay = definition.weightDecay?.(parameters, { path, sizes }) ?? Number(parameters['weightDecay'] ?? 0);
  if (decay === 0 || excluded.some((text) => path.includes(text))) return weight;
  return op.subtract(weight, op.multiply(weight, op.hostScalar(host.multiply(host.learningRate, host.number(decay)))));
} // prettier-ignore

/** The first update sets it to the weight, as in Keras. */
function averaged(op: GraphBuilder, average: TensorNode, weight: TensorNode, momentum: number): TensorNode {
  const isLater = host.minimum(host.subtract(host.step, host.number(1)), host.number(1));
  const kept = host.multiply(host.number(momentum), isLater);
  const fresh = host.subtract(host.number(1), kept);
  return op.add(op.multiply(average, op.hostScalar(kept)), op.multiply(weight, op.hostScalar(fresh)));
}

export function optimizerStep(
  op: GraphBuilder,
  use: OptimizerUse,
  step: Step,
): { readonly weight: TensorNode; readonly slots: Readonly<Record<string, TensorNode>> } {
  const { definition, parameters } = use;
  const updated = definition.update({ ...step, weight: decayed(op, use, step), parameters, op });
  const weight = constrained(op, updated.weight, step.constraint);
  if (!keepsAverage(use)) return { weight, slots: updated.slots };
  const average = averaged(op, step.slots[averageSlot]!, weight, Number(parameters['emaMomentum']));
  return { weight, slots: { ...updated.slots, [averageSlot]: average } };
}
