/**
 * The bytes of a `.npy` file, which is what `.npz` archives hold → an array with its shape. The format:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { dataError } from './data-error.ts';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number> | readonly string[];
  /** Unsigned bytes are pixels or class numbers. */
  readonly bytes: boolean;
}

type Reader = (view: DataView, at: number, little: boolean) => number;

/** By kind and size, as numpy writes them: `<f4` is a little-endian float32. */
const readers: Readonly<Record<string, Reader>> = {
  f2: (view, at, little) => half(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  b1: (view, at) => view.getUint8(at),
};

/** IEEE 754 binary16: one sign, five exponent and ten fraction bits. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

interface Header {
  readonly order: string;
  readonly kind: string;
  readonly size: number;
  readonly columnsFirst: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

/** @throws UserError where it is no such file, cut off, or holds what no field can take. */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const header = headerOf(bytes, name);
  const { shape, size, kind, start, columnsFirst } = header;
  const count = shape.reduce((product, axis) => product * axis, 1);
  const read = readers[`${kind}${size}`];
  const isText = kind === 'U' || kind === 'S';
  if (!read && !isText) {
    const help = 'Arrays of numbers, truths and texts can be read: convert it with .astype("float32") before saving.';
    throw dataError(
      name,
      `it holds ${kind === 'O' ? 'Python objects' : `values of numpy's type ${kind}${size}`}`,
      help,
    );
  }
  if (bytes.length < start + count * size) throw dataError(name, 'it is cut off', 'Save or download it again.');
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, count * size);
  if (!read) return { shape, values: texts(view, header, count), bytes: false };
  const order = columnsFirst ? rowsFirst(shape) : undefined;
  const values = kind === 'f' ? new Float32Array(count) : new Float64Array(count);
  const little = header.order !== '>';
  for (let i = 0; i < count; i++) values[i] = read(view, (order ? order(i) : i) * size, little);
  return { shape, values, bytes: kind === 'u' && size === 1 };
}

function headerOf(bytes: Uint8Array, name: string): Header {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) throw dataError(name, 'it is no array of numpy');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6]! > 1;
  const [from, length] = long ? [12, view.getUint32(8, true)] : [10, view.getUint16(8, true)];
  const text = new TextDecoder().decode(bytes.subarray(from, from + length));
  const type = /'descr':\s*'([<>|=])?([a-zA-Z])(\d+)?'/.exec(text);
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(text);
  if (!type || !sizes) throw dataError(name, `it has no plain type of numbers (its header is ${text.trim()})`, 'Save each field of a record as an array of its own.'); // prettier-ignore
  const unit = Number(type[3] ?? 1);
  return {
    order: type[1] ?? '<',
    kind: type[2]!,
    size: type[2] === 'U' ? unit * 4 : unit,
    columnsFirst: /'fortran_order':\s*True/.test(text),
    shape: sizes[1]!.split(',').map((part) => part.trim()).filter((part) => part !== '').map(Number), // prettier-ignore
    start: from + length,
  };
}

/** Position in rows-first order → position in columns-first (Fortran) order. */
function rowsFirst(shape: readonly number[]): (i: number) => number {
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  return (i) => {
    let [rest, at] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * steps[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return at;
  };
}

/** Texts of a fixed width, filled up with zeros: four bytes a character, or one. */
function texts(view: DataView, { kind, size, order }: Header, count: number): readonly string[] {
  const width = kind === 'U' ? 4 : 1;
  return Array.from({ length: count }, (_, i) => {
    const codes = Array.from({ length: size / width }, (_unused, c) =>
      width === 4 ? view.getUint32(i * size + 4 * c, order !== '>') : view.getUint8(i * size + c),
    );
    return String.fromCodePoint(...codes).replace(/\0+$/, '');
  });
}
