/** Standard normal numbers that are drawn again while they lie beyond ±2. */
import { type DrawKey, Purpose, normalOf, streamOf } from '../random/draws.ts';

/** `count` numbers of the standard normal distribution truncated to [-2, 2]; each a function of the key and its index alone. */
export function truncatedNormalNumbers(count: number, key: DrawKey): Float32Array<ArrayBuffer> {
  const stream = streamOf(key, Purpose.initializer);
  const values = new Float32Array(count);
  const words = new Uint32Array(4);
  const spare = new Uint32Array(4);
  for (let element = 0; element < count; element++) {
    if ((element & 3) === 0) stream(element >>> 2, 0, words);
    let value = normalOf(words, element & 3);
    // One in 22 is drawn again, from blocks of the element's own.
    for (let attempt = 0; Math.abs(value) > 2; attempt++) {
      if ((attempt & 3) === 0) stream(element, 1 + (attempt >>> 2), spare);
      value = normalOf(spare, attempt & 3);
    }
    values[element] = value;
  }
  return values;
}
