/**
 * The epochs of a training → a table.
 */
import { plainTable } from '../summary/plain-table.ts';
import { durationText, scoreText } from './progress.ts';
import type { EpochResult } from './run-training.ts';

/** Long trainings show their beginning and their end. */
const shownFirst = 5;
const shownLast = 25;

export function resultTable(epochs: readonly EpochResult[]): string {
  const names = [...new Set(epochs.flatMap(({ scores }) => Object.keys(scores)))];
  const long = epochs.length > shownFirst + shownLast + 1;
  const rows = epochs.map(({ epoch, scores, seconds }) => [
    String(epoch + 1),
    ...names.map((name) => (scores[name] === undefined ? '' : scoreText(scores[name]))),
    durationText(seconds),
  ]);
  const shown = long
    ? [...rows.slice(0, shownFirst), ['…', ...names.map(() => ''), ''], ...rows.slice(-shownLast)]
    : rows;
  return plainTable(
    ['epoch', ...names, 'time'].map((title) => ({ title, align: 'right' })),
    shown,
  );
}
