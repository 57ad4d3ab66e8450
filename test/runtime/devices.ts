/** Devices and data for the runtime's tests. tfjs itself stays on `cpu`, which is the reference. */
import { type Data, type DType, type Device, constant, useBackend } from '../../runtime/index.ts';

/** wasm first: the backend loaded last stays tfjs's current one. */
export const devices: readonly Device[] = [await useBackend('wasm'), await useBackend('cpu')];

/** Small deterministic pseudo-random numbers for test data (mulberry32); nothing of ours is under test here. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Values of a dtype: normal-ish floats, small integers, bools. */
export function valuesFor(dtype: DType, shape: readonly number[], next: () => number, low = -3, high = 3): number[] {
  return Array.from({ length: sizeOf(shape) }, () => {
    const value = low + (high - low) * next();
    if (dtype === 'float32') return Math.fround(value);
    return dtype === 'int32' ? Math.trunc(value * 3) : Number(next() < 0.5);
  });
}

export interface Operand {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export function operand(
  dtype: DType,
  shape: readonly number[],
  next: () => number,
  low?: number,
  high?: number,
): Operand {
  return { values: valuesFor(dtype, shape, next, low, high), shape, dtype };
}

export const put = (d: Device, x: Operand): Data => constant(d, x.values, x.shape, x.dtype);
