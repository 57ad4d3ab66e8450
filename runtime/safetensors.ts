/**
 * Reads and writes safetensors files (https://github.com/huggingface/safetensors, format of version 0.4): eight bytes of header length, a JSON
 * header, the values. Knows nothing of models. A file is believed in nothing: sizes, offsets, names and text are all checked.
 */
import type { DType } from './program.ts';
import { duplicateKey } from './json-keys.ts';
import { decoders, isSupported, supportedTypes } from './safetensors-types.ts';

/** One tensor of a file: values in row-major order. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is not what it should be. The message says what, where, and what to do. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

const lengthBytes = 8;
/** As in the reference implementation: beyond this a length is taken for damage. */
const largestHeader = 100_000_000;
const storedTypes: Readonly<Record<DType, string>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };
const again = 'Download or save it again.';

/**
 * A safetensors file with these tensors, sorted by name, each aligned to 8 bytes as the format asks: the header is padded with spaces, and types of
 * 4 bytes come before those of 1.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor> | Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries: [string, StoredTensor][] =
    tensors instanceof Map ? [...tensors] : Object.entries(tensors as Readonly<Record<string, StoredTensor>>);
  const width = (tensor: StoredTensor): number => tensor.data.BYTES_PER_ELEMENT;
  entries.sort(([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : 1));
  // Own entries only, and `__proto__` is a name like any other: JSON text is put together by hand.
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    requireWritable(name, shape, data.length);
    const begin = end;
    end += data.byteLength;
    const type = storedTypes[dtype];
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: type, shape, data_offsets: [begin, end] })}`);
  }
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const header = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(lengthBytes + header + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header), true);
  file.fill(0x20, lengthBytes, lengthBytes + header);
  file.set(text, lengthBytes);
  let offset = lengthBytes + header;
  for (const [, { data }] of entries) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

function requireWritable(name: string, shape: readonly number[], length: number): void {
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (size !== length)
    throw new SafetensorsError(`Tensor "${name}" has ${length} values, but shape [${shape.join(', ')}] has ${size}.`);
  if (name === '__metadata__')
    throw new SafetensorsError('A tensor cannot be named "__metadata__": the format reserves that name.');
}

/**
 * The tensors of a file. F32, I32 and BOOL as they are; F16 and BF16 become float32; I8, U8, I16, U16 become int32; F64 and I64 too where every value
 * fits exactly.
 * @param name What messages call the file.
 * @throws SafetensorsError for anything that the format does not allow.
 */
export function readSafetensors(bytes: Uint8Array, name = 'The weights file'): SafetensorsFile {
  const fail = (message: string): never => {
    throw new SafetensorsError(`${name} is not a whole safetensors file: ${message}`);
  };
  // Not Node's Buffer, whose slices are views.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = readHeaderLength(file, fail);
  const values = file.subarray(lengthBytes + headerLength);
  const header = readHeader(file.subarray(lengthBytes, lengthBytes + headerLength), fail);
  const tensors = new Map<string, StoredTensor>();
  const metadata: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [key, value] of Object.entries(header)) {
    if (key === '__metadata__') readMetadata(value, metadata, fail);
    else entries.push(readEntry(key, value, values.length, fail));
  }
  requireNoGaps(entries, values.length, fail);
  for (const entry of entries) tensors.set(entry.name, decoded(entry, values, fail));
  return { tensors, metadata };
}

type Fail = (message: string) => never;
interface Entry {
  readonly name: string;
  readonly type: keyof typeof decoders;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeaderLength(bytes: Uint8Array, fail: Fail): number {
  if (bytes.length < lengthBytes) fail(`it has ${bytes.length} bytes, fewer than the 8 of the header length. ${again}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  const rest = bytes.length - lengthBytes;
  if (length > BigInt(largestHeader)) {
    if (bytes[0] === 0x3c) fail('it starts like an HTML page. Does its address exist?');
    fail(
      `its first 8 bytes say that the header has ${length} bytes; more than ${largestHeader} are not allowed. Is it another kind of file?`,
    );
  }
  if (length > BigInt(rest)) {
    fail(
      `its first 8 bytes say that the header has ${length} bytes, but only ${rest} follow. It is cut off, or another kind of file. ${again}`,
    );
  }
  return Number(length);
}

function readHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail(`its header (bytes 8 to ${8 + bytes.length}) is not UTF-8 text. ${again}`);
  }
  if (!text.startsWith('{')) fail(`its header does not start with "{". ${again}`);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    return fail(`its header is not valid JSON (${error instanceof Error ? error.message : String(error)}). ${again}`);
  }
  if (!isRecord(header)) return fail(`its header is not a JSON object. ${again}`);
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(`its header names "${twice}" twice. Save it again with the program that made it.`);
  return header;
}

function readMetadata(value: unknown, metadata: Record<string, string>, fail: Fail): void {
  if (!isRecord(value)) return fail('"__metadata__" in its header is not an object of texts.');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') fail(`"__metadata__" in its header has a value for "${key}" that is not a text.`);
    else Object.defineProperty(metadata, key, { value: text, enumerable: true, configurable: true, writable: true });
  }
}

function readEntry(name: string, value: unknown, available: number, fail: Fail): Entry {
  if (!isRecord(value)) return fail(`its header has no description of tensor "${name}".`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isSupported(dtype)) {
    return fail(
      `tensor "${name}" has dtype ${shown(dtype)}, which cannot be read. Convert it to one of ${supportedTypes.join(', ')}.`,
    );
  }
  if (!isCounts(shape)) return fail(`tensor "${name}" has shape ${shown(shape)}; whole numbers from 0 are needed.`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    return fail(`tensor "${name}" has data_offsets ${shown(offsets)}; [begin, end] is needed.`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > available) {
    fail(
      `tensor "${name}" lies at bytes ${begin} to ${end} of the values, but there are ${available}. It is cut off. ${again}`,
    );
  }
  const wanted = shape.reduce((product, size) => product * size, decoders[dtype].bytes);
  if (wanted !== end - begin) {
    fail(
      `tensor "${name}" (${dtype}, shape [${shape.join(', ')}]) needs ${wanted} bytes, but its data_offsets span ${end - begin}.`,
    );
  }
  return { name, type: dtype, shape, begin, end };
}

/** The format wants every byte of the values to belong to exactly one tensor. */
function requireNoGaps(entries: readonly Entry[], available: number, fail: Fail): void {
  let covered = 0;
  let previous = '';
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) fail(`tensors "${previous}" and "${name}" overlap at byte ${begin} of the values.`);
    if (begin > covered)
      fail(`bytes ${covered} to ${begin} of the values, before tensor "${name}", belong to no tensor.`);
    covered = end;
    previous = name;
  }
  if (covered !== available) fail(`the last ${available - covered} bytes of the values belong to no tensor.`);
}

function decoded({ name, type, shape, begin, end }: Entry, values: Uint8Array, fail: Fail): StoredTensor {
  const { dtype, decode } = decoders[type];
  // A copy of its own: aligned, and not kept from collection by its neighbours.
  const bytes = values.slice(begin, end);
  const data = decode(bytes.buffer, (index, value) =>
    fail(
      `tensor "${name}" (${type}) has the value ${value} at index ${index}, which ${dtype} cannot hold. Convert it before.`,
    ),
  );
  return { dtype, shape, data };
}

/** A part of a header in a message: short, and safe for values nested too deep to print. */
function shown(value: unknown): string {
  try {
    const text = JSON.stringify(value) ?? 'undefined';
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  } catch {
    return 'nested too deep';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
