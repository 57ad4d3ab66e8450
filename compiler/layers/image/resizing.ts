/** `Resizing`: images at another size. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { bool, float, int, option } from '../../definitions/parameters.ts';
import { resampled, resamplings } from '../../functions/resampling.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { add, subtract, type Dim } from '../../shapes/index.ts';
import { cropBox, padBox } from './aspect-ratio.ts';
import { imageSizes, pixels } from './images.ts';

type Size = readonly [Dim, Dim];

/** The middle of the images, of the proportions of `size`. */
export function cropped(op: Ops, x: TensorNode, size: Size): TensorNode {
  const [n, h, w, channels] = x.shape as readonly [Dim, Dim, Dim, Dim];
  const box = cropBox([h, w], size);
  return op.slice(x, [0, box.top, box.left, 0], [n, box.height, box.width, channels]);
}

/** The images in a frame of the proportions of `size`. */
function framed(op: Ops, x: TensorNode, size: Size, value: number): TensorNode {
  const [, h, w] = x.shape as readonly [Dim, Dim, Dim, Dim];
  const box = padBox([h, w], size);
  const around = (whole: Dim, own: Dim, before: Dim): readonly [Dim, Dim] => [before, subtract(whole, add(own, before))];
  return op.pad(x, [[0, 0], around(box.height, h, box.top), around(box.width, w, box.left), [0, 0]], value);
} // prettier-ignore

export const resizing = defineLayer({
  name: 'Resizing',
  summary: 'Brings images to a size.',
  doc: '$y = W_h\\, x\\, W_w^\\top$: weights of the interpolation between pixels, whose centres lie at halves, $(i + 1/2) \\cdot h / \\mathrm{height} - 1/2$. Proportions change unless `cropToAspectRatio` or `padToAspectRatio` keeps them. [Keras](https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/)',
  flow: 'moves',
  parameters: {
    height: int({ doc: 'Rows of the result.', min: 1 }),
    width: int({ doc: 'Columns of the result.', min: 1 }),
    interpolation: option(resamplings, { doc: 'How pixels between pixels are made.', default: 'bilinear' }),
    cropToAspectRatio: bool({ doc: 'Cut the middle of the proportions of the result out first.', default: false }),
    padToAspectRatio: bool({
      doc: 'Put the image into a frame of the proportions of the result first.',
      default: false,
    }),
    fillMode: option(['constant'], { doc: 'What the frame is filled with: `fillValue`.', default: 'constant' }),
    fillValue: float({ doc: 'The frame of `padToAspectRatio`.', default: 0 }),
    antialias: bool({ doc: 'Take the mean over all pixels that a smaller pixel stands for.', default: false }),
  },
  shape: ({ input, parameters: p, need }) => {
    const sizes = imageSizes(input, need);
    const one = !(p.cropToAspectRatio && p.padToAspectRatio);
    if (!need.argument(one, 'padToAspectRatio', 'be left out where `cropToAspectRatio` is given')) return undefined;
    return sizes && [p.height, p.width, sizes[2]!];
  },
  lower: (context) => {
    const { op, parameters: p } = context;
    const size = [p.height, p.width] as const;
    const x = pixels(context);
    const cut = p.cropToAspectRatio ? cropped(op, x, size) : x;
    const whole = p.padToAspectRatio ? framed(op, cut, size, p.fillValue) : cut;
    return resampled(op, whole, p.height, p.width, p.interpolation, p.antialias);
  },
  examples: [
    { source: 'Resizing(4, 6)', input: ['h', 'w', 3], output: [4, 6, 3] },
    { source: 'Resizing(5, 5, interpolation: bicubic, antialias: true)', input: [8, 12, 3], output: [5, 5, 3] },
    { source: 'Resizing(4, 4, padToAspectRatio: true, fillValue: 1)', input: ['h', 'w', 1], output: [4, 4, 1] },
    { source: 'Resizing(6, 8, cropToAspectRatio: true, interpolation: nearest)', input: [9, 9, 1], output: [6, 8, 1] },
  ], // prettier-ignore
});
