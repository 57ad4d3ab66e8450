/**
 * A folder with a folder of images per class → a data set; with `train` and `test` (or `validation`) in it, both. Classes
 * are numbered in the order of their names. Images are resized to what the model takes and scaled to 0…1.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plural } from '../../diagnostics/suggest.ts';
import { fieldText, fitShape, shapeText, type Dataset, type Field, type FieldData, type LoadOptions } from '../fields.ts'; // prettier-ignore
import { dataError, listed } from './data-error.ts';
import { createFieldBuilder } from './field-builder.ts';
import { isImageName, isOtherImageName, readPixels, resized, type ImageSize } from './images.ts';
import type { LoadedData } from './load-data.ts';

interface FoundImage {
  readonly path: string;
  /** As messages name it, from the folder on. */
  readonly name: string;
  /** The folder that it lies in; images may also lie side by side, without classes. */
  readonly class?: string;
}

interface Found {
  readonly images: readonly FoundImage[];
  /** Images in formats that are not read. */
  readonly others: readonly string[];
}

const parts = { train: /^train(ing)?$/i, test: /^(test(ing)?|val(id(ation)?)?)$/i } as const;

/** Undefined where no image is in it. */
export function loadImageFolder(
  path: string,
  given: string,
  fields: readonly Field[],
  options: LoadOptions = {},
): LoadedData | undefined {
  const folders = entriesOf(path).filter((name) => isFolder(join(path, name)));
  const own = (wanted: RegExp): string | undefined => folders.find((name) => wanted.test(name));
  const [train, test] = [own(parts.train), own(parts.test)];
  const load = (folder: string, more: LoadOptions): Dataset | undefined => {
    const found = foundIn(join(path, folder));
    if (found.images.length > 0) return datasetOf(found, join(given, folder), fields, more);
    if (found.others.length === 0) return undefined;
    throw dataError(given, `its images are neither PNG nor JPEG (${listed(found.others)})`, 'Convert them to one of these.'); // prettier-ignore
  };
  const learnt = load(train ?? '', options);
  if (!learnt || train === undefined || test === undefined) return learnt && { train: learnt };
  const classes = Object.entries(learnt.fields).flatMap(([name, data]) => (data.classes ? [[name, data.classes]] : []));
  const tested = load(test, { ...options, classes: { ...Object.fromEntries(classes), ...options.classes } });
  return { train: learnt, ...(tested ? { test: tested } : {}) };
}

const entriesOf = (folder: string): readonly string[] => readdirSync(folder).filter((name) => !name.startsWith('.')).sort(); // prettier-ignore
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function foundIn(folder: string): Found {
  const names = entriesOf(folder).flatMap((name) => {
    const path = join(folder, name);
    return isFolder(path) ? entriesOf(path).map((file) => ({ path: join(path, file), name: `${name}/${file}`, class: name })) : [{ path, name }]; // prettier-ignore
  });
  return {
    images: names.filter(({ path }) => isImageName(path)),
    others: names.filter(({ path }) => isOtherImageName(path)).map(({ name }) => name),
  };
}

/** Images given one by one, as `nn predict` takes them. */
export const loadImage = (path: string, given: string, fields: readonly Field[], options: LoadOptions = {}): Dataset =>
  datasetOf({ images: [{ path, name: basename(path) }], others: [] }, given, fields, options);

function datasetOf({ images, others }: Found, given: string, fields: readonly Field[], options: LoadOptions): Dataset {
  const [input, target] = chosenFields(given, fields, options.map ?? {});
  const classes = target && classesOf(images, given, target, options);
  const { data, shape, size } = pixelsOf(images, given, input);
  const scaled = input.dtype === 'float32' ? ', scaled to 0…1' : '';
  const skipped = others.length > 0 ? [`${plural(others.length, 'image')} left out: neither PNG nor JPEG (${listed(others)})`] : []; // prettier-ignore
  const numbered = classes?.classes ? [`${target!.name} counts classes: ${classes.classes.map((name, i) => `${i} ${name}`).join(', ')}`] : []; // prettier-ignore
  return {
    count: images.length,
    fields: { [input.name]: { data, shape }, ...(classes ? { [target.name]: classes } : {}) },
    notes: [
      `input ${input.name} is ${plural(images.length, 'image')} of ${given} as ${shapeText([size.height, size.width, size.channels])}${scaled}`,
      ...(classes ? [`${target.role} ${target.name} is the folder that an image lies in`, ...numbered] : []),
      ...skipped,
    ],
  };
}

