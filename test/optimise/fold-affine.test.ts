/** Scales and offsets by channel go into weights, and nothing else changes: against the reference evaluator. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createGraphBuilder,
  evaluateProgram,
  ndArray,
  nodesOf,
  verify,
  type GraphBuilder,
  type NdArray,
  type TensorNode,
} from '../../compiler/graph/index.ts';
import { algebra, foldAffine, foldConstants, optimise, rewriteProgram } from '../../compiler/optimise/index.ts';
import type { TensorProgram } from '../../compiler/graph/tensor-graph.ts';
import { asNumber, variable } from '../../compiler/shapes/index.ts';
import { difference, programOf } from '../ops/apply-case.ts';

const n = variable({ name: 'n', id: 1 });
const images = [n, 5, 6, 2] as const;

const wave = (shape: readonly number[], phase: number): NdArray =>
  ndArray(
    [...shape],
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i + phase) + 0.3),
  );

/** Values for every leaf, by its shape. */
function results(program: TensorProgram): ReadonlyMap<string, NdArray> {
  const inputs: Record<string, NdArray> = {};
  const weights: Record<string, NdArray> = {};
  for (const node of nodesOf(program)) {
    const name = String(node.attributes['name'] ?? node.attributes['path']);
    const shape = node.shape.map((size) => asNumber(size) ?? 2);
    if (node.op === 'input') inputs[name] = wave(shape, name.length);
    if (node.op === 'weight') weights[name] = wave(shape, name.length + name.charCodeAt(0));
  }
  return evaluateProgram(program, { sizes: new Map([[1, 2]]), inputs, weights, precision: 'float64' });
}

/** The program with and without folding; they agree. */
function folded(make: (op: GraphBuilder) => TensorNode): readonly [TensorProgram, TensorProgram] {
  const op = createGraphBuilder();
  const before = optimise(programOf({ y: make(op) }), op);
  const after = rewriteProgram(foldAffine(before, op), op, [foldConstants, ...algebra]);
  verify(after);
  const [expected, actual] = [results(before), results(after)];
  expect(actual.get('y')!.shape).toEqual(expected.get('y')!.shape);
  expect(difference(expected.get('y')!.data, actual.get('y')!.data)).toBeLessThan(1e-6);
  return [before, after];
}

/** Ops on what depends on inputs. */
function varying({ outputs }: TensorProgram): readonly string[] {
  const depends = new Set<TensorNode>();
  const found: string[] = [];
  for (const node of nodesOf({ outputs })) {
    if (node.op !== 'input' && !node.inputs.some((x) => depends.has(x))) continue;
    depends.add(node);
    if (node.op !== 'input') found.push(node.op);
  }
  return found;
}

const batchNorm = (op: GraphBuilder, x: TensorNode, name = 'norm'): TensorNode => {
  const size = asNumber(x.shape.at(-1)!)!;
  const weight = (part: string): TensorNode => op.weight(`${name}.${part}`, 'float32', [size]);
  const scale = op.multiply(op.rsqrt(op.add(op.square(weight('variance')), 1e-3)), weight('gamma'));
  return op.add(op.multiply(x, scale), op.subtract(weight('beta'), op.multiply(weight('mean'), scale)));
};

const products: Record<string, (op: GraphBuilder, x?: TensorNode, padding?: 'same' | 'valid') => TensorNode> = {
  conv2d: (op, x = op.input('x', 'float32', images), padding = 'valid') =>
    op.conv2d(x, op.weight('w', 'float32', [3, 2, 2, 4]), { strides: [1, 1], padding }),
  depthwiseConv2d: (op, x = op.input('x', 'float32', images), padding = 'valid') =>
    op.depthwiseConv2d(x, op.weight('w', 'float32', [2, 2, 2, 3]), { strides: [1, 2], padding }),
  matMul: (op, x = op.input('x', 'float32', images)) => op.matMul(x, op.weight('w', 'float32', [2, 3])),
};

const biased = (op: GraphBuilder, x: TensorNode): TensorNode =>
  op.add(x, op.weight('bias', 'float32', [x.shape.at(-1)!]));

