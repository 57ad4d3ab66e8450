/** `RandomColorJitter`: brightness, contrast, saturation and hue changed at random while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { optionalFactor } from '../../definitions/parameters.ts';
import { colourSizes, pixels, valueRange } from './images.ts';
import { brightenedAtRandom } from './random-brightness.ts';
import { contrastedAtRandom } from './random-contrast.ts';
import { turnedAtRandom } from './random-hue.ts';
import { saturatedAtRandom } from './random-saturation.ts';

export const randomColorJitter = defineLayer({
  name: 'RandomColorJitter',
  summary: 'Changes brightness, contrast, saturation and hue of each image while training; does nothing otherwise.',
  doc: '`RandomBrightness`, `RandomContrast`, `RandomSaturation` and `RandomHue` in this order, each where its factor is given: $y = \\mathrm{hue}(\\mathrm{saturation}(\\mathrm{contrast}(\\mathrm{brightness}(x))))$. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_jitter/)',
  parameters: {
    valueRange: valueRange(),
    brightnessFactor: optionalFactor({ doc: 'As `factor` of `RandomBrightness`.', min: -1, max: 1 }),
    contrastFactor: optionalFactor({ doc: 'As `factor` of `RandomContrast`.', min: 0, max: 1 }),
    saturationFactor: optionalFactor({ doc: 'As `factor` of `RandomSaturation`.', min: 0, max: 1 }),
    hueFactor: optionalFactor({ doc: 'As `factor` of `RandomHue`.', min: 0, max: 1 }),
  },
  shape: ({ input, need }) => colourSizes(input, need),
  lower: (context) => {
    const { parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const steps = [
      [brightenedAtRandom, p.brightnessFactor],
      [contrastedAtRandom, p.contrastFactor],
      [saturatedAtRandom, p.saturationFactor],
      [turnedAtRandom, p.hueFactor],
    ] as const;
    return steps.reduce((y, [change, values]) => (values ? change(context, y, values, p.valueRange) : y), x);
  },
  flops: ({ output }) => elementwiseFlops(output, 27),
  examples: [
    {
      source:
        'RandomColorJitter(brightnessFactor: 0.2, contrastFactor: 0.2, saturationFactor: (0.4, 0.6), hueFactor: 0.1)',
      input: ['h', 'w', 3],
      output: ['h', 'w', 3],
    },
    { source: 'RandomColorJitter((0, 1), hueFactor: 0.1)', input: [28, 28, 3], output: [28, 28, 3] },
  ],
});
