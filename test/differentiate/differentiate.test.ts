/**
 * What differentiation builds: only what lies between, sums over uses, stops, conventions at kinks, symbolic sizes.
 */
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../compiler/differentiate/index.ts';
import {
  createGraphBuilder,
  evaluateProgram,
  ndArray,
  nodesOf,
  printGraph,
  verify,
  type GraphBuilder,
  type TensorNode,
} from '../../compiler/graph/index.ts';
import { variable } from '../../compiler/shapes/index.ts';
import { programOf } from '../ops/apply-case.ts';

/** d sum(f(x)) / dx at the given values. */
function slope(f: (op: GraphBuilder, x: TensorNode) => TensorNode, values: readonly number[]): number[] {
  const op = createGraphBuilder();
  const x = op.input('x', 'float32', [values.length]);
  const [gradient] = differentiate(op, op.sum(f(op, x)), [x]);
  return [
    ...evaluateProgram(programOf({ gradient: gradient! }), { inputs: { x: ndArray([values.length], values) } }).get(
      'gradient',
    )!.data,
  ];
}

describe('conventions', () => {
  test('relu has slope 0 at 0', () => expect(slope((op, x) => op.relu(x), [-1, 0, 2])).toEqual([0, 0, 1]));
  test('powers are finite at 0', () => {
    expect(slope((op, x) => op.power(x, 2), [0, -3])).toEqual([0, -6]);
    expect(slope((op, x) => op.power(x, 1), [0, 5])).toEqual([1, 1]);
    expect(slope((op, x) => op.power(x, 0), [0, 5])).toEqual([0, 0]);
    expect(slope((op, x) => op.power(x, 3), [0, -2])).toEqual([0, 12]);
    expect(slope((op, x) => op.power(x, op.constant([2, 0], [2])), [0, 0])).toEqual([0, 0]);
  });
  test('maximum gives ties to the first operand', () => {
    expect(slope((op, x) => op.maximum(x, 1), [0, 1, 2])).toEqual([0, 1, 1]);
    expect(slope((op, x) => op.maximum(1, x), [0, 1, 2])).toEqual([0, 0, 1]);
  });
  test('max shares among ties', () => expect(slope((op, x) => op.max(x), [3, 1, 3, 2])).toEqual([0.5, 0, 0.5, 0]));
  test('prod with zeros', () => {
    expect(slope((op, x) => op.prod(x), [2, 0, 3])).toEqual([0, 6, 0]);
    expect(slope((op, x) => op.prod(x), [0, 0, 3])).toEqual([0, 0, 0]);
    expect(slope((op, x) => op.prod(x), [2, 5])).toEqual([5, 2]);
  });
  test('uses add up', () => expect(slope((op, x) => op.add(op.multiply(x, x), x), [1, 2])).toEqual([3, 5]));
  test('stopGradient stops', () => expect(slope((op, x) => op.multiply(x, op.stopGradient(x)), [3])).toEqual([3]));
});

describe('what is built', () => {
  test('nothing for what the loss does not depend on, or only through numbers that are not floats', () => {
    const op = createGraphBuilder();
    const [x, y, z] = ['x', 'y', 'z'].map((name) => op.input(name, 'float32', [2])) as [
      TensorNode,
      TensorNode,
      TensorNode,
    ];
    const loss = op.sum(op.multiply(x, op.cast(op.greater(y, 0), 'float32')));
    const [dx, dy, dz] = differentiate(op, loss, [x, y, z]);
    expect(dx).toBeDefined();
    expect([dy, dz]).toEqual([undefined, undefined]);
  });

  test('only what lies between: no gradient by the first operand of a product', () => {
    const op = createGraphBuilder();
    const image = op.input('image', 'float32', [1, 5, 5, 1]);
    const kernel = op.weight('kernel', 'float32', [3, 3, 1, 2]);
    const loss = op.sum(op.square(op.conv2d(image, kernel, { strides: [1, 1], padding: 'same' })));
    const [gradient] = differentiate(op, loss, [kernel]);
    const names = nodesOf(programOf({ gradient: gradient! })).map((node) => node.op);
    expect(names).toContain('conv2dFilterGradient');
    expect(names).not.toContain('conv2dInputGradient');
    // Nor are they made and dropped.
    expect(
      op.conv2dInputGradient(op.weight('unseen', 'float32', [1, 5, 5, 2]), kernel, {
        strides: [1, 1],
        padding: 'same',
        inputShape: [1, 5, 5, 1],
      }).id,
    ).toBeGreaterThan(gradient!.id);
  });

  test('the loss itself and the scalar seed', () => {
    const op = createGraphBuilder();
    const loss = op.sum(op.input('x', 'float32', [2]));
    expect(differentiate(op, loss, [loss])).toEqual([op.scalar(1)]);
    expect(() => differentiate(op, op.input('x', 'float32', [2]), [])).toThrow(/not a scalar/);
  });

  test('a dense layer over a batch of any size', () => {
    const op = createGraphBuilder();
    const n = variable({ name: 'n', id: 1 });
    const x = op.input('x', 'float32', [n, 3]);
    const w = op.weight('w', 'float32', [3, 2]);
    const b = op.weight('b', 'float32', [2]);
    const [dw, db] = differentiate(op, op.mean(op.relu(op.add(op.matMul(x, w), b))), [w, b]);
    const program = programOf({ dw: dw!, db: db! });
    verify(program);
    expect(printGraph(program)).toContain('step');
  });

  test('deep graphs do not exhaust the stack', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', []);
    let y = x;
    for (let i = 0; i < 20_000; i++) y = op.sin(y);
    expect(differentiate(op, y, [x])[0]).toBeDefined();
  });
});

describe('second derivatives', () => {
  test('of a convolution, by its input and filter', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [1, 5, 4, 2]);
    const k = op.input('k', 'float32', [3, 2, 2, 2]);
    const y = op.conv2d(x, k, { strides: [2, 1], padding: 'same' });
    const first = differentiate(op, op.sum(op.multiply(op.square(y), y)), [x, k]) as TensorNode[];
    const loss = op.add(op.sum(op.square(first[0]!)), op.sum(op.square(first[1]!)));
    const [xx, kk] = differentiate(op, loss, [x, k]);
    const program = programOf({ loss, xx: xx!, kk: kk! });
    verify(program);
    const value = (count: number, seed: number): number[] =>
      Array.from({ length: count }, (_, i) => Math.sin(seed + i * 1.7));
    const inputs = { x: ndArray([1, 5, 4, 2], value(40, 1)), k: ndArray([3, 2, 2, 2], value(24, 2)) };
    const at = (changed: typeof inputs): number =>
      evaluateProgram(programOf({ loss }), { inputs: changed, precision: 'float64' }).get('loss')!.data[0]!;
    const values = evaluateProgram(program, { inputs, precision: 'float64' });
    for (const [name, result] of [
      ['x', 'xx'],
      ['k', 'kk'],
    ] as const) {
      for (const i of [0, 7, 15]) {
        const shifted = (by: number): typeof inputs => ({
          ...inputs,
          [name]: { ...inputs[name], data: inputs[name].data.map((v, j) => (j === i ? v + by : v)) },
        });
        const expected = (at(shifted(1e-5)) - at(shifted(-1e-5))) / 2e-5;
        expect(values.get(result)!.data[i]! / expected).toBeCloseTo(1, 5);
      }
    }
  });
});
