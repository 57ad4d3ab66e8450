/**
 * A PNG or JPEG file → pixels of the size that a model wants, from 0 to 255, channels last. Sizes are changed as
 * `tf.image.resize` does by default and Keras' `image_dataset_from_directory` with it: bilinear, between pixel centres.
 */
import { readFileSync } from 'node:fs';
import { decode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { dataError } from './data-error.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, row by row. */
  readonly data: Uint8Array;
}

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
}

export const isImageName = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);
/** Images too, but none that are read here. */
export const isOtherImageName = (name: string): boolean => /\.(gif|bmp|webp|tiff?|avif|heic)$/i.test(name);

/** @throws UserError where the file is damaged or of another kind. */
export function readPixels(path: string, file: string): Pixels {
  const bytes = readFileSync(path);
  try {
    if (bytes[0] === 0x89 && bytes[1] === 0x50) return PNG.sync.read(bytes);
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return decode(bytes, { useTArray: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw dataError(file, `this image cannot be read: ${reason}`, 'It may be damaged: open it in a viewer, save it again, or remove it.'); // prettier-ignore
  }
  throw dataError(file, 'this is neither a PNG nor a JPEG image, whatever its name says', 'Convert it, or remove it.');
}

/** One example, from 0 to 255: `height · width · channels` numbers. */
export function resized({ width, height, data }: Pixels, size: ImageSize): Float32Array {
  const result = new Float32Array(size.height * size.width * size.channels);
  const [rows, columns] = [neighbours(height, size.height), neighbours(width, size.width)];
  let at = 0;
  for (const [above, below, down] of rows) {
    for (const [left, right, across] of columns) {
      const corner = (row: number, column: number): number => 4 * (row * width + column);
      const corners = [corner(above, left), corner(above, right), corner(below, left), corner(below, right)] as const;
      for (let channel = 0; channel < size.channels; channel++) {
        const [a, b, c, d] = corners.map((from) => value(data, from, channel, size.channels)) as [number, number, number, number]; // prettier-ignore
        const upper = a + (b - a) * across;
        result[at++] = upper + (c + (d - c) * across - upper) * down;
      }
    }
  }
  return result;
}

type Neighbours = readonly [before: number, after: number, part: number];

/** For each new position the two old ones around it, and how far it lies towards the second. */
function neighbours(from: number, to: number): readonly Neighbours[] {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const before = Math.min(Math.floor(place), from - 1);
    return [before, Math.min(before + 1, from - 1), place - before];
  });
}

/** Greyscale by the weights of `tf.image.rgb_to_grayscale`, which are those of ITU-R BT.601. */
function value(data: Uint8Array, at: number, channel: number, channels: ImageSize['channels']): number {
  if (channels !== 1) return data[at + channel]!;
  const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
  return red === green && green === blue ? red : 0.2989 * red + 0.587 * green + 0.114 * blue;
}
