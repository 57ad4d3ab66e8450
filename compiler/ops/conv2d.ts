/**
 * 2-D convolution, its two gradients (which are each other's and its own gradients: all three are linear in both
 * operands), and its fused form. x `[n, h, w, cIn]`, filter `[kh, kw, cIn, cOut]`.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { build, countOf, reader, stridesOf, type NdArray } from '../graph/nd-array.ts';
import type { Attributes, TensorNode } from '../graph/tensor-graph.ts';
import { asNumber, type Dim } from '../shapes/index.ts';
import { activationOf } from './activation.ts';
import { readConvolution, sizesOf } from './attributes.ts';
import { defineOp, type EvaluationContext, type TensorType } from './define-op.ts';
import { forEachTap, geometryOf, windowedShape, type Geometry } from './window-geometry.ts';

function convolutionType([x, filter]: readonly TensorType[], attributes: Attributes): TensorType {
  if (x!.shape.length !== 4 || filter!.shape.length !== 4) bug('conv2d wants four axes');
  const [n, h, w, cIn] = x!.shape as readonly [Dim, Dim, Dim, Dim];
  const [channels, expected] = [asNumber(cIn), asNumber(filter!.shape[2]!)];
  if (channels !== undefined && expected !== undefined && channels !== expected) bug('conv2d over unlike channels');
  const spatial = windowedShape([h, w], filter!.shape.slice(0, 2), attributes);
  return { dtype: 'float32', shape: [n, ...spatial, filter!.shape[3]!] };
}

interface Place {
  readonly x: number;
  readonly filter: number;
  readonly y: number;
}

/** Calls `visit` with the three flat places of every product of a convolution. */
function forEachProduct(
  shapes: { readonly x: readonly number[]; readonly filter: readonly number[]; readonly y: readonly number[] },
  geometry: Geometry,
  visit: (place: Place) => void,
): void {
  const [sx, sf, sy] = [stridesOf(shapes.x), stridesOf(shapes.filter), stridesOf(shapes.y)];
  const [, , cIn, cOut] = shapes.filter as readonly [number, number, number, number];
  for (let n = 0; n < shapes.x[0]!; n++)
    for (let i = 0; i < geometry.h.output; i++)
      for (let j = 0; j < geometry.w.output; j++)
        forEachTap(geometry, i, j, (row, column, p, q) => {
          const x = n * sx[0]! + row * sx[1]! + column * sx[2]!;
          const f = p * sf[0]! + q * sf[1]!;
          const y = n * sy[0]! + i * sy[1]! + j * sy[2]!;
          for (let c = 0; c < cIn; c++)
            for (let o = 0; o < cOut; o++) visit({ x: x + c, filter: f + c * cOut + o, y: y + o });
        });
}

function convolved(x: NdArray, filter: NdArray, attributes: Attributes, context: EvaluationContext): NdArray {
  const geometry = geometryOf(x.shape.slice(1, 3), filter.shape.slice(0, 2), attributes, context.size);
  const shape = [x.shape[0]!, geometry.h.output, geometry.w.output, filter.shape[3]!];
  const data = new Float64Array(countOf(shape));
  forEachProduct({ x: x.shape, filter: filter.shape, y: shape }, geometry, (at) => {
    data[at.y]! += x.data[at.x]! * filter.data[at.filter]!;
  });
  return { dtype: 'float32', shape, data };
}

export const conv2d = defineOp('conv2d', {
  type: convolutionType,
  evaluate: ([x, filter], attributes, context) => convolved(x!, filter!, attributes, context),
  gradient: ({ node, dy, op }) => {
    const [x, filter] = node.inputs as readonly [TensorNode, TensorNode];
    const attributes = readConvolution(node.attributes);
    return [
      () => op.conv2dInputGradient(dy, filter, { ...attributes, inputShape: x.shape }),
      () => op.conv2dFilterGradient(x, dy, { ...attributes, filterShape: filter.shape }),
    ];
  },
});

export const conv2dInputGradient = defineOp('conv2dInputGradient', {
  type: (_, attributes) => ({ dtype: 'float32', shape: sizesOf(attributes, 'inputShape') }),
  evaluate: ([dy, filter], attributes, context) => {
    const shape = sizesOf(attributes, 'inputShape').map(context.size);
    const geometry = geometryOf(shape.slice(1, 3), filter!.shape.slice(0, 2), attributes, context.size);
    const data = new Float64Array(countOf(shape));
    forEachProduct({ x: shape, filter: filter!.shape, y: dy!.shape }, geometry, (at) => {
      data[at.x]! += dy!.data[at.y]! * filter!.data[at.filter]!;
    });
    return { dtype: 'float32', shape, data };
  },
  gradient: ({ node, dy: g, op }) => {
    const [dy, filter] = node.inputs as readonly [TensorNode, TensorNode];
    const attributes = readConvolution(node.attributes);
    return [
      () => op.conv2d(g, filter, attributes),
      () => op.conv2dFilterGradient(g, dy, { ...attributes, filterShape: filter.shape }),
    ];
  },
});

export const conv2dFilterGradient = defineOp('conv2dFilterGradient', {
  type: (_, attributes) => ({ dtype: 'float32', shape: sizesOf(attributes, 'filterShape') }),
  evaluate: ([x, dy], attributes, context) => {
    const shape = sizesOf(attributes, 'filterShape').map(context.size);
    const geometry = geometryOf(x!.shape.slice(1, 3), shape.slice(0, 2), attributes, context.size);
    const data = new Float64Array(countOf(shape));
    forEachProduct({ x: x!.shape, filter: shape, y: dy!.shape }, geometry, (at) => {
      data[at.filter]! += x!.data[at.x]! * dy!.data[at.y]!;
    });
    return { dtype: 'float32', shape, data };
  },
  gradient: ({ node, dy: g, op }) => {
    const [x, dy] = node.inputs as readonly [TensorNode, TensorNode];
    const attributes = readConvolution(node.attributes);
    return [
      () => op.conv2dInputGradient(dy, g, { ...attributes, inputShape: x.shape }),
      () => op.conv2d(x, g, attributes),
    ];
  },
});

export const fusedConv2d = defineOp('fusedConv2d', {
  type: (inputs, attributes) => {
    if (inputs[2]!.shape.length !== 1) bug('a bias has one axis');
    return convolutionType(inputs, attributes);
  },
  evaluate: ([x, filter, bias], attributes, context) => {
    const y = convolved(x!, filter!, attributes, context);
    const activate = activationOf(attributes);
    const width = bias!.shape[0]!;
    return { ...y, data: y.data.map((v, i) => activate(v + bias!.data[i % width]!)) };
  },
  gradient: () => bug('fusion comes after differentiation'),
});

/** x by nearest neighbour to a multiple of its height and width. */
export const resizeNearest = defineOp('resizeNearest', {
  type: ([x], attributes) => {
    const [n, , , c] = x!.shape as readonly [Dim, Dim, Dim, Dim];
    return { dtype: x!.dtype, shape: [n, ...sizesOf(attributes, 'size'), c] };
  },
  evaluate: ([x], attributes, context) => {
    const [height, width] = sizesOf(attributes, 'size').map(context.size) as [number, number];
    const [n, h, w, c] = x!.shape as readonly [number, number, number, number];
    const at = reader(x!);
    return build(x!.dtype, [n, height, width, c], ([i, y, z, k]) =>
      at([i!, Math.floor((y! * h) / height), Math.floor((z! * w) / width), k!]),
    );
  },
  gradient: () => bug('resizeNearest is made for backends only, after differentiation'),
});
