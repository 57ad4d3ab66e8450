/**
 * Rules about what only moves elements: reshapes, transposes, slices, pads. All are exact.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { numberOf, numbersOf, pairsOf, readConvolution, sizesOf } from '../ops/attributes.ts';
import { ops } from '../ops/index.ts';
import { explicitPadding, isOne, sameShape } from '../ops/shape-rules.ts';
import { add, asNumber, dim, ONE } from '../shapes/index.ts';
import { ruleFor, type Rule } from './rewrite.ts';

/** A convolution pads with zeros itself. */
const paddedConvolution = (name: 'conv2d' | 'depthwiseConv2d'): Rule =>
  ruleFor(`${name}(pad(x)) → ${name}(x, padding)`, name, ([padded, filter], op, node) => {
    if (padded!.op !== 'pad' || padded!.attributes['value'] !== 0) return undefined;
    const { strides, dilations, padding } = readConvolution(node.attributes);
    const outer = pairsOf(padded!.attributes, 'paddings');
    if (padding === 'same' || ![outer[0]!, outer[3]!].flat().every((size) => asNumber(size) === 0)) return undefined;
    const own = [0, 1].map((axis) => explicitPadding(padded!.shape[1 + axis]!, ONE, 1, padding, axis));
    const both = own.map((pair, i) => [add(pair[0], outer[1 + i]![0]), add(pair[1], outer[1 + i]![1])] as const);
    return op[name](padded!.inputs[0]!, filter!, { strides, dilations, padding: both });
  });

/** Where nothing is left of the piece, there is no input to take it from. */
function pieceOf(node: TensorNode, op: GraphBuilder): TensorNode | undefined {
  const joined = node.inputs[0]!;
  if (joined.op !== 'concat') return undefined;
  const axis = numberOf(joined.attributes, 'axis');
  const begin = sizesOf(node.attributes, 'begin');
  const [from, size] = [asNumber(begin[axis]!), asNumber(node.shape[axis]!)];
  if (from === undefined || size === undefined) return undefined;
  let start = 0;
  for (const x of joined.inputs) {
    const length = asNumber(x.shape[axis]!);
    if (length === undefined) return undefined;
    if (from >= start && from + size <= start + length)
      return op.slice(x, begin.with(axis, dim(from - start)), node.shape);
    start += length;
  }
  return undefined;
}

/** The value whose slices, one after the other along the axis, these are, from the first to the last. */
function cutFrom(parts: readonly TensorNode[], axis: number, op: GraphBuilder): TensorNode | undefined {
  const whole = parts[0]!.inputs[0];
  if (!parts.every((part) => part.op === 'slice' && part.inputs[0] === whole)) return undefined;
  const begins = parts.map((part) => sizesOf(part.attributes, 'begin'));
  const follows = parts.every((part, i) => {
    const before = begins[i - 1]?.map((b, at) => (at === axis ? add(b, parts[i - 1]!.shape[axis]!) : b));
    return before === undefined || sameShape(before, begins[i]!);
  });
  if (!follows) return undefined;
  const length = parts.map((part) => part.shape[axis]!).reduce(add);
  return op.slice(whole!, begins[0]!, parts[0]!.shape.with(axis, length));
}

