/** `RandomGrayscale`: some images without their colours while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { float } from '../../definitions/parameters.ts';
import { colourSizes, greyOf, pixels } from './images.ts';

export const randomGrayscale = defineLayer({
  name: 'RandomGrayscale',
  summary: 'Takes the colours from some images while training; does nothing otherwise.',
  doc: '$0.2989\\, r + 0.587\\, g + 0.114\\, b$ in all three channels, with probability `factor` for each example. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_grayscale/)',
  parameters: { factor: float({ doc: 'How likely an image becomes grey.', default: 0.5, min: 0, max: 1 }) },
  shape: ({ input, need }) => colourSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training, random } = context;
    const x = pixels(context);
    if (!training || p.factor === 0) return x;
    const isGrey = op.less(op.randomUniform([x.shape[0]!, 1, 1, 1], random()), p.factor);
    return op.select(isGrey, op.broadcastTo(greyOf(op, x), x.shape), x);
  },
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [
    { source: 'RandomGrayscale', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomGrayscale(0.1)', input: [28, 28, 3], output: [28, 28, 3] },
  ],
});
