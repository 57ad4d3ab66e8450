/**
 * Kernel functions that fold axes: sums, extremes, arg-extremes, running sums, the logarithm of softmax. Axes count from 0 and are ascending;
 * `keepDims` leaves folded axes with size 1. Each returns new data.
 */
import { sumOfRowsInHeap } from './in-heap.ts';
import { rowSumsOnWebgpu } from './row-sums-on-webgpu.ts';
import { cast } from './unary.ts';
import { reshape, sizeOf } from './sizes.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

/** The sum over `axes`; of bools their number, as int32. */
export function sum(d: Device, x: Data, axes: readonly number[], keepDims = false): Data {
  const leading = axes.length < x.shape.length && axes.every((axis, i) => axis === i);
  if (x.dtype === 'float32' && leading) {
    const rest = x.shape.slice(axes.length);
    const shape = keepDims ? [...axes.map(() => 1), ...rest] : rest;
    if (d.name === 'wasm') return sumOfRowsInHeap(d, x, axes.length, shape);
    const [rows, columns] = [sizeOf(x.shape.slice(0, axes.length)), sizeOf(rest)];
    if (d.runsShaders && rows > 0 && columns > 1) return rowSumsOnWebgpu(d, x, rows, columns, shape);
  }
  return numeric(d, x, (y) => d.run('Sum', { x: y }, { axis: axes, keepDims }));
}

/** The product over `axes`. */
export function prod(d: Device, x: Data, axes: readonly number[], keepDims = false): Data {
  return numeric(d, x, (y) => d.run('Prod', { x: y }, { axis: axes, keepDims }));
}

/** The greatest value over `axes`. */
export function max(d: Device, x: Data, axes: readonly number[], keepDims = false): Data {
  return d.run('Max', { x }, { reductionIndices: axes, keepDims });
}

/** The smallest value over `axes`. */
export function min(d: Device, x: Data, axes: readonly number[], keepDims = false): Data {
  return d.run('Min', { x }, { axis: axes, keepDims });
}

/** bool: whether any holds over `axes`. */
export function any(d: Device, x: Data, axes: readonly number[], keepDims = false): Data {
  return d.run('Any', { x }, { axis: axes, keepDims });
}

/** bool: whether all hold over `axes`. */
export function all(d: Device, x: Data, axes: readonly number[], keepDims = false): Data {
  return d.run('All', { x }, { axis: axes, keepDims });
}

/** int32: where along `axis` the greatest value is, the first of equals; without that axis. */
export function argMax(d: Device, x: Data, axis: number): Data {
  return d.run('ArgMax', { x }, { axis });
}

/** int32: where along `axis` the smallest value is, the first of equals; without that axis. */
export function argMin(d: Device, x: Data, axis: number): Data {
  return d.run('ArgMin', { x }, { axis });
}

/** Running sums along `axis`; `exclusive` leaves out the element itself, `reverse` starts at the end. */
export function cumsum(
  d: Device,
  x: Data,
  axis: number,
  { exclusive = false, reverse = false }: { readonly exclusive?: boolean; readonly reverse?: boolean } = {},
): Data {
  return d.run('Cumsum', { x }, { axis, exclusive, reverse });
}

/** log(softmax(x)) over the last axis, computed as x − max − log Σ e^(x − max). No backend has a kernel for it. */
export function logSoftmax(d: Device, x: Data): Data {
  const axis = [x.shape.length - 1];
  const greatest = max(d, x, axis, true);
  const shifted = d.run('Sub', { a: x, b: greatest });
  d.dispose(greatest);
  const exponentials = d.run('Exp', { x: shifted });
  const total = sum(d, exponentials, axis, true);
  d.dispose(exponentials);
  const logTotal = d.run('Log', { x: total });
  d.dispose(total);
  const result = d.run('Sub', { a: shifted, b: logTotal });
  d.dispose(shifted);
  d.dispose(logTotal);
  return reshape(result, x.shape);
}

/** wasm would add bools as bytes. */
function numeric(d: Device, x: Data, fold: (x: Data) => Data): Data {
  if (x.dtype !== 'bool') return fold(x);
  const whole = cast(d, x, 'int32');
  const result = fold(whole);
  d.dispose(whole);
  return result;
}
