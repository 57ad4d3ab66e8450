/**
 * matMul, conv2d or depthwiseConv2d, plus a bias, plus an activation → one fused op, where nothing else reads what lies between. Last,
 * because gradients and rewrites know the parts only. Activations that their gradient reads by output only (relu,
 * sigmoid) fuse in training too.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { copyInto, rebuildProgram, useCounts, withBody } from '../graph/traverse.ts';
import { booleanOf, readConvolution } from '../ops/attributes.ts';
import type { FusedActivation } from '../ops/compiler-ops.ts';
import { sameShape } from '../ops/shape-rules.ts';
import { scalarValue } from './pattern.ts';

interface Fusible {
  /** The matMul or convolution. */
  readonly product: TensorNode;
  readonly bias: TensorNode;
  readonly activation: FusedActivation;
}

function isProduct(node: TensorNode): boolean {
  if (node.op === 'conv2d' || node.op === 'depthwiseConv2d') return true;
  if (node.op !== 'matMul' || node.inputs.some((x) => x.shape.length !== 2)) return false;
  return !booleanOf(node.attributes, 'transposeA') && !booleanOf(node.attributes, 'transposeB');
}

/** How often a node is read. */
type Uses = (node: TensorNode) => number | undefined;

/** min(x, 0), also as backends have it. */
function cutAbove(node: TensorNode): TensorNode | undefined {
  if (node.op === 'minimum' && scalarValue(node.inputs[1]!) === 0) return node.inputs[0];
  const inner = node.op === 'negate' && node.inputs[0]!.op === 'relu' ? node.inputs[0]!.inputs[0]! : undefined;
  return inner?.op === 'negate' ? inner.inputs[0] : undefined;
}

/** select(x > 0, x, expm1(min(x, 0))), where x is read for nothing else. */
function eluOperand(node: TensorNode, uses: Uses): TensorNode | undefined {
  const [condition, x, below] = node.inputs as readonly [TensorNode, TensorNode, TensorNode];
  const positive = condition.op === 'greater' && condition.inputs[0] === x && scalarValue(condition.inputs[1]!) === 0;
  if (!positive || below.op !== 'expm1' || cutAbove(below.inputs[0]!) !== x) return undefined;
  return [condition, below, below.inputs[0]!].every((part) => uses(part) === 1) && uses(x) === 3 ? x : undefined;
}

/** What the activation is applied to, if the node is one that fused kernels know and nothing else reads the operand. */
function activated(node: TensorNode, uses: Uses): readonly [TensorNode, FusedActivation] | undefined {
  const once = (x: TensorNode, activation: FusedActivation): readonly [TensorNode, FusedActivation] | undefined =>
    uses(x) === 1 ? [x, activation] : undefined;
  if (node.op === 'relu' || node.op === 'sigmoid') return once(node.inputs[0]!, node.op);
  if (node.op === 'select') {
    const x = eluOperand(node, uses);
    return x && [x, 'elu'];
  }
  if (node.op !== 'minimum') return undefined;
  const relu = node.inputs.find((x) => x.op === 'relu');
  const six = node.inputs.find((x) => scalarValue(x) === 6 && x.shape.length === 0);
  return relu && six && uses(relu) === 1 ? once(relu.inputs[0]!, 'relu6') : undefined;
}

function biased(node: TensorNode, uses: Uses): Omit<Fusible, 'activation'> | undefined {
  if (node.op !== 'add') return undefined;
  const [a, b] = node.inputs as readonly [TensorNode, TensorNode];
  for (const [product, bias] of [
    [a, b],
    [b, a],
  ] as const) {
    if (!isProduct(product) || uses(product) !== 1 || bias.shape.length !== 1) continue;
    const fits = sameShape(product.shape.slice(-1), bias.shape) && sameShape(product.shape, node.shape);
    if (fits) return { product, bias };
  }
  return undefined;
}

function fusible(node: TensorNode, uses: Uses): Fusible | undefined {
  const linear = biased(node, uses);
  if (linear) return { ...linear, activation: 'linear' };
  const outer = activated(node, uses);
  const inner = outer && biased(outer[0], uses);
  return inner && { ...inner, activation: outer[1] };
}

/** Into the same builder or a new one. */
export function fuse(
  program: TensorProgram,
  builder: GraphBuilder,
  source: Pick<GraphBuilder, 'originOf'> = builder,
): TensorProgram {
  const counts = useCounts(program);
  const made = new Map<TensorNode, TensorNode>();
  const copy = copyInto(builder);
  const rebuild = (node: TensorNode, inputs: readonly TensorNode[]): TensorNode => {
    if (node.op === 'scan') return withBody(builder, node, inputs, (body) => fuse(body, builder, source));
    const found = fusible(node, (x) => counts.get(x));
    const result = found ? fused(builder, found, (x) => made.get(x)!) : copy(node, inputs);
    made.set(node, result);
    return result;
  };
  return rebuildProgram(program, builder, rebuild, source);
}

function fused(op: GraphBuilder, found: Fusible, now: (x: TensorNode) => TensorNode): TensorNode {
  const { product, bias, activation } = found;
  const [a, b] = product.inputs.map(now) as [TensorNode, TensorNode];
  if (product.op === 'matMul') return op.fusedMatMul(a, b, now(bias), activation);
  const attributes = { ...readConvolution(product.attributes), activation };
  return product.op === 'conv2d'
    ? op.fusedConv2d(a, b, now(bias), attributes)
    : op.fusedDepthwiseConv2d(a, b, now(bias), attributes);
}
