/** What a run of the benchmarks measured, as it is kept in `results.json`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { version_core as tfjs } from '@tensorflow/tfjs-core';
import type { Timing } from './measure.ts';
import type { Work } from './works.ts';

export interface Row extends Pick<Work, 'name' | 'does' | 'backend' | 'table' | 'aims'> {
  /** Ours first. `on` where it ran elsewhere than on the backend. */
  readonly timings: readonly (Timing & { readonly on?: string })[];
  /** Why others did not run, by name. */
  readonly absent: Readonly<Record<string, string>>;
  readonly date: string;
}

export interface Results {
  readonly machine: string;
  /** Other processes that wanted a core in its last five minutes: 0 on a quiet machine. */
  readonly busy: number;
  readonly rows: readonly Row[];
}

export const resultsFile = fileURLToPath(new URL('./results.json', import.meta.url));

/** What is kept; nothing before the first run. */
export const readResults = (file = resultsFile): Results =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : { machine: '', busy: 0, rows: [] };

export const writeResults = (file: string, results: Results): void =>
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);

export const keyOf = ({ does, name, backend }: Pick<Row, 'does' | 'name' | 'backend'>): string =>
  `${does} ${name} ${backend}`;

/** These rows instead of older ones of the same works, in the order of the works. */
export function withRows(old: Results, rows: readonly Row[], works: readonly Work[]): Results {
  const found = new Map([...old.rows, ...rows].map((row) => [keyOf(row), row]));
  return { ...machineNow(), rows: works.flatMap((work) => found.get(keyOf(work)) ?? []) };
}

export const machineNow = (): Pick<Results, 'machine' | 'busy'> => ({
  machine: `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}, tfjs ${tfjs}`,
  busy: Math.max(0, Math.round((loadavg()[1]! - 1) * 10) / 10),
});
