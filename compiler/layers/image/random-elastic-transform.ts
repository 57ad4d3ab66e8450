/** `RandomElasticTransform`: images bent at random while training. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor, option } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { add, asNumber, maximum, minimum, subtract, ONE, type Dim } from '../../shapes/index.ts';
import { clipped, drawn, happens, imageSizes, likelihood, pixels, upTo, valueRange } from './images.ts';
import { fillModes, fillValueParameter, gridOf, perImage, sampled, samplingParameters } from './sampling.ts';

/** The weights of a bell of width σ (one for each example) between all places of an axis, `[n, size, size]`. */
function bell(op: Ops, size: Dim, sigma: TensorNode): TensorNode {
  const counted = (count: Dim): TensorNode => op.cast(op.arange(count), 'float32');
  const weight = (distance: TensorNode): TensorNode => op.exp(op.divide(op.square(distance), op.multiply(op.square(sigma), -2))); // prettier-ignore
  const apart = op.subtract(op.reshape(counted(size), [1, size, 1]), op.reshape(counted(size), [1, 1, size]));
  // It sums to 1 where the whole bell lies inside.
  const span = subtract(add(size, size), ONE);
  const all = op.subtract(op.reshape(counted(span), [1, 1, span]), op.subtract(op.dimension(size), 1));
  return op.divide(weight(apart), op.sum(weight(all), [2], true));
}

export const randomElasticTransform = defineLayer({
  name: 'RandomElasticTransform',
  summary: 'Bends some images by smooth random waves while training; does nothing otherwise.',
  doc: 'Each pixel comes from $(x + \\alpha \\sigma u, y + \\alpha \\sigma v)$ with $u$ and $v$ normal noise, smoothed by $e^{-t^2 / 2 \\sigma^2}$; $\\alpha = 0.1\\, s \\max(h, w)$ and $\\sigma = 0.05\\, s \\min(h, w)$ pixels with $s$ drawn evenly from `scale`, and a probability drawn from `factor` (Simard et al. 2003). [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_elastic_transform/)',
  flow: 'moves',
  parameters: {
    factor: likelihood(1),
    scale: factor({ doc: 'How strongly images are bent: one number s, for 0 to s, or a pair.', default: [1], min: 0, max: 1 }), // prettier-ignore
    interpolation: samplingParameters.interpolation,
    fillMode: option([...fillModes, 'mirror'], {
      doc: `${samplingParameters.fillMode.doc.replace(' or `constant` (`fillValue`).', ', `constant` (`fillValue`), or `mirror` (d c b | a b c d | c b a).')}`,
      default: 'reflect',
    }),
    ...fillValueParameter,
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training, random } = context;
    const x = pixels(context);
    if (!training || upTo(p.scale)[1] === 0 || upTo(p.factor)[1] === 0) return x;
    const [n, height, width] = x.shape as readonly [Dim, Dim, Dim, Dim];
    const changes = happens(context, upTo(p.factor));
    const scale = perImage(op, drawn(context, upTo(p.scale)));
    const size = (of: Dim): TensorNode | number => asNumber(of) ?? op.dimension(of);
    const alpha = op.multiply(op.multiply(scale, 0.1), size(maximum(height, width)));
    const sigma = op.maximum(op.multiply(op.multiply(scale, 0.05), size(minimum(height, width))), 1e-6);
    const [tall, wide] = [bell(op, height, sigma), bell(op, width, sigma)];
    const wave = (): TensorNode => {
      const noise = op.multiply(op.randomNormal([n, height, width], random()), sigma);
      return op.multiply(op.matMul(op.matMul(tall, noise), wide), alpha);
    };
    const grid = gridOf(op, x);
    const bent = sampled(op, x, op.add(wave(), grid.y), op.add(wave(), grid.x), p);
    return clipped(op, op.select(changes, bent, x), p.valueRange);
  },
  examples: [
    { source: 'RandomElasticTransform', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomElasticTransform(0.5, scale: (0.2, 0.6), fillMode: mirror)', input: [28, 28, 1], output: [28, 28, 1] },
  ],
}); // prettier-ignore
