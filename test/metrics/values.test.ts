/** Metrics with accumulators against hand-computed tables, most of them Keras's own examples; folded over two batches. */
import { describe, expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { createGraphBuilder, evaluateNodes, topological } from '../../compiler/graph/index.ts';
import { pairSums } from '../../compiler/lower/lower-pair.ts';
import { dim } from '../../compiler/shapes/index.ts';
import { ReportFold } from '../../runtime/history.ts';
import { completed, type Arguments } from '../layers/harness.ts';

type Table = readonly (readonly number[])[];
interface Given {
  readonly args?: Arguments;
  readonly target: Table | readonly number[];
  readonly output: Table | readonly number[];
  readonly weight?: readonly number[];
  readonly mask?: readonly number[];
}

const isTable = (values: Given['target']): values is Table => Array.isArray(values[0]);
const shapeOf = (values: Given['target']): number[] => [values.length, ...(isTable(values) ? [values[0]!.length] : [])];

/** The sums of one batch and what they mean. */
function sumsOf(name: string, { args, target, output, weight, mask }: Given) {
  const op = createGraphBuilder();
  const definition = registry.metrics.get(name)!;
  const accumulator = definition.accumulator!;
  const parameters = completed(definition.parameters, args ?? {});
  const [t, y] = [op.constant(target.flat(), shapeOf(target)), op.constant(output.flat(), shapeOf(output))];
  const weighing = {
    sampleWeight: weight && op.constant(weight, [weight.length]),
    mask: mask && op.constant(mask, [mask.length], 'bool'),
  };
  const sums = pairSums(op, { definition, parameters, target: t, prediction: y }, dim(output.length), weighing);
  const context = { parameters, output: { dtype: 'float32', shape: y.shape.slice(1), batched: true } } as const;
  const entry = { name: 'score', kind: 'sums', size: accumulator.size(context), result: accumulator.result(context) } as const; // prettier-ignore
  const values = evaluateNodes(topological([sums]), {}).get(sums)!;
  expect(values.shape).toEqual([entry.size]);
  return { entry, values: Float32Array.from(values.data) };
}

function scoreOf(name: string, ...batches: readonly Given[]): number {
  const parts = batches.map((batch) => sumsOf(name, batch));
  const fold = new ReportFold([parts[0]!.entry]);
  for (const { values } of parts) fold.add(values, 1);
  return fold.scores()['score']!;
}

describe('hits above a threshold', () => {
  const pair = { target: [0, 1, 1, 1], output: [1, 0, 1, 1] };
  const weight = [0, 0, 1, 0];
  // Examples of the pages of Keras.
  test.each([
    ['precision', {}, undefined, 2 / 3], ['precision', {}, weight, 1], ['recall', {}, undefined, 2 / 3], ['recall', {}, weight, 1],
    ['truePositives', {}, undefined, 2], ['truePositives', {}, weight, 1], ['falsePositives', {}, undefined, 1], ['falsePositives', {}, [1, 0, 0, 0], 1],
    ['falseNegatives', {}, undefined, 1], ['falseNegatives', {}, [0, 0, 1, 0], 0], ['trueNegatives', {}, undefined, 0], ['trueNegatives', { thresholds: 1 }, undefined, 1],
  ] as const)('%s %o, weights %o', (name, args, w, expected) => {
    expect(scoreOf(name, { ...pair, args, ...(w ? { weight: w } : {}) })).toBeCloseTo(expected, 6);
  }); // prettier-ignore
  test('nothing at all is 0', () => {
    expect(scoreOf('precision', { target: [0, 0], output: [0, 0] })).toBe(0);
    expect(scoreOf('recall', { target: [0, 0], output: [0, 0] })).toBe(0);
  });
  test('over batches it is no mean of means', () => {
    const [a, b] = [
      { target: [1, 0, 0], output: [1, 1, 1] },
      { target: [1], output: [1] },
    ];
    expect(scoreOf('precision', a, b)).toBeCloseTo(2 / 4, 6);
  });
  test('of one class, and of the largest', () => {
    const several = { target: [[0, 1, 1], [1, 0, 0]], output: [[0.9, 0.6, 0.1], [0.2, 0.7, 0.8]] };
    expect(scoreOf('precision', { ...several, args: { classId: 1 } })).toBeCloseTo(1 / 2, 6);
    expect(scoreOf('precision', { ...several, args: { topK: 2 } })).toBeCloseTo(1 / 4, 6);
    expect(scoreOf('recall', { ...several, args: { topK: 2 } })).toBeCloseTo(1 / 3, 6);
    expect(scoreOf('recall', { ...several, args: { topK: 2, thresholds: 0.65 } })).toBeCloseTo(0, 6);
  }); // prettier-ignore
  test('masked positions do not count', () => {
    expect(scoreOf('precision', { ...pair, mask: [0, 1, 1, 1] })).toBe(1);
  });
});

describe('auc', () => {
  const pair = { target: [0, 0, 1, 1], output: [0, 0.5, 0.3, 0.9] };
  const three = { numThresholds: 3 };
  // tp = [2, 1, 0], fp = [2, 0, 0], fn = [0, 1, 2], tn = [0, 2, 2] at thresholds [-1e-7, 0.5, 1 + 1e-7].
  test.each([
    [three, 0.75],
    [{ ...three, summationMethod: 'minoring' }, 0.5],
    [{ ...three, summationMethod: 'majoring' }, 1],
    [{ ...three, curve: 'PR', summationMethod: 'majoring' }, 0.5 * 1 + 0.5 * 1],
    [{ ...three, curve: 'PR', summationMethod: 'minoring' }, 0.5 * 0.5 + 0],
    // From tp + fp = 4 to 1 the slope is 1/3 and the intercept 2/3; from there to 0 they are 1 and 0.
    [{ ...three, curve: 'PR' }, ((1 / 3) * (1 + (2 / 3) * Math.log(4)) + 1 * (1 + 0)) / 2],
    [{}, 0.75],
  ] as const)('%o', (args, expected) => {
    expect(scoreOf('auc', { ...pair, args })).toBeCloseTo(expected, 5);
  });
  test('weights', () => {
    expect(scoreOf('auc', { ...pair, args: three, weight: [1, 0, 0, 1] })).toBeCloseTo(1, 5);
  });
  test('in two batches', () => {
    const [a, b] = [
      { target: [0, 1], output: [0, 0.3] },
      { target: [0, 1], output: [0.5, 0.9] },
    ];
    expect(scoreOf('auc', a, b)).toBeCloseTo(0.75, 5);
  });
  test('logits', () => {
    const logits = pair.output.map((p) => Math.log((p + 1e-6) / (1 - p + 1e-6)));
    expect(scoreOf('auc', { target: pair.target, output: logits, args: { fromLogits: true } })).toBeCloseTo(0.75, 4);
  });
  // Examples of the pages of Keras.
  const scores = { target: [0, 0, 0, 1, 1], output: [0, 0.3, 0.8, 0.3, 0.8] };
  const weight = [1, 1, 2, 2, 1];
  test.each([
    ['precisionAtRecall', { recall: 0.5 }, undefined, 0.5],
    ['precisionAtRecall', { recall: 0.5 }, [2, 2, 2, 1, 1], 1 / 3],
    ['sensitivityAtSpecificity', { specificity: 0.5 }, [1, 1, 2, 2, 1], 1 / 3],
    ['specificityAtSensitivity', { sensitivity: 0.5 }, undefined, 2 / 3],
    ['specificityAtSensitivity', { sensitivity: 0.5 }, [1, 1, 2, 2, 2], 0.5],
    ['recallAtPrecision', { precision: 0.8 }, undefined, 0],
    ['recallAtPrecision', { precision: 0.5 }, weight, 1],
  ] as const)('%s %o, weights %o', (name, args, w, expected) => {
    expect(scoreOf(name, { ...scores, args, ...(w ? { weight: w } : {}) })).toBeCloseTo(expected, 5);
  });
  test('the best above the bound', () => {
    const pairs = { target: [0, 0, 1, 1], output: [0, 0.5, 0.3, 0.9], args: { precision: 0.8 } };
    expect(scoreOf('recallAtPrecision', pairs)).toBeCloseTo(0.5, 6);
    expect(scoreOf('recallAtPrecision', { ...pairs, weight: [1, 0, 0, 1] })).toBeCloseTo(1, 6);
  });
});

describe('overlap of classes', () => {
  // Examples of the pages of Keras.
  test.each([
    [{}, undefined, (2 / 3 + 1 / 2) / 2],
    [{ threshold: 0.3 }, undefined, (1 / 3 + 1 / 3) / 2],
    [{ threshold: 0.3 }, [0.2, 0.3, 0.4, 0.1], (0.2 / 0.9 + 0.1 / 0.8) / 2],
    [{ threshold: 0.3, targetClassIds: [0] }, undefined, 1 / 3],
  ] as const)('binaryIoU %o, weights %o', (args, w, expected) => {
    const pair = { target: [0, 1, 0, 1], output: [0.1, 0.2, 0.4, 0.7] };
    expect(scoreOf('binaryIoU', { ...pair, args, ...(w ? { weight: w } : {}) })).toBeCloseTo(expected, 5);
  });
  test.each([
    ['meanIoU', { numClasses: 2 }, undefined, (1 / 3 + 1 / 3) / 2],
    ['meanIoU', { numClasses: 2 }, [0.3, 0.3, 0.3, 0.1], (0.3 / 0.9 + 0.1 / 0.7) / 2],
    ['meanIoU', { numClasses: 3 }, undefined, (1 / 3 + 1 / 3) / 2],
    ['iou', { numClasses: 2, targetClassIds: [0] }, undefined, 1 / 3],
    ['iou', { numClasses: 2, targetClassIds: [0] }, [0.3, 0.3, 0.3, 0.1], 0.3 / 0.9],
    ['meanIoU', { numClasses: 2, ignoreClass: 1 }, undefined, (1 / 2 + 0) / 2],
  ] as const)('%s %o, weights %o', (name, args, w, expected) => {
    const pair = { target: [0, 0, 1, 1], output: [0, 1, 0, 1] };
    expect(scoreOf(name, { ...pair, args, ...(w ? { weight: w } : {}) })).toBeCloseTo(expected, 5);
  });
  const hot = {
    target: [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]],
    output: [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7], [0.5, 0.3, 0.1], [0.1, 0.4, 0.5]],
  }; // prettier-ignore
  const weight = [0.1, 0.2, 0.3, 0.4];
  test.each([
    ['oneHotIoU', { numClasses: 3, targetClassIds: [0, 2] }, weight, (0 + 0.1 / 0.7) / 2],
    ['oneHotMeanIoU', { numClasses: 3 }, weight, (0 + 0 + 0.1 / 0.7) / 3],
  ] as const)('%s %o, weights %o', (name, args, w, expected) => {
    expect(scoreOf(name, { ...hot, args, weight: w })).toBeCloseTo(expected, 5);
  });
});

