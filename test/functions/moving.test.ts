/** Functions that cut, repeat, pick and resize: values against tfjs, gradients against differences. */
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { checkText } from '../check/checking.ts';
import { expectDifferences } from '../layers/differences.ts';
import { applied, evaluated, someNumbers, type Arguments } from '../layers/harness.ts';
import { expectClose, toArray, toTensor } from '../layers/tf-layers.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const functionOf = (name: string) => registry.functions.get(name)!;
const x = someNumbers([2, 6, 4], 2);
const image = someNumbers([2, 5, 6, 3], 3);

interface Case {
  readonly name: string;
  readonly args: Arguments;
  readonly inputs: readonly NdArray[];
  readonly oracle: (...xs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];
}
const one = (name: string, args: Arguments, oracle: (x: tf.Tensor) => tf.Tensor | readonly tf.Tensor[], input = x): Case => ({ name, args, inputs: [input], oracle: (a) => oracle(a!) }); // prettier-ignore
const picks = ndArray([2, 3], [0, 5, 2, 1, 1, 4], 'int32');
const shared = ndArray([1, 2], [3, 0], 'int32');

/** By the formula of TensorFlow's kernel; tfjs's kernel has its own idea of half pixels. */
function bilinear(a: NdArray, height: number, width: number): tf.Tensor {
  const [n, h, w, c] = a.shape as [number, number, number, number];
  const at = (i: number, to: number, from: number) => Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
  const value = (b: number, y: number, z: number, k: number) => a.data[((b * h + y) * w + z) * c + k]!;
  const data: number[] = [];
  for (let b = 0; b < n; b++)
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++)
        for (let k = 0; k < c; k++) {
          const [y, z] = [at(i, height, h), at(j, width, w)];
          const [y0, z0] = [Math.floor(y), Math.floor(z)];
          const [y1, z1] = [Math.min(y0 + 1, h - 1), Math.min(z0 + 1, w - 1)];
          const row = (r: number) => value(b, r, z0, k) * (1 - z + z0) + value(b, r, z1, k) * (z - z0);
          data.push(row(y0) * (1 - y + y0) + row(y1) * (y - y0));
        }
  return tf.tensor(data, [n, height, width, c]);
}

