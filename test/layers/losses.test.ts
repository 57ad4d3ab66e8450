/** Losses and metrics against tf.losses / tf.metrics, from probabilities and from logits, and how the logits are found. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { createGraphBuilder, evaluateNodes, ndArray, topological, type GraphBuilder, type NdArray, type TensorNode } from '../../compiler/graph/index.ts'; // prettier-ignore
import { pairValues } from '../../compiler/lower/lower-pair.ts';
import { dim } from '../../compiler/shapes/index.ts';
import { completed, someNumbers, type Arguments } from './harness.ts';
import { expectClose } from './tf-layers.ts';

interface Given {
  readonly name: string;
  readonly kind?: 'losses' | 'metrics';
  readonly args?: Arguments;
  readonly target: NdArray;
  readonly logits: NdArray;
  /** What makes the output from the logits. */
  readonly output: (op: GraphBuilder, logits: TensorNode) => TensorNode;
}

function values({ name, kind = 'losses', args = {}, target, logits, output }: Given): { readonly values: NdArray; readonly gradient: NdArray | undefined; readonly nodes: readonly TensorNode[] } {
  const op = createGraphBuilder();
  const definition = registry[kind].get(name)!;
  const x = op.input('x', 'float32', logits.shape);
  const pair = { definition, parameters: completed(definition.parameters, args), target: op.input('t', target.dtype, target.shape), prediction: output(op, x) };
  const result = pairValues(op, pair, dim(logits.shape[0]!));
  const [gradient] = differentiate(op, op.sum(result), [x]);
  const nodes = topological(gradient ? [result, gradient] : [result]);
  const found = evaluateNodes(nodes, { inputs: { x: logits, t: target } });
  return { values: found.get(result)!, gradient: gradient && found.get(gradient), nodes: topological([result]) };
} // prettier-ignore

const softmaxOf = (row: readonly number[]): number[] => {
  const top = Math.max(...row);
  const e = row.map((v) => Math.exp(v - top));
  return e.map((v) => v / e.reduce((a, b) => a + b));
};
const rows = (x: NdArray): number[][] => {
  const width = x.shape.at(-1)!;
  return Array.from({ length: x.data.length / width }, (_, i) => Array.from(x.data.slice(i * width, (i + 1) * width)));
};

describe('cross-entropies', () => {
  const logits = someNumbers([3, 2, 4], 2);
  const classes = ndArray([3, 2], [0, 3, 1, 2, 2, 0], 'int32');
  const expected = ndArray([3, 2], rows(logits).map((row, i) => -Math.log(softmaxOf(row)[classes.data[i]!]!))); // prettier-ignore
  const hot = ndArray([3, 2, 4], [...classes.data].flatMap((c) => [0, 1, 2, 3].map((i) => Number(i === c)))); // prettier-ignore

  test('sparse: from logits, from a softmax, from probabilities, with a trailing axis', () => {
    const name = 'sparseCategoricalCrossentropy';
    const plain = values({ name, args: { fromLogits: true }, target: classes, logits, output: (_, x) => x });
    const found = values({ name, target: classes, logits, output: (op, x) => op.softmax(x) });
    const blind = values({ name, target: classes, logits, output: (op, x) => op.multiply(op.softmax(x), 1) });
    const trailing = values({ name, target: ndArray([3, 2, 1], classes.data, 'int32'), logits, output: (op, x) => op.softmax(x) }); // prettier-ignore
    for (const result of [plain, found, blind, trailing]) expectClose(result.values, expected, name, 1e-5);
    const slope = ndArray([3, 2, 4], rows(logits).flatMap((row, i) => softmaxOf(row).map((p, c) => p - hot.data[i * 4 + c]!))); // prettier-ignore
    for (const result of [plain, found, blind]) expectClose(result.gradient!, slope, `gradient of ${name}`, 1e-5);
    expect(found.nodes.map((node) => node.op)).toContain('logSoftmax');
    expect(found.nodes.map((node) => node.op)).not.toContain('softmax');
    expect(blind.nodes.map((node) => node.op)).toContain('softmax');
  });

  test('categorical, with label smoothing', () => {
    const args = { labelSmoothing: 0.2 };
    const smooth = ndArray([3, 2], rows(logits).map((row, i) => -softmaxOf(row).reduce((sum, p, c) => sum + Math.log(p) * (hot.data[i * 4 + c]! * 0.8 + 0.05), 0))); // prettier-ignore
    const name = 'categoricalCrossentropy';
    expectClose(values({ name, args, target: hot, logits, output: (op, x) => op.softmax(x) }).values, smooth, name, 1e-5); // prettier-ignore
    expectClose(values({ name, target: hot, logits, output: (op, x) => op.softmax(x) }).values, expected, name, 1e-5);
  });

  test('classes on another axis', () => {
    const turned = (op: GraphBuilder, x: TensorNode) => op.transpose(op.softmax(x), [0, 2, 1]);
    const result = values({ name: 'sparseCategoricalCrossentropy', args: { axis: 0 }, target: classes, logits, output: turned }); // prettier-ignore
    expectClose(result.values, expected, 'axis 0', 1e-5);
    expect(result.nodes.map((node) => node.op)).toContain('logSoftmax');
  });

  test('an ignored class does not count', () => {
    const target = ndArray([3, 2], [0, -1, 1, -1, 2, 0], 'int32');
    const args = { ignoreClass: -1 };
    const result = values({ name: 'sparseCategoricalCrossentropy', args, target, logits, output: (op, x) => op.softmax(x) }); // prettier-ignore
    const kept = [0, 2, 4, 5].map((i) => expected.data[i]!);
    const mean = result.values.data.reduce((a, b) => a + b) / 6;
    expect(mean).toBeCloseTo(kept.reduce((a, b) => a + b) / 4, 5);
  });

  test('binary: found through reshapes, slices and transposes, without overflow', () => {
    const big = ndArray([2, 3], [100, -100, 0.5, 3, -3, 40]);
    const target = ndArray([2, 3], [0, 1, 1, 1, 0, 1]);
    const bce = [...big.data].map((v, i) => Math.max(v, 0) - v * target.data[i]! + Math.log1p(Math.exp(-Math.abs(v))));
    const mean = ndArray([2], [0, 1].map((r) => (bce[3 * r]! + bce[3 * r + 1]! + bce[3 * r + 2]!) / 3)); // prettier-ignore
    const moved = (op: GraphBuilder, x: TensorNode) =>
      op.reshape(op.transpose(op.transpose(op.sigmoid(op.reshape(x, [2, 3, 1])), [0, 2, 1]), [0, 2, 1]), [2, 3]);
    for (const output of [moved, (op: GraphBuilder, x: TensorNode) => op.sigmoid(x)]) {
      const result = values({ name: 'binaryCrossentropy', target, logits: big, output });
      expectClose(result.values, mean, 'bce', 1e-5);
      expect(result.nodes.map((node) => node.op)).not.toContain('sigmoid');
    }
    const single = values({ name: 'binaryCrossentropy', target: ndArray([2], [1, 0]), logits: ndArray([2, 1], [2, 3]), output: (op, x) => op.sigmoid(x) }); // prettier-ignore
    expect([...single.values.data]).toEqual([expect.closeTo(0.126928, 5), expect.closeTo(3.048587, 5)]);
  });

  test('the softmax of another axis is left alone', () => {
    const output = (op: GraphBuilder, x: TensorNode) => op.reshape(op.softmax(x), [3, 8]);
    const target = ndArray([3], [0, 5, 7], 'int32');
    const result = values({ name: 'sparseCategoricalCrossentropy', target, logits, output });
    expect(result.nodes.map((node) => node.op)).not.toContain('logSoftmax');
  });

  test('a softmax found under a slice along other axes', () => {
    const output = (op: GraphBuilder, x: TensorNode) => op.reshape(op.slice(op.softmax(x), [0, 1, 0], [3, 1, 4]), [3, 4]);
    const target = ndArray([3], [3, 2, 0], 'int32');
    const result = values({ name: 'sparseCategoricalCrossentropy', target, logits, output });
    expectClose(result.values, ndArray([3], [1, 3, 5].map((i) => expected.data[i]!)), 'slice', 1e-5); // prettier-ignore
    expect(result.nodes.map((node) => node.op)).toContain('logSoftmax');
  }); // prettier-ignore
});

