/** Recurrent layers against tf.layers: outputs, input gradients and weight gradients; what that lacks by differences. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { expectDifferences } from '../layers/differences.ts';
import { applied, evaluated, someNumbers, someWeights, type Arguments } from '../layers/harness.ts';
import { compareWithLayer, expectClose, toArray, toTensor } from '../layers/tf-layers.ts';

/** tfjs's `orthogonal` wants methods that only the union package adds. */
const recurrentInitializer = 'glorotUniform';
const layerOf = (name: string) => registry.layers.get(name)!;
const size = (max: number) => fc.integer({ min: 1, max });
const runs = { numRuns: 15, seed: 3 };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** tfjs fails on the gradient of a single step. */
const shapes = { n: size(3), time: fc.integer({ min: 2, max: 5 }), features: size(4), units: size(4) };
const flags = {
  useBias: fc.boolean(),
  returnSequences: fc.boolean(),
  goBackwards: fc.boolean(),
  activation: fc.constantFrom('tanh', 'relu', 'linear'),
};

describe('like tf.layers', () => {
  test('SimpleRNN', () => {
    fc.assert(
      fc.property(fc.record({ ...shapes, ...flags }), ({ n, time, features, ...args }) => {
        const layer = tfl.layers.simpleRNN({ ...args, recurrentInitializer, activation: args.activation as 'tanh' });
        compareWithLayer({ definition: layerOf('SimpleRNN'), args, layer, inputs: [someNumbers([n, time, features])] });
      }),
      runs,
    );
  });
  test('LSTM', () => {
    fc.assert(
      fc.property(fc.record({ ...shapes, ...flags }), ({ n, time, features, ...args }) => {
        const layer = tfl.layers.lstm({
          ...args,
          recurrentInitializer,
          activation: args.activation as 'tanh',
          recurrentActivation: 'sigmoid',
        });
        compareWithLayer({ definition: layerOf('LSTM'), args, layer, inputs: [someNumbers([n, time, features])] });
      }),
      runs,
    );
  });
  test('GRU, which has the reset gate before the product there', () => {
    fc.assert(
      fc.property(fc.record({ ...shapes, ...flags }), ({ n, time, features, ...args }) => {
        const layer = tfl.layers.gru({
          ...args,
          recurrentInitializer,
          activation: args.activation as 'tanh',
          recurrentActivation: 'sigmoid',
        });
        const inputs = [someNumbers([n, time, features])];
        compareWithLayer({ definition: layerOf('GRU'), args: { ...args, resetAfter: false }, layer, inputs });
      }),
      runs,
    );
  });
  test('TimeDistributed', () => {
    const layer = tfl.layers.timeDistributed({ layer: tfl.layers.dense({ units: 3, activation: 'tanh' }) });
    const x = someNumbers([2, 4, 5]);
    const expected = layer.apply(toTensor(x)) as tf.Tensor;
    const [kernel, bias] = layer.getWeights().map(toArray);
    const ours = applied(layerOf('TimeDistributed'), { layer: ['Dense', { units: 3, activation: 'tanh' }] }, [x]);
    const [y] = evaluated(ours.outputs, { inputs: [x], weights: { 'layer.kernel': kernel!, 'layer.bias': bias! } });
    expectClose(y!, toArray(expected));
  });
  test.each(['concat', 'sum', 'mul', 'ave'] as const)('Bidirectional, %s', (mergeMode) => {
    for (const returnSequences of [false, true]) {
      const inner = { units: 3, returnSequences };
      const layer = tfl.layers.bidirectional({
        layer: tfl.layers.lstm({ ...inner, recurrentInitializer, recurrentActivation: 'sigmoid' }) as tfl.RNN,
        mergeMode,
      });
      const x = someNumbers([2, 4, 5]);
      const expected = layer.apply(toTensor(x)) as tf.Tensor;
      const ours = applied(layerOf('Bidirectional'), { layer: ['LSTM', inner], mergeMode }, [x]);
      const values = layer.getWeights().map(toArray);
      const weights = Object.fromEntries(Object.keys(ours.weights).map((name, i) => [name, values[i]!]));
      expect(Object.keys(ours.weights).slice(0, 2)).toEqual(['forward.kernel', 'forward.recurrentKernel']);
      expectClose(evaluated(ours.outputs, { inputs: [x], weights })[0]!, toArray(expected));
    }
  });
});

