/**
 * What does nothing along axes of one element: reductions over them, windows of one place, running sums, reversals.
 * Where it is all of the work, the axis is at most dropped, which is free.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { booleanOf, numberOf, numbersOf, readPool, sizesOf } from '../ops/attributes.ts';
import type { OpName } from '../ops/op-names.ts';
import { isOne, sameShape } from '../ops/shape-rules.ts';
import { ruleFor, type Rule } from './rewrite.ts';

const reductions = ['sum', 'max', 'min', 'prod', 'any', 'all'] as const satisfies readonly OpName[];

const reductionOfOne = (name: (typeof reductions)[number]): Rule =>
  ruleFor(`${name}(x) over axes of size 1 → reshape(x)`, name, ([x], op, node) => {
    const axes = numbersOf(node.attributes, 'axes');
    const long = axes.filter((axis) => !isOne(x!.shape[axis]!));
    if (long.length === axes.length) return undefined;
    const rest = long.length === 0 ? x! : op[name](x!, long, true);
    return op.reshape(rest, node.shape);
  });

/** A window of one place that takes every place. Its padding would be windows of padding only, which no pool has. */
const takesEveryPlace = (node: TensorNode, shape: TensorNode['shape']): boolean => {
  const { poolSize, strides } = readPool(node.attributes);
  return [...poolSize, ...strides].every((size) => size === 1) && sameShape(shape, node.shape);
};

const poolOfOne = (name: 'maxPool' | 'averagePool'): Rule =>
  ruleFor(`${name}(x, 1 × 1) → x`, name, ([x], _, node) => (takesEveryPlace(node, x!.shape) ? x : undefined));

const poolGradientOfOne = (name: 'maxPoolGradient' | 'averagePoolGradient'): Rule =>
  ruleFor(`${name}(dy, 1 × 1) → dy`, name, ([dy], _, node) => (takesEveryPlace(node, dy!.shape) ? dy : undefined));

export const singleAxes: readonly Rule[] = [
  ...reductions.map(reductionOfOne),
  poolOfOne('maxPool'),
  poolOfOne('averagePool'),
  poolGradientOfOne('maxPoolGradient'),
  poolGradientOfOne('averagePoolGradient'),
  ruleFor('cumsum(x) over an axis of size 1 → x', 'cumsum', ([x], _, node) => {
    const single = isOne(x!.shape[numberOf(node.attributes, 'axis')]!);
    return single && !booleanOf(node.attributes, 'exclusive') ? x : undefined;
  }),
  ruleFor('reverse(x) along axes of size 1 → x', 'reverse', ([x], op, node) => {
    const axes = numbersOf(node.attributes, 'axes');
    const long = axes.filter((axis) => !isOne(x!.shape[axis]!));
    return long.length < axes.length ? op.reverse(x!, long) : undefined;
  }),
  ruleFor('resizeNearest(x) to its own size → x', 'resizeNearest', ([x], _, node) => {
    const size = sizesOf(node.attributes, 'size');
    return sameShape(size, x!.shape.slice(1, 3)) ? x : undefined;
  }),
];
