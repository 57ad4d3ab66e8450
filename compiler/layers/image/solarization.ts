/** `Solarization`: bright parts of images turned dark while training. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { factor } from '../../definitions/parameters.ts';
import { clipped, drawn, imageSizes, pixels, rescaled, upTo, valueRange } from './images.ts';

export const solarization = defineLayer({
  name: 'Solarization',
  summary: 'Makes negatives of the bright parts of images while training; does nothing otherwise.',
  doc: 'For pixels from 0 to 255, $z = \\mathrm{clip}(x + a)$ where it is below $t$, $255 - z$ elsewhere; $a$ and $t$ drawn evenly from 255 times `additionFactor` and `thresholdFactor`. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/solarization/)',
  parameters: {
    additionFactor: factor({ doc: 'What is added first, as a part of the value range: one number f, for 0 to f, or a pair.', default: [0], min: 0, max: 1 }), // prettier-ignore
    thresholdFactor: factor({ doc: 'From where on pixels are bright, likewise.', default: [0], min: 0, max: 1 }),
    valueRange: valueRange(),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const of255 = (values: readonly number[]) => {
      const [low, high] = upTo(values);
      return drawn(context, [low * 255, high * 255]);
    };
    const added = op.add(rescaled(op, x, p.valueRange, [0, 255]), of255(p.additionFactor));
    const z = clipped(op, added, [0, 255]);
    const result = op.select(op.less(z, of255(p.thresholdFactor)), z, op.subtract(255, z));
    return rescaled(op, result, [0, 255], p.valueRange);
  },
  flops: ({ output }) => elementwiseFlops(output, 9),
  examples: [
    { source: 'Solarization(thresholdFactor: 0.5)', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'Solarization(0.2, (0.3, 0.6), valueRange: (0, 1))', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
