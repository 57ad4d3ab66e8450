/** Metrics of numbers: roots, explained variance, correlations. */
import { axisFromStart } from '../definitions/axes.ts';
import { defineMetric, type PairDefinition } from '../definitions/define-function.ts';
import { axis, int, option } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asNumber, dim, isSpread, type Shape } from '../shapes/index.ts';
import { elementWeights, rows, weighed } from './counting.ts';

const page = (anchor: string): string => `[Keras](https://keras.io/api/metrics/regression_metrics/#${anchor}-class)`;

const rootMeanSquaredError = defineMetric({
  name: 'rootMeanSquaredError',
  summary: 'The root of the mean squared difference.',
  doc: `$\\sqrt{\\frac{1}{n} \\sum (t - y)^2}$ over all batches. ${page('rootmeansquarederror')}`,
  targets: 'same',
  expects: 'any',
  accumulator: { size: () => 2, result: () => ({ name: 'rootMean' }) },
  lower: ({ target, output, weight, op }) => {
    const squares = op.square(op.subtract(output, target));
    const w = elementWeights(op, weight, output) ?? op.fill(output.shape, 1);
    return op.concat([op.reshape(op.sum(op.multiply(squares, w)), [1]), op.reshape(op.sum(w), [1])], 0);
  },
  examples: [{ target: [[0, 1], [0, 0]], output: [[1, 1], [0, 0]], value: 0.5 }], // prettier-ignore
});

const widthOf = (shape: Shape): number => {
  const last = shape.at(-1);
  return last === undefined || isSpread(last) ? 1 : asNumber(last)!;
};

const r2Score = defineMetric({
  name: 'r2Score',
  summary: 'The part of the variance that the output explains.',
  doc: `$1 - \\frac{\\sum (t - y)^2}{\\sum (t - \\bar t)^2}$ of each output, then averaged. ${page('r2score')}`,
  targets: 'same',
  expects: 'any',
  parameters: {
    classAggregation: option(['uniformAverage', 'varianceWeightedAverage'], { doc: 'How several outputs are averaged.', default: 'uniformAverage' }),
    numRegressors: int({ doc: 'Independent regressors, for the adjusted score.', default: dim(0), min: 0 }),
  },
  accumulator: {
    size: ({ output }) => 4 * widthOf(output.shape) + 1,
    result: ({ parameters: p }) => ({ name: 'r2', aggregation: p.classAggregation, regressors: asNumber(p.numRegressors)! }),
  },
  lower: ({ target, output, weight, op }) => {
    const [t, y] = [rows(op, target), rows(op, output)];
    const w = weight ? rows(op, elementWeights(op, weight, output)!) : undefined;
    const counts = w ?? op.fill(t.shape, 1);
    const squared = op.square(op.subtract(t, y));
    const parts = [weighed(op, t, w), weighed(op, op.square(t), w), weighed(op, squared, w), counts];
    const examples = op.reshape(op.sum(op.fill(t.shape, 1)), [1]);
    return op.concat([...parts.map((part) => op.sum(part, [0])), examples], 0);
  },
  examples: [{ target: [[1], [4], [3]], output: [[2], [4], [4]], value: 0.5714 }],
}); // prettier-ignore

interface Moments {
  readonly covariance: TensorNode;
  readonly ofTarget: TensorNode;
  readonly ofOutput: TensorNode;
  /** The difference of the means. */
  readonly apart: TensorNode;
}

function moments(op: Ops, target: TensorNode, output: TensorNode, perExampleAxis: number): Moments {
  const over = [1 + axisFromStart(perExampleAxis, output.shape.length - 1)];
  const [mt, my] = [op.mean(target, over, true), op.mean(output, over, true)];
  const [t, y] = [op.subtract(target, mt), op.subtract(output, my)];
  return {
    covariance: op.mean(op.multiply(t, y), over),
    ofTarget: op.mean(op.square(t), over),
    ofOutput: op.mean(op.square(y), over),
    apart: op.sum(op.subtract(mt, my), over),
  };
}

const along = { axis: axis({ doc: 'The axis of the series.', default: -1 }) };
const series = { target: [[0, 1, 0.5], [1, 1, 0.2]], output: [[0.1, 0.9, 0.5], [1, 0.9, 0.2]] }; // prettier-ignore

const pearsonCorrelation = defineMetric({
  name: 'pearsonCorrelation',
  summary: "Pearson's correlation of target and output.",
  doc: `$\\frac{\\mathrm{cov}(t, y)}{\\sigma_t \\sigma_y}$ along an axis. ${page('pearsoncorrelation')}`,
  targets: 'oneHot',
  expects: 'any',
  parameters: along,
  lower: ({ target, output, parameters: p, op }) => {
    const m = moments(op, target, output, p.axis);
    return op.divide(m.covariance, op.multiply(op.sqrt(m.ofTarget), op.sqrt(m.ofOutput)));
  },
  examples: [{ ...series, value: 0.9966 }],
});

const concordanceCorrelation = defineMetric({
  name: 'concordanceCorrelation',
  summary: 'How well outputs lie on the line of their targets.',
  doc: `$\\frac{2\\, \\mathrm{cov}(t, y)}{\\sigma_t^2 + \\sigma_y^2 + (\\bar t - \\bar y)^2}$ along an axis. ${page('concordancecorrelation')}`,
  targets: 'oneHot',
  expects: 'any',
  parameters: along,
  lower: ({ target, output, parameters: p, op }) => {
    const m = moments(op, target, output, p.axis);
    return op.divide(op.multiply(m.covariance, 2), op.add(op.add(m.ofTarget, m.ofOutput), op.square(m.apart)));
  },
  examples: [{ ...series, value: 0.9816 }],
});

export const regressionMetrics: readonly PairDefinition[] = [
  rootMeanSquaredError,
  r2Score,
  pearsonCorrelation,
  concordanceCorrelation,
];
