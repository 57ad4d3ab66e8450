/**
 * Safetensors files as nnlang and most others write them, read in a few lines. What is in any way unusual, or damaged, is left to `safetensors.ts`, which
 * knows every type and says what is wrong, and is a script of its own in browsers.
 */
import type { DType } from './program.ts';
import type { SafetensorsFile, StoredTensor } from './safetensors.ts';

const types: Readonly<Record<string, DType>> = { F32: 'float32', I32: 'int32', BOOL: 'bool' };

interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/**
 * `undefined` where a closer look is needed.
 * @param inPlace Whether values may stay where they lie in the file, for nobody else writes there.
 */
export function plainSafetensors(bytes: Uint8Array, inPlace = false): SafetensorsFile | undefined {
  // Not Node's Buffer, whose slices are views.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const view = new DataView(file.buffer, file.byteOffset, file.length);
    const start = 8 + view.getUint32(0, true);
    if (view.getUint32(4, true) !== 0 || start > file.length) return undefined;
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(file.subarray(8, start))
      .replace(/ +$/, '');
    const { __metadata__: metadata = {}, ...entries } = JSON.parse(text) as Record<string, Described> & { readonly __metadata__?: Readonly<Record<string, string>> }; // prettier-ignore
    // A name that is there twice would not come out again; neither would numbers in a form of their own.
    if (text[0] !== '{' || JSON.stringify(JSON.parse(text)) !== text || Object.hasOwn(entries, '__proto__'))
      return undefined;
    if (metadata.constructor !== Object || !Object.values(metadata).every((value) => typeof value === 'string'))
      return undefined;
    const tensors = new Map<string, StoredTensor>();
    let end = 0;
    // Each begins where the one before it ends.
    const sorted = Object.entries(entries).sort(
      ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
    );
    for (const [name, { dtype, shape, data_offsets: offsets }] of sorted) {
      const type = types[dtype]!;
      const [from, to] = [start + offsets[0], start + offsets[1]];
      const isAligned = (file.byteOffset + from) % 4 === 0;
      const data = plainValues(type, inPlace && isAligned ? file.subarray(from, to) : file.slice(from, to));
      const length = shape.reduce((product, size) => product * size, 1);
      if (offsets[0] !== end || data?.length !== length || data.byteLength !== offsets[1] - end) return undefined;
      if (![...shape, ...offsets].every(isCount) || !Array.isArray(offsets) || offsets.length !== 2) return undefined;
      end = offsets[1];
      tensors.set(name, { dtype: type, shape, data });
    }
    return start + end === file.length ? { tensors: inOrder(tensors, Object.keys(entries)), metadata } : undefined;
  } catch {
    // Whatever it is, the thorough reader finds it again and words it.
    return undefined;
  }
}

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;

function plainValues(type: DType | undefined, bytes: Uint8Array): StoredTensor['data'] | undefined {
  const count = bytes.length / 4;
  if (type === 'float32') return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  if (type === 'int32') return new Int32Array(bytes.buffer, bytes.byteOffset, count);
  return type === 'bool' && bytes.every((value) => value <= 1) ? bytes : undefined;
}

/** As the header has them. */
const inOrder = (
  tensors: ReadonlyMap<string, StoredTensor>,
  names: readonly string[],
): ReadonlyMap<string, StoredTensor> => new Map(names.map((name) => [name, tensors.get(name)!]));
