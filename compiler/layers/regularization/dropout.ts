/** `Dropout`: numbers thrown away at random while training. */
import { sizesOf } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { float, optionalSizes } from '../../definitions/parameters.ts';
import { noiseShapeFits } from './noise-shape.ts';

export const dropout = defineLayer({
  name: 'Dropout',
  summary: 'Sets a part of the numbers to 0 while training, against overfitting; does nothing otherwise.',
  doc: 'What is left is scaled by $1 / (1 - \\mathrm{rate})$, so the expected sum stays (Srivastava et al. 2014). [Keras](https://keras.io/api/layers/regularization_layers/dropout/)',
  flow: 'moves',
  parameters: {
    rate: float({ doc: 'The part that is thrown away.', min: 0, max: 1 }),
    noiseShape: optionalSizes({ doc: 'Per-example shape of the mask; where it is 1, the axis is kept or dropped as a whole.' }), // prettier-ignore
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.dtype(input, ['float32'])) return undefined;
    if (!p.noiseShape || !sizesOf(input.shape)) return input.shape;
    return noiseShapeFits(input, p.noiseShape, need) ? input.shape : undefined;
  },
  lower: ({ x, parameters: p, op, training, random }) => {
    if (!training || p.rate === 0) return x;
    if (p.rate === 1) return op.multiply(x, 0);
    const shape = p.noiseShape ? [x.shape[0]!, ...p.noiseShape] : x.shape;
    const keep = op.greaterEqual(op.randomUniform(shape, random()), p.rate);
    // A product rather than a selection: the same mask serves the gradient, and selecting is slow on wasm.
    return op.multiply(x, op.multiply(op.cast(keep, 'float32'), 1 / (1 - p.rate)));
  },
  examples: [
    { source: 'Dropout(0.5)', input: ['n', 8], output: ['n', 8] },
    { source: 'Dropout(0.2, noiseShape: (1, 8))', input: [4, 8], output: [4, 8] },
  ],
});
