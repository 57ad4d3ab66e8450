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

/**
 * New data: `x` repeated along its axes of size 1 and along new leading axes until it has `shape`. Neighbouring axes that
 * are all repeated, or none of them, go as one: webgpu's kernel reads back at once where there are more than four, which
 * loses the device. Where they alternate too often, one axis goes after the other.
 */
export function broadcastTo(d: Device, x: Data, shape: readonly number[]): Data {
  if (sameShape(x.shape, shape)) return d.run('Identity', { x });
  const aligned = [...Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  if (d.name === 'wasm') return broadcastInHeap(d, x, aligned, shape);
  const groups = groupsOf(aligned, shape);
  if (groups.every(({ times }) => times === 1)) return withShape(d.run('Identity', { x }), shape);
  if (groups.length <= mostAxes) return withShape(tiled(d, x, groups), shape);
  let result = x;
  let inner = groups.reduce((size, group) => size * group.size, 1);
  for (const [i, { size, times }] of groups.entries()) {
    inner /= size;
    if (times === 1) continue;
    const outer = groups.slice(0, i).reduce((all, group) => all * group.size * group.times, 1);
    const longer = tiled(d, result, [{ size: outer * size, times: 1 }, { size: 1, times }, { size: inner, times: 1 }]); // prettier-ignore
    if (result !== x) d.dispose(result);
    result = longer;
  }
  return withShape(result, shape);
}

const mostAxes = 4;

/** Axes as one: how many elements of the operand, and how often each stands there. */
interface Group {
  readonly size: number;
  readonly times: number;
}

function groupsOf(from: readonly number[], to: readonly number[]): readonly Group[] {
  const groups: { size: number; times: number; repeats: boolean }[] = [];
  for (const [axis, size] of to.entries()) {
    if (size === 1) continue;
    const repeats = from[axis] === 1;
    let group = groups.at(-1);
    if (group?.repeats !== repeats) groups.push((group = { size: 1, times: 1, repeats }));
    if (repeats) group.times *= size;
    else group.size *= size;
  }
  return groups;
}

function tiled(d: Device, x: Data, groups: readonly Group[]): Data {
  const shape = groups.map(({ size }) => size);
  return d.run('Tile', { x: withShape(x, shape) }, { reps: groups.map(({ times }) => times) });
}

const withShape = ({ dataId, dtype }: Data, shape: readonly number[]): Data => ({ dataId, shape: [...shape], dtype });
