/** `RandomGaussianBlur`: some images blurred while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor, ints } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { asInteger, dim } from '../../shapes/index.ts';
import { numbers } from '../windows.ts';
import { clipped, drawn, happens, imageSizes, likelihood, pixels, upTo, valueRange } from './images.ts';

/** x smoothed along an axis by a bell of `taps` weights that sum to 1; zeros lie outside. */
function smoothed(op: Ops, x: TensorNode, position: number, taps: number, sigma: TensorNode): TensorNode {
  const middle = (taps - 1) / 2;
  const inverse = op.divide(-0.5, op.square(sigma));
  const weights = Array.from({ length: taps }, (_, i) => op.exp(op.multiply(inverse, (i - middle) ** 2)));
  const padded = op.pad(x, x.shape.map((_, i) => (i === position ? [middle, middle] : [0, 0])));
  const shifted = weights.map((weight, i) => {
    const begin = x.shape.map((_, axis) => (axis === position ? i : 0));
    return op.multiply(op.slice(padded, begin, x.shape), weight);
  });
  const add = (a: TensorNode, b: TensorNode): TensorNode => op.add(a, b);
  return op.divide(shifted.reduce(add), weights.reduce(add));
} // prettier-ignore

export const randomGaussianBlur = defineLayer({
  name: 'RandomGaussianBlur',
  summary: 'Blurs some images while training; does nothing otherwise.',
  doc: 'Each channel convolved with $e^{-t^2 / 2 \\sigma^2}$, scaled to sum to 1, along width and height, with a $\\sigma$ for each direction drawn evenly from `sigma`, and a probability drawn from `factor`. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_gaussian_blur/)',
  parameters: {
    factor: likelihood(1),
    kernelSize: ints(2, { doc: 'Width and height of the window, both odd.', default: [dim(3), dim(3)], min: 1 }),
    sigma: factor({ doc: 'Standard deviation in pixels: one number s, for 0 to s, or a pair.', default: [1], min: 0, max: 1 }), // prettier-ignore
    valueRange: valueRange(),
  },
  shape: ({ input, parameters: p, need }) => {
    const odd = p.kernelSize.every((size) => (asInteger(size) ?? 1) % 2 === 1);
    return need.argument(odd, 'kernelSize', 'be odd, so that a window has a middle') ? imageSizes(input, need) : undefined;
  },
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const blurs = happens(context, upTo(p.factor));
    const [width, height] = numbers(p.kernelSize);
    const sigma = (): TensorNode => op.add(drawn(context, upTo(p.sigma)), 1e-6);
    const wide = smoothed(op, x, 2, width!, sigma());
    return clipped(op, op.select(blurs, smoothed(op, wide, 1, height!, sigma()), x), p.valueRange);
  },
  flops: ({ output, parameters: p }) =>
    elementwiseFlops(output, numbers(p.kernelSize).reduce((sum, size) => sum + 2 * size, 3)),
  examples: [
    { source: 'RandomGaussianBlur', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomGaussianBlur(0.5, kernelSize: 5, sigma: (0.2, 0.8), valueRange: (0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
}); // prettier-ignore
