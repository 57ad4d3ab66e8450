/** Kernel functions that move elements without computing with them. All return new data except `reshape`, which is an alias. */
import { reshape, sizeOf } from './sizes.ts';
import { sliceInHeap } from './slice-in-heap.ts';
import { cast } from './unary.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

export { broadcastTo } from './broadcast.ts';

/** Axis i of the result is axis `permutation[i]` of `x`. */
export function transpose(d: Device, x: Data, permutation: readonly number[]): Data {
  return d.transposed?.(d, x, permutation) ?? d.run('Transpose', { x }, { perm: permutation });
}

/** The box of `size` elements from `begin`, per axis. */
export function slice(d: Device, x: Data, begin: readonly number[], size: readonly number[]): Data {
  return d.name === 'wasm' ? sliceInHeap(d, x, begin, size) : d.run('Slice', { x }, { begin, size });
}

/** `size` elements per axis from `begin`, `strides` (at least 1) apart. */
export function stridedSlice(
  d: Device,
  x: Data,
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[],
): Data {
  if (strides.every((stride) => stride === 1)) return slice(d, x, begin, size);
  // wasm moves 32-bit words, whatever the dtype, and calls the result float32.
  if (d.name === 'wasm' && x.dtype !== 'float32') {
    const wide = cast(d, x, 'float32');
    const box = stridedSlice(d, wide, begin, size, strides);
    d.dispose(wide);
    const result = cast(d, box, x.dtype);
    d.dispose(box);
    return result;
  }
  const end = begin.map((first, axis) => first + (size[axis]! - 1) * strides[axis]! + 1);
  const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
  return d.run('StridedSlice', { x }, { begin, end, strides, ...masks });
}

/** `x` with `paddings[axis] = [before, after]` elements of `value` around it. */
export function pad(d: Device, x: Data, paddings: readonly (readonly [number, number])[], value: number): Data {
  return d.run('PadV2', { x }, { paddings, constantValue: value });
}

/** The operands one after the other along `axis`. */
export function concat(d: Device, operands: readonly Data[], axis: number): Data {
  return d.run('Concat', operands, { axis });
}

/** `x` with its elements along `axes` in the opposite order. */
export function reverse(d: Device, x: Data, axes: readonly number[]): Data {
  return d.run('Reverse', { x }, { dims: axes });
}

/** Rows of `table` [rows, …] by int32 `indices` [i…]: [i…, …]. Indices must lie in [0, rows). */
export function gather(d: Device, table: Data, indices: Data): Data {
  return d.run('GatherV2', { x: table, indices }, { axis: 0, batchDims: 0 });
}

/** The sum of `updates` [i…, …] by their int32 `indices` [i…] into zeros [rows, …]. Indices must lie in [0, rows). */
export function scatterAdd(d: Device, indices: Data, updates: Data, rows: number): Data {
  const row = updates.shape.slice(indices.shape.length);
  const count = sizeOf(indices.shape);
  const width = sizeOf(row);
  const table = d.run(
    'ScatterNd',
    { indices: reshape(indices, [count, 1]), updates: reshape(updates, [count, width]) },
    { shape: [rows, width] },
  );
  return reshape(table, [rows, ...row]);
}

/** float32 [i…, depth] from int32 [i…]: 1 at the index, else 0; a row of zeros for an index outside [0, depth). */
export function oneHot(d: Device, indices: Data, depth: number): Data {
  const attributes = { depth, onValue: 1, offValue: 0 };
  if (d.name !== 'wasm') return d.run('OneHot', { indices }, { ...attributes, dtype: 'float32' });
  // wasm writes int32, whatever dtype it is told.
  const whole = d.run('OneHot', { indices }, { ...attributes, dtype: 'int32' });
  const result = cast(d, whole, 'float32');
  d.dispose(whole);
  return result;
}

/** Images [n, h, w, c] at another size, each pixel that of position floor(i · old / new). */
export function resizeNearest(d: Device, x: Data, size: readonly [number, number]): Data {
  return d.run('ResizeNearestNeighbor', { images: x }, { size, alignCorners: false, halfPixelCenters: false });
}
