/** tfjs's `TensorBuffer` as kernels in JavaScript use it: values with a shape, by their places. */
import type { Values } from './device.ts';
import { zeroValues } from './device.ts';
import type { DType } from './program.ts';

export class TensorBuffer {
  readonly shape: number[];
  readonly dtype: DType;
  readonly values: Values;
  readonly size: number;
  /** For all axes but the last. */
  readonly strides: readonly number[];

  constructor(shape: readonly number[], dtype: DType, values: Values = zeroValues(shape, dtype)) {
    this.shape = [...shape];
    this.dtype = dtype;
    this.values = values;
    this.size = values.length;
    this.strides = shape.slice(1).map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  }

  get rank(): number {
    return this.shape.length;
  }

  set(value: number, ...place: number[]): void {
    this.values[this.locToIndex(place)] = value;
  }

  get(...place: number[]): number {
    return this.values[this.locToIndex(place)]!;
  }

  locToIndex(place: readonly number[]): number {
    let index = place.at(-1) ?? 0;
    for (let axis = 0; axis < place.length - 1; axis++) index += this.strides[axis]! * place[axis]!;
    return index;
  }

  indexToLoc(index: number): number[] {
    let rest = index;
    const place = this.strides.map((stride) => {
      const at = Math.floor(rest / stride);
      rest -= at * stride;
      return at;
    });
    return this.rank === 0 ? [] : [...place, rest];
  }
}

export const buffer = (shape: readonly number[], dtype: DType = 'float32', values?: Values): TensorBuffer =>
  new TensorBuffer(shape, dtype, values);
