/**
 * What emitted loops over time need besides kernels: pieces of a sequence, whose first axis is time, and stacks of what
 * each step gives. On wasm both are plain copies within its memory; elsewhere a stack joins its pieces at the end.
 */
import { reshape, sizeOf } from './sizes.ts';

import type { Device } from '../device.ts';
import type { Data, DType } from '../program.ts';

/** Pieces that become one tensor [steps, …]. Ended by `stacked`. */
export interface Stack {
  /** `[steps, …]`. */
  readonly shape: number[];
  readonly dtype: DType;
  /** On wasm, where the pieces go; elsewhere the pieces. */
  readonly whole: Data | undefined;
  readonly pieces: Data[];
}

/** New data: entry `t` along the first axis, without that axis. */
export function stepOf(d: Device, x: Data, t: number): Data {
  const shape = x.shape.slice(1);
  if (d.name !== 'wasm') {
    const begin = [t, ...shape.map(() => 0)];
    return reshape(d.run('Slice', { x }, { begin, size: [1, ...shape] }), shape);
  }
  const count = sizeOf(shape);
  return d.inHeap([x], shape, x.dtype, (target, [all]) => target.set(all!.subarray(t * count, (t + 1) * count)));
}

/** A stack of `steps` pieces of `shape`. */
export function emptyStack(d: Device, steps: number, shape: readonly number[], dtype: DType = 'float32'): Stack {
  const whole = [steps, ...shape];
  return { shape: whole, dtype, whole: d.name === 'wasm' ? d.allocate(whole, dtype) : undefined, pieces: [] };
}

/** Puts a piece in its place; the piece stays the caller's. */
export function putStep(d: Device, stack: Stack, t: number, piece: Data): void {
  if (stack.whole === undefined) {
    stack.pieces[t] = d.run('Identity', { x: piece });
    return;
  }
  d.fillHeap(stack.whole, [piece], (target, [values]) => target.set(values!, t * values!.length));
}

/** The stack as data, the caller's. Every piece must have been put. */
export function stacked(d: Device, stack: Stack): Data {
  if (stack.whole !== undefined) return stack.whole;
  const rows = stack.pieces.map((piece) => reshape(piece, [1, ...stack.shape.slice(1)]));
  const whole = rows.length === 1 ? d.run('Identity', { x: rows[0] }) : d.run('Concat', rows, { axis: 0 });
  for (const piece of stack.pieces) d.dispose(piece);
  return reshape(whole, stack.shape);
}