const cases: readonly Case[] = [
  one('split', { indicesOrSections: 2 }, (a) => tf.split(a, 2, 2)),
  one('split', { indicesOrSections: 3, axis: 0 }, (a) => tf.split(a, 3, 1)),
  one('split', { indicesOrSections: [1, 5], axis: 0 }, (a) => tf.split(a, [1, 5], 1)),
  one('unstack', {}, (a) => tf.unstack(a, 1)),
  one('unstack', { axis: -1 }, (a) => tf.unstack(a, 2)),
  one('tile', { repeats: [2, 3] }, (a) => tf.tile(a, [1, 2, 3])),
  one('tile', { repeats: [2] }, (a) => tf.tile(a, [1, 1, 2])),
  one('tile', { repeats: [2, 1, 1] }, (a) => tf.tile(tf.reshape(a, [2, 1, 6, 4]), [1, 2, 1, 1])),
  one('repeatElements', { repeats: 3, axis: 0 }, (a) => tf.reshape(tf.tile(tf.expandDims(a, 2), [1, 1, 3, 1]), [2, 18, 4])),
  one('broadcastTo', { shape: [3, 6, 4] }, (a) => tf.tile(tf.expandDims(a, 1), [1, 3, 1, 1])),
  one('roll', { shift: 2, axis: 0 }, (a) => tf.concat([tf.slice(a, [0, 4, 0], [2, 2, 4]), tf.slice(a, [0, 0, 0], [2, 4, 4])], 1)),
  one('roll', { shift: -1, axis: -1 }, (a) => tf.concat([tf.slice(a, [0, 0, 1], [2, 6, 3]), tf.slice(a, [0, 0, 0], [2, 6, 1])], 2)),
  one('roll', { shift: 5 }, (a) => { const f = tf.reshape(a, [2, 24]); return tf.reshape(tf.concat([tf.slice(f, [0, 19], [2, 5]), tf.slice(f, [0, 0], [2, 19])], 1), [2, 6, 4]); }),
  one('pad', { padWidth: 1, constantValues: 2 }, (a) => tf.pad(a, [[0, 0], [1, 1], [1, 1]], 2)),
  one('pad', { padWidth: [[0, 2], [1, 0]] }, (a) => tf.pad(a, [[0, 0], [0, 2], [1, 0]])),
  one('pad', { padWidth: [[3, 2], [1, 2]], mode: 'reflect' }, (a) => tf.mirrorPad(a, [[0, 0], [3, 2], [1, 2]], 'reflect')),
  one('pad', { padWidth: [[3, 2], [1, 2]], mode: 'symmetric' }, (a) => tf.mirrorPad(a, [[0, 0], [3, 2], [1, 2]], 'symmetric')),
  one('pad', { padWidth: [[2, 0], [0, 0]], mode: 'edge' }, (a) => tf.concat([tf.tile(tf.slice(a, [0, 0, 0], [2, 1, 4]), [1, 2, 1]), a], 1)),
  one('slice', { startIndices: [1, 2], shape: [3, -1] }, (a) => tf.slice(a, [0, 1, 2], [2, 3, 2])),
  one('topK', { k: 3 }, (a) => { const { values, indices } = tf.topk(a, 3); return [values, indices]; }),
  one('topK', { k: 20 }, (a) => { const { values, indices } = tf.topk(a, 20); return [values, indices]; }, someNumbers([2, 24], 9)),
  one('triu', {}, (a) => tf.mul(a, tf.tensor(Array.from({ length: 24 }, (_, i) => Number(i % 4 >= Math.floor(i / 4))), [6, 4]))),
  one('tril', {}, (a) => tf.mul(a, tf.tensor(Array.from({ length: 24 }, (_, i) => Number(i % 4 <= Math.floor(i / 4))), [6, 4]))),
  one('cropAndPad', { height: 3, width: 9 }, (a) => tf.pad(tf.slice(a, [0, 1, 0, 0], [2, 3, 6, 3]), [[0, 0], [0, 0], [1, 2], [0, 0]]), image),
  one('resizeNearest', { height: 3, width: 9 }, (a) => tf.image.resizeNearestNeighbor(a as tf.Tensor4D, [3, 9], false, true), image),
  one('resizeNearest', { height: 10, width: 4 }, (a) => tf.image.resizeNearestNeighbor(a as tf.Tensor4D, [10, 4], false, true), image),
  one('resizeBilinear', { height: 3, width: 9 }, () => bilinear(image, 3, 9), image),
  one('resizeBilinear', { height: 10, width: 4 }, () => bilinear(image, 10, 4), image),
  { name: 'gather', args: {}, inputs: [x, picks], oracle: (a, i) => tf.gather(a!, tf.cast(i!, 'int32'), 1, 1) },
  { name: 'gather', args: {}, inputs: [x, shared], oracle: (a) => tf.gather(a!, tf.tensor1d([3, 0], 'int32'), 1) },
  { name: 'gather', args: { axis: -1 }, inputs: [x, shared], oracle: (a) => tf.gather(a!, tf.tensor1d([3, 0], 'int32'), 2) },
  { name: 'gather', args: { axis: -1 }, inputs: [x, ndArray([2], [3, 1], 'int32')], oracle: (a) => tf.reshape(tf.concat([tf.slice(a!, [0, 0, 3], [1, 6, 1]), tf.slice(a!, [1, 0, 1], [1, 6, 1])], 0), [2, 6]) },
  { name: 'gather', args: {}, inputs: [someNumbers([1, 6, 4], 3), picks], oracle: (a, i) => tf.gather(tf.reshape(a!, [6, 4]), tf.cast(i!, 'int32')) },
  { name: 'outer', args: {}, inputs: [someNumbers([2, 3], 2), someNumbers([1, 4], 3)], oracle: (a, b) => tf.mul(tf.reshape(a!, [2, 3, 1]), tf.reshape(b!, [1, 1, 4])) },
]; // prettier-ignore

test.each(cases.map((c, i) => [`${c.name} ${JSON.stringify(c.args)}`, i] as const))('%s', (about, i) => {
  const { name, args, inputs, oracle } = cases[i]!;
  const result = applied(functionOf(name), args, inputs);
  const outputs = evaluated(result.outputs, { inputs });
  const wanted = oracle(...inputs.map(toTensor));
  const expected = wanted instanceof tf.Tensor ? [wanted] : wanted;
  expect(outputs).toHaveLength(expected.length);
  for (const [k, output] of outputs.entries()) expectClose(output, toArray(expected[k]!), about, 1e-5);
  expectDifferences(result, inputs, about);
});

