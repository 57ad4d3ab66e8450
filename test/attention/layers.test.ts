/** Attention layers against the same formulas in tfjs, and their gradients against differences. */
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { checkText } from '../check/checking.ts';
import { expectDifferences } from '../layers/differences.ts';
import { numbersOf, Refuted } from '../layers/concrete-need.ts';
import { applied, evaluated, someNumbers, someWeights, type Arguments } from '../layers/harness.ts';
import { expectClose, toArray, toTensor } from '../layers/tf-layers.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const layerOf = (name: string) => registry.layers.get(name)!;
const [query, value, key] = [someNumbers([2, 3, 4], 2), someNumbers([2, 5, 6], 3), someNumbers([2, 5, 4], 4)];
const bools = (shape: readonly number[], data: readonly number[]): NdArray => ndArray([...shape], [...data], 'bool');
const keyMask = bools([2, 5], [1, 1, 0, 1, 0, 0, 1, 1, 1, 1]);
const queryMask = bools([2, 3], [1, 0, 1, 1, 1, 0]);
const attentionMask = bools(
  [2, 3, 5],
  Array.from({ length: 30 }, (_, i) => Number(i % 3 !== 1)),
);

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** tfjs's einsum on cpu, for `a` and `b` whose contraction it knows. */
function project(x: tf.Tensor, w: Tensors, name: string): tf.Tensor {
  const kernel = w[`${name}.kernel`]!;
  const [d, heads, size] = kernel.shape as [number, number, number];
  const flat = tf.matMul(tf.reshape(x, [-1, d]), tf.reshape(kernel, [d, heads * size]));
  const y = tf.reshape(flat, [x.shape[0]!, x.shape[1]!, heads, size]);
  const bias = w[`${name}.bias`];
  return tf.transpose(bias ? tf.add(y, bias) : y, [0, 2, 1, 3]);
}

function multiHead(w: Tensors, q: tf.Tensor, v: tf.Tensor, k: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  const [heads, keyHeads] = [project(q, w, 'query'), project(k, w, 'key')];
  const valueHeads = project(v, w, 'value');
  const groups = heads.shape[1]! / keyHeads.shape[1]!;
  const wide = (x: tf.Tensor): tf.Tensor => {
    const [n, h, s, d] = x.shape as [number, number, number, number];
    return tf.reshape(tf.tile(tf.reshape(x, [n, h, 1, s, d]), [1, 1, groups, 1, 1]), [n, h * groups, s, d]);
  };
  let scores = tf.div(tf.matMul(heads, wide(keyHeads), false, true), Math.sqrt(heads.shape[3]!));
  if (mask) scores = tf.where(tf.broadcastTo(mask, scores.shape), scores, tf.fill(scores.shape, -1e9));
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), wide(valueHeads)), [0, 2, 1, 3]);
  const kernel = w['attentionOutput.kernel']!;
  const [h, s, d] = kernel.shape as [number, number, number];
  const flat = tf.reshape(mixed, [mixed.shape[0]! * mixed.shape[1]!, h * s]);
  const y = tf.reshape(tf.matMul(flat, tf.reshape(kernel, [h * s, d])), [mixed.shape[0]!, mixed.shape[1]!, d]);
  const bias = w['attentionOutput.bias'];
  return bias ? tf.add(y, bias) : y;
}

function check(name: string, args: Arguments, inputs: Readonly<Record<string, NdArray>>, oracle: (w: Tensors, x: Tensors) => tf.Tensor): void {
  const list = Object.values(inputs);
  const layer = applied(layerOf(name), args, list, { inputNames: Object.keys(inputs) });
  const weights = someWeights(layer);
  const tensors = (arrays: Readonly<Record<string, NdArray>>): Tensors =>
    Object.fromEntries(Object.entries(arrays).map(([k, v]) => [k, toTensor(v)]));
  const [output] = evaluated(layer.outputs, { inputs: list, weights });
  expectClose(output!, toArray(oracle(tensors(weights), tensors(inputs))), name, 1e-5);
  expect(output!.shape.slice(1)).toEqual(numbersOf(layer.types[0]!.shape));
  expectDifferences(layer, list, `${name} ${JSON.stringify(args)}`);
} // prettier-ignore

const causal = (rows: number, columns: number): tf.Tensor =>
  tf.tensor(Array.from({ length: rows * columns }, (_, i) => Number(i % columns <= Math.floor(i / columns))), [1, 1, rows, columns], 'bool'); // prettier-ignore
const row = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [2, 1, 1, 5]);

