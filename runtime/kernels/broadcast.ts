/** Broadcasting as in NumPy: shapes aligned at their last axis, axes of size 1 repeated. */
import { broadcastInHeap } from './broadcast-in-heap.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

/** Whether both shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * The common shape.
 * @throws Error if the shapes do not broadcast.
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1)
      throw new Error(`Shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast.`);
    shape.push(sizeA === 1 ? sizeB : sizeA);
  }
  return shape;
}

/** New data: `x` repeated along its axes of size 1 and along new leading axes until it has `shape`. */
export function broadcastTo(d: Device, x: Data, shape: readonly number[]): Data {
  if (sameShape(x.shape, shape)) return d.run('Identity', { x });
  const aligned = [...Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  if (d.name === 'wasm') return broadcastInHeap(d, x, aligned, shape);
  const reps = shape.map((size, axis) => (aligned[axis] === 1 ? size : 1));
  return d.run('Tile', { x: { dataId: x.dataId, shape: aligned, dtype: x.dtype } }, { reps });
}