describe('elementwise losses', () => {
  const formulas: Readonly<Record<string, (t: number, y: number) => number>> = {
    meanSquaredError: (t, y) => (t - y) ** 2,
    meanAbsoluteError: (t, y) => Math.abs(t - y),
    huber: (t, y) => (Math.abs(t - y) <= 1 ? (t - y) ** 2 / 2 : Math.abs(t - y) - 0.5),
    logCosh: (t, y) => Math.log(Math.cosh(y - t)),
  };
  test.each(Object.keys(formulas))('%s', (name) => {
    const numbers = fc.array(fc.integer({ min: -40, max: 40 }).map((k) => k / 16 + 0.011), { minLength: 6, maxLength: 6 }); // prettier-ignore
    fc.assert(
      fc.property(numbers, numbers, (t, y) => {
        const expected = [0, 1].map((r) => [0, 1, 2].reduce((sum, i) => sum + formulas[name]!(t[3 * r + i]!, y[3 * r + i]!) / 3, 0)); // prettier-ignore
        const result = values({ name, target: ndArray([2, 3], t), logits: ndArray([2, 3], y), output: (_, x) => x });
        expectClose(result.values, ndArray([2], expected), name, 1e-5);
      }),
      { numRuns: 40, seed: 3 },
    );
  });
  test('int and bool targets are converted', () => {
    for (const dtype of ['int32', 'bool'] as const) {
      const result = values({ name: 'meanSquaredError', target: ndArray([2, 2], [1, 0, 1, 1], dtype), logits: ndArray([2, 2], [0, 0, 1, 0.5]), output: (_, x) => x }); // prettier-ignore
      expect([...result.values.data]).toEqual([0.5, 0.125]);
    }
  });
});

describe('metrics', () => {
  const output = (_: GraphBuilder, x: TensorNode) => x;
  const scores = ndArray([2, 4], [0.1, 0.4, 0.3, 0.2, 0.5, 0.1, 0.15, 0.25]);
  test.each([
    ['sparseTopKCategoricalAccuracy', 1, [0, 0]],
    ['sparseTopKCategoricalAccuracy', 2, [1, 0]],
    ['sparseTopKCategoricalAccuracy', 3, [1, 1]],
  ] as const)('%s of %i', (name, k, expected) => {
    const target = ndArray([2], [2, 2], 'int32');
    expect([...values({ name, kind: 'metrics', args: { k }, target, logits: scores, output }).values.data]).toEqual(expected); // prettier-ignore
  });
  test('binaryAccuracy over a target without axes', () => {
    const target = ndArray([4], [1, 0, 1, 0], 'bool');
    const result = values({ name: 'binaryAccuracy', kind: 'metrics', target, logits: ndArray([4, 1], [0.6, 0.6, 0.4, 0.4]), output }); // prettier-ignore
    expect([...result.values.data]).toEqual([1, 0, 0, 1]);
  });
});
