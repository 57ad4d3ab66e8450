/** `relu` and its leaky kin: straight on both sides of a threshold. */
import { elementwiseFlops } from '../definitions/axes.ts';
import { defineFunction } from '../definitions/define-function.ts';
import { float, optionalFloat } from '../definitions/parameters.ts';
import { arithmeticDType, convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

export interface ReluShape {
  readonly negativeSlope: number;
  readonly maxValue: number | undefined;
  readonly threshold: number;
}

/** Keras's general rectifier: `maxValue` at most, x above the threshold, `negativeSlope * (x - threshold)` below. */
export function rectify(op: Ops, x: TensorNode, { negativeSlope, maxValue, threshold }: ReluShape): TensorNode {
  const above = threshold === 0 ? op.relu(x) : op.select(op.greater(x, threshold), x, 0);
  const positive = maxValue === undefined ? above : op.minimum(op.maximum(above, 0), maxValue);
  if (negativeSlope === 0) return positive;
  const below = op.relu(op.subtract(threshold, x));
  return op.subtract(positive, op.multiply(below, negativeSlope));
}

export const leak = (op: Ops, x: TensorNode, negativeSlope: number): TensorNode =>
  op.select(op.greater(x, 0), x, op.multiply(x, negativeSlope));

export const relu = defineFunction({
  name: 'relu',
  summary: 'Rectified linear unit: negative numbers become 0.',
  doc: '$\\max(x, 0)$ of each element; with arguments as the layer `ReLU`. [Keras](https://keras.io/api/layers/activations/#relu-function)',
  activation: true,
  flow: 'bends',
  broadcasts: true,
  parameters: {
    negativeSlope: float({ doc: 'Slope below the threshold.', default: 0 }),
    maxValue: optionalFloat({ doc: 'The largest result; unbounded if left out.' }),
    threshold: float({ doc: 'Values up to it count as negative.', default: 0 }),
  },
  shape: ({ input, parameters: p }) => {
    const plain = p.negativeSlope === 0 && p.maxValue === undefined && p.threshold === 0;
    return { dtype: plain ? arithmeticDType([input.dtype]) : 'float32', shape: input.shape };
  },
  lower: ({ x, output, parameters: p, op }) => rectify(op, convert(op, x, output.dtype), p),
  flops: ({ output }) => elementwiseFlops(output),
  examples: [
    { source: 'relu', input: [4, 8], output: [4, 8] },
    { source: 'relu(maxValue: 6, negativeSlope: 0.1)', input: [4], output: [4] },
  ],
});

export const leakyRelu = defineFunction({
  name: 'leakyRelu',
  summary: '`relu` that lets a part of negative numbers through.',
  doc: '$x$ where positive, else $\\mathrm{negativeSlope} \\cdot x$ (Maas et al. 2013). [Keras](https://keras.io/api/layers/activations/#leaky_relu-function)',
  activation: true,
  flow: 'bends',
  broadcasts: true,
  parameters: { negativeSlope: float({ doc: 'Slope for negative numbers.', default: 0.2 }) },
  shape: ({ input }) => input.shape,
  lower: ({ x, parameters: p, op }) => leak(op, convert(op, x, 'float32'), p.negativeSlope),
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [{ source: 'leakyRelu', input: [4, 8], output: [4, 8] }],
});
