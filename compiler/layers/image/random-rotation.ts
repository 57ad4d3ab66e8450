/** `RandomRotation`: images turned about their centre at random while training. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import { drawn, imageSizes, pixels, rangeOf } from './images.ts';
import { fillValueParameter, partOf, perImage, samplingParameters, transformed } from './sampling.ts';

export const randomRotation = defineLayer({
  name: 'RandomRotation',
  summary: 'Turns each image about its centre by a random angle while training; does nothing otherwise.',
  doc: 'The pixel at $(x, y)$ from the centre comes from $(x \\cos\\theta - y \\sin\\theta, x \\sin\\theta + y \\cos\\theta)$ with $\\theta$ drawn evenly from $2\\pi \\cdot$ `factor`; a positive angle turns counter-clockwise. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/)',
  flow: 'moves',
  parameters: {
    factor: factor({ doc: 'Parts of a full turn: one number f, for −f to f, or a pair of lowest and highest.', min: -1, max: 1 }), // prettier-ignore
    ...samplingParameters,
    ...fillValueParameter,
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const [low, high] = rangeOf(p.factor, -1);
    const angle = perImage(op, drawn(context, [low * 2 * Math.PI, high * 2 * Math.PI]));
    const [cos, sin] = [op.cos(angle), op.sin(angle)];
    const [cx, cy] = [partOf(op, x.shape[2]!, 0.5), partOf(op, x.shape[1]!, 0.5)];
    const offset = (c: typeof cx, alongX: typeof cos, alongY: typeof cos): typeof cos =>
      op.subtract(c, op.add(op.multiply(alongX, cx), op.multiply(alongY, cy)));
    const back = op.negate(sin);
    const affine = { a: [cos, back, offset(cx, cos, back)], b: [sin, cos, offset(cy, sin, cos)] } as const;
    return transformed(op, x, affine, p);
  },
  examples: [
    { source: 'RandomRotation(0.1)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomRotation((0, 0.25), fillMode: constant, fillValue: 1)', input: [8, 6, 1], output: [8, 6, 1] },
  ],
});
