/**
 * Where the windows of 2-D convolutions and pools lie, in plain numbers, for the reference evaluation.
 */
import type { Attributes } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';
import { numbersOf, paddingOf } from './attributes.ts';
import { effectiveSize, paddingBefore, windowCount } from './shape-rules.ts';
import { bug } from '../diagnostics/diagnostic.ts';

/** One spatial axis. */
export interface AxisGeometry {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

export interface Geometry {
  readonly h: AxisGeometry;
  readonly w: AxisGeometry;
}

/** The spatial output shape, symbolically. */
export function windowedShape(spatial: readonly Dim[], kernel: readonly Dim[], attributes: Attributes): readonly Dim[] {
  const [strides, padding] = [numbersOf(attributes, 'strides'), paddingOf(attributes)];
  const dilations = 'dilations' in attributes ? numbersOf(attributes, 'dilations') : [1, 1];
  if ([strides, dilations].some((list) => list.length !== 2 || list.some((n) => !Number.isInteger(n) || n < 1)))
    bug('a window wants two positive numbers each');
  return spatial.map((size, axis) =>
    windowCount(size, effectiveSize(kernel[axis]!, dilations[axis]!), strides[axis]!, padding, axis),
  );
}

export function geometryOf(
  input: readonly number[],
  kernel: readonly number[],
  attributes: Attributes,
  size: (d: Dim) => number,
): Geometry {
  const [strides, padding] = [numbersOf(attributes, 'strides'), paddingOf(attributes)];
  const dilations = 'dilations' in attributes ? numbersOf(attributes, 'dilations') : [1, 1];
  const along = (axis: 0 | 1): AxisGeometry => {
    const [n, stride, dilation] = [input[axis]!, strides[axis]!, dilations[axis]!];
    const reach = (kernel[axis]! - 1) * dilation + 1;
    const pair = typeof padding === 'string' ? undefined : padding[axis]!.map(size);
    const before = paddingBefore(n, reach, stride, pair ? pair[0]! : (padding as 'same' | 'valid'));
    const output =
      padding === 'same'
        ? Math.ceil(n / stride)
        : Math.floor((n + (pair ? pair[0]! + pair[1]! : 0) - reach) / stride) + 1;
    return { input: n, output, kernel: kernel[axis]!, stride, dilation, before };
  };
  return { h: along(0), w: along(1) };
}

/** Calls `visit` with the input place of every tap of the window at (i, j) that is not padding. */
export function forEachTap(
  { h, w }: Geometry,
  i: number,
  j: number,
  visit: (y: number, x: number, tapY: number, tapX: number) => void,
): void {
  for (let p = 0; p < h.kernel; p++) {
    const y = i * h.stride - h.before + p * h.dilation;
    if (y < 0 || y >= h.input) continue;
    for (let q = 0; q < w.kernel; q++) {
      const x = j * w.stride - w.before + q * w.dilation;
      if (x >= 0 && x < w.input) visit(y, x, p, q);
    }
  }
}
