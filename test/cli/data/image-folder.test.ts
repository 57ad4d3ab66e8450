import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Field } from '../../../compiler/train/fields.ts';
import { resized, type Pixels } from '../../../compiler/train/data/images.ts';
import { loadData, type LoadedData } from '../../../compiler/train/data/load-data.ts';

const image: Field = { name: 'photo', role: 'input', dtype: 'float32', shape: [4, 4, 3] };
const species: Field = { name: 'species', role: 'target', dtype: 'int32', shape: [], below: 3 };
type Colour = readonly [number, number, number];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nn-images-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const plain = (size: number, [red, green, blue]: Colour): Buffer =>
  Buffer.from(Array.from({ length: size * size }, () => [red, green, blue, 255]).flat());
const png = (size: number, colour: Colour): Buffer =>
  PNG.sync.write(Object.assign(new PNG({ width: size, height: size }), { data: plain(size, colour) }));
const jpeg = (size: number, colour: Colour): Buffer =>
  encode({ width: size, height: size, data: plain(size, colour) }, 100).data;

let made = 0;
async function load(files: Readonly<Record<string, Buffer | string>>, fields = [image, species]): Promise<LoadedData> {
  const name = `set${made++}`;
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, file)), { recursive: true });
    writeFileSync(join(folder, name, file), bytes);
  }
  return loadData(name, folder, fields, {}).catch((error: Error) => {
    throw new Error(error.message.replaceAll(name, 'set'));
  });
}
const red: Colour = [255, 0, 0];

describe('a folder of images per class', () => {
  test('PNG and JPEG of any size, classes by name, hidden files left alone', async () => {
    const { train, test: none } = await load({
      'dog/1.png': png(4, red),
      'cat/b.JPG': jpeg(8, [0, 255, 0]),
      'cat/a.png': png(9, [0, 0, 51]),
      'cat/.DS_Store': '',
      'cat/c.gif': 'GIF89a',
    });
    expect([train.count, none]).toEqual([3, undefined]);
    expect(train.fields['photo']!.shape).toEqual([4, 4, 3]);
    const first = Array.from(train.fields['photo']!.data.subarray(0, 48));
    expect(first).toEqual(Array.from({ length: 16 }, () => [0, 0, Math.fround(0.2)]).flat());
    expect(train.fields['photo']!.data[49]).toBeGreaterThan(0.98);
    expect(Array.from(train.fields['species']!.data)).toEqual([0, 0, 1]);
    expect(train.fields['species']!.classes).toEqual(['cat', 'dog']);
    expect(train.notes.at(-1)).toBe('1 image left out: neither PNG nor JPEG (cat/c.gif)');
  });
  test('train and test in it', async () => {
    const { train, test: tested } = await load({
      'train/a/1.png': png(4, red),
      'train/b/1.png': png(4, red),
      'Validation/b/1.png': png(4, red),
    });
    expect([train.count, tested!.count]).toEqual([2, 1]);
    expect(Array.from(tested!.fields['species']!.data)).toEqual([1]);
  });
  test('greyscale, open sizes, one-hot, no classes, one image alone', async () => {
    const grey = { ...image, shape: ['h', 'w', 1] };
    const { train } = await load({ 'x/1.png': png(2, red), 'y/1.png': png(2, [10, 10, 10]) }, [grey, { ...species, dtype: 'float32', shape: [2] }]); // prettier-ignore
    expect(train.fields['photo']!.shape).toEqual([2, 2, 1]);
    expect(train.fields['photo']!.data[0]).toBeCloseTo(0.2989, 5);
    expect(train.fields['photo']!.data[4]).toBe(Math.fround(10 / 255));
    expect(Array.from(train.fields['species']!.data)).toEqual([1, 0, 0, 1]);
    const loose = await load({ '1.png': png(2, red), '2.png': png(2, red) }, [image]);
    expect(loose.train.count).toBe(2);
    writeFileSync(join(folder, 'one.png'), png(3, red));
    expect((await loadData('one.png', folder, [{ ...image, dtype: 'int32' }], {})).train.fields['photo']!.data[0]).toBe(255); // prettier-ignore
  });
  test('what does not fit', async () => {
    await expect(load({ 'a/1.png': 'text' })).rejects.toThrow('set: a/1.png: this is neither a PNG nor a JPEG image');
    await expect(load({ 'a/1.png': png(4, red).subarray(0, 40) })).rejects.toThrow('set: a/1.png: this image cannot be read'); // prettier-ignore
    await expect(load({ '1.png': png(4, red) })).rejects.toThrow('set: 1.png lies in no folder of a class, but target species: int32 wants one'); // prettier-ignore
    await expect(load({ 'a/1.webp': '' })).rejects.toThrow('set: its images are neither PNG nor JPEG (a/1.webp)');
    await expect(load({ 'a/1.txt': '' })).rejects.toThrow('set: this folder has neither MNIST files nor images');
    await expect(load({ 'a/1.png': png(4, red) }, [{ ...image, shape: [4] }])).rejects.toThrow('set: it has images, but the model has input photo: float32[4]'); // prettier-ignore
    const open = { ...image, shape: ['h', 'w', 3] };
    await expect(load({ 'a/1.png': png(2, red), 'a/2.png': png(3, red) }, [open, species])).rejects.toThrow('a/2.png is 3×3 where a/1.png is 2×2, and input photo: float32[h, w, 3] leaves the size open'); // prettier-ignore
    const classes = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}/1.png`, png(4, red)]));
    await expect(load(classes)).rejects.toThrow(
      'column folder has 4 classes (a, b, c and d), but the model tells 3 apart',
    );
  });
});

test.each([[5, 7, 3, 4], [2, 3, 6, 5], [4, 4, 4, 4], [1, 1, 3, 2]])('%i×%i → %i×%i as tf.image.resizeBilinear with half-pixel centres', (height, width, toHeight, toWidth) => {
  const data = Uint8Array.from({ length: height * width * 4 }, (_, i) => (i * 97) % 256);
  const pixels: Pixels = { height, width, data };
  const expected = tf.image.resizeBilinear(tf.tensor3d(data, [height, width, 4], 'float32'), [toHeight, toWidth], false, true).dataSync();
  const own = resized(pixels, { height: toHeight, width: toWidth, channels: 4 });
  expect(own.length).toBe(expected.length);
  for (const [i, value] of own.entries()) expect(value).toBeCloseTo(expected[i]!, 3);
}); // prettier-ignore
