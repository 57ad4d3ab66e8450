/**
 * Convolutions in tfjs's wasm memory by loops of our own (simd/windows.ts tells why). Padding is not written into memory: windows that reach over an
 * edge have fewer rows or columns. In a plan, filters are packed when weights change.
 */
import type { Device, Values } from '../device.ts';
import { reshape, sizeOf } from '../kernels/sizes.ts';
import type { FusedConvolutionAttributes } from '../kernels/windows.ts';
import type { Data } from '../program.ts';
import { axesOf, type Axis } from './axes.ts';
import { boundsOf } from './bounds.ts';
import { packedColumns, windowsModule, type WindowsModule } from './windows.ts';

/** One spatial axis: which of the filter's taps lie inside of the image, by ranges of results for which they are the same. */
interface Span {
  /** The first result, and how many. */
  readonly at: number;
  count: number;
  /** The first tap, and how many. */
  readonly tap: number;
  readonly taps: number;
  /** Where the first tap of the first result lies in the image. */
  readonly from: number;
}

function spansOf({ size, filter, stride, before, results }: Axis): readonly Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < results; at++) {
    const start = at * stride - before;
    const tap = Math.max(0, -start);
    const taps = Math.min(filter, size - start) - tap;
    const last = spans.at(-1);
    // Cut windows are alone, whole ones together.
    if (last !== undefined && taps === filter && last.taps === filter) last.count++;
    else spans.push({ at, count: 1, tap, taps, from: start + tap });
  }
  return spans;
}

/** activation(x ∗ filter + bias) as new data; `undefined` for what tfjs does: other backends, dilations, other activations, results that are not in fours. */
export function convolutionInMemory(
  d: Device,
  x: Data,
  filter: Data,
  bias: Data | undefined,
  attributes: FusedConvolutionAttributes,
): Data | undefined {
  const { activation = 'linear', dilations = [1, 1] } = attributes;
  const bounds = boundsOf[activation];
  const n = filter.shape[3]!;
  if (d.name !== 'wasm' || bounds === undefined || n % 4 !== 0 || dilations.some((one) => one !== 1)) return undefined;
  const module = windowsModule(d);
  const axes = axesOf(x.shape, filter.shape, attributes);
  const parts = partsOf(x, filter, axes);
  if (module === undefined || parts === undefined) return undefined;
  const packed = packedColumns(d, module, reshape(filter, [1, sizeOf(filter.shape) / n, n]));
  const operands = bias === undefined ? [x, packed] : [x, packed, bias];
  const shape = [x.shape[0]!, axes[0].results, axes[1].results, n];
  const result = d.inHeap(operands, shape, 'float32', (target, [image, taps, offsets]) =>
    run(module, parts, bounds, { target, image: image!, taps: taps!, bias: offsets?.byteOffset ?? 0 }),
  );
  d.dispose(packed);
  return result;
}

const single: Axis = { size: 1, filter: 1, stride: 1, before: 0, results: 1 };

/** `undefined` where windows lie in padding altogether. */
function partsOf(x: Data, filter: Data, [height, width]: readonly [Axis, Axis]): Parts | undefined {
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const n = filter.shape[3]!;
  const isPointwise = [height, width].every((axis) => axis.filter === 1 && axis.stride === 1 && axis.results === axis.size); // prettier-ignore
  if (isPointwise) {
    // All pixels of all images are one row of windows.
    const size = batch * height.size * width.size;
    const all = { ...single, size, results: size };
    const columns = [{ at: 0, count: size, tap: 0, taps: 1, from: 0 }];
    return { batch: 1, channels, n, height: single, width: all, rows: spansOf(single), columns };
  }
  const [rows, columns] = [spansOf(height), spansOf(width)];
  if ([...rows, ...columns].some(({ taps }) => taps < 1)) return undefined;
  return { batch, channels, n, height, width, rows, columns };
}

interface Parts {
  readonly batch: number;
  readonly channels: number;
  readonly n: number;
  readonly height: Axis;
  readonly width: Axis;
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
}
interface Places {
  readonly target: Values;
  readonly image: Values;
  readonly taps: Values;
  readonly bias: number;
}

function run(
  module: WindowsModule,
  parts: Parts,
  bounds: readonly [number, number],
  { target, image, taps, bias }: Places,
): void {
  const { batch, channels, n, height, width } = parts;
  const pixel = 4 * channels;
  const [imageRow, targetRow] = [pixel * width.size, 4 * n * width.results];
  const filterRows = height.filter * width.filter * channels;
  for (let image_ = 0; image_ < batch; image_++)
    for (const row of parts.rows)
      for (const column of parts.columns) {
        const a = image.byteOffset + image_ * height.size * imageRow + row.from * imageRow + column.from * pixel;
        const c = target.byteOffset + image_ * height.results * targetRow + row.at * targetRow + column.at * 4 * n;
        const b = taps.byteOffset + (row.tap * width.filter + column.tap) * channels * 32;
        const [down, right] = [
          { count: row.count, a: height.stride * imageRow, c: targetRow },
          { count: column.count, a: width.stride * pixel, c: 4 * n },
        ] as const;
        // A column of windows goes as a row of them.
        const [inner, outer] = column.count === 1 ? [down, right] : [right, down];
        module.windows(a, inner.a, imageRow, b, width.filter * channels * 32, c, inner.c, column.taps * channels, row.taps, bias, ...bounds, n, inner.count, outer.count, outer.a, outer.c, filterRows * 32); // prettier-ignore
      }
}
