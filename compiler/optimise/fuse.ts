/**
 * matMul, conv2d or depthwiseConv2d, plus a bias, plus an activation → one fused op, where nothing else reads what lies between. Last,
 * because gradients and rewrites know the parts only. Activations that their gradient reads by output only (relu,
 * sigmoid) fuse in training too.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { copyInto, nodesOf, rebuildProgram, useCounts, withBody } from '../graph/traverse.ts';
import { booleanOf, readConvolution } from '../ops/attributes.ts';
import type { Activating } from '../ops/compiler-ops.ts';
import { ops } from '../ops/index.ts';
import { sameShape } from '../ops/shape-rules.ts';
import type { Pass, Step } from './pass.ts';
import { scalarValue } from './pattern.ts';

interface Fusible extends Activating {
  /** The matMul or convolution. */
  readonly product: TensorNode;
  readonly bias: TensorNode;
  /** The sum of both. */
  readonly sum: TensorNode;
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

const isPositive = (condition: TensorNode, x: TensorNode): boolean =>
  condition.op === 'greater' && condition.inputs[0] === x && scalarValue(condition.inputs[1]!) === 0;

/** The number that a node multiplies something by. */
function factorOf(node: TensorNode): readonly [TensorNode, number] | undefined {
  if (node.op !== 'multiply') return undefined;
  const at = node.inputs.findIndex((x) => scalarValue(x) !== undefined && x.shape.length === 0);
  return at < 0 ? undefined : [node.inputs[1 - at]!, scalarValue(node.inputs[at]!)!];
}

/** An activation, what it is applied to, and how often its parts read that. */
type Curve = readonly [x: TensorNode, activating: Activating, reads: number];

/** select(x > 0, x, expm1(min(x, 0))), select(x > 0, x, x * alpha). */
function selected(node: TensorNode, uses: Uses): Curve | undefined {
  const [condition, x, below] = node.inputs as readonly [TensorNode, TensorNode, TensorNode];
  if (!isPositive(condition, x) || uses(condition) !== 1 || uses(below) !== 1) return undefined;
  const scaled = factorOf(below);
  if (scaled?.[0] === x) return [x, { activation: 'leakyrelu', alpha: scaled[1] }, 3];
  const isElu = below.op === 'expm1' && uses(below.inputs[0]!) === 1 && cutAbove(below.inputs[0]!) === x;
  return isElu ? [x, { activation: 'elu' }, 3] : undefined;
}

/** relu(x) - relu(-x) * alpha. */
function leaky(node: TensorNode, uses: Uses): Curve | undefined {
  const [above, scaled] = node.inputs as readonly [TensorNode, TensorNode];
  const [below, alpha] = factorOf(scaled) ?? [];
  if (above.op !== 'relu' || below?.op !== 'relu' || ![above, scaled, below].every((part) => uses(part) === 1)) return undefined; // prettier-ignore
  const [x, negative] = [above.inputs[0]!, below.inputs[0]!];
  const fits = negative.op === 'negate' && negative.inputs[0] === x && uses(negative) === 1;
  return fits ? [x, { activation: 'leakyrelu', alpha: alpha! }, 2] : undefined;
}

/** min(relu(x), 6). */
function cutAtSix(node: TensorNode, uses: Uses): Curve | undefined {
  const relu = node.inputs.find((x) => x.op === 'relu');
  const six = node.inputs.find((x) => scalarValue(x) === 6 && x.shape.length === 0);
  return relu && six && uses(relu) === 1 ? [relu.inputs[0]!, { activation: 'relu6' }, 1] : undefined;
}

function curveOf(node: TensorNode, uses: Uses): Curve | undefined {
  if (node.op === 'relu' || node.op === 'sigmoid') return [node.inputs[0]!, { activation: node.op }, 1];
  if (node.op === 'select') return selected(node, uses);
  if (node.op === 'subtract') return leaky(node, uses);
  return node.op === 'minimum' ? cutAtSix(node, uses) : undefined;
}

