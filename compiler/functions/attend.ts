/** What `scaledDotProductAttention` and the attention layers share: masks, and softmax over what may be looked at. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { ONE, type Dim } from '../shapes/index.ts';

/** What stands for a score that must not count; as Keras, so a row without any key is an even mean. */
const NEVER = -1e9;

/** bool `[1 …, queries, keys]` of that many axes: each place sees itself and those before it. */
export function causalMask(op: Ops, rank: number, queries: Dim, keys: Dim): TensorNode {
  const leading = Array.from({ length: rank - 2 }, () => ONE);
  const query = op.reshape(op.arange(queries), [...leading, queries, ONE]);
  const key = op.reshape(op.arange(keys), [...leading, ONE, keys]);
  return op.lessEqual(key, query);
}

/** All masks at once; undefined where there is none. */
export const joinMasks = (op: Ops, masks: readonly (TensorNode | undefined)[]): TensorNode | undefined =>
  masks
    .filter((mask) => mask !== undefined)
    .reduce<TensorNode | undefined>((a, b) => (a ? op.and(a, b) : b), undefined);

/** Softmax over the keys, the last axis. */
export const attentionWeights = (op: Ops, scores: TensorNode, mask: TensorNode | undefined): TensorNode =>
  op.softmax(mask ? op.select(mask, scores, NEVER) : scores);

/** Keras's dropout of attention scores: while training only. */
export function droppedScores(op: Ops, scores: TensorNode, rate: number, random: (() => { readonly use: number }) | undefined): TensorNode {
  if (!random || rate === 0) return scores;
  const keep = op.greaterEqual(op.randomUniform(scores.shape, random()), rate);
  return op.select(keep, op.multiply(scores, 1 / (1 - rate)), 0);
} // prettier-ignore

/** Swaps the last two axes. */
export const swapped = (op: Ops, x: TensorNode): TensorNode =>
  op.transpose(x, x.shape.map((_, i) => (i < x.shape.length - 2 ? i : 2 * x.shape.length - 3 - i))); // prettier-ignore
