/** Matrices with orthonormal rows or columns. */
import { type DrawKey, Purpose, normalNumbers } from '../random/draws.ts';

/**
 * A random orthogonal matrix times `gain`, the axes but the last taken as rows. Saxe, McClelland, Ganguli 2014; as Keras does, from the
 * orthonormal basis of a normal matrix, with signs such that the triangular factor has a positive diagonal.
 * @throws Error for shapes of rank below 2.
 */
export function orthogonal(shape: readonly number[], gain: number, key: DrawKey): Float32Array<ArrayBuffer> {
  if (shape.length < 2)
    throw new Error(`The orthogonal initializer needs at least two axes, not shape [${shape.join(', ')}].`);
  const columns = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const long = Math.max(rows, columns);
  const short = Math.min(rows, columns);
  const basis = orthonormalVectors(normalNumbers(long * short, key, Purpose.initializer), short, long);
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] =
        gain * (rows < columns ? basis[row * long + column]! : basis[column * long + row]!);
    }
  }
  return values;
}

/** `count` vectors of `length`, orthonormal: Gram–Schmidt in its modified form, done twice, in float64. */
function orthonormalVectors(normal: Float32Array, count: number, length: number): Float64Array {
  const vectors = Float64Array.from(normal);
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * length, (i + 1) * length);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = vectors.subarray(j * length, (j + 1) * length);
        const product = dot(vector, other);
        for (let k = 0; k < length; k++) vector[k]! -= product * other[k]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < length; k++) vector[k]! /= norm;
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
