/** Kernel functions without operands: constants, fills, counting and random numbers. */
import type { Device, Values } from '../device.ts';
import type { Data, DType } from '../program.ts';
import { type DrawKey, normalNumbers, uniformNumbers } from '../random/draws.ts';
import { randomUniformOnWebgpu } from './random-on-webgpu.ts';
import { sizeOf } from './sizes.ts';

/** New data of `shape` with these values in row-major order. */
export function constant(
  d: Device,
  values: readonly number[] | Float32Array | Int32Array | Uint8Array,
  shape: readonly number[],
  dtype: DType,
): Data {
  return d.write(valuesOf(dtype, values), [...shape], dtype);
}

/** New data of `shape`, every element `value`. */
export function fill(d: Device, shape: readonly number[], value: number, dtype: DType): Data {
  return d.run('Fill', {}, { shape: [...shape], value, dtype });
}

/** One float32 number of shape `[]`. */
export function scalar(d: Device, value: number): Data {
  return d.write(Float32Array.of(value), [], 'float32');
}

/** int32 `[0, 1, …, size - 1]`. */
export function arange(d: Device, size: number): Data {
  const values = new Int32Array(size);
  for (let i = 0; i < size; i++) values[i] = i;
  return d.write(values, [size], 'int32');
}

/** float32 numbers drawn uniformly from [0, 1); a function of the key and the element's index alone. */
export function randomUniform(d: Device, shape: readonly number[], key: DrawKey): Data {
  const count = sizeOf(shape);
  if (d.runsShaders && count > 0) return randomUniformOnWebgpu(d, shape, count, key);
  return d.write(uniformNumbers(count, key), [...shape], 'float32');
}

/** float32 numbers of the standard normal distribution; a function of the key and the element's index alone. */
export function randomNormal(d: Device, shape: readonly number[], key: DrawKey): Data {
  return d.write(normalNumbers(sizeOf(shape), key), [...shape], 'float32');
}

/** A copy of the values in the array type of `dtype`: the backend may keep what it is given. */
function valuesOf(dtype: DType, values: ArrayLike<number>): Values {
  if (dtype === 'float32') return Float32Array.from(values);
  return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
}
