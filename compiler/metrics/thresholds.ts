/** Metrics of yes-or-no outputs that count hits above thresholds: precision, recall, the four counts, and areas. */
import {
  defineMetric,
  type LossContext,
  type MetricResult,
  type PairDefinition,
} from '../definitions/define-function.ts';
import {
  bool,
  float,
  int,
  option,
  optionalFloat,
  optionalInt,
  optionalNumbers,
  type ValuesOf,
} from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asNumber, dim, isSpread, type Dim, type Shape } from '../shapes/index.ts';
import { countsAbove, elementWeights, ofClass, onlyTopK } from './counting.ts';

const page = '[Keras](https://keras.io/api/metrics/classification_metrics/)';
const classId = optionalInt({ doc: 'Only this class of the last axis; all of them unless given.', min: 0 });

interface Selection {
  readonly classId?: Dim | undefined;
  readonly topK?: Dim | undefined;
}

/** Keras's order: the largest `topK` first, then one class. */
function counted({ target, output, weight, op }: Omit<LossContext<unknown>, 'parameters'>, p: Selection, thresholds: readonly number[]): TensorNode {
  const top = p.topK && asNumber(p.topK);
  const left = top === undefined ? output : onlyTopK(op, output, top);
  const id = p.classId && asNumber(p.classId);
  if (id === undefined) return countsAbove(op, target, left, weight, thresholds);
  return countsAbove(op, ofClass(op, target, id), ofClass(op, left, id), weight, thresholds);
} // prettier-ignore

const ratioParameters = {
  thresholds: optionalFloat({ doc: 'Outputs above it mean yes; 0.5 unless given, or every one of the `topK`.' }),
  topK: optionalInt({ doc: 'Only so many of the largest outputs of a position can mean yes.', min: 1 }),
  classId,
};

const ratio = (name: 'precision' | 'recall', summary: string, formula: string, value: number): PairDefinition =>
  defineMetric({
    name,
    summary,
    doc: `$${formula}$, counted over all batches. [Keras](https://keras.io/api/metrics/classification_metrics/#${name}-class)`,
    targets: 'same',
    expects: 'any',
    parameters: ratioParameters,
    accumulator: { size: () => 4, result: () => ({ name }) },
    lower: (context) => {
      const { thresholds, topK } = context.parameters;
      return counted(context, context.parameters, [thresholds ?? (topK ? Number.NEGATIVE_INFINITY : 0.5)]);
    },
    examples: [{ target: [[0, 1, 1, 1]], output: [[1, 0, 1, 1]], value }],
  });

const count = (name: string, summary: string, value: number): PairDefinition =>
  defineMetric({
    name,
    summary,
    doc: `Counted, or weighed with sample weights, over all batches. ${page}`,
    targets: 'same',
    expects: 'any',
    parameters: { thresholds: float({ doc: 'Outputs above it mean yes.', default: 0.5 }) },
    accumulator: { size: () => 4, result: () => ({ name }) },
    lower: (context) => counted(context, {}, [context.parameters.thresholds]),
    examples: [{ target: [[0, 1, 1, 1]], output: [[1, 0, 1, 1]], value }],
  });

const between = (n: number): readonly number[] => Array.from({ length: n - 2 }, (_, i) => (i + 1) / (n - 1));
const EPSILON = 1e-7;
const numThresholds = (n: number) => int({ doc: 'How many thresholds the curve is made of.', default: dim(n), min: 2 });

const aucParameters = {
  numThresholds: numThresholds(200),
  curve: option(['ROC', 'PR'], { doc: 'Hits over false alarms, or precision over recall.', default: 'ROC' }),
  summationMethod: option(['interpolation', 'minoring', 'majoring'], { doc: 'What a step of the curve counts: its middle, lower or upper end.', default: 'interpolation' }),
  thresholds: optionalNumbers({ doc: 'Thresholds in place of evenly spaced ones, in (0, 1) and ascending.' }),
  multiLabel: bool({ doc: 'Whether each number of the last axis has an area of its own, of which the mean is given.', default: false }),
  labelWeights: optionalNumbers({ doc: 'What each number of the last axis counts.' }),
  fromLogits: bool({ doc: 'The output has no activation: its sigmoid is taken.', default: false }),
}; // prettier-ignore
type AucValues = ValuesOf<typeof aucParameters>;

const aucThresholds = (p: AucValues): readonly number[] => [
  -EPSILON,
  ...(p.thresholds ?? between(asNumber(p.numThresholds)!)),
  1 + EPSILON,
];

function labelsOf(p: AucValues, shape: Shape): number {
  const last = shape.at(-1);
  return !p.multiLabel || last === undefined || isSpread(last) ? 1 : asNumber(last)!;
}

