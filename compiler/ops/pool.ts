/**
 * 2-D pools over x `[n, h, w, c]` and their gradients. An average counts only what is not padding. The gradient of a
 * maximum goes to the first maximum of the window in row-major order, as in tfjs's cpu kernel.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { build, reader, stridesOf, type NdArray } from '../graph/nd-array.ts';
import type { Attributes } from '../graph/tensor-graph.ts';
import { dim, type Dim } from '../shapes/index.ts';
import { numbersOf, readPool, sizesOf } from './attributes.ts';
import { defineOp, type EvaluationContext, type TensorType } from './define-op.ts';
import { forEachTap, geometryOf, windowedShape, type Geometry } from './window-geometry.ts';

function poolType([x]: readonly TensorType[], attributes: Attributes): TensorType {
  if (x!.shape.length !== 4 || x!.dtype !== 'float32') bug('a pool wants four axes of floats');
  const [n, h, w, c] = x!.shape as readonly [Dim, Dim, Dim, Dim];
  const spatial = windowedShape([h, w], numbersOf(attributes, 'poolSize').map(dim), attributes);
  return { dtype: 'float32', shape: [n, ...spatial, c] };
}

const poolGeometry = (shape: readonly number[], attributes: Attributes, context: EvaluationContext): Geometry =>
  geometryOf(shape.slice(1, 3), numbersOf(attributes, 'poolSize'), attributes, context.size);

function pooled(x: NdArray, geometry: Geometry, combine: (values: readonly number[]) => number): NdArray {
  const [n, , , c] = x.shape as readonly [number, number, number, number];
  const at = reader(x);
  return build('float32', [n, geometry.h.output, geometry.w.output, c], ([b, i, j, k]) => {
    const values: number[] = [];
    forEachTap(geometry, i!, j!, (row, column) => values.push(at([b!, row, column, k!])));
    return combine(values);
  });
}

/** NaN is passed over, as tfjs does. */
const greatest = (values: readonly number[]): number => values.reduce((best, v) => (v > best ? v : best), -Infinity);
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

export const maxPool = defineOp('maxPool', {
  type: poolType,
  evaluate: ([x], attributes, context) => pooled(x!, poolGeometry(x!.shape, attributes, context), greatest),
  gradient: ({ node, dy, op }) => [() => op.maxPoolGradient(dy, node.inputs[0]!, node, readPool(node.attributes))],
});

export const averagePool = defineOp('averagePool', {
  type: poolType,
  evaluate: ([x], attributes, context) => pooled(x!, poolGeometry(x!.shape, attributes, context), mean),
  gradient: ({ node, dy, op }) => [
    () => op.averagePoolGradient(dy, { ...readPool(node.attributes), inputShape: node.inputs[0]!.shape }),
  ],
});

/** Adds to dx, per window and channel, what `share` gives for each of the window's places. */
function distributed(
  dy: NdArray,
  shape: readonly number[],
  geometry: Geometry,
  share: (places: readonly number[]) => (place: number) => number,
): NdArray {
  const dx = build('float32', shape, () => 0);
  const strides = stridesOf(shape);
  let flat = 0;
  for (let n = 0; n < shape[0]!; n++)
    for (let i = 0; i < geometry.h.output; i++)
      for (let j = 0; j < geometry.w.output; j++)
        for (let c = 0; c < shape[3]!; c++) {
          const places: number[] = [];
          forEachTap(geometry, i, j, (y, x) => places.push(n * strides[0]! + y * strides[1]! + x * strides[2]! + c));
          const portion = share(places);
          for (const place of places) dx.data[place]! += dy.data[flat]! * portion(place);
          flat++;
        }
  return dx;
}

export const maxPoolGradient = defineOp('maxPoolGradient', {
  type: ([, x]) => ({ dtype: 'float32', shape: x!.shape }),
  evaluate: ([dy, x], attributes, context) =>
    distributed(dy!, x!.shape, poolGeometry(x!.shape, attributes, context), (places) => {
      const first = places.reduce((best, place) => (x!.data[place]! > x!.data[best]! ? place : best));
      return (place) => (place === first ? 1 : 0);
    }),
  gradient: () => bug('the second derivative of a max pool is not supported'),
});

export const averagePoolGradient = defineOp('averagePoolGradient', {
  type: (_, attributes) => ({ dtype: 'float32', shape: sizesOf(attributes, 'inputShape') }),
  evaluate: ([dy], attributes, context) => {
    const shape = sizesOf(attributes, 'inputShape').map(context.size);
    const geometry = poolGeometry(shape, attributes, context);
    return distributed(dy!, shape, geometry, (places) => () => 1 / places.length);
  },
  gradient: ({ node, dy: g, op }) => [() => op.averagePool(g, readPool(node.attributes))],
});
