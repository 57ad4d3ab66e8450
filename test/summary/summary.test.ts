import { describe, expect, test } from 'vitest';
import { summaryJson } from '../../compiler/summary/summary-json.ts';
import { summaryTable } from '../../compiler/summary/summary-table.ts';
import { summarize } from '../../compiler/summary/summarize.ts';
import { apply, dense, input, matMul, model, origin, plainLayer, relu, type, valueOf, weight } from './graphs.ts';
import type { ModelGraph } from '../../compiler/graph/model-graph.ts';
import { add, asNumber, ZERO } from '../../compiler/shapes/index.ts';

/** Flatten, two dense layers of which the second is used twice, a normalisation with fixed weights, a raw weight. */
function digits(): ModelGraph {
  const image = input(0, 'image', type([28, 28, 1]));
  const flat = apply({ id: 1, definition: plainLayer('Flatten'), inputs: [image], output: type([784]), path: 'flatten' });
  const w1 = { kernel: 'dense.kernel', bias: 'dense.bias' };
  const w2 = { kernel: 'dense_1.kernel' };
  const one = apply({ id: 2, definition: dense, inputs: [flat], output: type([10]), path: 'dense', weights: w1 });
  const bent = apply({ id: 3, definition: relu, inputs: [one], output: type([10]) });
  const two = apply({ id: 4, definition: dense, inputs: [bent], output: type([10]), path: 'dense_1', weights: w2 });
  const again = apply({ id: 5, definition: dense, inputs: [two], output: type([10]), path: 'dense_1', weights: w2 });
  const statistics = { movingMean: 'norm.movingMean' };
  const norm = apply({ id: 6, definition: plainLayer('BatchNormalization'), inputs: [again], output: type([10]), path: 'norm', weights: statistics }); // prettier-ignore
  const product = apply({ id: 7, definition: matMul, inputs: [norm, norm], output: type([10]) });
  const unrelated = apply({ id: 8, definition: matMul, inputs: [norm, norm], output: type([10]) });
  return model({
    arguments: { classes: '10' },
    inputs: [{ node: image }],
    nodes: [image, flat, one, bent, two, again, norm, product, unrelated],
    outputs: [{ name: 'digit', value: valueOf(product) }],
    weights: [
      weight('dense.kernel', [784, 10]),
      weight('dense.bias', [10]),
      weight('dense_1.kernel', [10, 10]),
      weight('norm.movingMean', [10], false),
      weight('scale', [4]),
    ],
    valueRequirements: [{ tensor: 'image', below: 255, origin }],
  });
} // prettier-ignore

describe('numbers', () => {
  test('parameters are counted once, also of shared layers, and add up', () => {
    const summary = summarize(digits());
    const { total, trainable } = summary.parameters;
    expect([total, trainable].map(asNumber)).toEqual([7964, 7954]);
    expect(summary.rows.map((row) => [row.path, asNumber(row.parameters), row.uses])).toEqual([
      ['flatten', 0, 1],
      ['dense', 7850, 1],
      ['dense_1', 100, 2],
      ['norm', 10, 1],
      ['scale', 4, 0],
    ]);
    expect(summary.rows.reduce((sum, row) => add(sum, row.parameters), ZERO)).toEqual(summary.parameters.total);
  });

  test('functions count where they compute; what only the loss needs does not', () => {
    const { functions } = summarize(digits());
    expect(functions.map(({ name, uses }) => [name, uses])).toEqual([['matMul', 1]]);
  });
});

test('JSON', () => {
  const { models } = summaryJson([summarize(digits())]);
  expect(models[0]).toMatchObject({
    name: 'Digits',
    arguments: { classes: '10' },
    inputs: [{ name: 'image', dtype: 'float32', shape: [28, 28, 1] }],
    outputs: [{ name: 'digit', dtype: 'float32', shape: [10] }],
    parameters: { total: 7964, trainable: 7954 },
    flops: 2 * 7840 + 2 * 2 * 100 + 100,
    requirements: ['image < 255'],
    weights: [
      { name: 'dense.kernel', dtype: 'float32', shape: [784, 10], trainable: true },
      { name: 'dense.bias' },
      { name: 'dense_1.kernel' },
      { name: 'norm.movingMean', trainable: false },
      { name: 'scale' },
    ],
  });
  expect(models[0]!.layers[1]).toEqual({
    path: 'dense',
    type: 'Dense',
    outputShape: [10],
    parameters: 7850,
    flops: 15680,
    activationBytes: 40,
  });
});

test('sizes that are open stay expressions', () => {
  const h = { name: 'h', id: 1 };
  const x = input(0, 'x', type([h, 8]));
  const y = apply({ id: 1, definition: dense, inputs: [x], output: type([h, 4]), path: 'dense' });
  const graph = model({ inputs: [{ node: x }], nodes: [x, y], outputs: [{ name: 'y', value: valueOf(y) }] });
  const { models } = summaryJson([summarize(graph)]);
  expect(models[0]!.flops).toBe('64 * h');
  expect(models[0]!.inputs[0]!.shape).toEqual(['h', 8]);
  expect(models[0]!.layers[0]).toMatchObject({ flops: '64 * h', activationBytes: '16 * h', outputShape: ['h', 4] });
});

test('the table', () => {
  expect(`\n${summaryTable(summarize(digits()), { colors: false })}\n`).toBe(`
Digits(classes: 10)
  input  image: float32[28, 28, 1]
  output digit: float32[10]

─────────────────────────────────────────────────────────────────────
layer     type                output  parameters   FLOPs  activations
flatten   Flatten             [784]                          3.06 KiB
dense     Dense               [10]         7,850  15.7 k         40 B
dense_1   Dense ×2            [10]           100     400         80 B
norm      BatchNormalization  [10]      10 fixed                 40 B
scale     weight              [4]              4
function  matMul                                     100
─────────────────────────────────────────────────────────────────────

parameters  7,964 (7,954 trainable, 10 not), 31.1 KiB
FLOPs       16.2 k per example
layers      4
requires    image < 255
`);
});
