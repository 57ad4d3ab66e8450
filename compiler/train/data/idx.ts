/**
 * IDX files (MNIST and its relatives) → a data set: images to the input, labels to the target. Pixels are scaled to
 * 0…1, and images without a channel axis get one where the model has it.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  fieldText,
  fitShape,
  shapeText,
  type Dataset,
  type Field,
  type FieldData,
  type LoadOptions,
} from '../fields.ts';
import { dataError, listed } from './data-error.ts';
import { requireRange } from './field-builder.ts';

export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

/** A folder's training pair and, where it is there, its test pair. */
export interface IdxFolder {
  readonly train: IdxPair;
  readonly test?: IdxPair;
}

/** Undefined where the folder has no such files. Names vary: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, with or without `.gz`. */
export function findIdxFolder(folder: string): IdxFolder | undefined {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const find = (pattern: RegExp): string | undefined => {
    const name = names.find((one) => pattern.test(one));
    return name === undefined ? undefined : join(folder, name);
  };
  const pair = (prefix: string): IdxPair | undefined => {
    const images = find(new RegExp(`^(.*-)?${prefix}-images[-.]idx\\d-ubyte(\\.gz)?$`));
    const labels = find(new RegExp(`^(.*-)?${prefix}-labels[-.]idx\\d-ubyte(\\.gz)?$`));
    return images !== undefined && labels !== undefined ? { images, labels } : undefined;
  };
  const train = pair('train');
  const test = pair('t10k') ?? pair('test');
  return train && { train, ...(test ? { test } : {}) };
}

export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Unsigned bytes are pixels or class numbers. */
  readonly bytes: boolean;
}

const elementTypes: Readonly<Record<number, { readonly size: number; readonly read: (view: DataView, at: number) => number }>> = {
  0x08: { size: 1, read: (view, at) => view.getUint8(at) },
  0x09: { size: 1, read: (view, at) => view.getInt8(at) },
  0x0b: { size: 2, read: (view, at) => view.getInt16(at) },
  0x0c: { size: 4, read: (view, at) => view.getInt32(at) },
  0x0d: { size: 4, read: (view, at) => view.getFloat32(at) },
  0x0e: { size: 8, read: (view, at) => view.getFloat64(at) },
}; // prettier-ignore

