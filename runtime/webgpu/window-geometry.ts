/** The sizes of a convolution, as shaders have them in their text. */
import type { ConvolutionAttributes } from '../kernels/windows.ts';

/** One spatial axis. */
export interface WindowAxis {
  readonly size: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the image. */
  readonly before: number;
  readonly results: number;
}

export interface WindowGeometry {
  readonly height: WindowAxis;
  readonly width: WindowAxis;
  readonly channels: number;
  readonly filters: number;
}

/** Of x [n, h, w, in] and a filter [fh, fw, in, out]. */
export function windowGeometry(
  x: readonly number[],
  filter: readonly number[],
  { strides, padding, dilations = [1, 1] }: ConvolutionAttributes,
): WindowGeometry {
  const axis = (i: 0 | 1): WindowAxis => {
    const [size, taps, stride, dilation] = [x[1 + i]!, filter[i]!, strides[i], dilations[i]];
    const reach = (taps - 1) * dilation + 1;
    let [before, after] = typeof padding === 'string' ? [0, 0] : padding[i];
    if (padding === 'same') {
      const missing = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
      before = Math.floor(missing / 2);
      after = missing - before;
    }
    return { size, taps, stride, dilation, before, results: Math.floor((size + before + after - reach) / stride) + 1 };
  };
  return { height: axis(0), width: axis(1), channels: filter[2]!, filters: filter[3]! };
}

const axisKey = (axis: WindowAxis): string => Object.values(axis).join(' ');

/** What no other geometry has. */
export const geometryKey = ({ height, width, channels, filters }: WindowGeometry): string =>
  `${axisKey(height)}, ${axisKey(width)}, ${channels} ${filters}`;
