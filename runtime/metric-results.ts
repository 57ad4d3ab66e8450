/**
 * Metrics that are no means: what becomes of their sums at the end of a batch or an epoch. Formulas and the treatment of
 * empty denominators are Keras's.
 */
import type { MetricResultSpec } from './program.ts';

const EPSILON = 1e-7;

/** 0 where the divisor is. */
const quotient = (a: number, b: number): number => (b === 0 ? 0 : a / b);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const meanOf = (values: readonly number[]): number => sum(values) / values.length;

/** Hits above one threshold. */
interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** `[true positives at each threshold, false positives at each, all positives, all negatives]` */
function countsOf(sums: readonly number[]): readonly Counts[] {
  const thresholds = (sums.length - 2) / 2;
  const [positives, negatives] = [sums.at(-2)!, sums.at(-1)!];
  return Array.from({ length: thresholds }, (_, i) => {
    const [tp, fp] = [sums[i]!, sums[thresholds + i]!];
    return { tp, fp, fn: positives - tp, tn: negatives - fp };
  });
}

const precision = ({ tp, fp }: Counts): number => quotient(tp, tp + fp);
const recall = ({ tp, fn }: Counts): number => quotient(tp, tp + fn);
const specificity = ({ tn, fp }: Counts): number => quotient(tn, tn + fp);
const falseAlarms = ({ fp, tn }: Counts): number => quotient(fp, fp + tn);
const rates: Readonly<Record<string, (counts: Counts) => number>> = { precision, recall, sensitivity: recall, specificity }; // prettier-ignore

/** The area under precision over recall, interpolated as by Davis and Goadrich. */
function interpolatedArea(counts: readonly Counts[]): number {
  let area = 0;
  for (const [i, next] of counts.slice(1).entries()) {
    const here = counts[i]!;
    const hits = here.tp - next.tp;
    const [p, q] = [here.tp + here.fp, next.tp + next.fp];
    const slope = quotient(hits, Math.max(p - q, 0));
    const intercept = next.tp - slope * q;
    const ratio = p > 0 && q > 0 ? p / q : 1;
    area += quotient(slope * (hits + intercept * Math.log(ratio)), Math.max(next.tp + next.fn, 0));
  }
  return area;
}

/** Of one label, or the mean of all, weighed where they have weights. */
function auc(sums: readonly number[], spec: MetricResultSpec): number {
  const labels = Number(spec['labels'] ?? 1);
  const width = sums.length / labels;
  const areas = Array.from({ length: labels }, (_, i) => areaUnder(sums.slice(i * width, (i + 1) * width), spec));
  const weights =
    (labels > 1 ? (spec['labelWeights'] as readonly number[] | undefined) : undefined) ?? areas.map(() => 1);
  return quotient(sum(areas.map((area, i) => area * weights[i]!)), sum(weights));
}

function areaUnder(sums: readonly number[], { curve, summationMethod }: MetricResultSpec): number {
  const counts = countsOf(sums);
  if (curve === 'PR' && summationMethod === 'interpolation') return interpolatedArea(counts);
  const points = counts.map((c) => (curve === 'PR' ? ([recall(c), precision(c)] as const) : ([falseAlarms(c), recall(c)] as const))); // prettier-ignore
  const height = (a: number, b: number): number =>
    summationMethod === 'minoring' ? Math.min(a, b) : summationMethod === 'majoring' ? Math.max(a, b) : (a + b) / 2;
  let area = 0;
  for (const [i, [x, y]] of points.slice(1).entries()) {
    const [left, top] = points[i]!;
    area += (left - x) * height(top, y);
  }
  return area;
}

/** The best of one rate at the thresholds where another reaches a bound. */
function bestWhere(sums: readonly number[], { best, bound, least }: MetricResultSpec): number {
  const [wanted, reached] = [rates[String(best)]!, rates[String(bound)]!];
  const fitting = countsOf(sums).filter((counts) => reached(counts) >= Number(least));
  return Math.max(0, ...fitting.map(wanted));
}

/** `[true positives, false positives, false negatives]`, each for every class. */
function fBeta(sums: readonly number[], { average, beta }: MetricResultSpec): number {
  const classes = sums.length / 3;
  const part = (at: number): readonly number[] => {
    const values = sums.slice(at * classes, (at + 1) * classes);
    return average === 'micro' ? [sum(values)] : values;
  };
  const [tp, fp, fn] = [part(0), part(1), part(2)];
  const square = Number(beta) ** 2;
  const scores = tp.map((hits, i) => {
    const [p, r] = [hits / (hits + fp[i]! + EPSILON), hits / (hits + fn[i]! + EPSILON)];
    return ((p * r) / (square * p + r + EPSILON)) * (1 + square);
  });
  if (average !== 'weighted') return meanOf(scores);
  const support = tp.map((hits, i) => hits + fn[i]!);
  return sum(scores.map((score, i) => quotient(score * support[i]!, sum(support))));
}

/** A matrix of true classes (rows) and predicted ones, row by row. */
function meanIoU(sums: readonly number[], { classes, targetClassIds }: MetricResultSpec): number {
  const size = Number(classes);
  const range = Array.from({ length: size }, (_, i) => i);
  const unions: number[] = [];
  const overlaps: number[] = [];
  for (const id of targetClassIds as readonly number[]) {
    const both = sums[id * size + id]!;
    const row = sum(range.map((k) => sums[id * size + k]!));
    const column = sum(range.map((k) => sums[k * size + id]!));
    const union = row + column - both;
    unions.push(union);
    overlaps.push(both / (union + EPSILON));
  }
  return quotient(sum(overlaps), unions.filter((union) => union > 1e-9).length);
}

/** Sums of targets, of their squares, of squared differences and of weights for each output; the number of targets. */
function r2(sums: readonly number[], { aggregation, regressors }: MetricResultSpec): number {
  const outputs = (sums.length - 1) / 4;
  const at = (part: number, i: number): number => sums[part * outputs + i]!;
  const totals = Array.from({ length: outputs }, (_, i) => at(1, i) - at(0, i) * (at(0, i) / at(3, i)));
  const raw = totals.map((total, i) => 1 - at(2, i) / total).map((score) => (Math.abs(score) === Infinity ? 0 : score));
  const weighed = aggregation === 'varianceWeightedAverage';
  const score = weighed ? sum(raw.map((r, i) => r * totals[i]!)) / sum(totals) : meanOf(raw);
  const [n, p] = [sums.at(-1)!, Number(regressors)];
  return p === 0 || p >= n - 1 ? score : 1 - ((1 - score) * (n - 1)) / (n - p - 1);
}

const only = (sums: readonly number[]): Counts => countsOf(sums)[0]!;

const results: Readonly<Record<string, (sums: readonly number[], spec: MetricResultSpec) => number>> = {
  rootMean: ([total, count]) => Math.sqrt(quotient(total!, count!)),
  precision: (sums) => precision(only(sums)),
  recall: (sums) => recall(only(sums)),
  truePositives: (sums) => only(sums).tp,
  falsePositives: (sums) => only(sums).fp,
  trueNegatives: (sums) => only(sums).tn,
  falseNegatives: (sums) => only(sums).fn,
  auc,
  bestWhere,
  fBeta,
  meanIoU,
  r2,
};

/** The score that a metric's sums stand for. */
export function metricResult(spec: MetricResultSpec, sums: ArrayLike<number>): number {
  const result = results[spec.name];
  if (!result) throw new Error(`unknown metric: ${spec.name}`);
  return result(Array.from(sums), spec);
}
