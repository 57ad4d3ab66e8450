/**
 * Single rules, fusion, and the rewrites for backends on graphs with symbolic sizes and ties.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { backendNames, backendTables, legalise } from '../../compiler/emit/backends/index.ts';
import {
  createGraphBuilder,
  evaluateProgram,
  ndArray,
  nodesOf,
  verify,
  type GraphBuilder,
  type TensorNode,
} from '../../compiler/graph/index.ts';
import {
  algebra,
  any,
  constant,
  fuse,
  op as on,
  optimise,
  rewriteProgram,
  rule,
} from '../../compiler/optimise/index.ts';
import { variable } from '../../compiler/shapes/index.ts';
import { difference, programOf } from '../ops/apply-case.ts';

const n = variable({ name: 'n', id: 1 });
const h = variable({ name: 'h', id: 2 });
const opNamesOf = (node: TensorNode): string[] => nodesOf(programOf({ node })).map((x) => x.op);

function optimised(make: (op: GraphBuilder, x: TensorNode) => TensorNode): {
  op: GraphBuilder;
  x: TensorNode;
  y: TensorNode;
} {
  const op = createGraphBuilder();
  const x = op.input('x', 'float32', [n, 4]);
  const program = optimise(programOf({ y: make(op, x) }), op);
  verify(program);
  return { op, x, y: program.outputs.get('y')! };
}

describe('algebra', () => {
  const gone: Record<string, (op: GraphBuilder, x: TensorNode) => TensorNode> = {
    'x + 0': (op, x) => op.add(0, x),
    'x - 0': (op, x) => op.subtract(x, 0),
    'x * 1': (op, x) => op.multiply(1, x),
    'x / 1': (op, x) => op.divide(x, 1),
    '-(-x)': (op, x) => op.negate(op.negate(x)),
    'two transposes': (op, x) => op.transpose(op.transpose(x, [1, 0]), [1, 0]),
    'two reshapes': (op, x) => op.reshape(op.reshape(x, [n, 2, 2]), [n, 4]),
    'two reversals': (op, x) => op.reverse(op.reverse(x, [1]), [1]),
    'x ** 1': (op, x) => op.power(x, 1),
    'x + (1 - 1)': (op, x) => op.add(x, op.subtract(op.scalar(1), op.scalar(1))),
  };
  for (const [name, make] of Object.entries(gone))
    test(`${name} is x`, () => {
      const { x, y } = optimised(make);
      expect(y).toBe(x);
    });

  test('casts outwards are one, a resize to the own size is none', () => {
    const cast = optimised((op, x) => op.cast(op.cast(op.greater(x, 0), 'int32'), 'float32')).y;
    expect(opNamesOf(cast)).toEqual(['input', 'constant', 'greater', 'cast']);
    // Not inwards: 2.5 is true, and 2.
    expect(opNamesOf(optimised((op, x) => op.cast(op.cast(x, 'int32'), 'float32')).y)).toEqual(['input', 'cast', 'cast']); // prettier-ignore
    const image = optimised((op, x) => op.resizeNearest(op.reshape(x, [n, 2, 2, 1]), 2, 2)).y;
    expect(opNamesOf(image)).toEqual(['input', 'reshape']);
  });

  test('x * 0 stays, and x - x', () => {
    expect(optimised((op, x) => op.multiply(x, 0)).y.op).toBe('multiply');
    expect(optimised((op, x) => op.subtract(x, x)).y.op).toBe('subtract');
  });

  test('a zero that stretches the other operand stays', () => {
    expect(optimised((op, x) => op.add(op.sum(x), op.fill(x.shape, 0))).y.shape).toHaveLength(2);
  });

  test('broadcasting moves outwards', () => {
    const { y } = optimised((op, x) => op.negate(op.broadcastTo(op.sum(x, [1], true), [n, 4])));
    expect(y.op).toBe('broadcastTo');
    const product = optimised((op, x) => op.multiply(x, op.broadcastTo(op.sum(x, [1], true), [n, 4]))).y;
    expect(opNamesOf(product)).not.toContain('broadcastTo');
  });

  test('random draws are not folded, and names of rules are unique', () => {
    expect(opNamesOf(optimised((op, x) => op.add(x, op.randomUniform([], { use: 1 }))).y)).toContain('randomUniform');
    expect(new Set(algebra.map((r) => r.name)).size).toBe(algebra.length);
    for (const table of Object.values(backendTables)) expect(new Set(table.rewrites).size).toBe(table.rewrites.length);
  });

  test('captures used twice want the same node; the driver finds rules that never end', () => {
    const double = rule('x + x → 2 * x', on('add', any('x'), any('x')), ({ x }, op) => op.multiply(x, 2));
    const op = createGraphBuilder();
    const [a, b] = [op.input('a', 'float32', [n]), op.input('b', 'float32', [n])];
    const result = rewriteProgram(programOf({ same: op.add(a, a), other: op.add(a, b) }), op, [double]);
    expect(result.outputs.get('same')!.op).toBe('multiply');
    expect(result.outputs.get('other')!.op).toBe('add');
    const grow = rule('x * 2 → (x * 2) * 2', on('multiply', any('x'), constant(2)), (_, o, node) =>
      o.multiply(node, 2),
    );
    expect(() => rewriteProgram(programOf({ y: op.multiply(a, 2) }), op, [grow])).toThrow(/does not end|stack/);
  });
});

describe('fusion', () => {
  const dense = (op: GraphBuilder, x: TensorNode): TensorNode =>
    op.add(op.matMul(x, op.weight('w', 'float32', [4, 3])), op.weight('b', 'float32', [3]));

  test('a dense layer is one op, in training too where the gradient reads the output', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, 4]);
    const y = op.relu(dense(op, x));
    const gradients = differentiate(op, op.mean(op.square(y)), [
      op.weight('w', 'float32', [4, 3]),
      op.weight('b', 'float32', [3]),
    ]);
    const before = programOf({ y, dw: gradients[0]!, db: gradients[1]! });
    const after = fuse(legalise(before, op, backendNames), op);
    verify(after);
    expect(after.outputs.get('y')!.op).toBe('fusedMatMul');
    expect(after.outputs.get('y')!.attributes['activation']).toBe('relu');
    const bindings = {
      sizes: new Map([[1, 2]]),
      inputs: { x: ndArray([2, 4], [1, -2, 3, 4, -5, 6, 7, -8]) },
      weights: { w: ndArray([4, 3], [1, 2, 3, -4, 5, 6, 7, -8, 9, 1, 2, -3]), b: ndArray([3], [0.5, -1, 2]) },
    };
    const [expected, actual] = [evaluateProgram(before, bindings), evaluateProgram(after, bindings)];
    for (const [name, value] of expected) expect(difference(value.data, actual.get(name)!.data)).toBeLessThan(1e-6);
  });

  test('not where something else reads what lies between', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, 4]);
    const logits = dense(op, x);
    const after = fuse(programOf({ logits, y: op.sigmoid(logits) }), op);
    expect(after.outputs.get('logits')!.op).toBe('fusedMatMul');
    expect(after.outputs.get('y')!.op).toBe('sigmoid');
  });

  test('a dense layer over sequences is flattened, then fused', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, h, 4]);
    const after = fuse(legalise(programOf({ y: op.relu(dense(op, x)) }), op, backendNames), op);
    verify(after);
    expect(nodesOf(after).filter((node) => node.op === 'fusedMatMul')).toHaveLength(1);
    expect(after.outputs.get('y')!.op).toBe('reshape');
  });

  test('elu, before and after the rewrites of backends', () => {
    const op = createGraphBuilder();
    const x = dense(op, op.input('x', 'float32', [n, 4]));
    const y = op.select(op.greater(x, 0), x, op.expm1(op.minimum(x, 0)));
    expect(fuse(programOf({ y }), op).outputs.get('y')!.attributes['activation']).toBe('elu');
    expect(fuse(legalise(programOf({ y }), op, backendNames), op).outputs.get('y')!.attributes['activation']).toBe(
      'elu',
    );
    expect(fuse(programOf({ y, x }), op).outputs.get('y')!.op).toBe('select');
  });

  test('relu6 and convolutions', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, 8, 8, 3]);
    const y = op.add(
      op.conv2d(x, op.weight('k', 'float32', [3, 3, 3, 4]), { strides: [1, 1], padding: 'same' }),
      op.weight('b', 'float32', [4]),
    );
    const after = fuse(legalise(programOf({ y: op.minimum(op.maximum(y, 0), 6) }), op, backendNames), op);
    expect(after.outputs.get('y')!.op).toBe('fusedConv2d');
    expect(after.outputs.get('y')!.attributes['activation']).toBe('relu6');
  });
});

describe('rewrites for backends', () => {
  test('max pools hand ties to the first maximum in row-major order, also of negative values', () => {
    const cases = fc.record({
      values: fc.array(fc.integer({ min: -3, max: 0 }), { minLength: 2 * 7 * 6, maxLength: 2 * 7 * 6 }),
      poolSize: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      padding: fc.constantFrom('same' as const, 'valid' as const),
    });
    const check = ({ values, ...attributes }: { values: number[]; poolSize: [number, number]; strides: [number, number]; padding: 'same' | 'valid' }): void => {
      const op = createGraphBuilder();
      const x = op.input('x', 'float32', [n, h, 6, 1]);
      const y = op.maxPool(x, attributes);
      const [dx] = differentiate(op, op.sum(op.multiply(y, op.randomNormal(y.shape, { use: 0 }))), [x]);
      const before = programOf({ y, dx: dx! });
      const after = legalise(before, op, backendNames);
      verify(after);
      const bindings = { sizes: new Map([[1, 2], [2, 7]]), inputs: { x: ndArray([2, 7, 6, 1], values) } };
      const [expected, actual] = [before, after].map((p) => evaluateProgram(p, { ...bindings, precision: 'float64' }).get('dx')!.data);
      expect(difference(expected!, actual!)).toBeLessThan(1e-12);
    }; // prettier-ignore
    fc.assert(fc.property(cases, check), { numRuns: 200, seed: 5 });
  });

  test('convolution gradients over images of any size', () => {
    const cases = fc.record({
      height: fc.integer({ min: 5, max: 9 }),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      padding: fc.constantFrom('same' as const, 'valid' as const, [[1, 0], [2, 1]] as [number, number][]),
    }); // prettier-ignore
    const check = ({ height, ...attributes }: { height: number; strides: [number, number]; dilations: [number, number]; padding: 'same' | 'valid' | [number, number][] }): void => {
      const op = createGraphBuilder();
      const x = op.input('x', 'float32', [n, h, 6, 4]);
      const k = op.weight('k', 'float32', [3, 3, 4, 2]);
      const y = op.conv2d(x, k, attributes);
      const [dx, dk] = differentiate(op, op.sum(op.multiply(y, op.randomNormal(y.shape, { use: 0 }))), [x, k]);
      const before = programOf({ y, dx: dx!, dk: dk! });
      const after = legalise(before, op, backendNames);
      verify(after);
      const value = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));
      const bindings = { sizes: new Map([[1, 2], [2, height]]), inputs: { x: ndArray([2, height, 6, 4], value(48 * height)) }, weights: { k: ndArray([3, 3, 4, 2], value(72)) } };
      const [expected, actual] = [evaluateProgram(before, bindings), evaluateProgram(after, bindings)];
      for (const [name, v] of expected) expect(difference(v.data, actual.get(name)!.data), name).toBeLessThan(1e-5);
    }; // prettier-ignore
    fc.assert(fc.property(cases, check), { numRuns: 60, seed: 6 });
  });

  test('masks of dropout need no comparison', () => {
    const op = createGraphBuilder();
    const drawn = op.randomUniform([n, 4], { use: 0 });
    for (const mask of [
      op.greaterEqual(drawn, 0.5),
      op.greater(drawn, 0.5),
      op.less(drawn, 0.5),
      op.lessEqual(0.5, drawn),
    ]) {
      const before = programOf({ y: op.cast(mask, 'float32') });
      const after = legalise(before, op, backendNames);
      expect(opNamesOf(after.outputs.get('y')!)).toContain('step');
      const random = (): number[] => [0.2, 0.5, 0.7, 0.5];
      const bindings = { sizes: new Map([[1, 1]]), random };
      expect(evaluateProgram(after, bindings)).toEqual(evaluateProgram(before, bindings));
    }
    const x = op.input('x', 'float32', [n, 4]);
    expect(
      legalise(programOf({ y: op.cast(op.greater(x, 0.5), 'float32') }), op, backendNames).outputs.get('y')!.op,
    ).toBe('cast');
  });

  test('data that is a right operand in two shapes is copied for one of them', () => {
    const op = createGraphBuilder();
    const w = op.weight('w', 'float32', [4, 6]);
    const [a, b] = [op.input('a', 'float32', [n, 4]), op.input('b', 'float32', [n, 8])];
    const program = programOf({ first: op.matMul(b, op.reshape(w, [8, 3])), second: op.matMul(a, w) });
    const after = legalise(program, op, ['wasm']);
    verify(after);
    expect(after.outputs.get('first')!.inputs[1]!.op).toBe('multiply');
    expect(after.outputs.get('second')!.inputs[1]).toBe(w);
    expect(legalise(program, op, ['cpu']).outputs.get('first')!.inputs[1]!.op).toBe('reshape');
  });
});
