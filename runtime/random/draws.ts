/**
 * Random numbers as functions of a key and an element's index: the same on every backend, in any order, at any time.
 * Counter words: block of four elements, round, step, purpose. Key words: seed, use.
 */
import { philox } from './philox.ts';

export interface DrawKey {
  /** A whole number; that of `create` or `fit`. */
  readonly seed: number;
  /** The training step, from 1; 0 outside training. */
  readonly step: number;
  /** Which random op of the program. */
  readonly use: number;
  /** Which round of a loop; default 0. */
  readonly round?: number;
}

/** Keeps the streams of ops, initial weights and shuffling apart. */
export const Purpose = { op: 0, initializer: 1, shuffle: 2 } as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/** A source of random words: `fill(block, round, out)` writes the four of one block. */
export type Stream = (block: number, round: number, out: Uint32Array) => void;

/** The two words of the generator's key. Seeds beyond 32 bits count in full, up to 2^53. */
export function keyWords(key: DrawKey): readonly [number, number] {
  const seedHigh = Math.floor(key.seed / 2 ** 32) >>> 0;
  return [key.seed >>> 0, (key.use ^ Math.imul(seedHigh, 0x9e3779b9)) >>> 0];
}

/** The stream of a key and purpose. */
export function streamOf(key: DrawKey, purpose: Purpose): Stream {
  const words = keyWords(key);
  return (block, round, out) => philox(block, round, key.step, purpose, ...words, out);
}

/** `count` float32 numbers uniform in [0, 1): multiples of 2^-24. */
export function uniformNumbers(count: number, key: DrawKey, purpose: Purpose = Purpose.op): Float32Array<ArrayBuffer> {
  return filled(count, key, purpose, (words, i) => unit(words[i]!));
}

/** `count` float32 numbers of the standard normal distribution, by the transform of Box and Muller (1958). */
export function normalNumbers(count: number, key: DrawKey, purpose: Purpose = Purpose.op): Float32Array<ArrayBuffer> {
  return filled(count, key, purpose, normalOf);
}

/** A random word as a number in [0, 1) that float32 holds exactly. */
export function unit(word: number): number {
  return (word >>> 8) * 2 ** -24;
}

/** Number i of the four normal numbers of a block of four words. */
export function normalOf(words: Uint32Array, i: number): number {
  const pair = i & 2;
  // (0, 1], so the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log((words[pair]! + 1) * 2 ** -32));
  const angle = 2 * Math.PI * unit(words[pair + 1]!);
  return radius * ((i & 1) === 0 ? Math.cos(angle) : Math.sin(angle));
}

function filled(
  count: number,
  key: DrawKey,
  purpose: Purpose,
  number: (words: Uint32Array, i: number) => number,
): Float32Array<ArrayBuffer> {
  const stream = streamOf(key, purpose);
  const values = new Float32Array(count);
  const words = new Uint32Array(4);
  for (let element = 0, block = 0; element < count; block++) {
    stream(block, key.round ?? 0, words);
    for (let i = 0; i < 4 && element < count; i++) values[element++] = number(words, i);
  }
  return values;
}
