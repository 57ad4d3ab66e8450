/** `SpatialDropout1D` … `3D`, `GaussianNoise`, `GaussianDropout`, `AlphaDropout`: randomness against overfitting. */
import { elementwiseFlops, sizesOf } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import { float, optionalSizes } from '../../definitions/parameters.ts';
import { ones, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';
import { noiseShapeFits } from './noise-shape.ts';

const examples: Readonly<Record<SpatialRank, DefinitionExample['input'] & readonly (number | string)[]>> = {
  1: ['seq', 8],
  2: ['h', 'w', 8],
  3: [3, 'h', 'w', 8],
};

const spatialDropout = (rank: SpatialRank): LayerDefinition =>
  defineLayer({
    name: `SpatialDropout${rank}D`,
    summary: 'Sets a part of the channels to 0 while training; does nothing otherwise.',
    doc: `A channel goes as a whole, over ${spatialWords[rank]}; what is left is scaled by $1 / (1 - \\mathrm{rate})$ (Tompson et al. 2014). [Keras](https://keras.io/api/layers/regularization_layers/spatial_dropout${rank}d/)`,
    flow: 'moves',
    parameters: { rate: float({ doc: 'The part that is thrown away.', min: 0, max: 1 }) },
    shape: ({ input, need }) => spatialSizes(input, rank, need),
    lower: ({ x, parameters: p, op, training, random }) => {
      if (!training || p.rate === 0) return x;
      if (p.rate === 1) return op.multiply(x, 0);
      const drawn = op.randomUniform([x.shape[0]!, ...ones(rank), x.shape.at(-1)!], random());
      return op.multiply(x, op.multiply(op.cast(op.greaterEqual(drawn, p.rate), 'float32'), 1 / (1 - p.rate)));
    },
    examples: [{ source: `SpatialDropout${rank}D(0.5)`, input: examples[rank], output: examples[rank] }],
  });

export const spatialDropouts: readonly LayerDefinition[] = spatialRanks.map(spatialDropout);

export const gaussianNoise = defineLayer({
  name: 'GaussianNoise',
  summary: 'Adds normal noise while training; does nothing otherwise.',
  doc: '$x + \\mathrm{stddev} \\cdot \\mathcal{N}(0, 1)$. [Keras](https://keras.io/api/layers/regularization_layers/gaussian_noise/)',
  parameters: { stddev: float({ doc: 'Standard deviation of the noise.', min: 0 }) },
  shape: ({ input, need }) => (need.dtype(input, ['float32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, op, training, random }) =>
    training && p.stddev > 0 ? op.add(x, op.multiply(op.randomNormal(x.shape, random()), p.stddev)) : x,
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [{ source: 'GaussianNoise(0.1)', input: ['n', 8], output: ['n', 8] }],
});

export const gaussianDropout = defineLayer({
  name: 'GaussianDropout',
  summary: 'Multiplies by normal noise around 1 while training; does nothing otherwise.',
  doc: '$x \\cdot \\mathcal{N}(1, \\sqrt{\\mathrm{rate} / (1 - \\mathrm{rate})})$ (Srivastava et al. 2014). [Keras](https://keras.io/api/layers/regularization_layers/gaussian_dropout/)',
  parameters: { rate: float({ doc: 'Noise as strong as that of a `Dropout` with this rate.', min: 0, max: 1, exclusiveMax: true }) }, // prettier-ignore
  shape: ({ input, need }) => (need.dtype(input, ['float32']) ? input.shape : undefined),
  lower: ({ x, parameters: p, op, training, random }) => {
    if (!training || p.rate === 0) return x;
    const noise = op.multiply(op.randomNormal(x.shape, random()), Math.sqrt(p.rate / (1 - p.rate)));
    return op.multiply(x, op.add(noise, 1));
  },
  flops: ({ output }) => elementwiseFlops(output, 3),
  examples: [{ source: 'GaussianDropout(0.2)', input: ['n', 8], output: ['n', 8] }],
});

/** What `selu` gives for very negative numbers: −α · scale. */
const LOWEST = -1.6732632423543772 * 1.0507009873554805;

export const alphaDropout = defineLayer({
  name: 'AlphaDropout',
  summary: 'Dropout that keeps mean and variance of what `selu` gives; does nothing while not training.',
  doc: "A part becomes $\\alpha' = -1.758$, the least that `selu` gives; then $a x + b$ with $a = ((1 - \\mathrm{rate})(1 + \\mathrm{rate}\\,\\alpha'^2))^{-1/2}$ and $b = -a\\,\\alpha'\\,\\mathrm{rate}$ (Klambauer et al. 2017). [Keras](https://keras.io/api/layers/regularization_layers/alpha_dropout/)",
  parameters: {
    rate: float({ doc: 'The part that is thrown away.', min: 0, max: 1, exclusiveMax: true }),
    noiseShape: optionalSizes({ doc: 'Per-example shape of the mask; where it is 1, the axis is kept or dropped as a whole.' }), // prettier-ignore
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.dtype(input, ['float32'])) return undefined;
    if (!p.noiseShape || !sizesOf(input.shape)) return input.shape;
    return noiseShapeFits(input, p.noiseShape, need) ? input.shape : undefined;
  },
  lower: ({ x, parameters: p, op, training, random }) => {
    if (!training || p.rate === 0) return x;
    const shape = p.noiseShape ? [x.shape[0]!, ...p.noiseShape] : x.shape;
    const keep = op.cast(op.greaterEqual(op.randomUniform(shape, random()), p.rate), 'float32');
    const a = ((1 - p.rate) * (1 + p.rate * LOWEST ** 2)) ** -0.5;
    // x or LOWEST, as a product: selecting is slow on wasm.
    const chosen = op.add(op.multiply(op.subtract(x, LOWEST), keep), LOWEST);
    return op.add(op.multiply(chosen, a), -a * LOWEST * p.rate);
  },
  flops: ({ output }) => elementwiseFlops(output, 3),
  examples: [{ source: 'AlphaDropout(0.2)', input: ['n', 8], output: ['n', 8] }],
});
