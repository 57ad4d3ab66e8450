/** `UnitNormalization` and `RMSNormalization`: lengths without means. */
import { axesFromStart, axisPositions, elementwiseFlops, sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { axes, float, named } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { alongAxes } from './along-axes.ts';

/** x over its length along axes (all of x's counted), which counts as `small` at least. */
export function unitAlong(op: Ops, x: TensorNode, along: readonly number[], small: number): TensorNode {
  const squares = op.sum(op.square(x), along, true);
  return op.multiply(x, op.rsqrt(op.maximum(squares, small * small)));
}

export const unitNormalization = defineLayer({
  name: 'UnitNormalization',
  summary: 'Brings each vector to length 1.',
  doc: '$x / \\max(\\sqrt{\\sum x^2}, 10^{-12})$ along `axis`. [Keras](https://keras.io/api/layers/normalization_layers/unit_normalization/)',
  parameters: { axis: axes({ doc: 'The axis or axes that make a vector.', default: [-1] }) },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1) || !need.dtype(input, ['float32'])) return undefined;
    return axisPositions(p.axis, input.shape, need, { argument: 'axis' }) && input.shape;
  },
  lower: ({ x, parameters: p, op }) =>
    unitAlong(op, x, axesFromStart(p.axis, x.shape.length - 1).map((axis) => axis + 1), 1e-12), // prettier-ignore
  flops: ({ output }) => elementwiseFlops(output, 3),
  examples: [
    { source: 'UnitNormalization', input: ['n', 8], output: ['n', 8] },
    { source: 'UnitNormalization(axis: [0, 1])', input: [4, 8], output: [4, 8] },
  ],
});

export const rmsNormalization = defineLayer({
  name: 'RMSNormalization',
  summary: 'Divides by the root of the mean square along an axis, then scales by learned numbers.',
  doc: '$\\gamma x / \\sqrt{\\mathrm{mean}(x^2) + \\epsilon}$ over `axis` (Zhang and Sennrich 2019). [Keras](https://keras.io/api/layers/normalization_layers/rms_normalization/)',
  parameters: {
    axis: axes({ doc: 'The axis or axes over which the mean is taken.', default: [-1] }),
    epsilon: float({ doc: 'Keeps the divisor away from 0.', default: 1e-6, min: 0 }),
  },
  weights: ({ input, parameters: p }) => {
    const shape = axesFromStart(p.axis, input.shape.length).map((position) => sizeAt(input.shape, position)!);
    return { scale: { shape, initializer: named('ones') } };
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1, '[…, features]') || !need.dtype(input, ['float32'])) return undefined;
    const positions = axisPositions(p.axis, input.shape, need, { argument: 'axis' });
    const known = positions?.every((position) => {
      const size = sizeAt(input.shape, position);
      return size !== undefined && need.known(size, { what: 'features' });
    });
    return known ? input.shape : undefined;
  },
  lower: ({ x, weights: w, parameters: p, op }) => {
    const positions = axesFromStart(p.axis, x.shape.length - 1).map((axis) => axis + 1);
    const meanSquare = op.mean(op.square(x), positions, true);
    const normal = op.multiply(x, op.rsqrt(op.add(meanSquare, p.epsilon)));
    return op.multiply(normal, alongAxes(op, w['scale']!, x, positions));
  },
  flops: ({ output }) => elementwiseFlops(output, 4),
  examples: [
    { source: 'RMSNormalization', input: ['seq', 8], output: ['seq', 8] },
    { source: 'RMSNormalization(axis: 0, epsilon: 0.001)', input: [4, 8], output: [4, 8] },
  ],
});
