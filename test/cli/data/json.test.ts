import { describe, expect, test } from 'vitest';
import { loadJson } from '../../../compiler/train/data/json.ts';
import type { Field } from '../../../compiler/train/fields.ts';

const image: Field = { name: 'image', role: 'input', dtype: 'float32', shape: [2, 2, 1] };
const label: Field = { name: 'label', role: 'target', dtype: 'int32', shape: [], below: 10 };
const load = (json: unknown, fields: readonly Field[], map = {}): ReturnType<typeof loadJson> =>
  loadJson(typeof json === 'string' ? json : JSON.stringify(json), 'data.json', fields, { map });

describe('forms', () => {
  test('records with nested arrays; a channel axis is added', () => {
    const records = [
      { label: 3, image: [[0, 0.5], [1, 0.25]] },
      { image: [[1, 1], [0, 0]], label: 7, ignored: null },
    ]; // prettier-ignore
    const { count, fields } = load(records, [image, label]);
    expect(count).toBe(2);
    expect(fields['image']).toEqual({ data: new Float32Array([0, 0.5, 1, 0.25, 1, 1, 0, 0]), shape: [2, 2, 1] });
    expect(fields['label']!.data).toEqual(new Int32Array([3, 7]));
  });
  test('lists by name', () => {
    const lists = { pixels: [[0, 1, 2, 3], [4, 5, 6, 7]], label: [1, 2] }; // prettier-ignore
    const { fields } = load(lists, [{ ...image, shape: [4] }, label], { image: 'pixels' });
    expect(fields['image']!.data.length).toBe(8);
  });
  test('flat records as in CSV, with classes', () => {
    const { fields } = load([{ a: 1, b: 2, kind: 'y' }, { a: 3, b: 4, kind: 'x' }], [{ ...image, shape: [2] }, label]); // prettier-ignore
    expect(fields['image']!.data).toEqual(new Float32Array([1, 2, 3, 4]));
    expect(fields['label']).toEqual({ data: new Int32Array([1, 0]), shape: [], classes: ['x', 'y'] });
  });
  test('sequences of open length, and booleans', () => {
    const tokens: Field = { name: 'tokens', role: 'input', dtype: 'int32', shape: ['seq'], below: 100 };
    const mask: Field = { name: 'mask', role: 'input', dtype: 'bool', shape: ['seq'] };
    const { fields } = load([{ tokens: [1, 2, 3], mask: [true, false, true] }], [tokens, mask]);
    expect(fields['tokens']).toEqual({ data: new Int32Array([1, 2, 3]), shape: [3] });
    expect(fields['mask']!.data).toEqual(new Uint8Array([1, 0, 1]));
  });
});

describe('what is wrong', () => {
  test('shapes that differ', () => {
    const records = [{ image: [[0, 1], [2, 3]], label: 1 }, { image: [[0, 1]], label: 1 }]; // prettier-ignore
    expect(() => load(records, [image, label])).toThrow('data.json: image in record 2 has not the shape [2, 2] that it has in record 1'); // prettier-ignore
  });
  test('a shape that is not the model’s', () => {
    expect(() => load([{ image: [[0, 1, 2], [2, 3, 4]], label: 1 }], [image, label])).toThrow('wants 4 values per example, but column image has 6'); // prettier-ignore
    expect(() => load([{ image: [[0, 1, 2, 3]], label: 1 }], [image, label])).toThrow('its examples have the shape [1, 4], but the model has input image: float32[2, 2, 1]'); // prettier-ignore
  });
  test('missing values, syntax, forms', () => {
    expect(() => load([{ image: [[0, 1], [2, 3]], label: 1 }, { image: [[0, 1], [2, 3]] }], [image, label])).toThrow('there is no value in column label in record 2'); // prettier-ignore
    expect(() => load('[{', [image, label])).toThrow('data.json: it is no valid JSON');
    expect(() => load([1, 2], [image, label])).toThrow('entry 1 of its list is no object');
    expect(() => load({ image: [1], label: [1, 2] }, [image, label])).toThrow('label has 2 entries where image has 1');
    expect(() => load([], [image, label])).toThrow('it has no examples');
    expect(() => load([{ image: [['a', 1], [2, 3]], label: 1 }], [image, label])).toThrow('column image has "a" in record 1'); // prettier-ignore
  });
});
