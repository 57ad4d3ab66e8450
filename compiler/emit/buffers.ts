/**
 * Which memory each node's value lies in, and where it is freed: once, right after the last use of anything that shares
 * it. What the caller gave (inputs, weights, slots) and what is returned is never freed. A result may share memory with
 * something given or with another result: the runtime takes a reference for each.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { givesResults, isAlias, isGiven } from './node-kinds.ts';

/** The node that made the data in which a node's value lies. */
export function bufferOf(node: TensorNode): TensorNode {
  let at = node;
  while (isAlias(at)) at = at.inputs[0]!;
  return at;
}

/** The buffers to free right after the statement of a node, by the nodes that made them. */
export function freedAfter(
  order: readonly TensorNode[],
  results: Iterable<TensorNode>,
  /** What is not to be freed here. */
  isBorrowed: (node: TensorNode) => boolean = isGiven,
): ReadonlyMap<TensorNode, readonly TensorNode[]> {
  const returned = new Set([...results].map(bufferOf));
  const lastUse = new Map<TensorNode, TensorNode>();
  for (const node of order) {
    for (const x of node.inputs) lastUse.set(bufferOf(x), node);
    if (!isAlias(node)) lastUse.set(node, node);
  }
  const freed = new Map<TensorNode, TensorNode[]>();
  for (const [buffer, node] of lastUse) {
    // Buffers of a loop, or of a kernel with several results, are these.
    if (isBorrowed(buffer) || returned.has(buffer) || givesResults(buffer)) continue;
    freed.set(node, [...(freed.get(node) ?? []), buffer]);
  }
  return freed;
}