/** Keras weighs labels by the mean of their areas with `multiLabel`, and else each of their numbers. */
function weighedLabels(
  op: Ops,
  weight: TensorNode | undefined,
  output: TensorNode,
  p: AucValues,
): TensorNode | undefined {
  if (!p.labelWeights || p.multiLabel) return weight;
  const labels = op.broadcastTo(op.reshape(op.constant(p.labelWeights, [p.labelWeights.length]), [...output.shape.slice(1).map(() => 1), p.labelWeights.length]), output.shape); // prettier-ignore
  const own = elementWeights(op, weight, output);
  return own ? op.multiply(own, labels) : labels;
}

const auc = defineMetric({
  name: 'auc',
  summary: 'Area under the curve of hits and false alarms, or of precision and recall.',
  doc: 'The curve runs over evenly spaced thresholds; with `interpolation` precision–recall areas are interpolated as by Davis and Goadrich (2006). [Keras](https://keras.io/api/metrics/classification_metrics/#auc-class)',
  targets: 'same',
  expects: 'any',
  parameters: aucParameters,
  accumulator: {
    size: ({ parameters: p, output }) => labelsOf(p, output.shape) * (2 * aucThresholds(p).length + 2),
    result: ({ parameters: p, output }) => ({
      name: 'auc',
      curve: p.curve,
      summationMethod: p.summationMethod,
      ...(p.multiLabel ? { labels: labelsOf(p, output.shape) } : {}),
      ...(p.labelWeights ? { labelWeights: p.labelWeights } : {}),
    }),
  },
  lower: ({ target, output, weight, parameters: p, op }) => {
    const y = p.fromLogits ? op.sigmoid(output) : output;
    const thresholds = aucThresholds(p);
    const label = weighedLabels(op, weight, output, p);
    if (!p.multiLabel) return countsAbove(op, target, y, label, thresholds);
    const each = Array.from({ length: labelsOf(p, output.shape) }, (_, i) =>
      countsAbove(op, ofClass(op, target, i), ofClass(op, y, i), weight, thresholds),
    );
    return op.concat(each, 0);
  },
  examples: [{ target: [[0], [0], [1], [1]], output: [[0], [0.5], [0.3], [0.9]], value: 0.75 }],
}); // prettier-ignore

interface Constrained {
  readonly name: string;
  readonly summary: string;
  /** The parameter: what must be reached. */
  readonly bound: string;
  readonly best: string;
}

const constrained = ({ name, summary, bound, best }: Constrained): PairDefinition =>
  defineMetric({
    name,
    summary,
    doc: `The best over evenly spaced thresholds; 0 where none reaches the bound. ${page}`,
    targets: 'same',
    expects: 'any',
    parameters: {
      [bound]: float({ doc: `The ${bound} that must be reached.`, min: 0, max: 1 }),
      numThresholds: numThresholds(200),
      classId,
    },
    accumulator: {
      size: ({ parameters: p }) => 2 * asNumber(p['numThresholds'] as Dim)! + 2,
      result: ({ parameters: p }): MetricResult => ({ name: 'bestWhere', best, bound, least: Number(p[bound]) }),
    },
    lower: (context) => {
      const p = context.parameters as Selection & { readonly numThresholds: Dim };
      return counted(context, p, [0, ...between(asNumber(p.numThresholds)!), 1]);
    },
    examples: [],
  });

export const thresholdMetrics: readonly PairDefinition[] = [
  ratio('precision', 'What part of the yeses is right.', '\\frac{TP}{TP + FP}', 2 / 3),
  ratio('recall', 'What part of the true ones is found.', '\\frac{TP}{TP + FN}', 2 / 3),
  count('truePositives', 'How many yeses are right.', 2),
  count('falsePositives', 'How many yeses are wrong.', 1),
  count('trueNegatives', 'How many noes are right.', 0),
  count('falseNegatives', 'How many noes are wrong.', 1),
  auc,
  constrained({ name: 'precisionAtRecall', summary: 'The best precision with at least this recall.', bound: 'recall', best: 'precision' }),
  constrained({ name: 'recallAtPrecision', summary: 'The best recall with at least this precision.', bound: 'precision', best: 'recall' }),
  constrained({ name: 'sensitivityAtSpecificity', summary: 'The best sensitivity with at least this specificity.', bound: 'specificity', best: 'recall' }),
  constrained({ name: 'specificityAtSensitivity', summary: 'The best specificity with at least this sensitivity.', bound: 'sensitivity', best: 'specificity' }),
]; // prettier-ignore
