/**
 * Convolutions in tfjs's wasm memory by loops of our own (simd/convolutions.ts tells why). Padding is not written into memory: windows that reach over an
 * edge have fewer rows or columns. Loaded by what trains.
 */
import type { Device, Values } from '../device.ts';
import { type Activation } from '../kernels/fused.ts';
import { sizeOf } from '../kernels/sizes.ts';
import type { FusedConvolutionAttributes } from '../kernels/windows.ts';
import type { Data } from '../program.ts';
import { convolutionsModule } from './convolutions-module.ts';
import { exportsInMemory } from './in-memory.ts';

/** activation(x ∗ filter + bias) as new data; `undefined` for what tfjs does: dilations, other activations, results that are not in fours. */
export type Convolution = (
  d: Device,
  x: Data,
  filter: Data,
  bias: Data | undefined,
  attributes: FusedConvolutionAttributes,
) => Data | undefined;

interface Exports {
  pack(filter: number, target: number, rows: number, n: number): void;
  windows(a: number, step: number, aSegment: number, b: number, bRow: number, bSegment: number, c: number, cStep: number, k: number, segments: number, bias: number, adds: number, least: number, most: number, n: number, m: number, rows: number, aRow: number, cRow: number, bStrip: number): void; // prettier-ignore
}

/** Between what the results of activations lie that are nothing but bounds. */
const boundsOf: Readonly<Partial<Record<Activation, readonly [least: number, most: number]>>> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

/** Gives the device convolutions of our own, where it has a memory for them and the machine has SIMD. */
export function equipWithConvolutions(device: Device): void {
  // Of threads, tfjs's own convolutions use all: no module works in the memory that they share.
  const module = exportsInMemory(device, convolutionsModule) as unknown as Exports | undefined;
  if (device.convolution !== undefined || module === undefined) return;
  device.convolution = (d, x, filter, bias, attributes) => convolved(d, module, [x, filter, bias], attributes);
}

/** One spatial axis: which of the filter's taps lie inside of the image, by ranges of results for which they are the same. */
interface Span {
  /** The first result, and how many. */
  readonly at: number;
  readonly count: number;
  /** The first tap, and how many. */
  readonly tap: number;
  readonly taps: number;
  /** Where the first tap of the first result lies in the image. */
  readonly from: number;
}

interface Axis {
  readonly size: number;
  readonly filter: number;
  readonly stride: number;
  readonly before: number;
  readonly results: number;
}

function spansOf({ size, filter, stride, before, results }: Axis): readonly Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < results; at++) {
    const start = at * stride - before;
    const tap = Math.max(0, -start);
    const taps = Math.min(filter, size - start) - tap;
    const last = spans.at(-1);
    // Cut windows are alone, whole ones together.
    if (last !== undefined && taps === filter && last.taps === filter) spans[spans.length - 1] = { ...last, count: last.count + 1 };
    else spans.push({ at, count: 1, tap, taps, from: start + tap });
  }
  return spans;
} // prettier-ignore

function axisOf(i: 0 | 1, x: Data, filter: Data, { strides, padding }: FusedConvolutionAttributes): Axis {
  const [size, taps, stride] = [x.shape[1 + i]!, filter.shape[i]!, strides[i]];
  let [before, after] = typeof padding === 'string' ? [0, 0] : padding[i];
  if (padding === 'same') {
    const missing = Math.max(0, (Math.ceil(size / stride) - 1) * stride + taps - size);
    before = Math.floor(missing / 2);
    after = missing - before;
  }
  return { size, filter: taps, stride, before, results: Math.floor((size + before + after - taps) / stride) + 1 };
}

function convolved(
  d: Device,
  module: Exports,
  [x, filter, bias]: readonly [Data, Data, Data | undefined],
  attributes: FusedConvolutionAttributes,
): Data | undefined {
  const { activation = 'linear', dilations = [1, 1] } = attributes;
  const bounds = boundsOf[activation];
  const n = filter.shape[3]!;
  if (bounds === undefined || n % 4 !== 0 || dilations.some((one) => one !== 1)) return undefined;
  const [height, width] = [axisOf(0, x, filter, attributes), axisOf(1, x, filter, attributes)];
  const [rows, columns] = [spansOf(height), spansOf(width)];
  // Windows that lie in padding altogether.
  if ([...rows, ...columns].some(({ taps }) => taps < 1)) return undefined;
  const packed = packedFilter(d, module, filter);
  const operands = bias === undefined ? [x, packed] : [x, packed, bias];
  const shape = [x.shape[0]!, height.results, width.results, n];
  const plan = { batch: x.shape[0]!, channels: x.shape[3]!, n, height, width, rows, columns, bounds };
  const result = d.inHeap(operands, shape, 'float32', (target, [image, taps, offsets]) =>
    run(module, plan, { target, image: image!, taps: taps!, bias: offsets?.byteOffset ?? 0 }),
  );
  d.dispose(packed);
  return result;
}

/** The filter by eight columns and then the next eight, so that each of these lies together. */
function packedFilter(d: Device, module: Exports, filter: Data): Data {
  const n = filter.shape[3]!;
  const rows = sizeOf(filter.shape) / n;
  return d.inHeap([filter], [Math.ceil(n / 8), rows, 8], 'float32', (target, [source]) =>
    module.pack(source!.byteOffset, target.byteOffset, rows, n),
  );
}

interface Parts {
  readonly batch: number;
  readonly channels: number;
  readonly n: number;
  readonly height: Axis;
  readonly width: Axis;
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
  readonly bounds: readonly [number, number];
}
interface Places {
  readonly target: Values;
  readonly image: Values;
  readonly taps: Values;
  readonly bias: number;
}

function run(module: Exports, parts: Parts, { target, image, taps, bias }: Places): void {
  const { batch, channels, n, height, width, bounds } = parts;
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
        module.windows(a, inner.a, imageRow, b, 32, width.filter * channels * 32, c, inner.c, column.taps * channels, row.taps, bias, 0, ...bounds, n, inner.count, outer.count, outer.a, outer.c, filterRows * 32); // prettier-ignore
      }
}
