/** `Equalization`: every brightness made about equally frequent. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { int } from '../../definitions/parameters.ts';
import { dim, multiply, type Dim } from '../../shapes/index.ts';
import { clipped, imageSizes, pixels, rescaled, valueRange } from './images.ts';

export const equalization = defineLayer({
  name: 'Equalization',
  summary: 'Makes every brightness of a channel about equally frequent while training; does nothing otherwise.',
  doc: '$255\\, (C_b - C_{\\min}) / (C_{\\max} - C_{\\min})$, rounded, with $C_b$ the number of pixels of the channel in bin $b$ of the pixel and below; the gradient is 0. Each channel of each image by itself (Keras counts over the whole batch). [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/equalization/)',
  parameters: {
    valueRange: valueRange(),
    bins: int({ doc: 'How many bins pixels are counted in.', default: dim(256), min: 2 }),
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const given = pixels(context);
    if (!training) return given;
    const [n, height, width, channels] = given.shape as readonly [Dim, Dim, Dim, Dim];
    const { bins } = p;
    const x = rescaled(op, given, p.valueRange, [0, 255]);
    const last = op.subtract(op.dimension(bins), 1);
    const scaled = op.floor(op.multiply(x, op.divide(last, 255)));
    const bin = op.cast(op.minimum(op.maximum(scaled, 0), last), 'int32');
    // A place of its own for each bin of each channel of each image.
    const which = op.reshape(op.arange(multiply(n, channels)), [n, 1, 1, channels]);
    const place = op.add(op.multiply(which, op.cast(op.dimension(bins), 'int32')), bin);
    const counts = op.scatterAdd(place, op.fill(place.shape, 1), multiply(multiply(n, channels), bins));
    const below = op.cumsum(op.reshape(counts, [multiply(n, channels), bins]), 1);
    const all = op.multiply(op.dimension(height), op.dimension(width));
    const least = op.min(op.select(op.greater(below, 0), below, all), [1], true);
    const span = op.subtract(all, least);
    const share = op.divide(op.multiply(op.subtract(below, least), 255), op.maximum(span, 1));
    const table = clipped(op, op.round(share), [0, 255]);
    const equal = op.gather(op.reshape(table, [multiply(multiply(n, channels), bins)]), place);
    const isFlat = op.reshape(op.equal(span, 0), [n, 1, 1, channels]);
    return rescaled(op, op.select(isFlat, x, equal), [0, 255], p.valueRange);
  },
  flops: ({ output }) => elementwiseFlops(output, 4),
  examples: [
    { source: 'Equalization', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'Equalization((0, 1), bins: 64)', input: [28, 28, 1], output: [28, 28, 1] },
  ],
});
