/** `RandomColorDegeneration`: colours drawn towards grey at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import { clipped, colourSizes, drawn, greyOf, pixels, upTo, valueRange } from './images.ts';

export const randomColorDegeneration = defineLayer({
  name: 'RandomColorDegeneration',
  summary: 'Draws the colours of each image towards grey while training; does nothing otherwise.',
  doc: '$x + f (\\mathrm{grey}(x) - x)$ with $f$ drawn evenly from `factor` and $\\mathrm{grey} = 0.2989\\, r + 0.587\\, g + 0.114\\, b$. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_degeneration/)',
  parameters: {
    factor: factor({ doc: 'One number f, for 0 to f, or a pair of lowest and highest; 1 is grey.', min: 0, max: 1 }),
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => colourSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const share = drawn(context, upTo(p.factor));
    return clipped(op, op.add(x, op.multiply(op.subtract(greyOf(op, x), x), share)), p.valueRange);
  },
  flops: ({ output }) => elementwiseFlops(output, 6),
  examples: [
    { source: 'RandomColorDegeneration(0.5)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomColorDegeneration((0.2, 0.4), valueRange: (0, 1))', input: [28, 28, 3], output: [28, 28, 3] },
  ],
});
