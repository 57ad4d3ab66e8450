/** `CenterCrop`: the middle of images. */
import { defineLayer, type RuleContext } from '../../definitions/define-layer.ts';
import { int } from '../../definitions/parameters.ts';
import { resampled } from '../../functions/resampling.ts';
import { asNumber, dim, floorDivide, subtract, type Dim } from '../../shapes/index.ts';
import { imageSizes, pixels } from './images.ts';
import { cropped } from './resizing.ts';

/** Whether the image is known to be too small for what is to be cut out. */
export const isSmaller = (own: Dim, wanted: Dim): boolean => (asNumber(own) ?? Infinity) < (asNumber(wanted) ?? 0);

interface Size {
  readonly height: Dim;
  readonly width: Dim;
}

/** What is cut out, from images that are large enough or known to be smaller. */
export function croppedShape({ input, parameters: p, need }: RuleContext<Size>): readonly Dim[] | undefined {
  const sizes = imageSizes(input, need);
  if (!sizes) return undefined;
  const wanted = [p.height, p.width] as const;
  const tooSmall = wanted.some((size, axis) => isSmaller(sizes[axis]!, size));
  const fits = (size: Dim, axis: number): boolean => need.fits(size, sizes[axis]!, { argument: axis === 0 ? 'height' : 'width', axis }); // prettier-ignore
  return tooSmall || wanted.every(fits) ? [p.height, p.width, sizes[2]!] : undefined;
}

export const centerCrop = defineLayer({
  name: 'CenterCrop',
  summary: 'Cuts the middle out of images; what is too small is first enlarged.',
  doc: '$y_{i, j} = x_{i + \\lfloor (h - \\mathrm{height}) / 2 \\rfloor, j + \\lfloor (w - \\mathrm{width}) / 2 \\rfloor}$. An image that is known to be smaller in a direction is cut to the proportions of the result and brought to its size by linear interpolation, as `Resizing(cropToAspectRatio: true)` does; a size that is open must be large enough. [Keras](https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/)',
  flow: 'moves',
  parameters: {
    height: int({ doc: 'Rows of the result.', min: 1 }),
    width: int({ doc: 'Columns of the result.', min: 1 }),
  },
  shape: (context) => croppedShape(context),
  lower: (context) => {
    const { op, parameters: p } = context;
    const x = pixels(context);
    const [n, h, w, channels] = x.shape as readonly [Dim, Dim, Dim, Dim];
    if (isSmaller(h, p.height) || isSmaller(w, p.width))
      return resampled(op, cropped(op, x, [p.height, p.width]), p.height, p.width, 'bilinear');
    const before = (own: Dim, wanted: Dim): Dim => floorDivide(subtract(own, wanted), dim(2));
    return op.slice(x, [0, before(h, p.height), before(w, p.width), 0], [n, p.height, p.width, channels]);
  },
  examples: [
    { source: 'CenterCrop(4, 6)', input: ['h', 'w', 3], output: [4, 6, 3] },
    { source: 'CenterCrop(8, 8)', input: [6, 12, 3], output: [8, 8, 3] },
  ],
});
