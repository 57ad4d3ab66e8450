/** `RandomTranslation`: images moved at random while training. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import { drawn, imageSizes, pixels, rangeOf } from './images.ts';
import { fillValueParameter, perImage, samplingParameters, transformed } from './sampling.ts';

export const randomTranslation = defineLayer({
  name: 'RandomTranslation',
  summary: 'Moves each image down and right by random parts of its size while training; does nothing otherwise.',
  doc: '$y_{i, j} = x(i - \\alpha h, j - \\beta w)$ with $\\alpha$ and $\\beta$ drawn evenly from `heightFactor` and `widthFactor`. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/)',
  flow: 'moves',
  parameters: {
    heightFactor: factor({ doc: 'Part of the height by which an image moves down: one number f, for −f to f, or a pair.', min: -1, max: 1 }), // prettier-ignore
    widthFactor: factor({ doc: 'Part of the width by which an image moves right, likewise.', min: -1, max: 1 }),
    ...samplingParameters,
    ...fillValueParameter,
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const moved = (share: readonly number[], size: (typeof x.shape)[number]): typeof x =>
      op.negate(op.multiply(perImage(op, drawn(context, rangeOf(share))), op.dimension(size)));
    const down = moved(p.heightFactor, x.shape[1]!);
    const right = moved(p.widthFactor, x.shape[2]!);
    return transformed(op, x, { a: [1, 0, right], b: [0, 1, down] }, p);
  },
  examples: [
    { source: 'RandomTranslation(0.1, 0.2)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomTranslation((0, 0.5), 0, fillMode: wrap, interpolation: nearest)', input: [8, 6, 1], output: [8, 6, 1] },
  ], // prettier-ignore
});
