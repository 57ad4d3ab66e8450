/**
 * Reverse-mode differentiation, graph to graph: adds to the builder the gradients of a scalar by some nodes.
 * What each op contributes is written with the op; this file only orders and adds up. Only nodes between the wanted
 * ones and the loss get a gradient; integers, bools, `stopGradient` and ops that are constant almost everywhere stop it.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import { ops } from '../ops/index.ts';
import type { GradientContext, InputGradient } from '../ops/define-op.ts';
import { sameShape } from '../ops/shape-rules.ts';
import { scanGradient } from './scan-gradient.ts';

/** The nodes through which the loss depends on one of `wrt` in a way that has a gradient. */
function activeNodes(order: readonly TensorNode[], wrt: ReadonlySet<TensorNode>): ReadonlySet<TensorNode> {
  const active = new Set<TensorNode>();
  for (const node of order) {
    if (node.dtype !== 'float32') continue;
    const passes = ops[node.op].gradient !== 'none' && node.inputs.some((input) => active.has(input));
    if (wrt.has(node) || passes) active.add(node);
  }
  return active;
}

function inputGradients(context: GradientContext): readonly (InputGradient | undefined)[] {
  const { gradient } = ops[context.node.op];
  return gradient === 'none' ? [] : gradient(context);
}

/** Gradients of `loss` (a scalar) by each of `wrt`, of their shapes; undefined where the loss does not depend on it. */
export function differentiate(
  builder: GraphBuilder,
  loss: TensorNode,
  wrt: readonly TensorNode[],
): (TensorNode | undefined)[] {
  if (loss.shape.length !== 0 || loss.dtype !== 'float32') bug('the gradient of something that is not a scalar');
  return backpropagate(builder, new Map([[loss, builder.scalar(1)]]), wrt);
}

/** From the gradients of some nodes those of others, which all may lie within one another. */
export function backpropagate(
  builder: GraphBuilder,
  seeds: ReadonlyMap<TensorNode, TensorNode>,
  wrt: readonly TensorNode[],
): (TensorNode | undefined)[] {
  const order = topological(seeds.keys());
  const active = activeNodes(order, new Set(wrt));
  const gradients = new Map<TensorNode, TensorNode>();
  for (const [node, seed] of seeds) if (active.has(node)) gradients.set(node, seed);
  const ofLoops = new Map<TensorNode, Map<number, TensorNode>>();
  for (const node of order.toReversed()) {
    const propagate = contributionsOf(builder, node, gradients.get(node), ofLoops, active);
    if (propagate === undefined) continue;
    const origin = builder.originOf(node);
    const add = (): void => {
      const contributions = propagate();
      for (const [i, input] of node.inputs.entries()) {
        const contribution = contributions[i];
        if (contribution && active.has(input)) accumulate(builder, gradients, input, contribution());
      }
    };
    if (origin) builder.withOrigin(origin, add);
    else add();
  }
  return wrt.map((node) => gradients.get(node));
}

/** How a node's operands get their gradients; undefined where nothing flows. A loop waits until all its results have theirs. */
function contributionsOf(
  builder: GraphBuilder,
  node: TensorNode,
  dy: TensorNode | undefined,
  ofLoops: Map<TensorNode, Map<number, TensorNode>>,
  active: ReadonlySet<TensorNode>,
): (() => readonly (InputGradient | undefined)[]) | undefined {
  if (node.op === 'scan') {
    const results = ofLoops.get(node);
    return results && (() => scanGradient(builder, node, results, (input) => active.has(input), backpropagate));
  }
  if (dy === undefined) return undefined;
  if (node.op !== 'result') return () => inputGradients({ node, dy, op: builder });
  const scan = node.inputs[0]!;
  const results = ofLoops.get(scan) ?? new Map<number, TensorNode>();
  ofLoops.set(scan, results.set(Number(node.attributes['index']), dy));
  return undefined;
}

function accumulate(
  builder: GraphBuilder,
  gradients: Map<TensorNode, TensorNode>,
  node: TensorNode,
  part: TensorNode,
): void {
  // Sizes that are equal only by a fact the algebra does not know are written as the node has them.
  const shaped = sameShape(part.shape, node.shape) ? part : builder.reshape(part, node.shape);
  const before = gradients.get(node);
  gradients.set(node, before ? builder.add(before, shaped) : shaped);
}