describe('scaledDotProductAttention', () => {
  const [q, k, v] = [someNumbers([2, 3, 5, 4], 2), someNumbers([2, 3, 6, 4], 3), someNumbers([2, 3, 6, 2], 4)];
  const attend = (mask?: tf.Tensor, bias?: tf.Tensor): tf.Tensor => {
    let scores = tf.mul(tf.matMul(toTensor(q), toTensor(k), false, true), 0.5);
    if (bias) scores = tf.add(scores, bias);
    if (mask) scores = tf.where(tf.broadcastTo(mask, scores.shape), scores, tf.fill(scores.shape, -1e9));
    return tf.matMul(tf.softmax(scores), toTensor(v));
  };
  const check = (args: Arguments, more: readonly NdArray[], names: readonly string[], expected: tf.Tensor) => {
    const inputs = [q, k, v, ...more];
    const inputNames = ['query', 'key', 'value', ...names];
    const result = applied(functionOf('scaledDotProductAttention'), args, inputs, { inputNames });
    const [output] = evaluated(result.outputs, { inputs });
    expectClose(output!, toArray(expected), 'attention', 1e-5);
    expectDifferences(result, inputs, 'attention');
  };
  test('plain', () => check({}, [], [], attend()));
  test('causal', () => {
    const rows = Array.from({ length: 5 }, (_, i) => Array.from({ length: 6 }, (_, j) => Number(j <= i)));
    check({ isCausal: true }, [], [], attend(tf.tensor(rows.flat(), [1, 1, 5, 6], 'bool')));
  });
  test('mask and bias', () => {
    const mask = ndArray([2, 1, 1, 6], [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0], 'bool');
    const bias = someNumbers([2, 5, 6], 7);
    check({}, [mask, bias], ['mask', 'bias'], attend(toTensor(mask), tf.reshape(toTensor(bias), [2, 1, 5, 6])));
  });
  test('by its own scale', () => {
    const single = applied(functionOf('scaledDotProductAttention'), { scale: 0 }, [q, k, v]);
    const [output] = evaluated(single.outputs, { inputs: [q, k, v] });
    const mean = toArray(tf.broadcastTo(tf.mean(toTensor(v), 2, true), [2, 3, 5, 2]));
    expectClose(output!, mean, 'even', 1e-5);
  });
});

test('sparsemax', () => {
  const scores = ndArray([2, 3], [1, 1.9, 3, 0.1, 0.2, -0.1]);
  const result = applied(functionOf('sparsemax'), {}, [scores]);
  const [output] = evaluated(result.outputs, { inputs: [scores] });
  const expected = [0, 0, 1, 1 / 3 + 0.1 - 0.2 / 3, 1 / 3 + 0.2 - 0.2 / 3, 1 / 3 - 0.1 - 0.2 / 3];
  for (const [i, value] of expected.entries()) expect(output!.data[i]).toBeCloseTo(value, 5);
  expectDifferences(result, [scores], 'sparsemax');
});

describe('in programs', () => {
  const messages = (stages: string, input = '[6, 4]'): readonly string[] =>
    checkText(`model M {\n  input x: ${input}\n  ${stages}\n}\n`).diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.file.textOf(d.span)}`); // prettier-ignore
  test.each([
    ['let (a, b) = x -> split(2)\n  output y = a * b', []],
    ['let (a, b) = x -> split([1, 3])\n  output y = concat(a, b)', []],
    ['output y = split(x, 3, 0).part1', []],
    ['output y = (x -> topK(2)).values', []],
    ['output y = x -> pad(((1, 1), (0, 0))) -> slice((0, 0), (-1, 2))', []],
    ['output y = scaledDotProductAttention(x, x, x, isCausal: true)', []],
    ['let m = x[:, 0] > 0\n  output y = scaledDotProductAttention(x, x, x, m)', []],
    ['output y = gather(x, [0, 5])', []],
    ['output y = x -> tile(2, 3) -> einsum("a b -> b a")', []],
    ['output y = (x -> split(4)).part0 + (x -> split(3)).part0', ['shape/indivisible 3']],
    ['output y = (x -> split([1, 2])).part0', ['shape/mismatch [1, 2]']],
    ['output y = (x -> topK(5)).values', ['shape/too-small 5']],
    ['output y = x -> pad((1, 2, 3))', ['argument/type (1, 2, 3)']],
    ['output y = x -> pad(4, mode: reflect)', ['shape/too-small 4']],
    ['output y = x -> roll(7, axis: 0)', ['shape/too-small 7']],
    ['output y = x -> broadcastTo(3, 4)', ['shape/mismatch 3, 4']],
  ] as const)('%s', (stages, expected) => {
    expect(messages(stages)).toEqual(expected);
  });
});
