/** `RandomCrop`: a random part of images while training, their middle otherwise. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { int } from '../../definitions/parameters.ts';
import { resampled } from '../../functions/resampling.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { add, ONE, subtract, type Dim } from '../../shapes/index.ts';
import { croppedShape, isSmaller } from './center-crop.ts';
import { pixels } from './images.ts';
import { cropped } from './resizing.ts';
import { gridOf, sampled, spread } from './sampling.ts';

export const randomCrop = defineLayer({
  name: 'RandomCrop',
  summary: 'Cuts a random part out of each image while training; otherwise its middle, brought to the size.',
  doc: '$y_{i, j} = x_{i + a, j + b}$ with $a$ from $0 \\dots h - \\mathrm{height}$ and $b$ from $0 \\dots w - \\mathrm{width}$ drawn for each example. While not training, and for an image that is known to be smaller, the middle of the proportions of the result is brought to its size by linear interpolation; a size that is open must be large enough. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/)',
  flow: 'moves',
  parameters: {
    height: int({ doc: 'Rows of the result.', min: 1 }),
    width: int({ doc: 'Columns of the result.', min: 1 }),
  },
  shape: (context) => croppedShape(context),
  lower: (context) => {
    const { op, parameters: p, training, random } = context;
    const x = pixels(context);
    const [n, h, w, channels] = x.shape as readonly [Dim, Dim, Dim, Dim];
    if (!training || isSmaller(h, p.height) || isSmaller(w, p.width))
      return resampled(op, cropped(op, x, [p.height, p.width]), p.height, p.width, 'bilinear');
    const start = (own: Dim, wanted: Dim): TensorNode => {
      const places = op.dimension(add(subtract(own, wanted), ONE));
      return op.floor(op.multiply(op.randomUniform([n, 1, 1], random()), places));
    };
    const [top, left] = [start(h, p.height), start(w, p.width)];
    // The coordinates of the result, each image's own beginning added.
    const window = op.slice(x, [0, 0, 0, 0], [n, p.height, p.width, channels]);
    const grid = gridOf(op, window);
    const whole = { interpolation: 'nearest', fillMode: 'nearest', fillValue: 0 } as const;
    return sampled(op, x, spread(op, window, op.add(grid.y, top)), spread(op, window, op.add(grid.x, left)), whole);
  },
  examples: [
    { source: 'RandomCrop(4, 6)', input: ['h', 'w', 3], output: [4, 6, 3] },
    { source: 'RandomCrop(24, 24)', input: [28, 28, 1], output: [24, 24, 1] },
  ],
});
