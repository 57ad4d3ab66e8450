/** The penalties that layers' arguments put on their weights; they are added to the loss. */
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { penaltyOf } from './named-uses.ts';
import { weightLeaf } from './walk-model.ts';

/** A scalar for each weight that has one. Frozen weights are not penalised, as in Keras. */
export function penalties(
  op: GraphBuilder,
  model: ModelGraph,
  isFrozen: (path: string) => boolean,
): readonly TensorNode[] {
  const learning = model.weights.filter(({ path, trainable }) => trainable !== false && !isFrozen(path));
  return learning.flatMap(({ path, regularizer }) => {
    const penalty = regularizer && penaltyOf(op, regularizer, weightLeaf(op, model, path));
    return penalty ? [penalty] : [];
  });
}
