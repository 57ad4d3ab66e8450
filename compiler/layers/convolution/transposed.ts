/** `Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`: the adjoints of convolutions, which enlarge. */
import { completeSizes, product, sizesOf } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import type { Need } from '../../definitions/need.ts';
import { int, ints, optionalInts, padding, type PaddingValue } from '../../definitions/parameters.ts';
import { add, asInteger, dim, maximum, modulo, multiply, ONE, subtract, type Dim } from '../../shapes/index.ts';
import { kernelAndBias, kernelAndBiasParameters } from '../kernel-and-bias.ts';
import { ones, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';
import { needStridesOrDilation } from '../windows.ts';
import { transposedConvolved, type TransposedAxis } from './windowed.ts';

interface Transposing {
  readonly kernelSize: readonly Dim[];
  readonly strides: readonly Dim[];
  readonly padding: PaddingValue;
  readonly outputPadding: readonly Dim[] | undefined;
  readonly dilationRate: readonly Dim[];
}

/**
 * Keras's sizes: `same` gives n · stride, `valid` what the windows write and at least n · stride. `outputPadding` counts
 * from (n − 1) · stride plus the window, or plus 1 or 0 (an odd or even one) with `same`. Undefined where a number is open.
 */
function axisOf(p: Transposing, i: number): TransposedAxis | undefined {
  const [size, stride, dilation] = [p.kernelSize[i]!, p.strides[i]!, p.dilationRate[i]!].map(asInteger);
  const more = p.outputPadding && asInteger(p.outputPadding[i]!);
  if (size === undefined || stride === undefined || dilation === undefined) return undefined;
  if (p.outputPadding && more === undefined) return undefined;
  const reach = (size - 1) * dilation + 1;
  const axis = { stride, dilation, reach };
  if (typeof p.padding !== 'string') {
    const [before, after] = p.padding[i]!.map(asInteger);
    if (before === undefined || after === undefined) return undefined;
    return { ...axis, before, extent: reach - before - after + (more ?? 0) };
  }
  if (p.padding === 'valid') return { ...axis, before: 0, extent: more === undefined ? Math.max(reach, stride) : reach + more };
  const extent = more === undefined ? stride : (reach % 2) + more;
  return { ...axis, extent, before: Math.max(0, Math.floor((reach - extent) / 2)) };
} // prettier-ignore

const axesOf = (p: Transposing): readonly TransposedAxis[] => p.strides.flatMap((_, i) => axisOf(p, i) ?? []);

/** How far the windows of one axis reach together, less the steps between them: `axisOf` for sizes that may be open. */
function extentOf(p: Transposing, i: number): Dim {
  const [size, stride, dilation] = [p.kernelSize[i]!, p.strides[i]!, p.dilationRate[i]!];
  const reach = add(multiply(subtract(size, ONE), dilation), ONE);
  const more = p.outputPadding?.[i];
  if (typeof p.padding !== 'string') return add(subtract(reach, p.padding[i]!.reduce(add)), more ?? dim(0));
  if (p.padding === 'valid') return more ? add(reach, more) : maximum(reach, stride);
  return more ? add(modulo(reach, dim(2)), more) : stride;
}

/** The spatial sizes of the result; undefined where something is refuted. */
function enlarged(sizes: readonly Dim[], p: Transposing, need: Need): readonly Dim[] | undefined {
  const numbersNeeded = [
    { argument: 'kernelSize', what: 'taps', list: p.kernelSize },
    { argument: 'strides', what: 'steps', list: p.strides },
    { argument: 'dilationRate', what: 'steps', list: p.dilationRate },
    { argument: 'outputPadding', what: 'added zeros', list: p.outputPadding ?? [] },
  ];
  if (!numbersNeeded.every(({ list, ...context }) => list.every((size) => need.known(size, context)))) return undefined;
  const known = (size: Dim | undefined, otherwise: number): number => (size && asInteger(size)) ?? otherwise;
  const small = p.outputPadding?.every((more, i) => known(more, 0) < known(p.strides[i], Infinity)) ?? true;
  if (!need.argument(small, 'outputPadding', 'be less than `strides`')) return undefined;
  const extents = p.strides.map((_, i) => extentOf(p, i));
  const positive = extents.every((extent, i) => known(extent, 1) > 0 || known(sizes[i], 2) > 1);
  if (!need.argument(positive, 'padding', 'leave something of the result')) return undefined;
  return extents.map((extent, i) => add(multiply(subtract(sizes[i]!, ONE), p.strides[i]!), extent));
} // prettier-ignore

const examples: Readonly<Record<SpatialRank, readonly DefinitionExample[]>> = {
  1: [
    { source: 'Conv1DTranspose(8, 4, strides: 2, padding: same)', input: ['seq', 4], output: ['2 * seq', 8] },
    { source: 'Conv1DTranspose(2, 3)', input: [5, 4], output: [7, 2] },
  ],
  2: [
    { source: 'Conv2DTranspose(8, 3, strides: 2, padding: same)', input: ['h', 'w', 4], output: ['2 * h', '2 * w', 8] },
    { source: 'Conv2DTranspose(8, 4)', input: [1, 1, 16], output: [4, 4, 8] },
    { source: 'Conv2DTranspose(2, 3, strides: 2, padding: same, outputPadding: 0)', input: [4, 5, 3], output: [7, 9, 2] },
    { source: 'Conv2DTranspose(2, 4, strides: 2, padding: 1)', input: [4, 5, 3], output: [8, 10, 2] },
  ],
  3: [
    { source: 'Conv3DTranspose(2, 2, strides: 2)', input: [2, 3, 3, 4], output: [4, 6, 6, 2] },
    { source: 'Conv3DTranspose(2, 3, padding: same, activation: relu)', input: [2, 3, 3, 4], output: [2, 3, 3, 2] },
  ],
}; // prettier-ignore

const transposedConvolution = (rank: SpatialRank): LayerDefinition =>
  defineLayer({
    name: `Conv${rank}DTranspose`,
    summary: `Transposed convolution over ${spatialWords[rank]}: every position paints a window of the result.`,
    doc: `$y_{i s + a d,\\, f} = \\sum x_{ic}\\, k_{afc}$ summed over positions $i$, elements $a$ of a filter and channels $c$, with strides $s$ and dilation $d$: the gradient of a convolution by its input, with a bias and an activation. [Keras](https://keras.io/api/layers/convolution_layers/convolution${rank}d_transpose/)`,
    flow: 'linear',
    parameters: {
      filters: int({ doc: 'Number of filters: the channels of the result.', min: 1 }),
      kernelSize: ints(rank, { doc: `Size of a filter: ${spatialWords[rank]}.`, min: 1 }),
      strides: ints(rank, { doc: 'Steps between the painted windows.', default: ones(rank), min: 1 }),
      padding: padding(rank, {
        doc: '`same` gives `strides` times the size, `valid` all that the windows reach; numbers are cut off on each side.',
        default: 'valid',
      }),
      outputPadding: optionalInts(rank, { doc: 'Zeros added at the end, fewer than `strides`.', min: 0 }),
      dilationRate: ints(rank, { doc: 'Steps between the elements of a filter.', default: ones(rank), min: 1 }),
      ...kernelAndBiasParameters,
    },
    weights: ({ input, parameters: p }) =>
      kernelAndBias(p, [...p.kernelSize, p.filters, sizesOf(input.shape)![rank]!], [p.filters]),
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      if (!sizes || !need.known(sizes[rank]!, { what: 'channels' })) return undefined;
      if (!needStridesOrDilation(p.strides, p.dilationRate, need)) return undefined;
      const spatial = enlarged(sizes, p, need);
      return spatial && [...spatial, p.filters];
    },
    lower: ({ x, weights: w, parameters: p, op, output, activate }) => {
      const shape = [x.shape[0]!, ...completeSizes(output.shape)];
      const y = transposedConvolved(op, x, w['kernel']!, axesOf(p), shape);
      return activate(p.activation, w['bias'] ? op.add(y, w['bias']) : y);
    },
    flops: ({ inputs, output, parameters: p }) => {
      const products = multiply(dim(2), product([...p.kernelSize, p.filters, ...sizesOf(inputs[0]!.shape)!]));
      return p.useBias ? add(products, product(sizesOf(output.shape)!)) : products;
    },
    examples: examples[rank],
  });

export const transposedConvolutions: readonly LayerDefinition[] = spatialRanks.map(transposedConvolution);
