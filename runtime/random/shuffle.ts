/** A seeded order of examples. */
import { Purpose, streamOf } from './draws.ts';

/**
 * A permutation of 0 … size - 1, by the shuffle of Fisher and Yates; a function of the seed and the step alone.
 */
export function permutation(size: number, seed: number, step: number): Uint32Array {
  const stream = streamOf({ seed, step, use: 0 }, Purpose.shuffle);
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  const words = new Uint32Array(4);
  for (let i = size - 1; i > 0; i--) {
    stream(i, 0, words);
    // 53 random bits: the bias of the product is below 2^-20 for any size that fits in memory.
    const other = Math.floor(((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) * 2 ** -53 * (i + 1));
    const held = order[i]!;
    order[i] = order[other]!;
    order[other] = held;
  }
  return order;
}