/** What the activation is applied to, if the node is one that fused kernels know and nothing else reads the operand. */
function activated(node: TensorNode, uses: Uses): Curve | undefined {
  const curve = curveOf(node, uses);
  return curve && uses(curve[0]) === curve[2] ? curve : undefined;
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
    if (fits) return { product, bias, sum: node };
  }
  return undefined;
}

function fusible(node: TensorNode, uses: Uses): Fusible | undefined {
  const linear = biased(node, uses);
  if (linear) return { ...linear, activation: 'linear' };
  const outer = activated(node, uses);
  const inner = outer && biased(outer[0], uses);
  return inner && { ...inner, ...outer[1] };
}

export const fusion: Pass = {
  name: 'fuse',
  summary: 'lets the kernel of a product add the bias and apply the activation',
  run: (program, builder, source = builder) => {
    const steps: Step[] = [];
    return { program: fusedProgram(program, builder, source, steps), steps };
  },
};

/** Into the same builder or a new one. */
export const fuse = (
  program: TensorProgram,
  builder: GraphBuilder,
  source: Pick<GraphBuilder, 'originOf'> = builder,
): TensorProgram => fusion.run(program, builder, source).program;

/** @param steps Takes what is fused. */
function fusedProgram(
  program: TensorProgram,
  builder: GraphBuilder,
  source: Pick<GraphBuilder, 'originOf'>,
  steps: Step[],
): TensorProgram {
  const counts = useCounts(program);
  const made = new Map<TensorNode, TensorNode>();
  const found = new Map<TensorNode, Fusible & { readonly last: TensorNode }>();
  const copy = copyInto(builder);
  const rebuild = (node: TensorNode, inputs: readonly TensorNode[]): TensorNode => {
    if (node.op === 'scan')
      return withBody(builder, node, inputs, (body) => fusedProgram(body, builder, source, steps));
    const parts = fusible(node, (x) => counts.get(x));
    // With an activation it is found once more.
    if (parts) found.set(parts.product, { ...parts, last: node });
    const result = parts ? fused(builder, parts, (x) => made.get(x)!) : copy(node, inputs);
    made.set(node, result);
    return result;
  };
  const result = rebuildProgram(program, builder, rebuild, source);
  const isRead = readersOf(program);
  for (const parts of found.values()) steps.push(...stepsOf(parts, isRead, source));
  return result;
}

const readersOf = (program: TensorProgram): ReadonlyMap<TensorNode, readonly TensorNode[]> => {
  const readers = new Map<TensorNode, TensorNode[]>();
  for (const node of nodesOf(program)) for (const x of node.inputs) readers.set(x, [...(readers.get(x) ?? []), node]);
  return readers;
};

/** What was fused, and whether the layer's own activation was not. */
function stepsOf({ product, sum, activation, last }: Fusible & { readonly last: TensorNode }, readers: ReadonlyMap<TensorNode, readonly TensorNode[]>, { originOf }: Pick<GraphBuilder, 'originOf'>): readonly Step[] {
  const [of, bias, activated] = [product, sum, last].map(originOf);
  const fused: Step = { kind: 'fused', product: of, bias, activation, activated };
  // Other layers compute more than a product and its activation.
  if (activation !== 'linear' || !of?.label?.includes('activation:')) return [fused];
  const own = (readers.get(sum) ?? []).filter((reader) => originOf(reader) === of && ops[reader.op].traits.elementwise);
  const known = own.some((reader) => reader.op === 'relu' || reader.op === 'sigmoid');
  return own.length === 0 ? [fused] : [fused, { kind: 'apart', product: of, known }];
} // prettier-ignore

function fused(op: GraphBuilder, found: Fusible, now: (x: TensorNode) => TensorNode): TensorNode {
  const { product, bias, activation, alpha } = found;
  const [a, b] = product.inputs.map(now) as [TensorNode, TensorNode];
  const activating = { activation, ...(alpha !== undefined && { alpha }) };
  if (product.op === 'matMul') return op.fusedMatMul(a, b, now(bias), activating);
  const attributes = { ...readConvolution(product.attributes), ...activating };
  return product.op === 'conv2d'
    ? op.fusedConv2d(a, b, now(bias), attributes)
    : op.fusedDepthwiseConv2d(a, b, now(bias), attributes);
}
