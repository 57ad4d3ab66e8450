/** `RandomContrast`: contrast made stronger and weaker at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer, type LowerContext } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { clipped, drawn, imageSizes, pixels, valueRange } from './images.ts';

export function contrastedAtRandom(context: Pick<LowerContext<unknown>, 'op' | 'x' | 'random'>, x: TensorNode, values: readonly number[], range: readonly number[]): TensorNode {
  const { op } = context;
  const [lower = 0, upper = lower] = values;
  const contrast = drawn(context, [1 - lower, 1 + upper]);
  const mean = op.mean(x, [1, 2], true);
  return clipped(op, op.add(op.multiply(op.subtract(x, mean), contrast), mean), range);
} // prettier-ignore

export const randomContrast = defineLayer({
  name: 'RandomContrast',
  summary: 'Draws the pixels of each channel towards or away from their mean while training; does nothing otherwise.',
  doc: "$y = \\mathrm{clip}((x - \\bar x) c + \\bar x)$ with the mean $\\bar x$ of each channel of an image and $c$ drawn evenly from $1 - \\mathrm{lower}$ to $1 + \\mathrm{upper}$. One number is both, as Keras's page has it (its code of 3.15 takes 0 for the lower). [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/)",
  parameters: {
    factor: factor({ doc: 'How much weaker and stronger: a pair of lower and upper, or one number for both.', min: 0, max: 1 }), // prettier-ignore
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { parameters: p, training } = context;
    const x = pixels(context);
    return training ? contrastedAtRandom(context, x, p.factor, p.valueRange) : x;
  },
  flops: ({ output }) => elementwiseFlops(output, 6),
  examples: [
    { source: 'RandomContrast((0.2, 0.2))', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomContrast(0.5, valueRange: (0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
