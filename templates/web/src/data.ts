/** Digits of MNIST, written by `scripts/prepare-data.mjs`: labels, then images of 28×28 bytes. */
export interface Digit {
  readonly image: Float32Array;
  readonly label: number;
}

export interface Digits {
  readonly count: number;
  /** [count, 28, 28, 1], from 0 to 1. */
  readonly image: Float32Array;
  /** [count] */
  readonly label: Int32Array;
}

const pixels = 28 * 28;

/** @throws Error where the file is missing or damaged */
export async function loadDigits(name: 'train' | 'test'): Promise<Digits> {
  const response = await fetch(`${import.meta.env.BASE_URL}mnist-${name}.bin`);
  const bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
  const count = Math.floor(bytes.length / (pixels + 1));
  if (count === 0 || bytes.length % (pixels + 1) !== 0)
    throw new Error(`public/mnist-${name}.bin is missing or damaged: run npm run data`);
  return {
    count,
    label: Int32Array.from(bytes.subarray(0, count)),
    image: Float32Array.from(bytes.subarray(count), (byte) => byte / 255),
  };
}

/** One of them. */
export const digitAt = ({ image, label }: Digits, index: number): Digit => ({
  image: image.subarray(index * pixels, (index + 1) * pixels),
  label: label[index]!,
});
