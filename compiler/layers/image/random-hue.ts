/** `RandomHue`: colours turned around the colour circle at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer, type LowerContext } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { turned } from './colour.ts';
import { clipped, colourSizes, drawn, pixels, rescaled, signs, upTo, valueRange } from './images.ts';

export function turnedAtRandom(context: Pick<LowerContext<unknown>, 'op' | 'x' | 'random'>, x: TensorNode, values: readonly number[], range: readonly number[]): TensorNode {
  const { op } = context;
  const turn = op.multiply(op.multiply(drawn(context, upTo(values)), signs(context)), 0.5);
  const result = clipped(op, turned(op, rescaled(op, x, range, [0, 1]), turn), [0, 1]);
  return rescaled(op, result, [0, 1], range);
} // prettier-ignore

export const randomHue = defineLayer({
  name: 'RandomHue',
  summary: 'Turns the colours of each image around the colour circle while training; does nothing otherwise.',
  doc: 'The hue of HSV plus $\\pm f / 2$ of a turn, with $f$ drawn evenly from `factor` and a random sign. Saturation and value stay. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_hue/)',
  parameters: {
    factor: factor({ doc: 'One number f, for 0 to f, or a pair of lowest and highest; 1 is half a turn.', min: 0, max: 1 }), // prettier-ignore
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => colourSizes(input, need),
  lower: (context) => {
    const { parameters: p, training } = context;
    const x = pixels(context);
    return training ? turnedAtRandom(context, x, p.factor, p.valueRange) : x;
  },
  flops: ({ output }) => elementwiseFlops(output, 12),
  examples: [
    { source: 'RandomHue(0.2)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomHue((0.5, 0.5), valueRange: (0, 1))', input: [28, 28, 3], output: [28, 28, 3] },
  ],
});
