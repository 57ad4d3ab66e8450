/** Metrics of classes: how well the predicted places of each class cover the true ones, and F scores. */
import { axisFromStart } from '../definitions/axes.ts';
import { defineMetric, type LossContext, type PairDefinition } from '../definitions/define-function.ts';
import { axis, float, int, option, optionalFloat, optionalInt, sizes } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asNumber, dim, type Dim } from '../shapes/index.ts';
import { elementWeights, flat, rows, weighed } from './counting.ts';

const segmentation = (anchor: string): string => `[Keras](https://keras.io/api/metrics/segmentation_metrics/#${anchor}-class)`; // prettier-ignore
const numbersOf = (ids: readonly Dim[]): readonly number[] => ids.map((id) => asNumber(id)!);

/** Weights of every pair of true class (row) and predicted class, `[classes · classes]`. */
function confusion(op: Ops, target: TensorNode, prediction: TensorNode, weight: TensorNode | undefined, classes: number): TensorNode {
  const truth = op.oneHot(flat(op, target), classes);
  const w = weight && op.reshape(flat(op, elementWeights(op, weight, target)!), [flat(op, target).shape[0]!, 1]);
  const found = op.oneHot(flat(op, prediction), classes);
  const pairs = op.matMul(op.transpose(weighed(op, truth, w), [1, 0]), found);
  return op.reshape(pairs, [dim(classes * classes)]);
} // prettier-ignore

const binaryIoU = defineMetric({
  name: 'binaryIoU',
  summary: 'Intersection over union of yes and no, on average.',
  doc: `$\\frac{TP}{TP + FP + FN}$ of each class of \`targetClassIds\`; outputs from the threshold on are yes. ${segmentation('binaryiou')}`,
  targets: 'same',
  expects: 'any',
  parameters: {
    targetClassIds: sizes({ doc: 'The classes that count: 0, 1 or both.', default: [dim(0), dim(1)] }),
    threshold: float({ doc: 'Outputs from it on mean yes.', default: 0.5, min: 0, max: 1 }),
  },
  accumulator: {
    size: () => 4,
    result: ({ parameters: p }) => ({ name: 'meanIoU', classes: 2, targetClassIds: numbersOf(p.targetClassIds) }),
  },
  lower: ({ target, output, weight, parameters: p, op }) =>
    confusion(op, op.cast(target, 'int32'), op.cast(op.greaterEqual(output, p.threshold), 'int32'), weight, 2),
  examples: [{ target: [[0, 1], [0, 1]], output: [[0.1, 0.2], [0.4, 0.7]], value: 0.5833 }], // prettier-ignore
});

const numClasses = int({ doc: 'How many classes there are.', min: 2 });
const ignoreClass = optionalInt({ doc: 'Places whose target is this class do not count.' });
const targetClassIds = sizes({ doc: 'The classes that count.' });

type Classes = { readonly numClasses: Dim; readonly ignoreClass?: Dim | undefined };

/** Confusion of class numbers; places to ignore weigh nothing. */
function confusionOf(op: Ops, target: TensorNode, prediction: TensorNode, weight: TensorNode | undefined, p: Classes): TensorNode {
  const classes = asNumber(p.numClasses)!;
  const ignored = p.ignoreClass && asNumber(p.ignoreClass);
  if (ignored === undefined) return confusion(op, target, prediction, weight, classes);
  const counts = op.notEqual(target, ignored);
  const seen = weighed(op, op.cast(counts, 'float32'), elementWeights(op, weight, target));
  return confusion(op, op.select(counts, target, 0), prediction, seen, classes);
} // prettier-ignore

type Sparse = LossContext<Classes>;
/** Targets and outputs are class numbers. */
const sparseConfusion = ({ target, output, weight, parameters: p, op }: Sparse): TensorNode =>
  confusionOf(op, op.cast(target, 'int32'), op.cast(output, 'int32'), weight, p);
const hotConfusion = ({ target, output, weight, parameters: p, op }: LossContext<Classes & { readonly axis: number }>): TensorNode => {
  const position = 1 + axisFromStart(p.axis, output.shape.length - 1);
  return confusionOf(op, op.argMax(target, position), op.argMax(output, position), weight, p);
}; // prettier-ignore

const matrixSize = ({ parameters: p }: { readonly parameters: Classes }): number => asNumber(p.numClasses)! ** 2;
const allIds = (p: Classes): readonly number[] => Array.from({ length: asNumber(p.numClasses)! }, (_, i) => i);
const iouDoc = '$\\frac{TP}{TP + FP + FN}$ of each class, and their mean over the classes that occur.';
const classAxis = axis({ doc: 'The axis of the classes.', default: -1 });

const iou = defineMetric({
  name: 'iou',
  summary: 'Intersection over union of some classes, on average.',
  doc: `${iouDoc} Targets and outputs are class numbers; \`oneHotIoU\` takes scores. ${segmentation('iou')}`,
  targets: 'same',
  expects: 'any',
  parameters: { numClasses, targetClassIds, ignoreClass },
  accumulator: {
    size: matrixSize,
    result: ({ parameters: p }) => ({ name: 'meanIoU', classes: asNumber(p.numClasses)!, targetClassIds: numbersOf(p.targetClassIds) }), // prettier-ignore
  },
  lower: sparseConfusion,
  examples: [],
});

