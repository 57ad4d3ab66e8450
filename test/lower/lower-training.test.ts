/** Training steps: gradients against differences of the reported loss, clipping, freezing, penalties, report. */
import { describe, expect, test } from 'vitest';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { someNumbers } from '../layers/harness.ts';
import { ModelMaker, run, someWeightsOf, type Feed } from './model-maker.ts';

/** With `sgd(learningRate: 1)` the gradient is what was taken away. */
function stepOf(lowered: LoweredModel, feed: Feed): { report: NdArray; taken: Readonly<Record<string, number[]>> } {
  const result = run(lowered, lowered.training!.step, feed);
  const taken: Record<string, number[]> = {};
  for (const [path, weight] of Object.entries(feed.weights)) {
    const next = result[`weight:${path}`];
    if (next && !path.includes('moving')) taken[path] = [...weight.data].map((value, i) => value - next.data[i]!);
  }
  return { report: result['report']!, taken };
}

/** Differences of the loss that the step itself reports. */
function expectGradients(lowered: LoweredModel, feed: Feed): void {
  const exact: Feed = { ...feed, precision: 'float64' };
  const { taken } = stepOf(lowered, exact);
  expect(Object.keys(taken).length).toBeGreaterThan(0);
  const loss = (weights: Feed['weights']): number => stepOf(lowered, { ...exact, weights }).report.data[0]!;
  for (const [path, gradient] of Object.entries(taken)) {
    const weight = feed.weights[path]!;
    for (const [i, found] of gradient.entries()) {
      const moved = (by: number) => ({ ...feed.weights, [path]: ndArray(weight.shape, weight.data.map((v, j) => (i === j ? v + by : v))) }); // prettier-ignore
      const slope = (loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5;
      expect(found, `${path}[${i}]`).toBeCloseTo(slope, 5);
    }
  }
}

const mlp = (train: Parameters<ModelMaker['finish']>[2] = {}, args: Readonly<Record<string, unknown>> = {}) => {
  const m = new ModelMaker();
  const x = m.input('x', [3]);
  const t = m.input('t', [], 'int32', 'target');
  const h = m.layer('Dense', 'dense', { units: 3, activation: 'tanh', ...args }, x);
  const y = m.layer('Dense', 'dense_1', { units: 3, activation: 'softmax' }, h);
  return m.finish({ y }, m.loss('sparseCategoricalCrossentropy', t, y), {
    ...train,
    metrics: [m.metric('sparseCategoricalAccuracy', t, y)],
  });
};
const feedOf = (lowered: LoweredModel): Feed => ({
  inputs: { x: someNumbers([4, 3], 2), t: ndArray([4], [0, 1, 2, 1], 'int32') },
  weights: someWeightsOf(lowered),
  examples: 4,
});

describe('gradients', () => {
  test('of an MLP', () => {
    const lowered = mlp();
    expectGradients(lowered, feedOf(lowered));
  });

  test('with a penalty', () => {
    const regularizer = (name: string, args: Readonly<Record<string, number>>) => ({ name, arguments: args });
    for (const use of [
      regularizer('l2', {}),
      regularizer('l1L2', { l1: 0.1, l2: 0.2 }),
      regularizer('orthogonalRegularizer', { factor: 0.3 }),
    ]) {
      // prettier-ignore
      const lowered = mlp({}, { kernelRegularizer: use });
      expectGradients(lowered, feedOf(lowered));
    }
  });

  test('of a convolutional network with batch normalisation, pooling and a residual', () => {
    const m = new ModelMaker();
    const x = m.input('x', [5, 5, 2]);
    const t = m.input('t', [1], 'bool', 'target');
    const a = m.layer('BatchNormalization', 'norm', {}, m.layer('Conv2D', 'conv2D', { filters: 2, kernelSize: 3, padding: 'same' }, x)); // prettier-ignore
    const b = m.layer('MaxPooling2D', 'pool', {}, m.call('silu', {}, m.call('add', {}, a, x)));
    const y = m.layer('Dense', 'dense', { units: 1, activation: 'sigmoid' }, m.layer('Flatten', 'flatten', {}, b));
    const lowered = m.finish({ y }, m.loss('binaryCrossentropy', t, y));
    const inputs = { x: someNumbers([2, 5, 5, 2], 2), t: ndArray([2, 1], [1, 0], 'bool') };
    expectGradients(lowered, { inputs, weights: someWeightsOf(lowered), examples: 2 });
  });

  test('of an embedding, attention by hand and tied weights', () => {
    const m = new ModelMaker();
    const x = m.input('x', [4], 'int32');
    const t = m.input('t', [4], 'int32', 'target');
    const e = m.layer('LayerNormalization', 'norm', {}, m.layer('Embedding', 'embed', { inputDim: 5, outputDim: 3 }, x)); // prettier-ignore
    const scores = m.call('softmax', {}, m.call('matMul', {}, e, m.call('transpose', {}, e)));
    const table = m.weight('embed.embeddings', [5, 3]);
    const logits = m.call('matMul', {}, m.call('matMul', {}, scores, e), m.call('transpose', {}, table));
    const loss = m.loss('sparseCategoricalCrossentropy', t, logits, { fromLogits: true });
    const lowered = m.finish({ logits }, loss);
    const inputs = { x: ndArray([2, 4], [0, 1, 4, 4, 2, 3, 0, 1], 'int32'), t: ndArray([2, 4], [1, 4, 4, 2, 3, 0, 1, 0], 'int32') }; // prettier-ignore
    expectGradients(lowered, { inputs, weights: someWeightsOf(lowered), examples: 2 });
  });
});

describe('report', () => {
  test('the loss first, then auxiliary losses, then totals and counts', () => {
    const m = new ModelMaker();
    const x = m.input('x', [2]);
    const t = m.input('t', [], 'float32', 'target');
    const y = m.layer('Dense', 'dense', { units: 1 }, x);
    m.auxiliaryLosses.push({ name: 'small', value: m.call('square', {}, y) });
    const metrics = [m.metric('meanAbsoluteError', t, y), { name: 'y', parameters: {}, prediction: y, origin: y.node.origin }]; // prettier-ignore
    const lowered = m.finish({ y }, m.loss('meanSquaredError', t, y), { metrics });
    expect(lowered.training!.report).toEqual([
      { name: 'loss', kind: 'loss' },
      { name: 'small', kind: 'loss' },
      { name: 'meanAbsoluteError', kind: 'mean' },
      { name: 'y', kind: 'mean' },
    ]);
    const feed: Feed = {
      inputs: { x: ndArray([2, 2], [1, 0, 0, 1]), t: ndArray([2], [1, 1]) },
      weights: { 'dense.kernel': ndArray([2, 1], [2, 4]), 'dense.bias': ndArray([1], [1]) },
      examples: 2,
    };
    // Outputs are 3 and 5: errors 2 and 4, squares 9 and 25.
    for (const program of [lowered.training!.step, lowered.training!.evaluate])
      expect([...run(lowered, program, feed)['report']!.data]).toEqual([10 + 17, 17, 6, 2, 8, 2]);
  });

  test('a target and an output of [] and [1] fit each other', () => {
    const inputs = { x: ndArray([2, 1], [1, 2]), s: ndArray([2], [1, 2]), t: ndArray([2], [0, 4]), u: ndArray([2, 1], [0, 4]) };
    for (const [output, target] of [['x', 't'], ['x', 'u'], ['s', 't'], ['s', 'u']] as const) {
      const m = new ModelMaker();
      const y = m.input(output, output === 'x' ? [1] : []);
      const t = m.input(target, target === 'u' ? [1] : [], 'float32', 'target');
      const lowered = m.finish({ y }, m.loss('meanSquaredError', t, y));
      expect([...run(lowered, lowered.training!.evaluate, { inputs, weights: {}, examples: 2 })['report']!.data]).toEqual([2.5]);
    }
  }); // prettier-ignore

  test('masks average over what they select, sample weights over all', () => {
    const m = new ModelMaker();
    const x = m.input('x', [3]);
    const t = m.input('t', [3], 'float32', 'target');
    const mask = m.input('mask', [], 'bool');
    const by = m.input('by', [], 'float32');
    const masked = m.loss('meanSquaredError', t, x, {}, { mask });
    const weighed = m.loss('meanSquaredError', t, x, {}, { sampleWeight: by });
    const both = m.call('concat', { axis: 0 }, m.call('expandDims', { axis: 0 }, masked), m.call('expandDims', { axis: 0 }, weighed)); // prettier-ignore
    const metric = { ...m.metric('meanSquaredError', t, x), mask };
    const lowered = m.finish({ both }, masked, { metrics: [metric, { ...metric, sampleWeight: by }] });
    const inputs = {
      x: ndArray([3, 3], [1, 1, 1, 2, 2, 2, 3, 3, 3]),
      t: ndArray(
        [3, 3],
        Array.from({ length: 9 }, () => 0),
      ),
      mask: ndArray([3], [1, 0, 1], 'bool'),
      by: ndArray([3], [1, 5, 3]),
    };
    const feed: Feed = { inputs, weights: {}, examples: 3 };
    const loss = run(lowered, lowered.inference, feed)['both']!.data;
    expect([loss[0]! + loss[2]! + loss[4]!, loss[1]! + loss[3]! + loss[5]!].map((v) => v / 3)).toEqual([5, 16].map((v) => expect.closeTo(v, 5))); // prettier-ignore
    expect([...run(lowered, lowered.training!.evaluate, feed)['report']!.data]).toEqual([5, 10, 2, 28, 4].map((v) => expect.closeTo(v, 5))); // prettier-ignore
  });
});

describe('clipping', () => {
  const norm = (values: readonly number[]): number => Math.hypot(...values);
  const plain = stepOf(mlp(), feedOf(mlp())).taken;

  test('clipNorm shortens each gradient, globalClipNorm all alike, clipValue cuts', () => {
    const by = { clipNorm: 0.05 };
    for (const [path, gradient] of Object.entries(stepOf(mlp(by), feedOf(mlp())).taken)) {
      const length = norm(plain[path]!);
      expect(norm(gradient)).toBeCloseTo(Math.min(length, 0.05), 4);
    }
    const all = norm(Object.values(plain).flat());
    for (const limit of [all / 3, all * 3]) {
      const taken = stepOf(mlp({ globalClipNorm: limit }), feedOf(mlp())).taken;
      for (const [path, gradient] of Object.entries(taken))
        for (const [i, value] of gradient.entries()) expect(value).toBeCloseTo(plain[path]![i]! * Math.min(1, limit / all), 5); // prettier-ignore
    }
    for (const gradient of Object.values(stepOf(mlp({ clipValue: 0.02 }), feedOf(mlp())).taken))
      for (const value of gradient) expect(Math.abs(value)).toBeLessThan(0.02001);
  });
});

describe('what learns', () => {
  test('frozen layers, blocks and patterns stay', () => {
    const updated = (freeze: readonly string[]) => [...mlp({ freeze }).training!.step.keys()].filter((k) => k !== 'report'); // prettier-ignore
    expect(updated(['dense'])).toEqual(['weight:dense_1.kernel', 'weight:dense_1.bias']);
    expect(updated(['dense*'])).toEqual([]);
    expect(updated(['*.bias'])).toEqual(['weight:dense.kernel', 'weight:dense_1.kernel']);
  });

  test('what is frozen is not penalised', () => {
    const kernelRegularizer = { name: 'l2', arguments: { l2: 1 } };
    const lossOf = (lowered: LoweredModel) =>
      run(lowered, lowered.training!.evaluate, feedOf(lowered))['report']!.data[0]!;
    expect(lossOf(mlp({}, { kernelRegularizer }))).toBeGreaterThan(lossOf(mlp()) + 0.1);
    expect(lossOf(mlp({ freeze: ['dense'] }, { kernelRegularizer }))).toBeCloseTo(lossOf(mlp()), 5);
  });

  test('constraints hold after the step', () => {
    const lowered = mlp({}, { kernelConstraint: { name: 'unitNorm', arguments: {} } });
    const kernel = run(lowered, lowered.training!.step, feedOf(lowered))['weight:dense.kernel']!.data;
    expect(Math.hypot(kernel[0]!, kernel[3]!, kernel[6]!)).toBeCloseTo(1, 4);
  });

  test('slots of every weight that can learn, by path and name', () => {
    const lowered = mlp({ optimizer: ['adagrad', {}], freeze: ['dense_1'] });
    expect(lowered.training!.slots).toEqual([
      { name: 'dense.kernel/accumulator', sizes: [3, 3], initial: 0.1 },
      { name: 'dense.bias/accumulator', sizes: [3], initial: 0.1 },
      { name: 'dense_1.kernel/accumulator', sizes: [3, 3], initial: 0.1 },
      { name: 'dense_1.bias/accumulator', sizes: [3], initial: 0.1 },
    ]);
    expect(lowered.training!.step.has('slot:dense_1.kernel/accumulator')).toBe(false);
    expect(lowered.training!.step.has('slot:dense.kernel/accumulator')).toBe(true);
  });
});
