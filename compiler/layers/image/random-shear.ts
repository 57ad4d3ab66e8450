/** `RandomShear`: images slanted at random while training. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import { drawn, imageSizes, pixels, rangeOf, signs } from './images.ts';
import { fillValueParameter, perImage, samplingParameters, transformed } from './sampling.ts';

export const randomShear = defineLayer({
  name: 'RandomShear',
  summary: 'Slants each image by random amounts while training; does nothing otherwise.',
  doc: 'The pixel at $(x, y)$ comes from $(x + s_x y, y + s_y x)$, counted from the upper left corner, with $s_x$ and $s_y$ drawn evenly from `xFactor` and `yFactor`, both with one random sign. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_shear/)',
  flow: 'moves',
  parameters: {
    xFactor: factor({ doc: 'By how much rows move along: one number f, for −f to f, or a pair.', default: [0], min: 0, max: 1 }), // prettier-ignore
    yFactor: factor({ doc: 'By how much columns move along, likewise.', default: [0], min: 0, max: 1 }),
    interpolation: samplingParameters.interpolation,
    fillMode: samplingParameters.fillMode,
    ...fillValueParameter,
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const sign = perImage(op, signs(context));
    const [down, along] = [p.yFactor, p.xFactor].map((f) =>
      op.multiply(perImage(op, drawn(context, rangeOf(f))), sign),
    );
    return transformed(op, x, { a: [1, along!, 0], b: [down!, 1, 0] }, p);
  },
  examples: [
    { source: 'RandomShear(0.2, 0.1)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomShear(xFactor: (0.1, 0.3), fillMode: constant)', input: [8, 6, 1], output: [8, 6, 1] },
  ],
});
