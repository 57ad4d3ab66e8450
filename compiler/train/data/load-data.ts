/**
 * The argument of `--data` → a data set, by what the path is: a CSV, JSON or numpy file, a folder with MNIST files or
 * with images, a pair of MNIST files, one image.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { UserError } from '../../project/user-error.ts';
import type { Dataset, Field, LoadOptions } from '../fields.ts';
import { dataError } from './data-error.ts';

const wanted =
  'It can be a .csv, .json, .npz or .npy file, a folder with MNIST files or with a folder of images per class, or IMAGES,LABELS.';

export interface LoadedData {
  readonly train: Dataset;
  /** Where the folder has test data beside the training data. */
  readonly test?: Dataset;
}

export async function loadData(given: string, cwd: string, fields: readonly Field[], options: LoadOptions): Promise<LoadedData> {
  const path = resolve(cwd, given);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats && given.includes(',')) return { train: await loadPair(given, cwd, fields, options) };
  if (!stats) throw new UserError(`there is no file or folder ${given}`, wanted); // prettier-ignore
  if (stats.isDirectory()) return loadFolder(given, path, fields, options);
  const extension = extname(path).toLowerCase();
  if (['.csv', '.tsv', '.txt'].includes(extension)) {
    const { csvFile, loadCsv } = await import('./csv.ts');
    return { train: await loadCsv(csvFile(path, given), fields, options) };
  }
  if (extension === '.json') {
    const { loadJson } = await import('./json.ts');
    return { train: loadJson(readFileSync(path, 'utf8'), given, fields, options) };
  }
  if (extension === '.npz') {
    const { loadNpz } = await import('./npz.ts');
    return loadNpz(path, given, fields, options);
  }
  if (extension === '.npy') {
    const { loadNpy } = await import('./npz.ts');
    return { train: loadNpy(path, given, fields, options) };
  }
  if (['.png', '.jpg', '.jpeg'].includes(extension)) {
    const { loadImage } = await import('./image-folder.ts');
    return { train: loadImage(path, given, fields, options) };
  }
  if (/idx\d-ubyte(\.gz)?$/.test(path)) {
    throw dataError(given, 'this is half of a pair', 'Give both files, --data IMAGES,LABELS, or the folder that holds them.');
  }
  throw dataError(given, `${extension === '' ? 'a file without an extension' : `${extension} files`} cannot be read`, wanted); // prettier-ignore
} // prettier-ignore

async function loadFolder(given: string, path: string, fields: readonly Field[], options: LoadOptions): Promise<LoadedData> {
  const { findIdxFolder, loadIdx } = await import('./idx.ts');
  const found = findIdxFolder(path);
  if (found) {
    const train = loadIdx(found.train, fields, options);
    return found.test ? { train, test: loadIdx(found.test, fields, options) } : { train };
  }
  const { loadImageFolder } = await import('./image-folder.ts');
  const images = loadImageFolder(path, given, fields, options);
  if (images) return images;
  throw dataError(given, 'this folder has neither MNIST files nor images', 'The files of MNIST are called train-images-idx3-ubyte and train-labels-idx1-ubyte, or the same with .gz; images are .png or .jpg, in a folder for each class.'); // prettier-ignore
} // prettier-ignore

async function loadPair(given: string, cwd: string, fields: readonly Field[], options: LoadOptions): Promise<Dataset> {
  const [images = '', labels = '', ...more] = given.split(',').map((part) => part.trim());
  const missing = [images, labels].find((part) => !statSync(resolve(cwd, part), { throwIfNoEntry: false })?.isFile());
  if (missing !== undefined || more.length > 0) {
    throw new UserError(more.length > 0 ? `--data ${given} names more than two files` : `there is no file ${missing}`, 'Write --data IMAGES,LABELS.'); // prettier-ignore
  }
  const { loadIdx } = await import('./idx.ts');
  const looksSwapped = /label/i.test(basename(images)) && /image/i.test(basename(labels));
  if (looksSwapped) throw new UserError(`--data ${given} names the labels first`, `Write --data ${labels},${images}.`);
  return loadIdx({ images: resolve(cwd, images), labels: resolve(cwd, labels) }, fields, options);
}
