/**
 * Rules that hold for all floats (only the sign of a zero may change): x * 0 is not 0, x - x is not 0. Where two
 * roundings become one, the file of the rule says so.
 */
import { ops } from '../ops/index.ts';
import { isOne, sameShape } from '../ops/shape-rules.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { moving } from './moving.ts';
import { numbersTogether } from './numbers-together.ts';
import { padsTogether } from './pads-together.ts';
import { any, constant, named, op as on, scalarValue } from './pattern.ts';
import { reshapeOutwards } from './reshape-outwards.ts';
import { rule, ruleFor, type Rule } from './rewrite.ts';
import { singleAxes } from './single-axes.ts';

const arithmetic: readonly Rule[] = [
  rule('x + 0 → x', on('add', any('x'), constant(0)), ({ x }) => x),
  rule('x - 0 → x', on('subtract', any('x'), constant(0)), ({ x }) => x),
  rule('0 - x → -x', on('subtract', constant(0), any('x')), ({ x }, op) => op.negate(x)),
  rule('x * 1 → x', on('multiply', any('x'), constant(1)), ({ x }) => x),
  rule('x * -1 → -x', on('multiply', any('x'), constant(-1)), ({ x }, op) => op.negate(x)),
  rule('x / 1 → x', on('divide', any('x'), constant(1)), ({ x }) => x),
  rule('-(-x) → x', on('negate', on('negate', any('x'))), ({ x }) => x),
  rule('-(x - y) → y - x', on('negate', on('subtract', any('x'), any('y'))), ({ x, y }, op) => op.subtract(y, x)),
  rule('x + -y → x - y', on('add', any('x'), on('negate', any('y'))), ({ x, y }, op) => op.subtract(x, y)),
  rule('x - -y → x + y', on('subtract', any('x'), on('negate', any('y'))), ({ x, y }, op) => op.add(x, y)),
  rule('-x * -y → x * y', on('multiply', on('negate', any('x')), on('negate', any('y'))), ({ x, y }, op) => op.multiply(x, y)),
  rule('x ** 1 → x', on('power', any('x'), constant(1)), ({ x }) => x),
  rule('x ** 2 → x * x', on('power', any('x'), constant(2)), ({ x }, op) => op.square(x)),
  rule('x ** 3 → x * x * x', on('power', any('x'), constant(3)), ({ x }, op) => op.multiply(op.square(x), x)),
  rule('x ** -1 → 1 / x', on('power', any('x'), constant(-1)), ({ x }, op) => (x.dtype === 'float32' ? op.reciprocal(x) : undefined)),
  rule('1 / sqrt(x) → rsqrt(x)', on('divide', constant(1), on('sqrt', any('x'))), ({ x }, op) => op.rsqrt(x)),
  rule('|-x| → |x|', on('abs', on('negate', any('x'))), ({ x }, op) => op.abs(x)),
  rule('||x|| → |x|', on('abs', named('y', on('abs', any('x')))), ({ y }) => y),
  rule('max(x, x) → x', on('maximum', any('x'), any('x')), ({ x }) => x),
  rule('min(x, x) → x', on('minimum', any('x'), any('x')), ({ x }) => x),
  rule('relu(relu(x)) → relu(x)', on('relu', named('y', on('relu', any('x')))), ({ y }) => y),
  rule('not(not(x)) → x', on('not', on('not', any('x'))), ({ x }) => x),
  rule('select(c, x, x) → x', on('select', any('c'), any('x'), any('x')), ({ x }) => x),
]; // prettier-ignore

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

export const algebra: readonly Rule[] = [
  ...arithmetic,
  ...numbersTogether,
  ...singleAxes,
  ...moving,
  ...broadcasting,
  padsTogether,
  reshapeOutwards,
];