describe('F scores', () => {
  const pair = {
    target: [[1, 1, 1], [1, 0, 0], [1, 1, 0]],
    output: [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]],
  }; // prettier-ignore
  // By class, threshold 0.5: F1 [0.5, 0.8, 0.6667], F2 [0.3846, 0.9091, 0.8333], as Keras documents; support [3, 2, 1].
  test.each([
    ['f1Score', { threshold: 0.5 }, (0.5 + 0.8 + 2 / 3) / 3],
    ['f1Score', { threshold: 0.5, average: 'weighted' }, (3 * 0.5 + 2 * 0.8 + 2 / 3) / 6],
    ['f1Score', { threshold: 0.5, average: 'micro' }, 2 / 3],
    ['fBetaScore', { threshold: 0.5, beta: 2 }, (0.3846154 + 0.9090909 + 0.8333333) / 3],
    ['f1Score', {}, (0 + 1 / 2 + 2 / 3) / 3],
  ] as const)('%s %o', (name, args, expected) => {
    expect(scoreOf(name, { ...pair, args })).toBeCloseTo(expected, 5);
  });
});

describe('numbers', () => {
  test('rootMeanSquaredError', () => {
    const pair = { target: [[0, 1], [0, 0]], output: [[1, 1], [0, 0]] }; // prettier-ignore
    expect(scoreOf('rootMeanSquaredError', pair)).toBeCloseTo(0.5, 6);
    expect(scoreOf('rootMeanSquaredError', { ...pair, weight: [1, 0] })).toBeCloseTo(Math.SQRT1_2, 6);
    expect(scoreOf('rootMeanSquaredError', pair, { target: [[0, 0]], output: [[2, 0]] })).toBeCloseTo(Math.sqrt(5 / 6), 6); // prettier-ignore
  });
  test('r2Score', () => {
    const one = { target: [[1], [4], [3]], output: [[2], [4], [4]] };
    expect(scoreOf('r2Score', one)).toBeCloseTo(0.57142854, 5);
    const [a, b] = [
      { target: [[1]], output: [[2]] },
      { target: [[4], [3]], output: [[4], [4]] },
    ];
    expect(scoreOf('r2Score', a, b)).toBeCloseTo(0.57142854, 5);
    expect(scoreOf('r2Score', { ...one, args: { numRegressors: 1 } })).toBeCloseTo(1 - ((1 - 0.57142854) * 2) / 1, 4);
    const two = { target: [[1, 2], [4, 2.5], [3, 4]], output: [[2, 2], [4, 3], [4, 4]] }; // prettier-ignore
    // Variances 14/3 and 13/6; residuals 2 and 0.25.
    const scores = [1 - 2 / (14 / 3), 1 - 0.25 / (13 / 6)] as const;
    expect(scoreOf('r2Score', two)).toBeCloseTo((scores[0] + scores[1]) / 2, 4);
    const weighted = (scores[0] * (14 / 3) + scores[1] * (13 / 6)) / (14 / 3 + 13 / 6);
    expect(scoreOf('r2Score', { ...two, args: { classAggregation: 'varianceWeightedAverage' } })).toBeCloseTo(weighted, 4); // prettier-ignore
  });
});
