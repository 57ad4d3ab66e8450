/** `RandomErasing`: a random rectangle of images painted over while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { optionalNumbers, pair } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Dim } from '../../shapes/index.ts';
import { clipped, drawn, happens, imageSizes, likelihood, pixels, sorted, upTo, valueRange } from './images.ts';
import { gridOf, perImage } from './sampling.ts';

export const randomErasing = defineLayer({
  name: 'RandomErasing',
  summary: 'Paints over a random rectangle of some images while training; does nothing otherwise.',
  doc: 'A rectangle of $\\sqrt{s_y}\\, h$ by $\\sqrt{s_x}\\, w$, with $s_y$ and $s_x$ drawn evenly from `scale`, at a random place that holds it, with a probability drawn from `factor` (Zhong et al. 2020). [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_erasing/)',
  parameters: {
    factor: likelihood(1),
    scale: pair({ doc: 'Least and largest square of a side of the rectangle, as a part of that of the image.', default: [0.02, 0.33], min: 0, max: 1 }), // prettier-ignore
    fillValue: optionalNumbers({ doc: 'What is painted: one number, or one for each of three channels; without it, normal noise times the largest value of `valueRange`.', length: 3, single: true }), // prettier-ignore
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training, random } = context;
    const x = pixels(context);
    if (!training) return x;
    const inside = (at: TensorNode, size: Dim): TensorNode => {
      const whole = op.dimension(size);
      const length = op.multiply(op.sqrt(perImage(op, drawn(context, sorted(p.scale)))), whole);
      const begin = op.multiply(op.randomUniform([x.shape[0]!, 1, 1], random()), op.subtract(whole, length));
      return op.and(op.greaterEqual(at, begin), op.less(at, op.add(begin, length)));
    };
    const grid = gridOf(op, x);
    const box = op.and(inside(grid.x, x.shape[2]!), inside(grid.y, x.shape[1]!));
    const erased = op.and(op.reshape(box, [...box.shape, 1]), happens(context, upTo(p.factor)));
    const given = p.fillValue;
    const noise = (): TensorNode => op.multiply(op.randomNormal(x.shape, random()), sorted(p.valueRange)[1]);
    const paint = given ? op.constant([...given], [1, 1, 1, given.length]) : noise();
    return op.select(erased, clipped(op, paint, p.valueRange), x);
  },
  flops: ({ output }) => elementwiseFlops(output, 3),
  examples: [
    { source: 'RandomErasing', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomErasing(0.5, scale: (0.1, 0.2), fillValue: 0)', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
