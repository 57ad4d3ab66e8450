/**
 * Reductions over axes (non-negative, ascending), arg-reductions and running sums. `max` and `min` share the gradient
 * equally among ties, so that it does not depend on the order of elements (JAX and PyTorch's amax do so too).
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { build, offsetOf, reader, stridesOf, type NdArray } from '../graph/nd-array.ts';
import type { Attributes, TensorNode } from '../graph/tensor-graph.ts';
import { ONE, type Dim } from '../shapes/index.ts';
import { booleanOf, numberOf, numbersOf } from './attributes.ts';
import { defineOp, type GradientContext, type OpBehaviour, type OpDefinition, type TensorType } from './define-op.ts';
import type { OpName } from './op-names.ts';

function reducedType(dtypes: readonly string[]) {
  return ([x]: readonly TensorType[], attributes: Attributes): TensorType => {
    if (!dtypes.includes(x!.dtype)) bug(`a reduction of ${x!.dtype}`);
    const axes = numbersOf(attributes, 'axes');
    if (axes.some((axis, i) => axis < 0 || axis >= x!.shape.length || (i > 0 && axis <= axes[i - 1]!))) bug('bad axes');
    const keep = booleanOf(attributes, 'keepDims');
    return {
      dtype: x!.dtype,
      shape: x!.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [ONE] : []) : [size])),
    };
  };
}

function reduced(x: NdArray, attributes: Attributes, start: number, f: (sum: number, v: number) => number): NdArray {
  const axes = numbersOf(attributes, 'axes');
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const window = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  const strides = stridesOf(x.shape);
  const offsets = Array.from(build('int32', window, (index) => offsetOf(index, strides)).data);
  const result = build(x.dtype, kept, (index) => {
    const base = offsetOf(index, strides);
    return offsets.reduce((sum, offset) => f(sum, x.data[base + offset]!), start);
  });
  const shape = booleanOf(attributes, 'keepDims') ? kept : kept.filter((_, axis) => !axes.includes(axis));
  return { ...result, shape };
}

/** The shape of the result with reduced axes kept as 1, which broadcasts against the operand. */
export function keptShape(node: TensorNode): readonly Dim[] {
  const axes = numbersOf(node.attributes, 'axes');
  return node.inputs[0]!.shape.map((size, axis) => (axes.includes(axis) ? ONE : size));
}

const kept = ({ node, op }: GradientContext, value: TensorNode): TensorNode => op.reshape(value, keptShape(node));

function reduction<Name extends OpName>(
  name: Name,
  start: number,
  f: (sum: number, v: number) => number,
  gradient: OpBehaviour['gradient'],
  dtypes: readonly string[] = ['float32', 'int32'],
): OpDefinition<Name> {
  return defineOp(name, {
    type: reducedType(dtypes),
    evaluate: ([x], attributes) => reduced(x!, attributes, start, f),
    gradient,
  });
}

const spread: OpBehaviour['gradient'] = (g) => [() => g.op.broadcastTo(kept(g, g.dy), g.node.inputs[0]!.shape)];

const sharedAmongTies: OpBehaviour['gradient'] = (g) => [
  () => {
    const { op, node, dy } = g;
    const ties = op.cast(op.equal(node.inputs[0]!, kept(g, node)), 'float32');
    const count = op.sum(ties, numbersOf(node.attributes, 'axes'), true);
    return op.multiply(ties, op.divide(kept(g, dy), count));
  },
];

/**
 * dy · the product of the others. With one zero in the group only that element has a gradient, with more none has.
 */
const productOfOthers: OpBehaviour['gradient'] = (g) => [
  () => {
    const { op, node, dy } = g;
    const x = node.inputs[0]!;
    const axes = numbersOf(node.attributes, 'axes');
    const zero = op.equal(x, 0);
    const zeros = op.sum(op.cast(zero, 'float32'), axes, true);
    const nonZero = op.select(zero, 1, x);
    const rest = op.prod(nonZero, axes, true);
    const others = op.select(
      zero,
      op.multiply(rest, op.cast(op.equal(zeros, 1), 'float32')),
      op.divide(kept(g, node), nonZero),
    );
    return op.multiply(kept(g, dy), others);
  },
];

export const sum = reduction('sum', 0, (s, v) => s + v, spread);
export const max = reduction('max', -Infinity, Math.max, sharedAmongTies);
export const min = reduction('min', Infinity, Math.min, sharedAmongTies);
export const prod = reduction('prod', 1, (s, v) => s * v, productOfOthers);
export const any = reduction('any', 0, (s, v) => (s !== 0 || v !== 0 ? 1 : 0), 'none', ['bool']);
export const all = reduction('all', 1, (s, v) => (s !== 0 && v !== 0 ? 1 : 0), 'none', ['bool']);

function argReduction<Name extends OpName>(
  name: Name,
  better: (v: number, best: number) => boolean,
): OpDefinition<Name> {
  return defineOp(name, {
    type: ([x], attributes) => ({
      dtype: 'int32',
      shape: x!.shape.filter((_, axis) => axis !== numberOf(attributes, 'axis')),
    }),
    evaluate: ([x], attributes) => {
      const axis = numberOf(attributes, 'axis');
      const at = reader(x!);
      return build(
        'int32',
        x!.shape.filter((_, i) => i !== axis),
        (index) => {
          let best = 0;
          const value = (i: number): number => at([...index.slice(0, axis), i, ...index.slice(axis)]);
          for (let i = 1; i < x!.shape[axis]!; i++) if (better(value(i), value(best))) best = i;
          return best;
        },
      );
    },
    gradient: 'none',
  });
}

/** The first of equal ones. */
export const argMax = argReduction('argMax', (v, best) => v > best);
export const argMin = argReduction('argMin', (v, best) => v < best);

export const cumsum = defineOp('cumsum', {
  type: ([x]) => (x!.dtype === 'bool' ? bug('cumsum of bool') : { dtype: x!.dtype, shape: x!.shape }),
  evaluate: ([x], attributes) => {
    const axis = numberOf(attributes, 'axis');
    const [exclusive, reverse] = [booleanOf(attributes, 'exclusive'), booleanOf(attributes, 'reverse')];
    const at = reader(x!);
    return build(x!.dtype, x!.shape, (index) => {
      const here = index[axis]!;
      let total = 0;
      for (let i = 0; i < x!.shape[axis]!; i++) {
        const before = reverse ? i > here : i < here;
        if (before || (i === here && !exclusive)) total += at(index.map((v, a) => (a === axis ? i : v)));
      }
      return total;
    });
  },
  gradient: ({ node, dy, op }) => [
    () =>
      op.cumsum(dy, numberOf(node.attributes, 'axis'), {
        exclusive: booleanOf(node.attributes, 'exclusive'),
        reverse: !booleanOf(node.attributes, 'reverse'),
      }),
  ],
});
