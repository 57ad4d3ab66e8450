/** What users may pass where a tensor is wanted, and its normal form: values in row-major order with a shape where one is known. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ShapedArray, TypedArray } from './tensor-types.ts';

export type * from './tensor-types.ts';

/** A tensor of the user's, or values. Without a shape the values are whole examples in row-major order. */
export type Source =
  | { readonly tensor: Tensor; readonly shape: readonly number[] }
  | { readonly values: ArrayLike<number>; readonly shape: readonly number[] | undefined; readonly rows?: number };

/** The normal form of what was passed; `undefined` if it is nothing of the kind, a text if it is nearly. */
export function sourceOf(value: unknown): Source | string | undefined {
  if (isTensor(value)) return value.isDisposed ? 'a tensor that was disposed' : { tensor: value, shape: value.shape };
  if (isTypedArray(value)) return { values: value, shape: undefined };
  if (Array.isArray(value)) return sourceOfArray(value);
  if (isShapedArray(value)) return sourceOfShaped(value);
  if (typeof value === 'number' || typeof value === 'boolean') return { values: [Number(value)], shape: [] };
  return undefined;
}

/** Duck-typed, so that a second copy of tfjs in the bundle does no harm. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'shape' in value && 'dtype' in value;
}

export function isTypedArray(value: unknown): value is TypedArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

export function isShapedArray(value: unknown): value is ShapedArray {
  if (typeof value !== 'object' || value === null || !('data' in value) || !('shape' in value)) return false;
  return (isTypedArray(value.data) || Array.isArray(value.data)) && Array.isArray(value.shape);
}

function sourceOfShaped({ data, shape }: ShapedArray): Source | string {
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (data.length === size) return { values: data, shape };
  return `an array of ${data.length} values with shape [${shape.join(', ')}], which has ${size}`;
}

function sourceOfArray(value: readonly unknown[]): Source | string {
  const first = value[0];
  if (isTypedArray(first)) return joined(value, value.length);
  if (isTensor(first)) return 'an array of tensors, which only fit and evaluate take; use tf.stack';
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: number[] = [];
  const problem = flatten(value, shape, 0, values);
  return problem ?? { values, shape };
}

/** Examples in typed arrays of one length, one after the other. */
function joined(examples: readonly unknown[], rows: number): Source | string {
  const length = (examples[0] as TypedArray).length;
  const values = new Float64Array(rows * length);
  for (const [row, example] of examples.entries()) {
    if (!isTypedArray(example)) return `an array whose element 0 is a typed array and element ${row} is not`;
    if (example.length !== length)
      return `an array whose example 0 has ${length} values and example ${row} has ${example.length}`;
    values.set(example, row * length);
  }
  return { values, shape: undefined, rows };
}

function flatten(
  value: readonly unknown[],
  shape: readonly number[],
  axis: number,
  values: number[],
): string | undefined {
  if (value.length !== shape[axis])
    return `an array whose parts have unequal lengths, ${shape[axis]} and ${value.length}, at axis ${axis}`;
  const innermost = axis === shape.length - 1;
  for (const item of value) {
    if (Array.isArray(item) === innermost) return `an array of unequal depth at axis ${axis + 1}`;
    if (!innermost) {
      const problem = flatten(item as readonly unknown[], shape, axis + 1, values);
      if (problem !== undefined) return problem;
    } else if (typeof item === 'number' || typeof item === 'boolean') values.push(Number(item));
    else return `an array with ${item === null ? 'null' : `a ${typeof item}`} among the numbers`;
  }
  return undefined;
}
