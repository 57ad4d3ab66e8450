/** `AutoContrast`: the pixels of each channel stretched over the whole range. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { imageSizes, pixels, sorted, valueRange } from './images.ts';

export const autoContrast = defineLayer({
  name: 'AutoContrast',
  summary: 'Stretches each channel of an image over the whole range of values, also while not training.',
  doc: '$\\mathrm{low} + (x - \\min x) (\\mathrm{high} - \\mathrm{low}) / (\\max x - \\min x)$ with the extremes of each channel of an image; a channel of one value stays as it is. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/auto_contrast/)',
  parameters: { valueRange: valueRange() },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p } = context;
    const x = pixels(context);
    const [low, high] = sorted(p.valueRange);
    const least = op.min(x, [1, 2], true);
    const span = op.subtract(op.max(x, [1, 2], true), least);
    const isFlat = op.equal(span, 0);
    const scale = op.divide(high - low, op.select(isFlat, 1, span));
    const stretched = op.add(op.multiply(op.subtract(x, least), scale), low);
    return op.select(isFlat, x, stretched);
  },
  flops: ({ output }) => elementwiseFlops(output, 5),
  examples: [
    { source: 'AutoContrast', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'AutoContrast((0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
