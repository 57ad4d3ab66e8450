/** `RandomFlip`: images mirrored at random while training. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { option } from '../../definitions/parameters.ts';
import { imageSizes, pixels } from './images.ts';

export const randomFlip = defineLayer({
  name: 'RandomFlip',
  summary: 'Mirrors half of the images while training; does nothing otherwise.',
  doc: '$y_{i, j} = x_{i, w - 1 - j}$ (horizontal), $x_{h - 1 - i, j}$ (vertical) or $x_{h - 1 - i, w - 1 - j}$ (both at once), with probability $1/2$ for each example. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/)',
  flow: 'moves',
  parameters: {
    mode: option(['horizontal', 'vertical', 'horizontalAndVertical'], {
      doc: 'Left and right change places, top and bottom, or both at once.',
      default: 'horizontalAndVertical',
    }),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training, random } = context;
    const x = pixels(context);
    if (!training) return x;
    const axes = { horizontal: [2], vertical: [1], horizontalAndVertical: [1, 2] }[p.mode];
    const flips = op.lessEqual(op.randomUniform([x.shape[0]!, 1, 1, 1], random()), 0.5);
    return op.select(flips, op.reverse(x, axes), x);
  },
  examples: [
    { source: 'RandomFlip(horizontal)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomFlip', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
