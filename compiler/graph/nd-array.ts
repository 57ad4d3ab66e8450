/**
 * A numeric array of known shape on the host: what the reference evaluator computes with. Row-major; values are kept
 * as doubles whatever the dtype, and rounded to it by the evaluator. Slow and plain on purpose.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { DType } from './tensor-graph.ts';

export interface NdArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** What a loop gives: its last carries and its stacked outputs. */
  readonly parts?: readonly NdArray[];
}

export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export function ndArray(shape: readonly number[], values: ArrayLike<number>, dtype: DType = 'float32'): NdArray {
  if (values.length !== countOf(shape)) bug(`${values.length} values for the shape [${shape.join(', ')}]`);
  return { dtype, shape, data: Float64Array.from(values) };
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

export function offsetOf(index: readonly number[], strides: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < strides.length; axis++) offset += index[axis]! * strides[axis]!;
  return offset;
}

/** Calls `visit` with every index in row-major order. The index array is reused. */
export function forEachIndex(shape: readonly number[], visit: (index: readonly number[], flat: number) => void): void {
  const count = countOf(shape);
  const index = shape.map(() => 0);
  for (let flat = 0; flat < count; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

export function build(dtype: DType, shape: readonly number[], value: (index: readonly number[]) => number): NdArray {
  const data = new Float64Array(countOf(shape));
  forEachIndex(shape, (index, flat) => {
    data[flat] = value(index);
  });
  return { dtype, shape, data };
}

/** Reads by index; axes that are missing on the left are ignored, axes of size 1 stretch. */
export function reader(x: NdArray): (index: readonly number[]) => number {
  const strides = stridesOf(x.shape).map((stride, axis) => (x.shape[axis] === 1 ? 0 : stride));
  const rank = x.shape.length;
  return (index) => {
    let offset = 0;
    const skipped = index.length - rank;
    for (let axis = 0; axis < rank; axis++) offset += index[skipped + axis]! * strides[axis]!;
    return x.data[offset]!;
  };
}

export function broadcastNumbers(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) bug(`[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return x === 1 ? y : x;
  });
}
