/** How windows lie over images, and how tfjs's kernels are told. */

/** Zeros around an image: none, as many as keep `ceil(size / stride)`, or `[[top, bottom], [left, right]]`. */
export type Padding = 'valid' | 'same' | readonly [readonly [number, number], readonly [number, number]];

export interface PoolAttributes {
  /** [height, width]. */
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

const noPadding = [0, 0] as const;

export function pooling({ poolSize, strides, padding }: PoolAttributes): Readonly<Record<string, unknown>> {
  return { filterSize: poolSize, strides, pad: kernelPadding(padding) };
}

/** tfjs writes explicit padding for all four axes. */
export function kernelPadding(padding: Padding): unknown {
  return typeof padding === 'string' ? padding : [noPadding, padding[0], padding[1], noPadding];
}
