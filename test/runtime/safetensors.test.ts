/** The safetensors reader and writer: round trips, every rule of the format, and fuzzing. */
import { describe, expect, it } from 'vitest';
import { type StoredTensor, SafetensorsError, readSafetensors, writeSafetensors } from '../../runtime/index.ts';
import { duplicateKey } from '../../runtime/json-keys.ts';
import { plainSafetensors } from '../../runtime/plain-safetensors.ts';
import { numbers } from './devices.ts';

const tensors = new Map<string, StoredTensor>([
  ['flag', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ['a.kernel', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -0.5, NaN, Infinity) }],
  ['count', { dtype: 'int32', shape: [], data: Int32Array.of(-7) }],
  ['empty', { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) }],
  ['__proto__', { dtype: 'float32', shape: [1], data: Float32Array.of(3) }],
]);

/** A file with this header text and these values. */
function file(header: string | Uint8Array, values: Uint8Array | number = 0, length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const body = typeof values === 'number' ? new Uint8Array(values) : values;
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}
const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown): string =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe('safetensors', () => {
  it('reads what it wrote', () => {
    const metadata = { format: 'pt', note: 'ünïcode "quoted" 🎈' };
    const bytes = writeSafetensors(tensors, metadata);
    const read = readSafetensors(bytes);
    expect(new Map(read.tensors)).toEqual(tensors);
    expect(read.metadata).toEqual(metadata);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
    expect(writeSafetensors(new Map([...tensors].reverse()), metadata)).toEqual(bytes);
    expect(readSafetensors(writeSafetensors({})).tensors.size).toBe(0);
  });

  it('reads from the middle of a larger buffer, and keeps nothing of it', () => {
    const bytes = writeSafetensors(tensors);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    const read = readSafetensors(larger.subarray(3, 3 + bytes.length));
    larger.fill(0);
    expect(new Map(read.tensors)).toEqual(tensors);
  });

  it('refuses to write what cannot be read', () => {
    expect(() => writeSafetensors({ a: { dtype: 'float32', shape: [3], data: new Float32Array(2) } })).toThrow(
      'Tensor "a" has 2 values, but shape [3] has 3.',
    );
    expect(() =>
      writeSafetensors({ __metadata__: { dtype: 'float32', shape: [], data: new Float32Array(1) } }),
    ).toThrow('reserves that name');
  });

  it.each<[string, Uint8Array, number[]]>([
    ['F16', Uint8Array.of(0, 0x3c, 1, 0, 0, 0xc0, 0, 0x7c), [1, 2 ** -24, -2, Infinity]],
    ['BF16', Uint8Array.of(0x80, 0x3f, 0, 0xc0), [1, -2]],
    ['F64', new Uint8Array(Float64Array.of(1.5, -0).buffer), [1.5, -0]],
    ['I64', new Uint8Array(BigInt64Array.of(5n, -(2n ** 31n)).buffer), [5, -(2 ** 31)]],
    ['U16', Uint8Array.of(255, 255), [65535]],
    ['I8', Uint8Array.of(255), [-1]],
    ['U8', Uint8Array.of(255), [255]],
  ])('widens %s', (dtype, bytes, values) => {
    const tensor = readSafetensors(file(`{"a":${entry(dtype, [values.length], 0, bytes.length)}}`, bytes)).tensors.get(
      'a',
    )!;
    expect([...tensor.data]).toEqual(values);
    expect(tensor.dtype).toBe(dtype.includes('F') ? 'float32' : 'int32');
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'has 0 bytes, fewer than the 8 of the header length'],
    [
      'an absurd length',
      file('{}', 0, 2n ** 63n),
      'says that the header has 9223372036854775808 bytes; more than 100000000'.replace('says', 'say'),
    ],
    ['a length beyond the file', file('{}', 0, 3n), 'has 3 bytes, but only 2 follow. It is cut off'],
    ['a page', new TextEncoder().encode('<!doctype html>'), 'starts like an HTML page'],
    ['bytes that are no text', file(Uint8Array.of(0x7b, 0xff, 0x7d)), 'is not UTF-8 text'],
    ['leading space', file(' {}'), 'does not start with "{"'],
    ['half a header', file('{"a":'), 'not valid JSON'],
    ['a name twice', file(`{"a":${entry('F32', [1], 0, 4)},"a":${entry('F32', [1], 0, 4)}}`, 4), 'names "a" twice'],
    [
      'a field twice',
      file('{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}', 4),
      'names "dtype" twice',
    ],
    [
      'a name twice by escapes',
      file(`{"a":${entry('F32', [1], 0, 4)},"\\u0061":${entry('F32', [1], 4, 8)}}`, 8),
      'names "a" twice',
    ],
    ['no description', file('{"a":1}'), 'no description of tensor "a"'],
    [
      'an unknown dtype',
      file(`{"a":${entry('F8_E4M3', [1], 0, 1)}}`, 1),
      'has dtype "F8_E4M3", which cannot be read. Convert it to one of F32',
    ],
    ['a name of Object', file(`{"a":${entry('constructor', [1], 0, 1)}}`, 1), 'has dtype "constructor"'],
    ['a negative size', file(`{"a":${entry('F32', [-1], 0, 4)}}`, 4), 'has shape [-1]'],
    ['a fractional size', file(`{"a":${entry('F32', [0.5], 0, 4)}}`, 4), 'has shape [0.5]'],
    ['no shape', file(`{"a":${entry('F32', null, 0, 4)}}`, 4), 'has shape null'],
    ['offsets that are none', file(`{"a":${entry('F32', [1], '0', 4)}}`, 4), 'has data_offsets ["0",4]'],
    ['offsets backwards', file(`{"a":${entry('F32', [1], 4, 0)}}`, 4), 'bytes 4 to 0'],
    [
      'offsets beyond',
      file(`{"a":${entry('F32', [2], 0, 8)}}`, 4),
      'lies at bytes 0 to 8 of the values, but there are 4',
    ],
    [
      'too few bytes',
      file(`{"a":${entry('F32', [2], 0, 4)}}`, 4),
      '(F32, shape [2]) needs 8 bytes, but its data_offsets span 4',
    ],
    ['an overflowing shape', file(`{"a":${entry('F32', [2 ** 40, 2 ** 40], 0, 4)}}`, 4), 'needs '],
    [
      'an overlap',
      file(`{"a":${entry('F32', [1], 0, 4)},"b":${entry('F32', [1], 2, 6)}}`, 6),
      'tensors "a" and "b" overlap at byte 2',
    ],
    [
      'a gap',
      file(`{"a":${entry('F32', [1], 0, 4)},"b":${entry('F32', [1], 8, 12)}}`, 12),
      'bytes 4 to 8 of the values, before tensor "b", belong to no tensor',
    ],
    [
      'bytes left over',
      file(`{"a":${entry('F32', [1], 0, 4)}}`, 6),
      'the last 2 bytes of the values belong to no tensor',
    ],
    [
      'metadata that is no text',
      file('{"__metadata__":{"a":1}}'),
      '"__metadata__" in its header has a value for "a" that is not a text',
    ],
    [
      'a double that float32 cannot hold',
      file(`{"a":${entry('F64', [1], 0, 8)}}`, new Uint8Array(Float64Array.of(0.1).buffer)),
      'has the value 0.1 at index 0, which float32 cannot hold',
    ],
    [
      'a long that int32 cannot hold',
      file(`{"a":${entry('I64', [1], 0, 8)}}`, new Uint8Array(BigInt64Array.of(2n ** 31n).buffer)),
      'has the value 2147483648 at index 0',
    ],
    [
      'a bool of 2',
      file(`{"a":${entry('BOOL', [1], 0, 1)}}`, Uint8Array.of(2)),
      'has the value 2 at index 0, which bool cannot hold',
    ],
    [
      'deep nesting',
      file(`{"a":{"dtype":"F32","shape":${'['.repeat(5000)}${']'.repeat(5000)},"data_offsets":[0,4]}}`, 4),
      'has shape [[[',
    ],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(SafetensorsError);
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(message);
    expect(plainSafetensors(bytes)).toBeUndefined();
  });

  it.each<[string, string, number]>([
    ['a list', '[]', 0],
    ['a text as metadata', '{"__metadata__":"a"}', 0],
    ['a list as metadata', '{"__metadata__":["a"]}', 0],
    ['offsets by their numbers', '{"a":{"dtype":"F32","shape":[1],"data_offsets":{"0":0,"1":4,"length":2}}}', 4],
    ['a space that is none', '{}\u00a0', 0],
  ])('refuses %s', (_name, header, values) => {
    expect(() => readSafetensors(file(header, values))).toThrow(SafetensorsError);
    expect(plainSafetensors(file(header, values))).toBeUndefined();
  });

  it('what is written as most write it is read in a few lines, to the same', () => {
    for (const metadata of [{}, { format: 'pt', note: 'ünïcode "quoted" 🎈' }]) {
      const bytes = writeSafetensors(new Map([...tensors].filter(([name]) => name !== '__proto__')), metadata);
      const larger = new Uint8Array(bytes.length + 7);
      larger.set(bytes, 3);
      const read = plainSafetensors(larger.subarray(3, 3 + bytes.length))!;
      larger.fill(0);
      expect(read).toEqual(readSafetensors(bytes));
      expect([...read.tensors.keys()]).toEqual([...readSafetensors(bytes).tensors.keys()]);
    }
  });

  it('values stay where they lie in a file that is read for them, if they lie where such numbers can', () => {
    const bytes = writeSafetensors(new Map([...tensors].filter(([name]) => name !== '__proto__')));
    const own = plainSafetensors(bytes, true)!;
    expect(own).toEqual(readSafetensors(bytes));
    for (const { data } of own.tensors.values()) expect(data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(plainSafetensors(shifted.subarray(3), true)).toEqual(own);
  });

  it('every truncation is refused', () => {
    const bytes = writeSafetensors(tensors, { format: 'pt' });
    for (let length = 0; length < bytes.length; length++)
      expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(SafetensorsError);
  });

  it('damaged bytes give tensors of the sizes that are said, or a clear error', () => {
    const whole = writeSafetensors(tensors, { format: 'pt' });
    // Without a name that is always looked at closely.
    const usual = writeSafetensors(new Map([...tensors].slice(0, 4)), { format: 'pt' });
    const next = numbers(9);
    for (let round = 0; round < 5000; round++) {
      const bytes = round % 4 < 2 ? whole : usual;
      const damaged = bytes.slice();
      for (let flips = 1 + Math.floor(next() * 3); flips > 0; flips--) {
        damaged[Math.floor(next() * (round % 2 === 0 ? damaged.length : 400))]! ^= 1 << Math.floor(next() * 8);
      }
      const plain = plainSafetensors(damaged);
      if (plain !== undefined) expect(plain).toEqual(readSafetensors(damaged));
      try {
        for (const { shape, data } of readSafetensors(damaged).tensors.values()) {
          expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
        }
      } catch (error) {
        if (!(error instanceof SafetensorsError)) throw error;
      }
    }
  });

  it('a flipped bit in the values changes that value alone', () => {
    const bytes = writeSafetensors({ a: { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } });
    bytes[bytes.length - 1]! ^= 0x80;
    expect([...readSafetensors(bytes).tensors.get('a')!.data]).toEqual([1, 2, -3]);
  });

  it('finds duplicate keys', () => {
    expect(duplicateKey('{"a":["a",{"b":1},{"b":2}],"b":"a"}')).toBeUndefined();
    expect(duplicateKey('{ "a" : 1, "b\\"" : {"c":1 , "c" : 2} }')).toBe('c');
  });
});
