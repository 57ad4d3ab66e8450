/**
 * Cuts a pass in two: what the outputs and new statistics need, and what the gradients need besides. Values of the first
 * half that the second needs are saved; what is made from nothing, or lies in the memory of something saved, is not.
 */
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import { copyInto, rebuildProgram, topological } from '../graph/traverse.ts';
import { bufferOf } from './buffers.ts';
import { isGiven } from './node-kinds.ts';

export interface SplitPass {
  readonly forward: ReadonlyMap<string, TensorNode>;
  /** Of the forward half; the backward half reads them as leaves `saved:NAME`. */
  readonly saved: readonly TensorNode[];
  readonly backward: ReadonlyMap<string, TensorNode>;
}

const isForward = (name: string): boolean => name.startsWith('output:') || name.startsWith('weight:');

/** What is made from nothing and may be made again: no random numbers. */
function remadeNodes(order: readonly TensorNode[]): ReadonlySet<TensorNode> {
  const remade = new Set<TensorNode>();
  for (const node of order) {
    const isDrawn = node.op === 'randomUniform' || node.op === 'randomNormal';
    if (!isGiven(node) && !isDrawn && node.op !== 'scan' && node.inputs.every((x) => remade.has(x))) remade.add(node);
  }
  return remade;
}

/** Which nodes the outputs and new statistics need. */
function firstHalf(outputs: ReadonlyMap<string, TensorNode>): ReadonlySet<TensorNode> {
  const forward = [...outputs].filter(([name]) => isForward(name)).map(([, node]) => node);
  const first = new Set(topological(forward));
  // What a loop gives is there when the loop has run.
  for (const node of topological(outputs.values()))
    if (node.op === 'result' && first.has(node.inputs[0]!)) first.add(node);
  return first;
}

/** The half that each node is in. */
export function halvesOf(outputs: ReadonlyMap<string, TensorNode>): (node: TensorNode) => string {
  const first = firstHalf(outputs);
  return (node) => (first.has(node) ? 'forward' : 'backward');
}

export function splitPass(outputs: ReadonlyMap<string, TensorNode>): SplitPass {
  const half = (wanted: boolean) => new Map([...outputs].filter(([name]) => isForward(name) === wanted));
  const [forward, backward] = [half(true), half(false)];
  const order = topological(outputs.values());
  const first = firstHalf(outputs);
  const remade = remadeNodes(order);
  const saved = new Set<TensorNode>();
  const save = (node: TensorNode): void => {
    const buffer = bufferOf(node);
    if (first.has(node) && !isGiven(buffer) && !remade.has(buffer)) saved.add(buffer);
  };
  for (const node of order) if (!first.has(node)) node.inputs.forEach(save);
  for (const node of backward.values()) save(node);
  return { forward, saved: [...saved], backward };
}

/** The backward half over leaves in place of what is saved, by the names under which it is. */
export function overSaved(
  { backward }: SplitPass,
  names: ReadonlyMap<TensorNode, string>,
  builder: GraphBuilder,
): ReadonlyMap<string, TensorNode> {
  const copy = copyInto(builder);
  const leaf = (node: TensorNode, name: string): TensorNode => builder.input(`saved:${name}`, node.dtype, node.shape);
  const rebuilt = rebuildProgram(
    { outputs: backward },
    builder,
    (node, inputs) => {
      const name = names.get(node);
      return name === undefined ? copy(node, inputs) : leaf(node, name);
    },
    builder,
  );
  return rebuilt.outputs;
}
