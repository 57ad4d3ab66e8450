/**
 * Axes and sizes of shapes that may hold a `...spread`: what shape rules share. Everything counts per-example axes;
 * a question that a spread leaves open is answered with `undefined`.
 */
import { dim, isSpread, multiply, ONE, rankOf, type Dim, type Shape } from '../shapes/index.ts';
import type { ArgumentContext, Need } from './need.ts';
import type { TensorType } from './types.ts';

/** The size at a position of the list (not counting through a spread). */
export function sizeAt(shape: Shape, position: number): Dim | undefined {
  const axis = shape[position];
  return axis === undefined || isSpread(axis) ? undefined : axis;
}

export const lastSize = (type: TensorType): Dim | undefined => sizeAt(type.shape, type.shape.length - 1);

/** The sizes, where no spread is among them. */
export function sizesOf(shape: Shape): readonly Dim[] | undefined {
  const sizes = shape.filter((axis): axis is Dim => !isSpread(axis));
  return sizes.length === shape.length ? sizes : undefined;
}

/** As `sizesOf`, for the lowering, where every size is there. */
export function completeSizes(shape: Shape): readonly Dim[] {
  const sizes = sizesOf(shape);
  if (!sizes) throw new Error('a shape with a spread reached the lowering');
  return sizes;
}

/** Position in the shape's list of an axis as written; undefined where it is out of range or a spread hides it. */
export function axisPosition(axis: number, shape: Shape, need: Need, context?: ArgumentContext): number | undefined {
  const rank = rankOf(shape);
  if (rank !== undefined) return need.axis(axis, rank, context);
  const spreadAt = shape.findIndex(isSpread);
  const position = axis < 0 ? shape.length + axis : axis;
  const visible = axis < 0 ? position > spreadAt : position < spreadAt;
  return visible ? position : undefined;
}

/** Positions of several axes as written, each once and in ascending order; `undefined` stands for all. */
export function axisPositions(axes: readonly number[] | undefined, shape: Shape, need: Need, context?: ArgumentContext): readonly number[] | undefined {
  if (axes === undefined) return shape.map((_, i) => i);
  const positions = new Set<number>();
  for (const axis of axes) {
    const position = axisPosition(axis, shape, need, context);
    if (position === undefined) return undefined;
    positions.add(position);
  }
  return [...positions].sort((a, b) => a - b);
} // prettier-ignore

/** An axis as written, counted from 0; the checker has seen that it is in range. */
export const axisFromStart = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Several axes as written, from 0 in ascending order, each once. */
export const axesFromStart = (axes: readonly number[] | undefined, rank: number): readonly number[] =>
  axes === undefined
    ? Array.from({ length: rank }, (_, i) => i)
    : [...new Set(axes.map((axis) => axisFromStart(axis, rank)))].sort((a, b) => a - b);

export const product = (sizes: readonly Dim[]): Dim => sizes.reduce(multiply, ONE);

/** The shape with one axis replaced. */
export const withAxis = (shape: Shape, position: number, size: Dim): Shape =>
  shape.map((axis, i) => (i === position ? size : axis));

/** Floating-point operations of `perElement` operations on each element of the result. */
export const elementwiseFlops = (output: TensorType, perElement = 1): Dim =>
  multiply(dim(perElement), product(sizesOf(output.shape) ?? []));
