/**
 * Arrays of numpy (`.npz`, or one as `.npy`) → data sets: each array is a column, its first axis counts the examples.
 * Archives with a test set (`x_train`, `y_train`, `x_test`, `y_test`, as Keras has MNIST) give both.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { unzipSync } from 'fflate';
import { plural } from '../../diagnostics/suggest.ts';
import type { Dataset, Field, LoadOptions } from '../fields.ts';
import type { Cell } from './cells.ts';
import { dataError } from './data-error.ts';
import type { LoadedData } from './load-data.ts';
import { readNpy, type NpyArray } from './npy.ts';
import { createTableLoader } from './table-loader.ts';

type Named = readonly (readonly [string, NpyArray])[];

export function loadNpz(path: string, file: string, fields: readonly Field[], options: LoadOptions = {}): LoadedData {
  const { train, test } = parts(arraysOf(readFileSync(path), file));
  const learnt = datasetOf(train, file, fields, options);
  if (test.length === 0) return { train: learnt };
  const classes = Object.entries(learnt.fields).flatMap(([name, field]) => (field.classes ? [[name, field.classes]] : []));
  const shared = { ...options, classes: { ...Object.fromEntries(classes), ...options.classes } };
  return { train: learnt, test: datasetOf(test, file, fields, shared) };
} // prettier-ignore

export function loadNpy(path: string, file: string, fields: readonly Field[], options: LoadOptions = {}): Dataset {
  const array = readNpy(readFileSync(path), file);
  return datasetOf([[basename(path).replace(/\.npy$/i, ''), array]], file, fields, options);
}

function arraysOf(bytes: Uint8Array, file: string): Named {
  let entries: Readonly<Record<string, Uint8Array>>;
  try {
    entries = unzipSync(bytes, { filter: ({ name }) => name.endsWith('.npy') });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw dataError(file, `it cannot be unpacked: ${reason}`, 'numpy.savez and numpy.savez_compressed write .npz files.');
  }
  const names = Object.keys(entries);
  if (names.length === 0) throw dataError(file, 'it has no arrays', 'Write it with numpy.savez("data.npz", image=…, label=…).'); // prettier-ignore
  return names.map((name) => {
    const own = name.replace(/\.npy$/, '');
    return [own, readNpy(entries[name]!, `${file}: ${own}`)];
  });
} // prettier-ignore

const part = /^(.*?)_?(train|test)_?(.*)$/i;

/** Where every array says of which set it is, both; else all of them are for training. */
function parts(arrays: Named): { readonly train: Named; readonly test: Named } {
  const of = (wanted: string): Named =>
    arrays.flatMap(([name, array]) => {
      const [, before = '', set = '', after = ''] = part.exec(name) ?? [];
      return set.toLowerCase() === wanted ? [[before || after, array] as const] : [];
    });
  const [train, test] = [of('train'), of('test')];
  return train.length > 0 && train.length + test.length === arrays.length ? { train, test } : { train: arrays, test: [] };
} // prettier-ignore

function datasetOf(arrays: Named, file: string, fields: readonly Field[], options: LoadOptions): Dataset {
  const flat = arrays.find(([, { shape }]) => shape.length === 0);
  if (flat) throw dataError(file, `${flat[0]} is a single value`, 'The first axis of an array counts the examples.');
  const count = arrays[0]![1].shape[0]!;
  const uneven = arrays.find(([, { shape }]) => shape[0] !== count);
  if (uneven) {
    throw dataError(file, `${uneven[0]} has ${plural(uneven[1].shape[0]!, 'example')} where ${arrays[0]![0]} has ${count}`, 'The first axis of each array counts the examples.'); // prettier-ignore
  }
  const columns = arrays.map(([name, { shape, values, bytes }]) => ({
    name,
    width: shape.slice(1).reduce((product, size) => product * size, 1),
    text: typeof values[0] === 'string',
    ...(shape.length > 1 ? { shape: shape.slice(1) } : {}),
    ...(bytes ? { bytes } : {}),
  }));
  const place = { noun: 'index', number: (row: number) => row };
  const loader = createTableLoader(fields, { file, columns, place }, options);
  for (let row = 0; row < count; row++) {
    loader.addRow(arrays.map(([, { values }], i) => cells(values, row, columns[i]!)));
  }
  return loader.finish();
}

/** What lies in an array for one example: the value itself where it is one. */
function cells(
  values: ArrayLike<number> | readonly string[],
  row: number,
  { width, shape }: { readonly width: number; readonly shape?: readonly number[] },
): Cell | readonly Cell[] {
  return shape === undefined ? values[row] : Array.from({ length: width }, (_, i) => values[row * width + i]);
}
