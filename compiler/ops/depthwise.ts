/**
 * Depthwise 2-D convolution: each channel by its own filters. x `[n, h, w, c]`, filter `[kh, kw, c, multiplier]`,
 * result `[n, oh, ow, c · multiplier]`. Its gradients are made of ops, so that every backend has them, dilated or not.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { countOf, stridesOf, type NdArray } from '../graph/nd-array.ts';
import type { Attributes, TensorNode } from '../graph/tensor-graph.ts';
import { asNumber, multiply, type Dim } from '../shapes/index.ts';
import { activationOf } from './activation.ts';
import { defineOp, type EvaluationContext, type TensorType } from './define-op.ts';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise-gradients.ts';
import { forEachTap, geometryOf, windowedShape } from './window-geometry.ts';

function depthwiseType([x, filter]: readonly TensorType[], attributes: Attributes): TensorType {
  if (x!.shape.length !== 4 || filter!.shape.length !== 4) bug('depthwiseConv2d wants four axes');
  const [n, h, w, channels] = x!.shape as readonly [Dim, Dim, Dim, Dim];
  const [given, expected] = [asNumber(channels), asNumber(filter!.shape[2]!)];
  if (given !== undefined && expected !== undefined && given !== expected) bug('depthwiseConv2d over unlike channels');
  const spatial = windowedShape([h, w], filter!.shape.slice(0, 2), attributes);
  return { dtype: 'float32', shape: [n, ...spatial, multiply(filter!.shape[2]!, filter!.shape[3]!)] };
}

function convolved(x: NdArray, filter: NdArray, attributes: Attributes, context: EvaluationContext): NdArray {
  const geometry = geometryOf(x.shape.slice(1, 3), filter.shape.slice(0, 2), attributes, context.size);
  const [channels, multiplier] = [filter.shape[2]!, filter.shape[3]!];
  const shape = [x.shape[0]!, geometry.h.output, geometry.w.output, channels * multiplier];
  const data = new Float64Array(countOf(shape));
  const [sx, sf, sy] = [stridesOf(x.shape), stridesOf(filter.shape), stridesOf(shape)];
  for (let n = 0; n < shape[0]!; n++)
    for (let i = 0; i < geometry.h.output; i++)
      for (let j = 0; j < geometry.w.output; j++)
        forEachTap(geometry, i, j, (row, column, p, q) => {
          const from = n * sx[0]! + row * sx[1]! + column * sx[2]!;
          const by = p * sf[0]! + q * sf[1]!;
          const to = n * sy[0]! + i * sy[1]! + j * sy[2]!;
          for (let k = 0; k < channels * multiplier; k++)
            data[to + k]! += x.data[from + Math.floor(k / multiplier)]! * filter.data[by + k]!;
        });
  return { dtype: 'float32', shape, data };
}

export const depthwiseConv2d = defineOp('depthwiseConv2d', {
  type: depthwiseType,
  evaluate: ([x, filter], attributes, context) => convolved(x!, filter!, attributes, context),
  gradient: ({ node, dy, op }) => {
    const [x, filter] = node.inputs as readonly [TensorNode, TensorNode];
    return [
      () => depthwiseInputGradient(op, dy, filter, x.shape, node.attributes),
      () => depthwiseFilterGradient(op, x, dy, filter.shape, node.attributes),
    ];
  },
});

export const fusedDepthwiseConv2d = defineOp('fusedDepthwiseConv2d', {
  type: (inputs, attributes) => {
    if (inputs[2]!.shape.length !== 1) bug('a bias has one axis');
    return depthwiseType(inputs, attributes);
  },
  evaluate: ([x, filter, bias], attributes, context) => {
    const y = convolved(x!, filter!, attributes, context);
    const activate = activationOf(attributes);
    const width = bias!.shape[0]!;
    return { ...y, data: y.data.map((v, i) => activate(v + bias!.data[i % width]!)) };
  },
  gradient: () => bug('fusion comes after differentiation'),
});
