/** `RandomInvert`: negatives of some images while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { happens, imageSizes, likelihood, pixels, sorted, upTo, valueRange } from './images.ts';

export const randomInvert = defineLayer({
  name: 'RandomInvert',
  summary: 'Makes negatives of some images while training; does nothing otherwise.',
  doc: '$\\mathrm{high} - x$, high being the largest value of `valueRange`, with a probability drawn from `factor` for each example. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_invert/)',
  parameters: { factor: likelihood(1), valueRange: valueRange() },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    return op.select(happens(context, upTo(p.factor)), op.subtract(sorted(p.valueRange)[1], x), x);
  },
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [
    { source: 'RandomInvert', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomInvert((0.5, 0.5), valueRange: (0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