describe.each(Object.keys(products))('%s', (name) => {
  const product = products[name]!;

  test('batch normalisation after it', () => {
    for (const bias of [false, true]) {
      const [, after] = folded((op) => batchNorm(op, bias ? biased(op, product(op)) : product(op)));
      expect(varying(after)).toEqual([name, 'add']);
    }
  });

  test('several scales and offsets, of one number too, and of channels with axes of 1 before them', () => {
    const [, after] = folded((op) => {
      const y = batchNorm(op, op.divide(op.subtract(biased(op, product(op)), 0.5), 3), 'one');
      const channels = op.reshape(op.weight('more', 'float32', [y.shape.at(-1)!]), [1, 1, 1, y.shape.at(-1)!]);
      return op.multiply(op.add(y, op.weight('number', 'float32', [])), channels);
    });
    expect(varying(after)).toEqual([name, 'add']);
  });

  test('batch normalisation before it, and on both sides', () => {
    const x = (op: GraphBuilder): TensorNode => batchNorm(op, op.relu(op.input('x', 'float32', images)), 'before');
    expect(varying(folded((op) => product(op, x(op)))[1])).toEqual(['relu', name, 'add']);
    expect(varying(folded((op) => batchNorm(op, biased(op, product(op, x(op)))))[1])).toEqual(['relu', name, 'add']);
    const scaled = (op: GraphBuilder): TensorNode => op.multiply(op.input('x', 'float32', images), 1 / 255);
    expect(varying(folded((op) => product(op, scaled(op), 'same'))[1])).toEqual([name]);
  });

  test('not where something else reads what lies between', () => {
    const op = createGraphBuilder();
    const y = product(op);
    const before = optimise(programOf({ y, z: batchNorm(op, y) }), op);
    expect(varying(foldAffine(before, op)).filter((one) => one === name)).toHaveLength(1);
    const [, shared] = folded((op) => {
      const x = batchNorm(op, op.relu(op.input('x', 'float32', images)), 'before');
      return op.multiply(op.sum(product(op, x)), op.sum(x));
    });
    expect(varying(shared)).toEqual(expect.arrayContaining(['relu', 'multiply', 'add', name]));
  });

  test('not where what is multiplied depends on inputs, or varies along other axes', () => {
    for (const by of [
      (op: GraphBuilder) => op.input('by', 'float32', [1]),
      (op: GraphBuilder) => op.weight('by', 'float32', [5, 1, 1]),
    ]) {
      const [before, after] = folded((op) => {
        const x = op.input('x', 'float32', [n, 5, 5, 2]);
        return name === 'matMul'
          ? op.multiply(product(op, x), by(op))
          : op.multiply(product(op, op.multiply(x, by(op))), 1);
      });
      expect(varying(after)).toEqual(varying(before));
    }
  });
});

describe('what is left alone', () => {
  test('an offset before a padded convolution', () => {
    for (const name of ['conv2d', 'depthwiseConv2d']) {
      const [before, after] = folded((op) =>
        products[name]!(op, batchNorm(op, op.relu(op.input('x', 'float32', images))), 'same'),
      );
      expect(varying(after)).toEqual(varying(before));
    }
  });

  test('centring before scaling: far from 0 digits would be lost', () => {
    const [before, after] = folded((op) => {
      const x = op.input('x', 'float32', [n, 4]);
      const [mean, scale] = ['mean', 'scale'].map((path) => op.weight(path, 'float32', [4]));
      return op.matMul(op.multiply(op.subtract(x, mean!), scale!), op.weight('w', 'float32', [4, 3]));
    });
    expect(varying(after)).toEqual(varying(before));
  });

  test('products of two inputs, and with a transposed operand', () => {
    for (const make of [
      (op: GraphBuilder) =>
        batchNorm(op, op.matMul(op.input('a', 'float32', [n, 4]), op.input('b', 'float32', [4, 3]))),
      (op: GraphBuilder) => batchNorm(op, op.matMul(op.input('a', 'float32', [n, 4]), op.weight('b', 'float32', [3, 4]), { transposeB: true })), // prettier-ignore
    ]) {
      const [before, after] = folded(make);
      expect(varying(after)).toEqual(varying(before));
    }
  });
});

test('random networks of products, scales, offsets and activations', () => {
  const step = fc.constantFrom('product', 'same', 'scale', 'offset', 'number', 'norm', 'relu', 'twice');
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(products)), fc.array(step, { minLength: 1, maxLength: 9 }), (kind, steps) => {
      folded((op) => {
        let x: TensorNode = op.input('x', 'float32', [n, 12, 12, 2]);
        for (const [i, one] of steps.entries()) {
          const size = asNumber(x.shape.at(-1)!)!;
          const weight = (): TensorNode => op.weight(`w${i}`, 'float32', [size]);
          const attributes = { strides: [1, 1], padding: one === 'same' ? 'same' : 'valid' } as const;
          if (one === 'scale') x = op.multiply(x, weight());
          else if (one === 'offset') x = op.subtract(x, weight());
          else if (one === 'number') x = op.divide(op.add(x, 2), 0.5);
          else if (one === 'norm') x = batchNorm(op, x, `n${i}`);
          else if (one === 'relu') x = op.relu(x);
          else if (one === 'twice') x = op.add(x, op.relu(x));
          else if (kind === 'matMul') x = op.matMul(x, op.weight(`w${i}`, 'float32', [size, 3]));
          else if (kind === 'conv2d') x = op.conv2d(x, op.weight(`w${i}`, 'float32', [2, 2, size, 2]), attributes);
          else x = op.depthwiseConv2d(x, op.weight(`w${i}`, 'float32', [2, 1, size, 1]), attributes);
        }
        return x;
      });
    }),
    { numRuns: 60 },
  );
}); // prettier-ignore
