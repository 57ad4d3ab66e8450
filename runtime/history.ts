/** Losses and metrics: folding the report vectors of steps into an epoch's, and the history of all epochs. */
import type { Values } from './device.ts';
import { metricResult } from './metric-results.ts';
import type { ReportEntry } from './program.ts';

/** Values by name: `loss`, metrics; in the history of a fit with validation data also `val_loss` etc. */
export type ScoreRecord = Readonly<Record<string, number>>;

/** One number for each epoch, by name. */
export type Curves<Scores> = { readonly [Name in keyof Scores & string]: number[] } & {
  readonly [Name in keyof Scores & string as `val_${Name}`]?: number[];
};

/** What `fit` returns: `history.loss`, and as in Keras `history.history.loss` and the epochs that were run. */
export type History<Scores> = Curves<Scores> & { readonly history: Curves<Scores>; readonly epoch: number[] };

/** Folds reports as Keras does: losses weighted by the number of examples, metrics as total over count or by sums of their own. */
export class ReportFold {
  readonly #entries: readonly ReportEntry[];
  /** Total and count, or the sums of a metric, of each entry. */
  readonly #sums: readonly Float64Array[];

  constructor(entries: readonly ReportEntry[]) {
    this.#entries = entries;
    this.#sums = entries.map((entry) => new Float64Array(entry.kind === 'sums' ? entry.size : 2));
  }

  /** Adds the report of one batch of `size` examples. */
  add(report: Values, size: number): void {
    let at = 0;
    for (const [i, { kind }] of this.#entries.entries()) {
      const sums = this.#sums[i]!;
      if (kind === 'loss') {
        sums[0]! += report[at++]! * size;
        sums[1]! += size;
      } else for (const k of sums.keys()) sums[k]! += report[at++]!;
    }
  }

  /** The values so far, each name with the prefix. A metric that counted nothing is 0. */
  scores(prefix = ''): Record<string, number> {
    const scores: Record<string, number> = {};
    for (const [i, entry] of this.#entries.entries()) {
      const sums = this.#sums[i]!;
      const mean = (): number => (sums[1] === 0 ? 0 : sums[0]! / sums[1]!);
      scores[prefix + entry.name] = entry.kind === 'sums' ? metricResult(entry.result, sums) : mean();
    }
    return scores;
  }
}

/** Scores of one batch. */
export function scoresOf(entries: readonly ReportEntry[], report: Values, size: number): Record<string, number> {
  const fold = new ReportFold(entries);
  fold.add(report, size);
  return fold.scores();
}

/** A history that grows by one epoch at a time; the curves are reachable directly and under `history`. */
export class GrowingHistory {
  readonly epoch: number[] = [];
  readonly curves: Record<string, number[]> = {};

  add(epoch: number, scores: ScoreRecord): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(scores)) (this.curves[name] ??= []).push(value);
  }

  view<Scores>(): History<Scores> {
    return { ...this.curves, history: this.curves, epoch: this.epoch } as unknown as History<Scores>;
  }
}
