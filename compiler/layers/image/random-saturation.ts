/** `RandomSaturation`: colours made paler and stronger at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer, type LowerContext } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { saturated } from './colour.ts';
import { colourSizes, drawn, pixels, rescaled, upTo, valueRange } from './images.ts';

/** Keeps f = 1 finite, as Keras does. */
const EPSILON = 1e-7;

export function saturatedAtRandom(context: Pick<LowerContext<unknown>, 'op' | 'x' | 'random'>, x: TensorNode, values: readonly number[], range: readonly number[]): TensorNode {
  const { op } = context;
  const f = drawn(context, upTo(values));
  const strength = op.divide(f, op.subtract(1 + EPSILON, f));
  return rescaled(op, saturated(op, rescaled(op, x, range, [0, 1]), strength), [0, 1], range);
} // prettier-ignore

export const randomSaturation = defineLayer({
  name: 'RandomSaturation',
  summary: 'Makes the colours of each image paler or stronger while training; does nothing otherwise.',
  doc: 'The saturation of HSV times $f / (1 - f)$, at most 1, with $f$ drawn evenly from `factor`: 0 is grey, 0.5 as it was, 1 full colours. Hue and value stay. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_saturation/)',
  parameters: {
    factor: factor({ doc: 'One number f, for 0 to f, or a pair of lowest and highest.', min: 0, max: 1 }),
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => colourSizes(input, need),
  lower: (context) => {
    const { parameters: p, training } = context;
    const x = pixels(context);
    return training ? saturatedAtRandom(context, x, p.factor, p.valueRange) : x;
  },
  flops: ({ output }) => elementwiseFlops(output, 6),
  examples: [
    { source: 'RandomSaturation((0.3, 0.7))', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomSaturation(0.5, valueRange: (0, 1))', input: [28, 28, 3], output: [28, 28, 3] },
  ],
});
