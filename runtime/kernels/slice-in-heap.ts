/** Slicing in wasm's memory. tfjs's own kernel copies the whole operand out of it first, which makes a loop over time steps quadratic. */
import type { Device, Values } from '../device.ts';
import type { Data } from '../program.ts';

/** The box of `size` elements from `begin`, per axis. */
export function sliceInHeap(d: Device, x: Data, begin: readonly number[], size: readonly number[]): Data {
  return d.inHeap([x], size, x.dtype, (target, [source]) => copyBox(target, source!, x.shape, begin, size));
}

function copyBox(
  target: Values,
  source: Values,
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
): void {
  if (target.length === 0) return;
  // Trailing axes that are taken whole lie in memory in one piece, with the axis before them.
  let split = shape.length - 1;
  let row = 1;
  for (; split > 0 && size[split] === shape[split]; split--) row *= size[split]!;
  const block = split < 0 ? 1 : size[split]! * row;
  const strides: number[] = [];
  for (let axis = split, stride = row; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  const position = Array<number>(Math.max(split, 0)).fill(0);
  let from = begin.reduce((offset, first, axis) => offset + (axis <= split ? first * strides[axis]! : 0), 0);
  for (let to = 0; to < target.length; to += block) {
    if (block < 16) for (let i = 0; i < block; i++) target[to + i] = source[from + i]!;
    else target.set(source.subarray(from, from + block), to);
    for (let axis = split - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++position[axis]! < size[axis]!) break;
      from -= size[axis]! * strides[axis]!;
      position[axis] = 0;
    }
  }
}
