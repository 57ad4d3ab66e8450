/**
 * Shape arithmetic that several ops share. Nothing here judges a user's program: the checker has proved or required
 * that sizes fit, so sizes that cannot be compared are taken to be equal, and only a plain contradiction is a bug.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import {
  add,
  asNumber,
  ceilDivide,
  dim,
  display,
  equals,
  floorDivide,
  maximum,
  multiply,
  ONE,
  subtract,
  ZERO,
  type Dim,
} from '../shapes/index.ts';
import type { CanonicalPadding } from './attributes.ts';

export const showShape = (shape: readonly Dim[]): string => `[${shape.map(display).join(', ')}]`;
export const isOne = (size: Dim): boolean => asNumber(size) === 1;
export const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((size, i) => equals(size, b[i]!));
export const product = (shape: readonly Dim[]): Dim => shape.reduce(multiply, ONE);

/** One of two sizes taken to be equal: the number if one is known, else by name, so that the order does not matter. */
function agreed(a: Dim, b: Dim): Dim {
  const x = asNumber(a);
  const y = asNumber(b);
  if (x !== undefined && y !== undefined && x !== y) bug(`sizes ${x} and ${y} do not broadcast`);
  if (x !== undefined) return a;
  if (y !== undefined) return b;
  return a.key <= b.key ? a : b;
}

export const broadcastSize = (a: Dim, b: Dim): Dim => (equals(a, b) ? a : isOne(a) ? b : isOne(b) ? a : agreed(a, b));

export function broadcastShapes(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) =>
    broadcastSize(a[i - rank + a.length] ?? ONE, b[i - rank + b.length] ?? ONE),
  );
}

/** Non-negative axes in ascending order, each once. */
export function normalAxes(axes: readonly number[], rank: number): readonly number[] {
  return [...new Set(axes.map((axis) => normalAxis(axis, rank)))].sort((a, b) => a - b);
}

export function normalAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank) bug(`axis ${axis} of ${rank} axes`);
  return normal;
}

/** A window's reach along one axis. */
export const effectiveSize = (kernel: Dim, dilation: number): Dim =>
  add(multiply(subtract(kernel, ONE), dim(dilation)), ONE);

/** The number of positions of a window along spatial axis `axis` (0 or 1). */
export function windowCount(size: Dim, reach: Dim, stride: number, padding: CanonicalPadding, axis: number): Dim {
  if (padding === 'same') return ceilDivide(size, dim(stride));
  const [before, after] = padding === 'valid' ? [ZERO, ZERO] : padding[axis]!;
  const room = subtract(add(size, add(before, after)), reach);
  return add(floorDivide(room, dim(stride)), ONE);
}

/** Rows added before and after along one spatial axis. */
export function explicitPadding(
  size: Dim,
  reach: Dim,
  stride: number,
  padding: CanonicalPadding,
  axis: number,
): readonly [Dim, Dim] {
  if (padding === 'valid') return [ZERO, ZERO];
  if (padding !== 'same') return padding[axis]!;
  const count = ceilDivide(size, dim(stride));
  const wanted = add(multiply(subtract(count, ONE), dim(stride)), subtract(reach, size));
  const total = stride === 1 ? subtract(reach, ONE) : maximum(wanted, ZERO);
  const before = floorDivide(total, dim(2));
  return [before, subtract(total, before)];
}

/** The same with plain numbers. */
export function paddingBefore(size: number, reach: number, stride: number, padding: 'same' | 'valid' | number): number {
  if (padding === 'valid') return 0;
  if (padding !== 'same') return padding;
  return Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0) / 2);
}