/** The one that takes images, and the one that takes classes, if the model has a target that is not the image itself. */
function chosenFields(given: string, fields: readonly Field[], map: LoadOptions['map'] & object): readonly [Field, Field | undefined] {
  const mapped = (part: string): Field | undefined => fields.find(({ name }) => map[name] === part);
  const wrong = Object.entries(map).find(([name, part]) => !['images', 'classes'].includes(part) || !fields.some((field) => field.name === name)); // prettier-ignore
  if (wrong) throw dataError(given, `--map ${wrong.join('=')} does not fit: a folder has images and classes, and the model has ${listed(fields.map(fieldText), 8)}`, 'Write --map INPUT=images,TARGET=classes.'); // prettier-ignore
  const inputs = fields.filter(({ role, optional }) => role === 'input' && !optional);
  const targets = fields.filter(({ role }) => role === 'target');
  const input = mapped('images') ?? (inputs.length === 1 ? inputs[0] : undefined);
  const target = mapped('classes') ?? (targets.length === 1 ? targets[0] : undefined);
  const open = [...inputs, ...targets].filter((field) => field !== input && field !== target);
  if (input && open.length === 0) return [input, target];
  throw dataError(given, `a folder of images fills one input and one target, but the model has ${listed(fields.map(fieldText), 8)}`, 'Give a model with several inputs or targets its data as .npz or JSON.'); // prettier-ignore
} // prettier-ignore

function classesOf(images: readonly FoundImage[], given: string, target: Field, options: LoadOptions): FieldData {
  const place = { noun: 'image', number: (row: number) => row + 1 };
  const loose = images.find((image) => image.class === undefined);
  if (loose) {
    throw dataError(given, `${loose.name} lies in no folder of a class, but ${fieldText(target)} wants one`, `Put each image into a folder that is called as its class: ${given}/cat/${loose.name}.`); // prettier-ignore
  }
  const builder = createFieldBuilder(target, { file: given, columnNames: ['folder'], place, classes: options.classes?.[target.name] }); // prettier-ignore
  for (const [row, image] of images.entries()) builder.add(image.class, 0, row);
  return builder.finish(images.length);
}

interface Filled extends FieldData {
  readonly size: ImageSize;
}

function pixelsOf(images: readonly FoundImage[], given: string, input: Field): Filled {
  const first = readPixels(images[0]!.path, `${given}: ${images[0]!.name}`);
  const size = wantedSize(input, first.height, first.width);
  const shape = size && fitShape([size.height, size.width, size.channels], input);
  if (!size || !shape) throw dataError(given, `it has images, but the model has ${fieldText(input)}`, 'Images fit an input of [height, width, channels] with 1, 3 or 4 channels, or of [height, width].'); // prettier-ignore
  const each = size.height * size.width * size.channels;
  const data =
    input.dtype === 'float32' ? new Float32Array(images.length * each) : new Int32Array(images.length * each);
  const isOpen = input.shape.slice(0, 2).some((axis) => typeof axis === 'string');
  for (const [row, { path, name }] of images.entries()) {
    const pixels = row === 0 ? first : readPixels(path, `${given}: ${name}`);
    if (isOpen && (pixels.height !== first.height || pixels.width !== first.width)) {
      throw dataError(given, `${name} is ${pixels.height}×${pixels.width} where ${images[0]!.name} is ${first.height}×${first.width}, and ${fieldText(input)} leaves the size open`, 'Images of one data set have one size: declare it in the model, and they are resized to it.'); // prettier-ignore
    }
    const values = resized(pixels, size);
    for (let i = 0; i < each; i++) data[row * each + i] = input.dtype === 'float32' ? values[i]! / 255 : Math.round(values[i]!); // prettier-ignore
  }
  return { data, shape, size };
}

/** Open sizes are those of the image at hand; open channels are three. Undefined where the input takes no image. */
function wantedSize({ shape, dtype }: Field, height: number, width: number): ImageSize | undefined {
  const [h, w, channels = 1] = shape.map((axis, i) => (typeof axis === 'number' ? axis : [height, width, 3][i]));
  if (shape.length < 2 || shape.length > 3 || dtype === 'bool') return undefined;
  if (h === undefined || w === undefined || (channels !== 1 && channels !== 3 && channels !== 4)) return undefined;
  return { height: h, width: w, channels };
}
