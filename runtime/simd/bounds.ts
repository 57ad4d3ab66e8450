/** What products and convolutions of our own do after them. */
import type { Activation } from '../kernels/fused.ts';

/** Between what the results of activations lie that are nothing but bounds. */
export const boundsOf: Readonly<Partial<Record<Activation, readonly [least: number, most: number]>>> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};
