/**
 * Rules that hold for all floats (only the sign of a zero may change): x * 0 is not 0, x - x is not 0.
 */
import { asNumber } from '../shapes/index.ts';
import { numbersOf, sizesOf } from '../ops/attributes.ts';
import { ops } from '../ops/index.ts';
import { isOne, sameShape } from '../ops/shape-rules.ts';
import { add } from '../shapes/index.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { padsTogether } from './pads-together.ts';
import { any, constant, named, op as on, scalarValue } from './pattern.ts';
import { rule, ruleFor, type Rule } from './rewrite.ts';

const arithmetic: readonly Rule[] = [
  rule('x + 0 → x', on('add', any('x'), constant(0)), ({ x }) => x),
  rule('x - 0 → x', on('subtract', any('x'), constant(0)), ({ x }) => x),
  rule('0 - x → -x', on('subtract', constant(0), any('x')), ({ x }, op) => op.negate(x)),
  rule('x * 1 → x', on('multiply', any('x'), constant(1)), ({ x }) => x),
  rule('x * -1 → -x', on('multiply', any('x'), constant(-1)), ({ x }, op) => op.negate(x)),
  rule('x / 1 → x', on('divide', any('x'), constant(1)), ({ x }) => x),
  rule('-(-x) → x', on('negate', on('negate', any('x'))), ({ x }) => x),
  rule('x + -y → x - y', on('add', any('x'), on('negate', any('y'))), ({ x, y }, op) => op.subtract(x, y)),
  rule('x - -y → x + y', on('subtract', any('x'), on('negate', any('y'))), ({ x, y }, op) => op.add(x, y)),
  rule('-x * -y → x * y', on('multiply', on('negate', any('x')), on('negate', any('y'))), ({ x, y }, op) => op.multiply(x, y)),
  rule('x ** 1 → x', on('power', any('x'), constant(1)), ({ x }) => x),
  rule('x ** 2 → x * x', on('power', any('x'), constant(2)), ({ x }, op) => op.square(x)),
  rule('relu(relu(x)) → relu(x)', on('relu', named('y', on('relu', any('x')))), ({ y }) => y),
  rule('not(not(x)) → x', on('not', on('not', any('x'))), ({ x }) => x),
  rule('select(c, x, x) → x', on('select', any('c'), any('x'), any('x')), ({ x }) => x),
]; // prettier-ignore

const cutting: readonly Rule[] = [
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

const moving: readonly Rule[] = [
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

const isSingle = (x: TensorNode): boolean => x.shape.every(isOne);

/** A node without the broadcasting or the added axes of 1 on top of it. */
function core(x: TensorNode): TensorNode {
  if (x.op === 'broadcastTo') return core(x.inputs[0]!);
  const addsLeadingOnes =
    x.op === 'reshape' &&
    sameShape(
      x.shape.filter((s) => !isOne(s)),
      x.inputs[0]!.shape,
    ) &&
    leadingOnesOnly(x);
  return x.op === 'reshape' && (isSingle(x) || addsLeadingOnes) ? core(x.inputs[0]!) : x;
}

function leadingOnesOnly(x: TensorNode): boolean {
  const before = x.inputs[0]!.shape;
  return before.length <= x.shape.length && sameShape(x.shape.slice(x.shape.length - before.length), before);
}

const broadcasting: readonly Rule[] = [
  {
    name: 'f(broadcastTo(x), y) → broadcastTo(f(x, y))',
    apply: (node, op) => {
      if (!ops[node.op].traits.elementwise) return undefined;
      const fits = (x: TensorNode): boolean => x.shape.length <= node.shape.length;
      const inputs = node.inputs.map((x) => (x.op === 'broadcastTo' && fits(core(x)) ? core(x) : x));
      if (inputs.every((x, i) => x === node.inputs[i])) return undefined;
      return op.broadcastTo(op.make(node.op, inputs, node.attributes), node.shape);
    },
  },
  ruleFor('broadcastTo(broadcastTo(x)) → broadcastTo(x)', 'broadcastTo', ([x], op, node) => {
    const inner = core(x!);
    // One number may have had more axes than the result.
    return inner === x || inner.shape.length > node.shape.length ? undefined : op.broadcastTo(inner, node.shape);
  }),
  ruleFor('reshape(broadcastTo(scalar)) → broadcastTo(scalar)', 'reshape', ([x], op, node) => {
    if (x!.op !== 'broadcastTo' || !isSingle(x!.inputs[0]!)) return undefined;
    return op.broadcastTo(op.reshape(x!.inputs[0]!, []), node.shape);
  }),
  ruleFor('broadcastTo(number) → fill', 'broadcastTo', ([x], op, node) => {
    const value = scalarValue(x!);
    return value === undefined ? undefined : op.fill(node.shape, value, node.dtype);
  }),
  ruleFor('reshape(fill) → fill', 'reshape', ([x], op, node) =>
    x!.op === 'fill' ? op.fill(node.shape, scalarValue(x!)!, node.dtype) : undefined,
  ),
];

export const algebra: readonly Rule[] = [...arithmetic, ...moving, ...broadcasting, padsTogether];
