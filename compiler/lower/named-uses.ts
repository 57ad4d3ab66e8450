/** What a regularizer or constraint, given by its name and arguments, makes of a tensor. */
import type { NamedDefinition } from '../definitions/define-optimizer.ts';
import { completeArguments } from '../definitions/named-arguments.ts';
import type { NamedUse } from '../definitions/parameters.ts';
import { registry } from '../definitions/registry.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

function definitionOf(kind: 'regularizers' | 'constraints', use: NamedUse): NamedDefinition {
  const definition = registry[kind].get(use.name);
  if (!definition) throw new Error(`unknown among the ${kind}: ${use.name}`);
  return definition;
}

/** A scalar. */
export function penaltyOf(op: Ops, use: NamedUse, x: TensorNode): TensorNode | undefined {
  const definition = definitionOf('regularizers', use);
  return definition.penalty?.({ weight: x, parameters: completeArguments(definition, use), op });
}

export function constrained(op: Ops, weight: TensorNode, use: NamedUse | undefined): TensorNode {
  if (use === undefined) return weight;
  const definition = definitionOf('constraints', use);
  return definition.project?.({ weight, parameters: completeArguments(definition, use), op }) ?? weight;
}
