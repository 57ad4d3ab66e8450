/** Convolutions and their gradients by the filter on `webgpu`, as shaders of our own (runtime/webgpu). */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { convolutionText, convolutionThreads, type ConvolutionForm } from '../webgpu/convolution-shader.ts';
import { filterGradientText, threadsOfShare, type FilterGradientForm } from '../webgpu/filter-gradient-shader.ts';
import { runShader } from '../webgpu/webgpu-backend.ts';
import { geometryKey, windowGeometry } from '../webgpu/window-geometry.ts';
import type { Activation } from './fused.ts';
import { rowSumsOnWebgpu } from './row-sums-on-webgpu.ts';
import { sizeOf } from './sizes.ts';
import type { ConvolutionAttributes, FusedConvolutionAttributes } from './windows.ts';

/** Threads of a group: two waves on most cards; as many as a tile of blocks has. */
const threads = 64;

/**
 * A thread does as much as it can as long as there are so many of them: a card of 40 processors (T4) holds some 10,000 with as many registers as
 * these need.
 */
const enoughThreads = 8192;

const blocks = [
  { windows: 4, fours: 2 },
  { windows: 4, fours: 1 },
] as const;
/** What is small has few threads either way; with less than this for each, they would only read. */
const smallest = { windows: 2, fours: 1 } as const;

const activations: { readonly [Name in Activation]: (alpha: number) => string } = {
  linear: () => 'v',
  relu: () => 'max(v, vec4f(0))',
  relu6: () => 'clamp(v, vec4f(0), vec4f(6))',
  elu: () => 'select(exp(v) - 1, v, v >= vec4f(0))',
  sigmoid: () => '1 / (1 + exp(-v))',
  leakyrelu: (alpha) => `select(${alpha} * v, v, v >= vec4f(0))`,
};

/** activation(x ∗ filter + bias) as new data; `undefined` where there is nothing to compute. */
export function convolutionOnWebgpu(
  d: Device,
  x: Data,
  filter: Data,
  bias: Data | undefined,
  attributes: FusedConvolutionAttributes,
): Data | undefined {
  const geometry = windowGeometry(x.shape, filter.shape, attributes);
  const { height, width, filters } = geometry;
  const shape = [x.shape[0]!, height.results, width.results, filters];
  if (sizeOf(shape) === 0 || sizeOf(filter.shape) === 0) return undefined;
  const windows = sizeOf(shape.slice(0, 3));
  const threadsWith = (block: (typeof blocks)[number] | typeof smallest): number => convolutionThreads(windows, filters, block); // prettier-ignore
  const block = blocks.find((one) => filters % (4 * one.fours) === 0 && threadsWith(one) >= enoughThreads) ?? smallest; // prettier-ignore
  const { activation = 'linear', alpha = 0.2 } = attributes;
  const form: ConvolutionForm = { ...block, threads, bias: bias !== undefined, activation: activations[activation](alpha) }; // prettier-ignore
  const result = d.allocate(shape, 'float32');
  const shader = {
    key: `nnlang convolution ${geometryKey(geometry)} by ${block.windows} ${block.fours} ${bias === undefined ? '' : 'bias '}${form.activation}`,
    text: () => convolutionText(geometry, form),
    threads,
    groups: Math.ceil(threadsWith(block) / threads),
    lengths: [windows],
    numbers: [],
  };
  runShader(d, shader, bias === undefined ? [x, filter] : [x, filter, bias], [result]);
  return result;
}

/** Rows are divided until there are so many threads; each has up to 64 sums, so that all that they write is 16 MiB at most. */
const wantedThreads = 65_536;

/** The gradient of x ∗ filter by the filter; `undefined` where there is nothing to compute. */
export function filterGradientOnWebgpu(
  d: Device,
  x: Data,
  dy: Data,
  attributes: ConvolutionAttributes & { readonly filterShape: readonly number[] },
): Data | undefined {
  const shape = attributes.filterShape;
  if ([x.shape, dy.shape, shape].some((one) => sizeOf(one) === 0)) return undefined;
  const geometry = windowGeometry(x.shape, shape, attributes);
  const form: FilterGradientForm = {
    channelFours: geometry.channels % 8 === 0 ? 2 : 1,
    fours: geometry.filters % 8 === 0 ? 2 : 1,
    threads,
  };
  const rows = dy.shape[0]! * dy.shape[1]!;
  const threadsEach = threadsOfShare(geometry, form);
  const share = Math.ceil(rows / Math.min(rows, Math.ceil(wantedThreads / threadsEach)));
  const shares = Math.ceil(rows / share);
  const result = d.allocate(shares === 1 ? [...shape] : [shares, ...shape], 'float32');
  const shader = {
    key: `nnlang filter gradient ${geometryKey(geometry)} by ${form.channelFours} ${form.fours}`,
    text: () => filterGradientText(geometry, form),
    threads,
    groups: Math.ceil((shares * threadsEach) / threads),
    lengths: [rows, share],
    numbers: [],
  };
  runShader(d, shader, [x, dy], [result]);
  if (shares === 1) return result;
  const sum = rowSumsOnWebgpu(d, result, shares, sizeOf(shape), shape);
  d.dispose(result);
  return sum;
}
