/** Shapes as numbers, and the same data under other shapes. In a file of its own, for every bundle has it. */
import type { Data } from '../program.ts';

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const axis of shape) size *= axis;
  return size;
}

/** The same data under another shape of equal size: nothing is copied, and freeing the one frees the other. */
export function reshape(x: Data, shape: readonly number[]): Data {
  return { dataId: x.dataId, shape: [...shape], dtype: x.dtype };
}
