/**
 * The builder: equal structures are one node, sizes are symbolic, dtypes are promoted, origins stay with the first maker.
 */
import { describe, expect, test } from 'vitest';
import {
  createGraphBuilder,
  evaluateProgram,
  ndArray,
  printGraph,
  rebuildProgram,
  substitute,
  topological,
  verify,
} from '../../compiler/graph/index.ts';
import { display, variable } from '../../compiler/shapes/index.ts';
import { programOf } from '../ops/apply-case.ts';

const n = variable({ name: 'n', id: 1 });

describe('hash-consing', () => {
  test('equal structures are one node', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, 4]);
    expect(op.input('x', 'float32', [n, 4])).toBe(x);
    expect(op.add(x, 1)).toBe(op.add(x, 1));
    expect(op.add(x, op.exp(x))).toBe(op.add(op.exp(x), x));
    expect(op.subtract(x, op.exp(x))).not.toBe(op.subtract(op.exp(x), x));
    expect(op.reshape(x, [variable({ name: 'n', id: 1 }), 2, 2])).toBe(op.reshape(x, [n, 2, 2]));
    expect(op.conv2d(op.input('i', 'float32', [n, 5, 5, 1]), op.weight('k', 'float32', [3, 3, 1, 2]), { strides: [1, 1], padding: [[0, 0], [0, 0]] }))
      .toBe(op.conv2d(op.input('i', 'float32', [n, 5, 5, 1]), op.weight('k', 'float32', [3, 3, 1, 2]), { strides: [1, 1], padding: 'valid', dilations: [1, 1] })); // prettier-ignore
  });

  test('zeros of either sign and NaN are told apart', () => {
    const op = createGraphBuilder();
    expect(op.scalar(0)).not.toBe(op.scalar(-0));
    expect(op.scalar(Number.NaN)).toBe(op.scalar(Number.NaN));
    expect(op.scalar(1)).not.toBe(op.scalar(1, 'int32'));
  });

  test('random draws keep their identity', () => {
    const op = createGraphBuilder();
    expect(op.randomUniform([n, 3], { use: 0 })).not.toBe(op.randomUniform([n, 3], { use: 1 }));
    expect(op.randomUniform([n, 3], { use: 0 })).toBe(op.randomUniform([n, 3], { use: 0 }));
  });

  test('operands of another builder are refused', () => {
    const x = createGraphBuilder().scalar(1);
    expect(() => createGraphBuilder().exp(x)).toThrow(/another builder/);
  });
});

describe('types', () => {
  test('mixed dtypes are promoted, numbers follow the other operand', () => {
    const op = createGraphBuilder();
    const i = op.input('i', 'int32', [n]);
    const f = op.input('f', 'float32', [n]);
    const b = op.less(f, 0);
    expect(op.add(i, 1).dtype).toBe('int32');
    expect(op.add(i, 0.5).dtype).toBe('float32');
    expect(op.multiply(i, f).dtype).toBe('float32');
    expect(op.add(b, i).dtype).toBe('int32');
    expect(op.divide(i, 2).dtype).toBe('float32');
    expect(op.mean(i).dtype).toBe('float32');
    expect(op.sum(b).dtype).toBe('int32');
    expect(op.floor(i)).toBe(i);
    expect(op.cast(f, 'float32')).toBe(f);
  });

  test('shapes of windows are symbolic', () => {
    const op = createGraphBuilder();
    const h = variable({ name: 'h', id: 2 });
    const x = op.input('x', 'float32', [n, h, 9, 3]);
    const k = op.weight('k', 'float32', [3, 3, 3, 8]);
    expect(op.conv2d(x, k, { strides: [2, 2], padding: 'same' }).shape.map(display)).toEqual([
      'n',
      'ceil(h / 2)',
      '5',
      '8',
    ]);
    expect(op.maxPool(x, { poolSize: [2, 2], strides: [2, 2], padding: 'valid' }).shape.map(display)).toEqual([
      'n',
      'floor(h / 2)',
      '4',
      '3',
    ]);
  });

  test('what does nothing gives the operand back', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, 4]);
    for (const y of [op.reshape(x, [n, 4]), op.transpose(x, [0, 1]), op.broadcastTo(x, [n, 4]), op.slice(x, [0, 0], [n, 4]), op.pad(x, [[0, 0], [0, 0]]), op.concat([x], 1), op.reverse(x, [])])
      expect(y).toBe(x); // prettier-ignore
  });
});

