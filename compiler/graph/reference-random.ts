/**
 * Random numbers for the reference evaluator: a hash of (step, use, element), so that order does not matter. The
 * runtime's generator is another one; comparisons that need the same bits pass it in.
 */
import type { EvaluationContext } from '../ops/index.ts';

function hashed(step: number, use: number, element: number): number {
  let h = Math.imul(step, 0x9e3779b1) ^ Math.imul(use + 1, 0x85ebca6b) ^ Math.imul(element + 1, 0xc2b2ae35);
  for (const factor of [0x7feb352d, 0x846ca68b, 0x9e3779b1]) {
    h = Math.imul(h ^ (h >>> 16), factor);
  }
  return ((h ^ (h >>> 15)) >>> 8) / 2 ** 24;
}

export function referenceRandom(step: number): EvaluationContext['random'] {
  return (kind, use, count) => {
    if (kind === 'uniform') return Array.from({ length: count }, (_, i) => hashed(step, use, i));
    return Array.from({ length: count }, (_, i) => {
      const radius = Math.sqrt(-2 * Math.log(1 - hashed(step, use, 2 * i)));
      return radius * Math.cos(2 * Math.PI * hashed(step, use, 2 * i + 1));
    });
  };
}