describe('MultiHeadAttention', () => {
  const args = { numHeads: 2, keyDim: 3 };
  test('query and value', () =>
    check('MultiHeadAttention', args, { query, value }, (w, x) => multiHead(w, x['query']!, x['value']!, x['value']!)));
  test('query, value and key of other sizes', () =>
    check('MultiHeadAttention', { ...args, valueDim: 2, outputShape: 5, useBias: false }, { query, value, key }, (w, x) =>
      multiHead(w, x['query']!, x['value']!, x['key']!))); // prettier-ignore
  test('causal', () =>
    check('MultiHeadAttention', { ...args, useCausalMask: true }, { query, value }, (w, x) =>
      multiHead(w, x['query']!, x['value']!, x['value']!, causal(3, 5)))); // prettier-ignore
  test('all masks', () =>
    check('MultiHeadAttention', args, { query, value, queryMask, keyMask, attentionMask }, (w, x) => {
      const column = tf.reshape(x['queryMask']!, [2, 1, 3, 1]);
      const whole = tf.reshape(x['attentionMask']!, [2, 1, 3, 5]);
      return multiHead(w, x['query']!, x['value']!, x['value']!, tf.logicalAnd(tf.logicalAnd(column, row(x['keyMask']!)), whole)); // prettier-ignore
    }));
  test('valueMask is a mask of keys', () =>
    check('MultiHeadAttention', args, { query, value, valueMask: keyMask }, (w, x) =>
      multiHead(w, x['query']!, x['value']!, x['value']!, row(x['valueMask']!)))); // prettier-ignore
  test("weights are Keras's", () => {
    const layer = applied(layerOf('MultiHeadAttention'), { numHeads: 2, keyDim: 3, valueDim: 7 }, [query, value]);
    const shapes = Object.entries(layer.weights).map(([name, node]) => [name, numbersOf(node.shape)]);
    expect(shapes).toEqual([
      ['query.kernel', [4, 2, 3]], ['query.bias', [2, 3]], ['key.kernel', [6, 2, 3]], ['key.bias', [2, 3]],
      ['value.kernel', [6, 2, 7]], ['value.bias', [2, 7]], ['attentionOutput.kernel', [2, 7, 4]], ['attentionOutput.bias', [4]],
    ]); // prettier-ignore
  });
  test('gives its scores too, which sum to 1', () => {
    const layer = applied(layerOf('MultiHeadAttention'), { ...args, returnAttentionScores: true }, [query, value]);
    const [, scores] = evaluated(layer.outputs, { inputs: [query, value], weights: someWeights(layer) });
    expect(scores!.shape).toEqual([2, 2, 3, 5]);
    for (let i = 0; i < 60; i += 5) expect(scores!.data.slice(i, i + 5).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });
  test('drops scores while training only', () => {
    const inputs = [query, value];
    const [still, trained] = [false, true].map((training) => {
      const layer = applied(layerOf('MultiHeadAttention'), { ...args, dropout: 0.5 }, inputs, { training });
      return evaluated(layer.outputs, { inputs, weights: someWeights(layer) })[0]!;
    });
    const plain = applied(layerOf('MultiHeadAttention'), args, inputs);
    expectClose(still!, evaluated(plain.outputs, { inputs, weights: someWeights(plain) })[0]!);
    expect([...trained!.data]).not.toEqual([...still!.data]);
  });
});

describe('GroupQueryAttention', () => {
  const args = { headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2 };
  test('repeats keys and values for each group', () =>
    check('GroupQueryAttention', args, { query, value, key }, (w, x) =>
      multiHead(w, x['query']!, x['value']!, x['key']!),
    ));
  test('masked', () =>
    check('GroupQueryAttention', { ...args, useCausalMask: true, useBias: false }, { query, value, keyMask }, (w, x) =>
      multiHead(w, x['query']!, x['value']!, x['value']!, tf.logicalAnd(causal(3, 5), row(x['keyMask']!))))); // prettier-ignore
  test('heads that do not divide', () => {
    expect(() => applied(layerOf('GroupQueryAttention'), { ...args, numKeyValueHeads: 3 }, [query, value])).toThrow(Refuted); // prettier-ignore
  });
});

describe('Attention and AdditiveAttention', () => {
  const same = someNumbers([2, 5, 4], 5);
  const mix = (scores: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor): tf.Tensor => {
    const masked = mask ? tf.where(tf.broadcastTo(mask, scores.shape), scores, tf.fill(scores.shape, -1e9)) : scores;
    return tf.matMul(tf.softmax(masked), v);
  };
  const dots = (q: tf.Tensor, k: tf.Tensor): tf.Tensor => tf.matMul(q, k, false, true);
  const sums = (q: tf.Tensor, k: tf.Tensor): tf.Tensor => tf.tanh(tf.add(tf.expandDims(q, 2), tf.expandDims(k, 1)));
  test('dot', () =>
    check('Attention', {}, { query, value: same }, (_, x) => mix(dots(x['query']!, x['value']!), x['value']!)));
  test('dot with scale and key', () =>
    check('Attention', { useScale: true }, { query, value, key }, (w, x) =>
      mix(tf.mul(dots(x['query']!, x['key']!), w['scale']!), x['value']!))); // prettier-ignore
  test('concat', () =>
    check('Attention', { useScale: true, scoreMode: 'concat' }, { query, value: same }, (w, x) => {
      const pairs = tf.add(tf.expandDims(x['query']!, 2), tf.expandDims(x['value']!, 1));
      const scores = tf.mul(tf.sum(tf.tanh(tf.mul(pairs, w['scale']!)), -1), w['concatScoreWeight']!);
      return mix(scores, x['value']!);
    }));
  test('masks', () =>
    check('Attention', { useCausalMask: true }, { query, value: same, queryMask, valueMask: keyMask }, (_, x) => {
      const mask = tf.logicalAnd(tf.reshape(causal(3, 5), [1, 3, 5]), tf.reshape(x['valueMask']!, [2, 1, 5]));
      const mixed = mix(dots(x['query']!, x['value']!), x['value']!, mask);
      return tf.mul(mixed, tf.cast(tf.reshape(x['queryMask']!, [2, 3, 1]), 'float32'));
    }));
  test('additive', () => {
    check('AdditiveAttention', {}, { query, value: same }, (w, x) =>
      mix(tf.sum(tf.mul(sums(x['query']!, x['value']!), w['scale']!), -1), x['value']!),
    );
    check('AdditiveAttention', { useScale: false }, { query, value, key }, (_, x) =>
      mix(tf.sum(sums(x['query']!, x['key']!), -1), x['value']!),
    );
  });
});

describe('EinsumDense', () => {
  test('heads', () =>
    check('EinsumDense', { equation: 's d, d h k -> s h k', outputShape: [-1, 2, 3], biasAxes: 'h k', activation: 'tanh' }, { x: query }, (w, x) => {
      const y = tf.matMul(tf.reshape(x['x']!, [6, 4]), tf.reshape(w['kernel']!, [4, 6]));
      return tf.tanh(tf.add(tf.reshape(y, [2, 3, 2, 3]), w['bias']!));
    })); // prettier-ignore
  test('a bias on an axis before others', () =>
    check('EinsumDense', { equation: 's d, d e -> e s', outputShape: [5, -1], biasAxes: 'e' }, { x: query }, (w, x) => {
      const y = tf.reshape(tf.matMul(tf.reshape(x['x']!, [6, 4]), w['kernel']!), [2, 3, 5]);
      return tf.add(tf.transpose(y, [0, 2, 1]), w['bias']!);
    })); // prettier-ignore
  test('no bias, sums of its input', () =>
    check('EinsumDense', { equation: 's d, e -> e', outputShape: [3] }, { x: query }, (w, x) =>
      tf.mul(tf.reshape(tf.sum(x['x']!, [1, 2]), [2, 1]), w['kernel']!))); // prettier-ignore
});

describe('in programs', () => {
  const diagnostics = (stages: string): readonly string[] =>
    checkText(`model M {\n  input x: [6, 8]\n  input m: [9, 8]\n  input mask: bool[9]\n  ${stages}\n}\n`)
      .diagnostics.filter((d) => d.severity === 'error')
      .map((d) => `${d.code} ${d.file.textOf(d.span)}`);
  test.each([
    ['output y = MultiHeadAttention(2, 4)(x, m, keyMask: mask)', []],
    ['output y = x -> MultiHeadAttention(2, 4)(m, keyMask: mask, useCausalMask: true)', []],
    ['output y = MultiHeadAttention(2, 4)(query: x, value: m, keyMask: mask)', []],
    ['output y = (MultiHeadAttention(2, 4)(x, m, keyMask: mask, returnAttentionScores: true)).attentionScores', []],
    ['output y = MultiHeadAttention(2, 4)(x, x, keyMask: mask) + m[:6]', ['shape/mismatch MultiHeadAttention(2, 4)(x, x, keyMask: mask)']],
    ['output y = MultiHeadAttention(2, 4)(x, m, keyMask: m)', ['type/dtype MultiHeadAttention(2, 4)(x, m, keyMask: m)']],
    ['output y = MultiHeadAttention(2, 4)(x, m, x) * sum(cast(mask, float32))', ['shape/mismatch MultiHeadAttention(2, 4)(x, m, x)']],
    ['output y = GroupQueryAttention(4, 3, 2)(x, m) * sum(cast(mask, float32))', ['shape/indivisible 2']],
    ['output y = (x -> EinsumDense("s d, d e -> s e", (-1, 5))) * sum(m) * sum(cast(mask, float32))', []],
    ['output y = (x -> EinsumDense("s d, d e -> s e", 5)) * sum(m) * sum(cast(mask, float32))', ['argument/range 5']],
    ['output y = (x -> EinsumDense("s d, d e -> s e", (7, 5))) * sum(m) * sum(cast(mask, float32))', ['shape/mismatch (7, 5)']],
  ] as const)('%s', (stages, expected) => {
    expect(diagnostics(stages)).toEqual(expected);
  }); // prettier-ignore
});
