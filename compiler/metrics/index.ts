/** Every metric, in the order of the documentation. Many are losses under the same or another name. */
import { defineMetric, type PairDefinition } from '../definitions/define-function.ts';
import { cosineAxis, cosineOf } from '../losses/elementwise.ts';
import { losses } from '../losses/index.ts';
import { accuracies } from './accuracy.ts';
import { overlapMetrics } from './overlap.ts';
import { regressionMetrics } from './regression.ts';
import { thresholdMetrics } from './thresholds.ts';

/** Losses that Keras has as metrics, with the metric's name where it differs. */
const fromLosses: Readonly<Record<string, string>> = {
  binaryCrossentropy: 'binaryCrossentropy',
  categoricalCrossentropy: 'categoricalCrossentropy',
  sparseCategoricalCrossentropy: 'sparseCategoricalCrossentropy',
  meanSquaredError: 'meanSquaredError',
  meanAbsoluteError: 'meanAbsoluteError',
  meanAbsolutePercentageError: 'meanAbsolutePercentageError',
  meanSquaredLogarithmicError: 'meanSquaredLogarithmicError',
  logCosh: 'logCoshError',
  poisson: 'poisson',
  klDivergence: 'klDivergence',
  hinge: 'hinge',
  squaredHinge: 'squaredHinge',
  categoricalHinge: 'categoricalHinge',
};

const cosineSimilarity = defineMetric({
  name: 'cosineSimilarity',
  summary: 'The cosine of the angle between target and output.',
  doc: '$\\frac{t \\cdot y}{|t| |y|}$. [Keras](https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class)',
  targets: 'oneHot',
  expects: 'any',
  parameters: cosineAxis,
  lower: ({ target, output, parameters: p, op }) => cosineOf(op, target, output, p.axis),
  examples: [{ target: [[0, 1], [1, 1]], output: [[1, 0], [1, 1]], value: 0.5 }], // prettier-ignore
});

export const metrics: readonly PairDefinition[] = [
  ...accuracies,
  ...losses
    .filter((loss) => loss.name in fromLosses)
    .map((loss) => Object.freeze({ ...loss, kind: 'metric' as const, name: fromLosses[loss.name]! })),
  cosineSimilarity,
  ...regressionMetrics,
  ...thresholdMetrics,
  ...overlapMetrics,
];
