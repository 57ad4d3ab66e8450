/** Grey or coloured pictures in a grid → a PNG file to look at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PNG } from 'pngjs';

export interface Pictures {
  /** From 0 to 1, picture after picture, row after row. */
  readonly pixels: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  /** 1 for grey, 3 for red, green and blue. */
  readonly channels?: 1 | 3;
}

/** Writes as many pictures as there are, `columns` in a row, each twice as large. */
export function writeGrid(file: string, { pixels, height, width, channels = 1 }: Pictures, columns: number): void {
  const count = pixels.length / (height * width * channels);
  const [scale, gap] = [2, 2];
  const [tall, wide] = [height * scale + gap, width * scale + gap];
  const png = new PNG({ width: columns * wide + gap, height: Math.ceil(count / columns) * tall + gap });
  png.data.fill(255);
  for (let i = 0; i < count; i++)
    for (let y = 0; y < height * scale; y++)
      for (let x = 0; x < width * scale; x++) {
        const from = ((i * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels;
        const to = (gap + Math.floor(i / columns) * tall + y) * png.width + gap + (i % columns) * wide + x;
        for (let c = 0; c < 3; c++) png.data[to * 4 + c] = Math.round(255 * pixels[from + (c % channels)]!);
      }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, PNG.sync.write(png));
}
