import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Field } from '../../../compiler/train/fields.ts';
import { loadData, type LoadedData } from '../../../compiler/train/data/load-data.ts';
import { readNpy } from '../../../compiler/train/data/npy.ts';
import { npy } from './npy-files.ts';

const bytesOf = (values: ArrayBufferView): Uint8Array => new Uint8Array(values.buffer);
const swapped = (values: readonly number[]): readonly number[] => values.flatMap((value) => [value >> 8, value & 255]);
const utf32 = (text: string, width: number): Uint8Array => bytesOf(Uint32Array.from({ length: width }, (_, i) => text.codePointAt(i) ?? 0)); // prettier-ignore

test('the header is that of numpy itself', () => {
  const written = Buffer.from('k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAA0ADgAOgA8AD0=', 'base64'); // prettier-ignore
  expect(Buffer.from(npy('<f2', [2, 3], bytesOf(Uint16Array.of(0, 0x3400, 0x3800, 0x3a00, 0x3c00, 0x3d00))))).toEqual(written); // prettier-ignore
});

const six = [0, 1, 2, 3, 4, 5];
test.each([
  ['float64', npy('<f8', [2, 3], bytesOf(Float64Array.from(six))), six],
  ['float16', npy('<f2', [2, 3], bytesOf(Uint16Array.of(0, 0x3c00, 0x4000, 0xc200, 0x0001, 0x7c00))), [0, 1, 2, -3, 2 ** -24, Infinity]],
  ['big-endian int16', npy('>i2', [2, 3], swapped(six)), six],
  ['columns first', npy('<f4', [2, 3], bytesOf(Float32Array.of(0, 3, 1, 4, 2, 5)), true), six],
  ['int64', npy('<i8', [2, 3], bytesOf(BigInt64Array.from(six, BigInt))), six],
  ['bytes', npy('|u1', [2, 3], six), six],
  ['truths', npy('|b1', [2], [1, 0]), [1, 0]],
  ['texts', npy('<U3', [2], [...utf32('cat', 3), ...utf32('é', 3)]), ['cat', 'é']],
  ['byte strings', npy('|S3', [2], [...Buffer.from('catdo\0')]), ['cat', 'do']],
])('%s', (_, bytes, values) => {
  expect(Array.from(readNpy(bytes, 'x').values as ArrayLike<unknown>)).toEqual(values);
}); // prettier-ignore

test('what it cannot read', () => {
  expect(() => readNpy(npy('|O', [1], [0]), 'x.npy')).toThrow('x.npy: it holds Python objects');
  expect(() => readNpy(npy('<c8', [1], six), 'x.npy')).toThrow("values of numpy's type c8");
  expect(() => readNpy(npy('<f8', [9], six), 'x.npy')).toThrow('x.npy: it is cut off');
  expect(() => readNpy(Uint8Array.from(six), 'x.npy')).toThrow('x.npy: it is no array of numpy');
});

const image: Field = { name: 'image', role: 'input', dtype: 'float32', shape: [2, 2, 1] };
const label: Field = { name: 'label', role: 'target', dtype: 'int32', shape: [], below: 3 };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nn-npz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(arrays: Readonly<Record<string, Uint8Array>>, fields = [image, label]): Promise<LoadedData> {
  const files = Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]));
  writeFileSync(join(folder, 'data.npz'), zipSync(files));
  return loadData('data.npz', folder, fields, {});
}
const pixels = (count: number): Uint8Array => npy('|u1', [count, 2, 2], Array.from({ length: count * 4 }, (_, i) => i * 17)); // prettier-ignore

describe('archives', () => {
  test('as Keras has MNIST: both sets, pixels scaled, names in order', async () => {
    const { train, test: tested } = await load({
      x_test: pixels(1),
      x_train: pixels(2),
      y_train: npy('|u1', [2], [2, 0]),
      y_test: npy('|u1', [1], [1]),
    });
    expect([train.count, tested!.count]).toEqual([2, 1]);
    expect(train.fields['image']!.shape).toEqual([2, 2, 1]);
    expect(Array.from(train.fields['image']!.data)).toEqual(Array.from({ length: 8 }, (_, i) => Math.fround((i * 17) / 255))); // prettier-ignore
    expect(Array.from(train.fields['label']!.data)).toEqual([2, 0]);
    expect(Array.from(tested!.fields['label']!.data)).toEqual([1]);
    expect(train.notes[0]).toBe('input image is column x as [2, 2, 1], scaled to 0…1');
  });
  test('texts are numbered, the same in both sets', async () => {
    const names = (...all: readonly string[]): Uint8Array => npy('<U3', [all.length], all.flatMap((one) => [...utf32(one, 3)])); // prettier-ignore
    const { train, test: tested } = await load({
      train_image: pixels(3),
      train_label: names('dog', 'ant', 'cat'),
      test_image: pixels(1),
      test_label: names('dog'),
    });
    expect(Array.from(train.fields['label']!.data)).toEqual([2, 0, 1]);
    expect(train.fields['label']!.classes).toEqual(['ant', 'cat', 'dog']);
    expect(Array.from(tested!.fields['label']!.data)).toEqual([2]);
  });
  test('what does not fit', async () => {
    const labels = npy('|u1', [2], [2, 0]);
    await expect(load({ image: pixels(3), label: labels })).rejects.toThrow('data.npz: label has 2 examples where image has 3'); // prettier-ignore
    await expect(load({ image: pixels(2), label: npy('|u1', [2], [2, 3]) })).rejects.toThrow('label is 3 in index 1, but the model takes whole numbers from 0 to 2'); // prettier-ignore
    await expect(load({ image: npy('<f4', [2, 3, 3], bytesOf(new Float32Array(18))), label: labels })).rejects.toThrow('input image: float32[2, 2, 1] wants 4 values per example, but column image has 9'); // prettier-ignore
    writeFileSync(join(folder, 'other.npz'), 'no archive');
    await expect(loadData('other.npz', folder, [image], {})).rejects.toThrow('other.npz: it cannot be unpacked');
  });
});