test('ConvLSTM2D', () => {
  const args = { filters: 2, kernelSize: [3, 2], padding: 'same', strides: 2, returnSequences: true } as const;
  const layer = tfl.layers.convLstm2d({
    ...args,
    kernelSize: [3, 2],
    recurrentInitializer,
    recurrentActivation: 'sigmoid',
  });
  const inputs = [someNumbers([2, 3, 5, 4, 2])];
  compareWithLayer({ definition: layerOf('ConvLSTM2D'), args, layer, inputs, withoutGradients: true });
});

test.each([
  ['ConvLSTM1D', [2, 3, 4, 2]],
  ['ConvLSTM2D', [1, 2, 3, 3, 1]],
  ['ConvLSTM3D', [1, 2, 2, 3, 2, 1]],
] as const)('gradients of %s', (name, shape) => {
  const inputs = [someNumbers([...shape], 2)];
  expectDifferences(applied(layerOf(name), { filters: 2, kernelSize: 2 }, inputs), inputs, name);
});

/** A mask whose first, middle and last steps are missing, in different examples. */
const mask = ndArray([3, 4], [1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0], 'bool');
const masked = { inputNames: ['x', 'mask'] };
const states = (count: number): NdArray[] => Array.from({ length: count }, (_, i) => someNumbers([3, 2], 11 + i));

test.each([
  ['SimpleRNN', { units: 2, returnSequences: true }],
  ['LSTM', { units: 2 }],
  ['LSTM', { units: 2, returnSequences: true, goBackwards: true }],
  ['GRU', { units: 2 }],
  ['GRU', { units: 2, resetAfter: true, returnSequences: true, useBias: false }],
  ['RNN', { cell: ['LSTMCell', { units: 2 }], returnSequences: true, zeroOutputForMask: true }],
  [
    'RNN',
    {
      cell: [
        'StackedRNNCells',
        {
          cells: [
            ['LSTMCell', { units: 2 }],
            ['GRUCell', { units: 3 }],
          ],
        },
      ],
    },
  ],
  ['Bidirectional', { layer: ['GRU', { units: 2, returnSequences: true }] }],
  ['Bidirectional', { layer: ['LSTM', { units: 2 }], mergeMode: 'mul' }],
] as readonly [string, Arguments][])('gradients of %s %o, with a mask', (name, args) => {
  const inputs = [someNumbers([3, 4, 2], 2), mask];
  expectDifferences(applied(layerOf(name), args, inputs, masked), inputs, `${name} ${JSON.stringify(args)}`);
});

test.each([
  ['SimpleRNN', 1, { units: 2 }],
  ['LSTM', 2, { units: 2, returnSequences: true }],
  ['GRU', 1, { units: 2, goBackwards: true }],
  ['Bidirectional', 4, { layer: ['LSTM', { units: 2 }] }],
] as readonly [string, number, Arguments][])('gradients of %s by its %i initial states', (name, count, args) => {
  const given = ['initialState', 'initialState2', 'initialState3', 'initialState4'].slice(0, count);
  const inputs = [someNumbers([3, 4, 2], 2), ...states(count), mask];
  const layer = applied(layerOf(name), args, inputs, { inputNames: ['x', ...given, 'mask'] });
  expectDifferences(layer, inputs, `${name} with states`);
});

/** Keras's loop, in plain numbers: each masked step copies. */
function byHand(x: NdArray, weights: Readonly<Record<string, NdArray>>, valid: NdArray): { readonly outputs: number[][][]; readonly last: number[][] } {
  const [n, time, features] = x.shape as [number, number, number];
  const units = weights['recurrentKernel']!.shape[0]!;
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
  const last: number[][] = [];
  const outputs = Array.from({ length: n }, (_, example) => {
    let h = Array.from({ length: units }, () => 0);
    const steps = Array.from({ length: time }, (_, t) => {
      const dot = (w: NdArray, v: (i: number) => number, rows: number, column: number): number =>
        Array.from({ length: rows }, (_, i) => v(i) * w.data[i * 3 * units + column]!).reduce((a, b) => a + b, 0);
      const ofX = (c: number): number => dot(weights['kernel']!, (i) => x.data[(example * time + t) * features + i]!, features, c) + weights['bias']!.data[c]!;
      const ofH = (c: number): number => dot(weights['recurrentKernel']!, (i) => h[i]!, units, c) + weights['bias']!.data[3 * units + c]!;
      const next = h.map((old, u) => {
        const z = sigmoid(ofX(u) + ofH(u));
        const r = sigmoid(ofX(units + u) + ofH(units + u));
        return z * old + (1 - z) * Math.tanh(ofX(2 * units + u) + r * ofH(2 * units + u));
      });
      if (valid.data[example * time + t] === 1) h = next;
      return h;
    });
    last.push(h);
    return steps;
  });
  return { outputs, last };
} // prettier-ignore

