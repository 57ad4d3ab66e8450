/**
 * The order of statements. Each part is walked from its results down, operands first, so that a value is computed when
 * it is needed and not before; among operands the one written first comes first, then the one that takes longer,
 * and what is made from nothing (constants, fills) comes last, right before its use. The backward part runs against the text, its results in order of
 * depth: the last layer's gradients first, so that what flows back is used up as it comes.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import { bufferOf } from './buffers.ts';
import { isGiven, isMadeLeaf } from './node-kinds.ts';

/** Where a node stands in the text; smaller is earlier. */
export type TextOrder = (node: TensorNode) => number;

/** The nodes that `roots` need, in the order in which they are computed, one list for each of `parts`. */
export function schedule<Part extends string>(
  roots: readonly TensorNode[],
  parts: readonly Part[],
  partOf: (node: TensorNode) => Part,
  textOrder: TextOrder,
  /** The part that runs against the text. */
  reversed?: Part,
): ReadonlyMap<Part, readonly TensorNode[]> {
  const all = topological(roots).filter((node) => !isGiven(node));
  const results = resultsOf(all, roots, partOf);
  const depth = depths(all, partOf);
  const scheduled = new Map<Part, readonly TensorNode[]>();
  for (const part of parts) {
    const direction = part === reversed ? -1 : 1;
    const byText = (a: TensorNode, b: TensorNode): number => direction * (textOrder(a) - textOrder(b));
    const byDepth = (a: TensorNode, b: TensorNode): number => depth.get(a)! - depth.get(b)!;
    // The longer way first, so that little is held meanwhile; where the text goes forward, it comes before that.
    const before = (a: TensorNode, b: TensorNode): number =>
      Number(isFromNothing(a)) - Number(isFromNothing(b)) ||
      (part === reversed ? 0 : byText(a, b)) ||
      byDepth(b, a) ||
      byText(a, b) ||
      a.id - b.id;
    const ordered = (results.get(part) ?? []).sort((a, b) =>
      part === reversed ? byDepth(a, b) || before(a, b) : byText(a, b) || byDepth(b, a) || a.id - b.id,
    );
    scheduled.set(
      part,
      walk(ordered, (node) => !isGiven(node) && partOf(node) === part, before),
    );
  }
  return scheduled;
}

const isFromNothing = (node: TensorNode): boolean => isMadeLeaf(bufferOf(node));

/** Per part, the nodes that a later part or the caller needs. */
function resultsOf<Part extends string>(
  all: readonly TensorNode[],
  roots: readonly TensorNode[],
  partOf: (node: TensorNode) => Part,
): Map<Part, TensorNode[]> {
  const wanted = new Set(roots);
  const usedWithin = new Set(all.flatMap((node) => node.inputs.filter((x) => partOf(x) === partOf(node))));
  for (const node of all) {
    // What is made from nothing stands right before its first use, if its part has one.
    for (const x of node.inputs) if (partOf(x) !== partOf(node) && !(isMadeLeaf(x) && usedWithin.has(x))) wanted.add(x);
  }
  const results = new Map<Part, TensorNode[]>();
  for (const node of all) {
    if (!wanted.has(node)) continue;
    const part = partOf(node);
    const list = results.get(part) ?? [];
    list.push(node);
    results.set(part, list);
  }
  return results;
}

/** The length of the longest way within the part. */
function depths<Part extends string>(
  all: readonly TensorNode[],
  partOf: (node: TensorNode) => Part,
): Map<TensorNode, number> {
  const depth = new Map<TensorNode, number>();
  for (const node of all) {
    const below = node.inputs.filter((x) => depth.has(x) && partOf(x) === partOf(node)).map((x) => depth.get(x)!);
    depth.set(node, 1 + Math.max(0, ...below));
  }
  return depth;
}

function walk(
  results: readonly TensorNode[],
  isInside: (node: TensorNode) => boolean,
  before: (a: TensorNode, b: TensorNode) => number,
): readonly TensorNode[] {
  const order: TensorNode[] = [];
  const seen = new Set<TensorNode>();
  const enter = (node: TensorNode): { node: TensorNode; inputs: readonly TensorNode[]; next: number } => {
    seen.add(node);
    return { node, inputs: [...new Set(node.inputs)].filter(isInside).sort(before), next: 0 };
  };
  for (const result of results) {
    if (seen.has(result)) continue;
    const stack = [enter(result)];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const input = top.inputs[top.next++];
      if (input === undefined) order.push(stack.pop()!.node);
      else if (!seen.has(input)) stack.push(enter(input));
    }
  }
  return order;
}
