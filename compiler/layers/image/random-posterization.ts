/** `RandomPosterization`: fewer shades at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import { clipped, drawn, imageSizes, pixels, rescaled, sorted, valueRange } from './images.ts';

export const randomPosterization = defineLayer({
  name: 'RandomPosterization',
  summary: 'Keeps only some bits of each pixel while training; does nothing otherwise.',
  doc: '$2^s \\lfloor x / 2^s \\rfloor$ for pixels from 0 to 255, with $s = 8 - \\mathrm{bits}$; the gradient is 0. One number is the bits that stay, as Keras’s page has it (its code of 3.15 draws up to one less). [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_posterization/)',
  parameters: {
    factor: factor({ doc: 'How many bits stay: a whole number, or a pair of the fewest and the most.', min: 1, max: 8 }), // prettier-ignore
    valueRange: valueRange(),
  },
  shape: ({ input, parameters: p, need }) => {
    const whole = p.factor.every(Number.isInteger);
    return need.argument(whole, 'factor', 'be a whole number of bits, or two') ? imageSizes(input, need) : undefined;
  },
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const [fewest, most] = sorted(p.factor);
    const bits = fewest === most ? fewest : op.minimum(op.floor(drawn(context, [fewest, most + 1])), most);
    const step = typeof bits === 'number' ? 2 ** (8 - bits) : op.power(2, op.subtract(8, bits));
    const whole = op.floor(clipped(op, rescaled(op, x, p.valueRange, [0, 255]), [0, 255]));
    return rescaled(op, op.multiply(op.floor(op.divide(whole, step)), step), [0, 255], p.valueRange);
  },
  flops: ({ output }) => elementwiseFlops(output, 6),
  examples: [
    { source: 'RandomPosterization(4)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomPosterization((2, 5), valueRange: (0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