/** The format: two zero bytes, the element type, the number of axes, each size as a big-endian int32, the values. */
export function readIdx(bytes: Uint8Array, file: string): IdxArray {
  const raw = bytes[0] === 0x1f && bytes[1] === 0x8b ? unzip(bytes, file) : bytes;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const type = raw.length >= 4 ? elementTypes[raw[2]!] : undefined;
  const rank = raw[3] ?? 0;
  if (!type || raw[0] !== 0 || raw[1] !== 0 || raw.length < 4 + 4 * rank) {
    throw dataError(file, 'it is no IDX file', 'MNIST comes as train-images-idx3-ubyte and train-labels-idx1-ubyte.');
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  const start = 4 + 4 * rank;
  if (raw.length - start < count * type.size) {
    throw dataError(file, `it is cut off: ${shapeText(shape)} needs ${count * type.size} bytes, and there are ${raw.length - start}`, 'Download it again.'); // prettier-ignore
  }
  if (type.size === 1 && raw[2] === 0x08) return { shape, values: raw.subarray(start, start + count), bytes: true };
  const values = Float64Array.from({ length: count }, (_, i) => type.read(view, start + i * type.size));
  return { shape, values, bytes: false };
}

function unzip(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch {
    throw dataError(file, 'it is damaged: its compressed data cannot be unpacked', 'Download it again.');
  }
}

export function loadIdx(pair: IdxPair, fields: readonly Field[], options: LoadOptions = {}): Dataset {
  const images = readIdx(readFileSync(pair.images), basename(pair.images));
  const labels = readIdx(readFileSync(pair.labels), basename(pair.labels));
  const count = images.shape[0] ?? 0;
  if (labels.shape[0] !== count) {
    throw dataError(basename(pair.labels), `it has ${labels.shape[0]} labels, but ${basename(pair.images)} has ${count} images`, 'The two files must belong together.'); // prettier-ignore
  }
  const [input, target] = chooseFields(pair, fields, options.map ?? {});
  const shape = fitShape(images.shape.slice(1), input);
  if (!shape) throw imagesDoNotFit(pair, images, input);
  const file = basename(pair.images);
  const result: Record<string, FieldData> = { [input.name]: { data: imageData(images, input), shape } };
  const notes = [`${input.role} ${input.name} is the ${count.toLocaleString('en-US')} images of ${file} as ${shapeText(shape)}${images.bytes && input.dtype === 'float32' ? ', scaled to 0…1' : ''}`]; // prettier-ignore
  if (target) {
    result[target.name] = labelData(labels, target, basename(pair.labels));
    notes.push(`${target.role} ${target.name} is the labels of ${basename(pair.labels)}`);
  }
  return { count, fields: result, notes };
}

/** `--map` calls the two parts `images` and `labels`; otherwise there must be one input and at most one target. */
function chooseFields(pair: IdxPair, fields: readonly Field[], map: Readonly<Record<string, string>>): readonly [Field, Field | undefined] {
  const mapped = (part: string): Field | undefined => fields.find((field) => map[field.name] === part);
  const wrong = Object.entries(map).find(([name, part]) => !['images', 'labels'].includes(part) || !fields.some((field) => field.name === name)); // prettier-ignore
  if (wrong) {
    throw dataError(basename(pair.images), `--map ${wrong.join('=')} does not fit: these files have images and labels, and the model has ${listed(fields.map(fieldText), 8)}`, 'Write --map INPUT=images,TARGET=labels.'); // prettier-ignore
  }
  const inputs = fields.filter((field) => field.role === 'input' && !field.optional);
  const targets = fields.filter((field) => field.role === 'target');
  const input = mapped('images') ?? (inputs.length === 1 ? inputs[0] : undefined);
  const target = mapped('labels') ?? (targets.length === 1 ? targets[0] : undefined);
  const unfilled = [...inputs, ...targets].filter((field) => field !== input && field !== target);
  if (input && unfilled.length === 0) return [input, target];
  throw dataError(
    basename(pair.images),
    `these files fill one input and one target, but the model has ${listed(fields.map(fieldText), 8)}`,
    'Give a model with several inputs or targets its data as JSON.',
  );
} // prettier-ignore

function imagesDoNotFit({ images: path }: IdxPair, images: IdxArray, input: Field): Error {
  const size = images.shape.slice(1);
  return dataError(
    basename(path),
    `its images are ${size.join('×')}, but the model has ${fieldText(input)}`,
    `Declare the input as ${shapeText(size.length === 2 ? [...size, 1] : size)}, or resize in the model: resizeBilinear.`,
  );
}

function imageData({ values, bytes }: IdxArray, { dtype }: Field): FieldData['data'] {
  if (dtype === 'int32') return Int32Array.from(values);
  if (dtype === 'bool') return Uint8Array.from(values, (value) => (value ? 1 : 0));
  const data = new Float32Array(values.length);
  const scale = bytes ? 255 : 1;
  for (let i = 0; i < data.length; i++) data[i] = values[i]! / scale;
  return data;
}

function labelData({ values, shape }: IdxArray, target: Field, file: string): FieldData {
  const place = { noun: 'entry', number: (row: number) => row + 1 };
  const classes = target.shape.length === 1 && target.dtype === 'float32' ? target.shape[0] : undefined;
  if (shape.length === 1 && typeof classes === 'number' && classes > 1) {
    const integers = Int32Array.from(values);
    requireRange({ ...target, dtype: 'int32', below: classes }, integers, [], { file, place });
    const data = new Float32Array(integers.length * classes);
    for (const [i, label] of integers.entries()) data[i * classes + label] = 1;
    return { data, shape: [classes] };
  }
  const fitted = fitShape(shape.slice(1), target);
  if (!fitted) throw dataError(file, `its labels have the shape ${shapeText(shape.slice(1))}, but the model has ${fieldText(target)}`); // prettier-ignore
  const data = target.dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
  requireRange(target, data, fitted, { file, place });
  return { data, shape: fitted };
}