const cutting: readonly Rule[] = [
  ruleFor('slice(concat(a, b)) → slice(a)', 'slice', (_, op, node) => pieceOf(node, op)),
  ruleFor('concat(slice(x), next slice(x)) → slice(x)', 'concat', (parts, op, node) =>
    cutFrom(parts, numberOf(node.attributes, 'axis'), op),
  ),
  ruleFor('pad(pad(x)) → pad(x)', 'pad', ([inner], op, node) => {
    if (inner!.op !== 'pad' || inner!.attributes['value'] !== node.attributes['value']) return undefined;
    const [first, second] = [pairsOf(inner!.attributes, 'paddings'), pairsOf(node.attributes, 'paddings')];
    const both = first.map((pair, i) => [add(pair[0], second[i]![0]), add(pair[1], second[i]![1])] as const);
    return op.pad(inner!.inputs[0]!, both, numberOf(node.attributes, 'value'));
  }),
  paddedConvolution('conv2d'),
  paddedConvolution('depthwiseConv2d'),
  ruleFor('slice(slice(x)) → slice(x)', 'slice', ([inner], op, node) => {
    if (inner!.op !== 'slice') return undefined;
    const outer = sizesOf(node.attributes, 'begin');
    const begin = sizesOf(inner!.attributes, 'begin').map((b, axis) => add(b, outer[axis]!));
    return op.slice(inner!.inputs[0]!, begin, node.shape);
  }),
  ruleFor('slice(x) → x', 'slice', ([x], _, node) => {
    const fromStart = sizesOf(node.attributes, 'begin').every((b) => asNumber(b) === 0);
    return fromStart && sameShape(x!.shape, node.shape) ? x : undefined;
  }),
];

/** f(transpose(x)) as it is seen through another transpose that takes the first one back. */
function throughBoth(op: GraphBuilder, node: TensorNode): TensorNode | undefined {
  const [f] = node.inputs as readonly [TensorNode];
  if (!ops[f.op].traits.elementwise) return undefined;
  const inner = f.inputs.find((x) => x.op === 'transpose');
  if (!inner || !sameShape(inner.shape, f.shape)) return undefined;
  const first = numbersOf(inner.attributes, 'permutation');
  const back = numbersOf(node.attributes, 'permutation').every((axis, i) => first[axis] === i);
  const operands = f.inputs.map((x) => {
    if (x.op === 'transpose' && String(x.attributes['permutation']) === String(inner.attributes['permutation']))
      return x.inputs[0];
    return x.shape.length === 0 ? x : undefined;
  });
  if (!back || !operands.every((x) => x !== undefined)) return undefined;
  return op.make(f.op, operands, f.attributes);
}

export const moving: readonly Rule[] = [
  ruleFor('reshape(reshape(x)) → reshape(x)', 'reshape', ([inner], op, node) =>
    inner!.op === 'reshape' ? op.reshape(inner!.inputs[0]!, node.shape) : undefined,
  ),
  ruleFor('reshape(x) → x', 'reshape', ([x], _, node) => (sameShape(x!.shape, node.shape) ? x : undefined)),
  ruleFor('transpose(transpose(x)) → transpose(x)', 'transpose', ([inner], op, node) => {
    if (inner!.op !== 'transpose') return undefined;
    const first = numbersOf(inner!.attributes, 'permutation');
    return op.transpose(
      inner!.inputs[0]!,
      numbersOf(node.attributes, 'permutation').map((axis) => first[axis]!),
    );
  }),
  ruleFor('transpose(f(transpose(x))) → f(x)', 'transpose', (_, op, node) => throughBoth(op, node)),
  // Sizes of 1 do not order anything; kept to what is a plain renaming of the axes in order.
  ruleFor('transpose(x) → reshape(x)', 'transpose', ([x], op, node) => {
    const moved = numbersOf(node.attributes, 'permutation').filter((axis) => !isOne(x!.shape[axis]!));
    return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!) ? op.reshape(x!, node.shape) : undefined;
  }),
  ruleFor('reverse(reverse(x)) → x', 'reverse', ([inner], _, node) => {
    const same = inner!.op === 'reverse' && String(inner!.attributes['axes']) === String(node.attributes['axes']);
    return same ? inner!.inputs[0] : undefined;
  }),
  ...cutting,
  ruleFor('cast(cast(x)) → cast(x)', 'cast', ([inner], op, node) => {
    // Only outwards: a cast that loses something must stay.
    const widening = inner!.op === 'cast' && inner!.inputs[0]!.dtype === 'bool' && inner!.dtype !== 'bool';
    return widening && node.dtype !== 'bool' ? op.cast(inner!.inputs[0]!, node.dtype) : undefined;
  }),
];