test("GRU with Keras's default, and a mask, by hand", () => {
  const inputs = [someNumbers([3, 4, 2], 2), mask];
  const layer = applied(layerOf('GRU'), { units: 2, returnSequences: true, returnState: true }, inputs, masked);
  const weights = someWeights(layer);
  expect(weights['bias']!.shape).toEqual([2, 6]);
  const [y, h] = evaluated(layer.outputs, { inputs, weights });
  const expected = byHand(inputs[0]!, weights, mask);
  expectClose(y!, ndArray([3, 4, 2], expected.outputs.flat(2)));
  expectClose(h!, ndArray([3, 2], expected.last.flat()));
  expect(layer.types.map((type) => ('name' in type ? type.name : ''))).toEqual(['output', 'h']);
});

test('a cell gives its output and its states, as the layer does in one step', () => {
  const x = someNumbers([3, 1, 2], 2);
  for (const [name, count] of [['SimpleRNN', 1], ['GRU', 1], ['LSTM', 2]] as const) {
    const initial = states(count);
    const whole = applied(layerOf(name), { units: 2, returnState: true }, [x, ...initial]);
    const weights = someWeights(whole);
    const cellInputs = [ndArray([3, 2], x.data), ...initial];
    const cell = applied(layerOf(`${name}Cell`), { units: 2 }, cellInputs);
    const expected = evaluated(whole.outputs, { inputs: [x, ...initial], weights });
    evaluated(cell.outputs, { inputs: cellInputs, weights }).forEach((y, i) => expectClose(y, expected[i]!, `${name} ${i}`));
  }
}); // prettier-ignore

test('stacked cells give what layers one after the other give', () => {
  const x = someNumbers([3, 4, 2], 2);
  const cells = [
    ['LSTMCell', { units: 3 }],
    ['SimpleRNNCell', { units: 2 }],
  ];
  const stack = applied(layerOf('RNN'), { cell: ['StackedRNNCells', { cells }], returnSequences: true }, [x]);
  const weights = someWeights(stack);
  expect(Object.keys(weights)).toContain('cell.1.recurrentKernel');
  const own = (prefix: string) => Object.fromEntries(Object.entries(weights).flatMap(([name, w]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), w]] : []))); // prettier-ignore
  const first = applied(layerOf('LSTM'), { units: 3, returnSequences: true }, [x]);
  const [between] = evaluated(first.outputs, { inputs: [x], weights: own('cell.0.') });
  const second = applied(layerOf('SimpleRNN'), { units: 2, returnSequences: true }, [between!]);
  const [expected] = evaluated(second.outputs, { inputs: [between!], weights: own('cell.1.') });
  expectClose(evaluated(stack.outputs, { inputs: [x], weights })[0]!, expected!);
});

describe('dropout', () => {
  const x = someNumbers([2, 6, 40], 2);
  const outputs = (args: Arguments, training: boolean): NdArray => {
    const layer = applied(layerOf('SimpleRNN'), { units: 3, activation: 'linear', ...args }, [x], { training });
    return evaluated(layer.outputs, { inputs: [x], weights: someWeights(layer) })[0]!;
  };
  test('does nothing outside of training', () => {
    expect(outputs({ dropout: 0.5, recurrentDropout: 0.5 }, false).data).toEqual(outputs({}, false).data);
  });
  test.each(['dropout', 'recurrentDropout'])('%s drops while training, with the right gradient', (name) => {
    expect(outputs({ [name]: 0.5 }, true).data).not.toEqual(outputs({}, true).data);
    const inputs = [someNumbers([3, 4, 2], 2)];
    for (const layer of ['SimpleRNN', 'LSTM', 'GRU']) {
      const made = applied(layerOf(layer), { units: 2, [name]: 0.4 }, inputs, { training: true });
      expectDifferences(made, inputs, `${layer} ${name}`);
    }
  });
});
