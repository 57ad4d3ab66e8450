/** Windows along the axes of an image, from the attributes of a convolution or a pool. */
import type { Padding } from '../kernels/padding.ts';

export interface Axis {
  readonly size: number;
  readonly filter: number;
  readonly stride: number;
  readonly before: number;
  readonly results: number;
}

/** Height and width of images [n, h, w, c], for windows of so many taps. */
export function axesOf(
  [, ...image]: readonly number[],
  taps: readonly number[],
  { strides, padding }: { readonly strides: readonly [number, number]; readonly padding: Padding },
): readonly [Axis, Axis] {
  const axis = (i: 0 | 1): Axis => {
    const [size, filter, stride] = [image[i]!, taps[i]!, strides[i]];
    let [before, after] = typeof padding === 'string' ? [0, 0] : padding[i];
    if (padding === 'same') {
      const missing = Math.max(0, (Math.ceil(size / stride) - 1) * stride + filter - size);
      before = Math.floor(missing / 2);
      after = missing - before;
    }
    return { size, filter, stride, before, results: Math.floor((size + before + after - filter) / stride) + 1 };
  };
  return [axis(0), axis(1)];
}