const meanIoU = defineMetric({
  name: 'meanIoU',
  summary: 'Intersection over union of all classes, on average.',
  doc: `${iouDoc} Targets and outputs are class numbers; \`oneHotMeanIoU\` takes scores. ${segmentation('meaniou')}`,
  targets: 'same',
  expects: 'any',
  parameters: { numClasses, ignoreClass },
  accumulator: {
    size: matrixSize,
    result: ({ parameters: p }) => ({ name: 'meanIoU', classes: asNumber(p.numClasses)!, targetClassIds: allIds(p) }),
  },
  lower: sparseConfusion,
  examples: [],
});

const oneHotIoU = defineMetric({
  name: 'oneHotIoU',
  summary: 'Intersection over union of some classes, of one-hot targets and scores.',
  doc: `${iouDoc} ${segmentation('onehotiou')}`,
  targets: 'oneHot',
  expects: 'any',
  parameters: { numClasses, targetClassIds, ignoreClass, axis: classAxis },
  accumulator: {
    size: matrixSize,
    result: ({ parameters: p }) => ({ name: 'meanIoU', classes: asNumber(p.numClasses)!, targetClassIds: numbersOf(p.targetClassIds) }), // prettier-ignore
  },
  lower: hotConfusion,
  examples: [],
});

const oneHotMeanIoU = defineMetric({
  name: 'oneHotMeanIoU',
  summary: 'Intersection over union of all classes, of one-hot targets and scores.',
  doc: `${iouDoc} ${segmentation('onehotmeaniou')}`,
  targets: 'oneHot',
  expects: 'any',
  parameters: { numClasses, ignoreClass, axis: classAxis },
  accumulator: {
    size: matrixSize,
    result: ({ parameters: p }) => ({ name: 'meanIoU', classes: asNumber(p.numClasses)!, targetClassIds: allIds(p) }),
  },
  lower: hotConfusion,
  examples: [],
});

const fParameters = {
  average: option(['macro', 'micro', 'weighted'], { doc: 'The mean of the classes, all of them counted as one, or their mean by how often they occur.', default: 'macro' }),
  threshold: optionalFloat({ doc: 'Outputs above it mean yes; the largest of the classes unless given.' }),
}; // prettier-ignore

/** True and false positives and false negatives of each class, `[3 · classes]`. */
function hits({ target, output, weight, parameters: p, op }: LossContext<{ readonly threshold: number | undefined }>): TensorNode {
  const [t, y] = [rows(op, target), rows(op, output)];
  const largest = op.max(y, [-1], true);
  const chosen = p.threshold === undefined ? op.and(op.greaterEqual(y, largest), op.greater(op.abs(y), 1e-9)) : op.greater(y, p.threshold);
  const yes = op.cast(chosen, 'float32');
  const w = weight && rows(op, elementWeights(op, weight, output)!);
  const parts = [op.multiply(yes, t), op.multiply(yes, op.subtract(1, t)), op.multiply(op.subtract(1, yes), t)];
  return op.concat(parts.map((part) => op.sum(weighed(op, part, w), [0])), 0);
} // prettier-ignore

const classesOf = (shape: readonly unknown[]): number => {
  const last = shape.at(-1) as Dim | undefined;
  return last === undefined ? 1 : asNumber(last)!;
};
const fDoc =
  '$(1 + \\beta^2) \\frac{P R}{\\beta^2 P + R}$ of precision and recall. Keras gives one number for each class unless told to average; here the mean is the default.';
const fExample = { target: [[1, 1, 1], [1, 0, 0], [1, 1, 0]], output: [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]] }; // prettier-ignore

const f1Score = defineMetric({
  name: 'f1Score',
  summary: 'The harmonic mean of precision and recall.',
  doc: `${fDoc} With $\\beta = 1$. [Keras](https://keras.io/api/metrics/classification_metrics/#f1score-class)`,
  targets: 'same',
  expects: 'any',
  parameters: fParameters,
  accumulator: {
    size: ({ output }) => 3 * classesOf(output.shape),
    result: ({ parameters: p }) => ({ name: 'fBeta', average: p.average, beta: 1 }),
  },
  lower: hits,
  examples: [{ ...fExample, value: 0.3889 }],
});

const fBetaScore = defineMetric({
  name: 'fBetaScore',
  summary: 'A mean of precision and recall in which recall counts `beta` times as much.',
  doc: `${fDoc} [Keras](https://keras.io/api/metrics/classification_metrics/#fbetascore-class)`,
  targets: 'same',
  expects: 'any',
  parameters: {
    average: fParameters.average,
    beta: float({ doc: 'How much more recall counts.', default: 1, min: 0, exclusiveMin: true }),
    threshold: fParameters.threshold,
  },
  accumulator: {
    size: ({ output }) => 3 * classesOf(output.shape),
    result: ({ parameters: p }) => ({ name: 'fBeta', average: p.average, beta: p.beta }),
  },
  lower: hits,
  examples: [{ ...fExample, value: 0.3889 }],
});

export const overlapMetrics: readonly PairDefinition[] = [
  binaryIoU,
  iou,
  meanIoU,
  oneHotIoU,
  oneHotMeanIoU,
  f1Score,
  fBetaScore,
];
