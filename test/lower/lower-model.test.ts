/** Models lowered by hand-made graphs: inference, statistics, mixing what has a batch with what has none. */
import { describe, expect, test } from 'vitest';
import { ndArray, nodesOf, topological, type TensorNode } from '../../compiler/graph/index.ts';
import { someNumbers } from '../layers/harness.ts';
import { ModelMaker, run, someWeightsOf } from './model-maker.ts';

const opsOf = (program: ReadonlyMap<string, TensorNode>): string[] => nodesOf({ outputs: program }).map((node) => node.op); // prettier-ignore

describe('inference', () => {
  test('an MLP is what its formula says, for any number of examples', () => {
    const m = new ModelMaker();
    const x = m.input('x', [3]);
    const h = m.layer('Dense', 'dense', { units: 2, activation: 'relu' }, x);
    const lowered = m.finish({ y: m.call('softmax', {}, m.layer('Dense', 'dense_1', { units: 2 }, h)) });
    const weights = someWeightsOf(lowered);
    for (const examples of [1, 4]) {
      const { y } = run(lowered, lowered.inference, { inputs: { x: someNumbers([examples, 3]) }, weights, examples });
      expect(y!.shape).toEqual([examples, 2]);
      expect(y!.data[0]! + y!.data[1]!).toBeCloseTo(1, 5);
    }
    expect(lowered.training).toBeUndefined();
  });

  test('weights join inputs: broadcast by elementwise functions, repeated for each example by others', () => {
    const seq = { name: 'seq', id: 0 };
    const m = new ModelMaker();
    const x = m.input('x', [2, 3]);
    const token = m.weight('token', [1, 3]);
    const table = m.weight('table', [3, 3]);
    const joined = m.call('concat', { axis: 0 }, token, x);
    const placed = m.call('add', {}, joined, table, m.constant([10]), m.constant([1, 2, 3], [3]));
    const lowered = m.finish({ y: m.call('matMul', {}, placed, table), pure: m.call('multiply', {}, table, m.constant([2])) }); // prettier-ignore
    const weights = { token: ndArray([1, 3], [1, 1, 1]), table: ndArray([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]) };
    const result = run(lowered, lowered.inference, { inputs: { x: ndArray([2, 2, 3], [...Array(12).keys()]) }, weights, examples: 2 }); // prettier-ignore
    expect(result['y']!.shape).toEqual([2, 3, 3]);
    expect(Array.from(result['y']!.data.slice(9))).toEqual([13, 13, 14, 17, 20, 21, 20, 22, 25]);
    expect(result['pure']!.shape).toEqual([2, 3, 3]);
    expect(seq.id).toBe(0);
  });

  test('per-example axes align at the right, the batch stays first', () => {
    const m = new ModelMaker();
    const a = m.input('a', [2, 3]);
    const b = m.input('b', [3]);
    const lowered = m.finish({ y: m.call('multiply', {}, a, b) });
    const inputs = { a: ndArray([2, 2, 3], Array.from({ length: 12 }, () => 1)), b: ndArray([2, 3], [1, 2, 3, 4, 5, 6]) };
    const { y } = run(lowered, lowered.inference, { inputs, weights: {}, examples: 2 });
    expect([...y!.data]).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
  }); // prettier-ignore

  test('a size as a number', () => {
    const seq = { name: 'seq', id: 0 };
    const m = new ModelMaker();
    const x = m.input('x', [seq]);
    const lowered = m.finish({ y: m.call('divide', {}, m.call('sum', {}, x), m.size(seq)) });
    const feed = { inputs: { x: ndArray([1, 4], [1, 2, 3, 6]) }, weights: {}, examples: 1, sizes: new Map([[0, 4]]) };
    expect([...run(lowered, lowered.inference, feed)['y']!.data]).toEqual([3]);
  });

  test('random numbers differ between uses and examples', () => {
    const m = new ModelMaker();
    const x = m.input('x', [3]);
    const noise = () => m.call('randomNormal', {}, x);
    const lowered = m.finish({ a: noise(), b: noise() });
    const { a, b } = run(lowered, lowered.inference, { inputs: { x: someNumbers([2, 3]) }, weights: {}, examples: 2 }); // prettier-ignore
    expect(new Set([...a!.data, ...b!.data]).size).toBe(12);
  });

  test('nodes know what made them', () => {
    const m = new ModelMaker();
    const lowered = m.finish({ y: m.layer('Dense', 'stage.dense', { units: 2 }, m.input('x', [3])) });
    const node = lowered.inference.get('y')!;
    expect(lowered.builder.originOf(node)).toMatchObject({ path: 'stage.dense', label: 'Dense(…)', place: { span: { start: 0 } } }); // prettier-ignore
  });
});

describe('state', () => {
  const sharedNorm = (freeze: readonly string[] = []) => {
    const m = new ModelMaker();
    const x = m.input('x', [2]);
    const t = m.input('t', [2], 'float32', 'target');
    const a = m.layer('BatchNormalization', 'norm', { momentum: 0.5 }, x);
    const b = m.layer('BatchNormalization', 'norm', { momentum: 0.5 }, m.call('add', {}, a, m.constant([3])));
    return m.finish({ y: b }, m.loss('meanSquaredError', t, b), { freeze });
  };
  const feed = {
    inputs: { x: ndArray([2, 2], [1, 10, 3, 20]), t: ndArray([2, 2], [0, 0, 0, 0]) },
    weights: {
      'norm.gamma': ndArray([2], [1, 1]),
      'norm.beta': ndArray([2], [0, 0]),
      'norm.movingMean': ndArray([2], [0, 0]),
      'norm.movingVariance': ndArray([2], [1, 1]),
    },
    examples: 2,
  };

  test('a later use of a shared layer reads what the earlier one wrote', () => {
    const lowered = sharedNorm();
    const result = run(lowered, lowered.training!.step, feed);
    // Means of the first use are 2 and 15; of the second, of numbers around 3, they are 3.
    expect([...result['weight:norm.movingMean']!.data]).toEqual([2, 5.25].map((v) => expect.closeTo(v, 4)));
    expect([...lowered.training!.step.keys()].filter((key) => key.includes('moving'))).toHaveLength(2);
    expect([...lowered.training!.evaluate.keys()]).toEqual(['report']);
  });

  test('a frozen layer uses its moving statistics and leaves them', () => {
    const lowered = sharedNorm(['norm']);
    expect([...lowered.training!.step.keys()]).toEqual(['report']);
    const step = run(lowered, lowered.training!.step, feed)['report']!;
    const still = run(lowered, lowered.training!.evaluate, feed)['report']!;
    expect([...step.data]).toEqual([...still.data]);
  });

  test('dropout only in the step, each use on its own', () => {
    const m = new ModelMaker();
    const x = m.input('x', [8]);
    const y = m.layer('Dropout', 'dropout_1', { rate: 0.5 }, m.layer('Dropout', 'dropout', { rate: 0.5 }, x));
    const lowered = m.finish({ y }, m.call('sum', {}, y));
    expect(opsOf(lowered.inference)).toEqual(['input']);
    expect(opsOf(lowered.training!.evaluate)).not.toContain('randomUniform');
    const draws = topological([...lowered.training!.step.values()]).filter((node) => node.op === 'randomUniform');
    expect(new Set(draws.map((node) => node.attributes['use'])).size).toBe(2);
  });
});
