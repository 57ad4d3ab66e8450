/** Windows that slide over spatial axes: result sizes of convolutions and pools, and their paddings as ops want them. */
import { product } from '../definitions/axes.ts';
import type { Need } from '../definitions/need.ts';
import type { PaddingValue } from '../definitions/parameters.ts';
import type { Padding } from '../ops/ops.ts';
import { add, asInteger, ceilDivide, floorDivide, multiply, ONE, subtract, type Dim } from '../shapes/index.ts';

export interface Windows {
  readonly sizes: readonly Dim[];
  readonly strides: readonly Dim[];
  readonly padding: PaddingValue;
  readonly dilations?: readonly Dim[];
  /** The parameter that a window too large is blamed on. */
  readonly argument: string;
}

/** How many positions a dilated window spans. */
export const extent = (size: Dim, dilation: Dim): Dim => add(multiply(subtract(size, ONE), dilation), ONE);

/** The sizes of the spatial axes `[from, from + n)` of `input` after the windows; undefined where one does not fit. */
export function windowedSizes(input: readonly Dim[], from: number, w: Windows, need: Need): readonly Dim[] | undefined {
  const results = w.sizes.map((size, i) => {
    const length = input[from + i]!;
    const stride = w.strides[i]!;
    if (w.padding === 'same' || w.padding === 'causal') return ceilDivide(length, stride);
    const span = extent(size, w.dilations?.[i] ?? ONE);
    const [before, after] = w.padding === 'valid' ? [undefined, undefined] : w.padding[i]!;
    const padded = before && after ? add(add(length, before), after) : length;
    if (!need.fits(span, padded, { argument: w.argument, axis: from + i })) return undefined;
    return add(floorDivide(subtract(padded, span), stride), ONE);
  });
  const complete = results.filter((size) => size !== undefined);
  return complete.length === results.length ? complete : undefined;
}

/** TensorFlow has no kernel for a dilated window that also strides. */
export function needStridesOrDilation(strides: readonly Dim[], dilations: readonly Dim[], need: Need): boolean {
  const above1 = (sizes: readonly Dim[]): boolean => sizes.some((size) => (asInteger(size) ?? 1) > 1);
  return need.argument(!above1(strides) || !above1(dilations), 'dilationRate', 'be 1 where `strides` is more than 1');
}

/** Sizes that the checker has seen to be numbers. */
export function numbers(sizes: readonly Dim[]): readonly number[] {
  return sizes.map((size) => {
    const value = asInteger(size);
    if (value === undefined) throw new Error('an open size reached the lowering where a number is needed');
    return value;
  });
}

/** The padding of an op; `causal` is one-dimensional: all of it before. */
export function opPadding(w: Omit<Windows, 'argument'>): Padding {
  if (w.padding !== 'causal') return w.padding;
  return w.sizes.map((size, i) => [subtract(extent(size, w.dilations?.[i] ?? ONE), ONE), 0] as const);
}

/** Elements under one window. */
export const windowCount = (sizes: readonly Dim[]): Dim => product(sizes);
