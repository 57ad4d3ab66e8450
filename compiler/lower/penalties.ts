/** What the arguments of layers ask of their weights: penalties that are added to the loss, constraints after an update. */
import type { NamedDefinition } from '../definitions/define-optimizer.ts';
import { completeArguments } from '../definitions/named-arguments.ts';
import type { NamedUse } from '../definitions/parameters.ts';
import { registry } from '../definitions/registry.ts';
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { ModelGraph, ModelWeight } from '../graph/model-graph.ts';
import { weightLeaf } from './walk-model.ts';

function definitionOf(kind: 'regularizers' | 'constraints', use: NamedUse): NamedDefinition {
  const definition = registry[kind].get(use.name);
  if (!definition) throw new Error(`unknown among the ${kind}: ${use.name}`);
  return definition;
}

function penaltyOf(op: GraphBuilder, model: ModelGraph, { path, regularizer }: ModelWeight): TensorNode | undefined {
  if (!regularizer) return undefined;
  const definition = definitionOf('regularizers', regularizer);
  const parameters = completeArguments(definition, regularizer);
  return definition.penalty?.({ weight: weightLeaf(op, model, path), parameters, op });
}

/** A scalar for each weight that has one. Frozen weights are not penalised, as in Keras. */
export function penalties(
  op: GraphBuilder,
  model: ModelGraph,
  isFrozen: (path: string) => boolean,
): readonly TensorNode[] {
  const learning = model.weights.filter(({ path, trainable }) => trainable !== false && !isFrozen(path));
  return learning.map((weight) => penaltyOf(op, model, weight)).filter((penalty) => penalty !== undefined);
}

export function constrained(op: GraphBuilder, weight: TensorNode, use: NamedUse | undefined): TensorNode {
  if (use === undefined) return weight;
  const definition = definitionOf('constraints', use);
  return definition.project?.({ weight, parameters: completeArguments(definition, use), op }) ?? weight;
}
