/**
 * Walks over graphs: operands-first order, uses, and rebuilding a graph node by node in another builder.
 */
import { bodyOf } from '../ops/attributes.ts';
import type { GraphBuilder } from './builder.ts';
import { hasBody, loopBody } from './loop-body.ts';
import type { TensorNode, TensorProgram } from './tensor-graph.ts';

const noLeaves: Pick<ReadonlySet<TensorNode>, 'has'> = new Set<TensorNode>();

/**
 * All nodes below the outputs, each once, operands first; the order depends on the structure only. Bodies of loops are
 * graphs of their own. What is below one of `leaves` is left out.
 */
export function topological(outputs: Iterable<TensorNode>, leaves = noLeaves): readonly TensorNode[] {
  const order: TensorNode[] = [];
  const seen = new Set<TensorNode>();
  // An explicit stack: unrolled recurrent networks are deeper than the call stack.
  const stack: { node: TensorNode; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ node: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = leaves.has(top.node) ? undefined : top.node.inputs[top.next++];
      if (input === undefined) order.push(stack.pop()!.node);
      else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ node: input, next: 0 });
      }
    }
  }
  return order;
}

export const nodesOf = (program: TensorProgram): readonly TensorNode[] => topological(program.outputs.values());

/** How often each node is an operand or an output. */
export function useCounts(program: TensorProgram): ReadonlyMap<TensorNode, number> {
  const counts = new Map<TensorNode, number>();
  const count = (node: TensorNode): void => void counts.set(node, (counts.get(node) ?? 0) + 1);
  for (const node of nodesOf(program)) node.inputs.forEach(count);
  for (const node of program.outputs.values()) count(node);
  return counts;
}

/** What stands for `node` in the new graph, given its operands there. */
export type Rebuild = (node: TensorNode, inputs: readonly TensorNode[]) => TensorNode;

export const copyInto =
  (builder: GraphBuilder): Rebuild =>
  (node, inputs) =>
    hasBody(node.op) && !bodyOf(node.attributes).outputs.every(builder.owns)
      ? withBody(builder, node, inputs, (body) => rebuildProgram(body, builder))
      : builder.make(node.op, inputs, node.attributes);

/** A scan, or a fused kernel, over other operands, its body gone through a pass. */
export function withBody(
  builder: GraphBuilder,
  scan: TensorNode,
  inputs: readonly TensorNode[],
  pass: (body: TensorProgram) => TensorProgram,
): TensorNode {
  const { outputs } = bodyOf(scan.attributes);
  const passed = pass({ outputs: new Map(outputs.map((node, i) => [String(i), node])) });
  return builder.make(scan.op, inputs, { ...scan.attributes, body: loopBody([...passed.outputs.values()]) });
}

/** Maps a program through `rebuild`, operands first, each node once. Origins come along where `source` knows them. */
export function rebuildProgram(
  program: TensorProgram,
  builder: GraphBuilder,
  rebuild: Rebuild = copyInto(builder),
  source?: Pick<GraphBuilder, 'originOf'>,
): TensorProgram {
  const made = new Map<TensorNode, TensorNode>();
  for (const node of nodesOf(program)) {
    const inputs = node.inputs.map((input) => made.get(input)!);
    const origin = source?.originOf(node);
    made.set(node, origin ? builder.withOrigin(origin, () => rebuild(node, inputs)) : rebuild(node, inputs));
  }
  return { outputs: new Map([...program.outputs].map(([name, node]) => [name, made.get(node)!])) };
}

/** The nodes with some of them replaced, in the same builder. */
export function substitute(
  builder: GraphBuilder,
  nodes: readonly TensorNode[],
  replacements: ReadonlyMap<TensorNode, TensorNode>,
): readonly TensorNode[] {
  const made = new Map<TensorNode, TensorNode>(replacements);
  for (const node of topological(nodes)) {
    if (made.has(node)) continue;
    const inputs = node.inputs.map((input) => made.get(input)!);
    const same = inputs.every((input, i) => input === node.inputs[i]);
    made.set(node, same ? node : builder.make(node.op, inputs, node.attributes));
  }
  return nodes.map((node) => made.get(node)!);
}
