/** `RandomBrightness`: images made brighter and darker at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer, type LowerContext } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { clipped, drawn, imageSizes, pixels, rangeOf, sorted, valueRange } from './images.ts';

export function brightenedAtRandom(context: Pick<LowerContext<unknown>, 'op' | 'x' | 'random'>, x: TensorNode, values: readonly number[], range: readonly number[]): TensorNode {
  const { op } = context;
  const [low, high] = sorted(range);
  const delta = op.multiply(drawn(context, rangeOf(values, -1)), high - low);
  return clipped(op, op.add(x, delta), range);
} // prettier-ignore

export const randomBrightness = defineLayer({
  name: 'RandomBrightness',
  summary: 'Adds a random number to all pixels of an image while training; does nothing otherwise.',
  doc: '$y = \\mathrm{clip}(x + \\delta (\\mathrm{high} - \\mathrm{low}), \\mathrm{low}, \\mathrm{high})$ with $\\delta$ drawn evenly from `factor`, and low and high the `valueRange`. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/)',
  parameters: {
    factor: factor({ doc: 'Parts of the value range that are added: one number f, for −f to f, or a pair of lowest and highest.', min: -1, max: 1 }), // prettier-ignore
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { parameters: p, training } = context;
    const x = pixels(context);
    return training ? brightenedAtRandom(context, x, p.factor, p.valueRange) : x;
  },
  flops: ({ output }) => elementwiseFlops(output, 3),
  examples: [
    { source: 'RandomBrightness(0.2)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomBrightness((-0.1, 0.3), valueRange: (0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