describe('programs', () => {
  const op = createGraphBuilder();
  const x = op.input('x', 'float32', [n, 2]);
  const y = op.withOrigin({ label: 'Dense(1)' }, () => op.matMul(x, op.weight('w', 'float32', [2, 1])));
  const program = programOf({ y: op.mean(op.square(y)) });

  test('origins stay with the first maker', () => {
    expect(op.originOf(y)).toEqual({ label: 'Dense(1)' });
    op.withOrigin({ label: 'later' }, () => op.matMul(x, op.weight('w', 'float32', [2, 1])));
    expect(op.originOf(y)).toEqual({ label: 'Dense(1)' });
    expect(op.originOf(x)).toBeUndefined();
  });

  test('rebuilding in another builder keeps structure and origins', () => {
    const other = createGraphBuilder();
    const copy = rebuildProgram(program, other, undefined, op);
    verify(copy);
    expect(printGraph(copy)).toBe(printGraph(program));
    expect(topological(copy.outputs.values()).some((node) => other.originOf(node)?.label === 'Dense(1)')).toBe(true);
  });

  test('substitution replaces below', () => {
    const [changed] = substitute(op, [op.exp(op.negate(x))], new Map([[x, op.fill(x.shape, 1)]]));
    expect(printGraph(programOf({ changed: changed! }))).toContain('fill');
  });

  test('print', () => {
    expect(printGraph(program)).toMatchInlineSnapshot(`
      "%0 = input(name: 'x'): float32[n, 2]
      %1 = weight(path: 'w'): float32[2, 1]
      %2 = matMul(%0, %1, transposeA: false, transposeB: false): float32[n, 1]
      %3 = multiply(%2, %2): float32[n, 1]
      %4 = sum(%3, axes: [0, 1], keepDims: false): float32[]
      %5 = dimension(size: n): float32[]
      %6 = divide(%4, %5): float32[]
      output y = %6
      "
    `);
  });

  test('evaluation with symbolic sizes, host numbers and random draws', () => {
    const scaled = op.multiply(
      program.outputs.get('y')!,
      op.hostScalar({ host: 'power', left: { host: 'learningRate' }, right: { host: 'step' } }),
    );
    const drawn = op.sum(op.randomUniform([n, 2], { use: 3 }));
    const bindings = {
      sizes: new Map([[1, 2]]),
      inputs: { x: ndArray([2, 2], [1, 2, 3, 4]) },
      weights: { w: ndArray([2, 1], [1, 1]) },
      learningRate: 0.5,
      step: 2,
    };
    const values = evaluateProgram(programOf({ scaled, drawn }), bindings);
    expect([...values.get('scaled')!.data]).toEqual([((9 + 49) / 2) * 0.25]);
    expect(evaluateProgram(programOf({ drawn }), bindings).get('drawn')).toEqual(values.get('drawn'));
    expect(evaluateProgram(programOf({ drawn }), { ...bindings, step: 3 }).get('drawn')).not.toEqual(
      values.get('drawn'),
    );
  });

  test('verify finds a broken node', () => {
    verify(program);
    const [good] = topological(program.outputs.values());
    expect(() => verify(programOf({ y: { ...good!, dtype: 'int32' } }))).toThrow(/not frozen/);
    expect(() => verify(programOf({ y: Object.freeze({ ...y, shape: x.shape }) }))).toThrow(/matMul has/);
    const twin = Object.freeze({ ...y, id: 1000 });
    expect(() => verify(programOf({ y, twin }))).toThrow(/exists twice/);
  });
});
