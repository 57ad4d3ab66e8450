/** Digits of MNIST, written by `scripts/prepare-data.mjs`: labels, then images of 28×28 bytes. */
export interface Digits {
  readonly count: number;
  readonly labels: Uint8Array;
  readonly pixels: Uint8Array;
}

export interface Batch {
  /** [n, 28, 28, 1], from 0 to 1. */
  readonly image: Float32Array;
  /** [n] */
  readonly label: Int32Array;
}

const size = 28 * 28;

/** @throws Error where the file is missing or damaged */
export async function loadDigits(name: 'train' | 'test'): Promise<Digits> {
  const response = await fetch(`${import.meta.env.BASE_URL}mnist-${name}.bin`);
  const bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
  const count = Math.floor(bytes.length / (size + 1));
  if (count === 0 || bytes.length % (size + 1) !== 0)
    throw new Error(`public/mnist-${name}.bin is missing or damaged: run npm run data`);
  return { count, labels: bytes.subarray(0, count), pixels: bytes.subarray(count) };
}

/** All of them once, so many at a time: made when they are asked for, so that the page never halts for the whole. */
export function* batches(digits: Digits, batchSize: number, order = inOrder(digits)): Generator<Batch> {
  for (let from = 0; from < digits.count; from += batchSize)
    yield batchOf(digits, order.subarray(from, from + batchSize));
}

/** The same, in another order each time. */
export const shuffledBatches = (digits: Digits, batchSize: number): Generator<Batch> =>
  batches(digits, batchSize, shuffled(inOrder(digits)));

/** The picture of one of them. */
export const pictureOf = (digits: Digits, index: number): Float32Array => batchOf(digits, Uint32Array.of(index)).image;

function batchOf({ labels, pixels }: Digits, indices: Uint32Array): Batch {
  const image = new Float32Array(indices.length * size);
  const label = new Int32Array(indices.length);
  indices.forEach((index, i) => {
    label[i] = labels[index]!;
    for (let k = 0; k < size; k++) image[i * size + k] = pixels[index * size + k]! / 255;
  });
  return { image, label };
}

const inOrder = ({ count }: Digits): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

/** Fisher and Yates's way. */
function shuffled(order: Uint32Array): Uint32Array {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
