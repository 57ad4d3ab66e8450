/** `RandomSharpness`: images blurred and sharpened at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import { clipped, drawn, imageSizes, pixels, upTo, valueRange } from './images.ts';

const [AROUND, CENTRE] = [1 / 13, 5 / 13];
const SMOOTHING = [AROUND, AROUND, AROUND, AROUND, CENTRE, AROUND, AROUND, AROUND, AROUND];

export const randomSharpness = defineLayer({
  name: 'RandomSharpness',
  summary: 'Blurs or sharpens each image while training; does nothing otherwise.',
  doc: '$x + (1 - 2 f)(s - x)$ with $f$ drawn evenly from `factor` and $s$ each channel of $x$ smoothed by a window of 3 × 3, 5/13 in the middle and 1/13 around it: 0 is smoothed, 0.5 as it was, 1 sharpened. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_sharpness/)',
  parameters: {
    factor: factor({ doc: 'One number f, for 0 to f, or a pair of lowest and highest.', min: 0, max: 1 }),
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const filter = op.broadcastTo(op.constant(SMOOTHING, [3, 3, 1, 1]), [3, 3, x.shape[3]!, 1]);
    const smooth = op.depthwiseConv2d(x, filter, { strides: [1, 1], padding: 'same' });
    const share = op.subtract(1, op.multiply(drawn(context, upTo(p.factor)), 2));
    return clipped(op, op.add(x, op.multiply(op.subtract(smooth, x), share)), p.valueRange);
  },
  flops: ({ output }) => elementwiseFlops(output, 23),
  examples: [
    { source: 'RandomSharpness(0.5)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomSharpness((0.4, 1), valueRange: (0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
