/** `RandomZoom`: images enlarged and shrunk at random while training. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor, optionalFactor } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Dim } from '../../shapes/index.ts';
import { drawn, imageSizes, pixels, rangeOf } from './images.ts';
import { fillValueParameter, partOf, perImage, samplingParameters, transformed } from './sampling.ts';

export const randomZoom = defineLayer({
  name: 'RandomZoom',
  summary: 'Enlarges or shrinks each image about its centre while training; does nothing otherwise.',
  doc: 'The pixel at $(x, y)$ from the centre comes from $((1 + \\beta) x, (1 + \\alpha) y)$ with $\\alpha$ and $\\beta$ drawn evenly from `heightFactor` and `widthFactor`: a positive factor shrinks what is seen, a negative one enlarges it. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/)',
  flow: 'moves',
  parameters: {
    heightFactor: factor({ doc: 'By how much the height seen grows: one number f, for −f to f, or a pair.', min: -1, max: 1, exclusiveMin: true }), // prettier-ignore
    widthFactor: optionalFactor({ doc: 'The same for the width; without it, the same draw, which keeps proportions.', min: -1, max: 1, exclusiveMin: true }), // prettier-ignore
    ...samplingParameters,
    ...fillValueParameter,
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const zoomOf = (share: readonly number[]): TensorNode => {
      const [low, high] = rangeOf(share);
      return perImage(op, drawn(context, [1 + low, 1 + high]));
    };
    const tall = zoomOf(p.heightFactor);
    const wide = p.widthFactor ? zoomOf(p.widthFactor) : tall;
    const offset = (zoom: TensorNode, size: Dim): TensorNode =>
      op.multiply(op.subtract(1, zoom), partOf(op, size, 0.5));
    const affine = { a: [wide, 0, offset(wide, x.shape[2]!)], b: [0, tall, offset(tall, x.shape[1]!)] } as const;
    return transformed(op, x, affine, p);
  },
  examples: [
    { source: 'RandomZoom(0.2)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomZoom((-0.3, -0.1), 0.1, fillMode: nearest)', input: [8, 6, 1], output: [8, 6, 1] },
  ],
});
