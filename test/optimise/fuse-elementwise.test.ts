/**
 * Fused kernels against their parts, on random programs: the program means the same, and what the runtime makes of each kernel's text computes
 * what its body says, on wasm and by its parts.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kernelText } from '../../compiler/emit/kernel-declaration.ts';
import { createGraphBuilder, evaluateNodes, evaluateProgram, nodesOf, verify, type GraphBuilder, type NdArray, type TensorNode } from '../../compiler/graph/index.ts'; // prettier-ignore
import { fuseElementwise } from '../../compiler/optimise/index.ts';
import { bodyOf } from '../../compiler/ops/attributes.ts';
import { variable, type Dim } from '../../compiler/shapes/index.ts';
import { type Data, constant, elementwiseTogether, useBackend } from '../../runtime/index.ts';
import { programOf } from '../ops/apply-case.ts';

const device = await useBackend('wasm');
const n = variable({ name: 'n', id: 1 });
const m = variable({ name: 'm', id: 2 });

interface Instruction {
  readonly op: string;
  readonly a: number;
  readonly b: number;
}

/** One step: a new value from earlier ones. */
const makers: Readonly<Record<string, (op: GraphBuilder, a: TensorNode, b: TensorNode) => TensorNode>> = {
  add: (op, a, b) => op.add(a, b), subtract: (op, a, b) => op.subtract(a, b), multiply: (op, a, b) => op.multiply(a, b),
  divide: (op, a, b) => op.divide(a, b), maximum: (op, a, b) => op.maximum(a, b), minimum: (op, a, b) => op.minimum(a, b),
  negate: (op, a) => op.negate(a), exp: (op, a) => op.exp(a), tanh: (op, a) => op.tanh(a), relu: (op, a) => op.relu(a), sigmoid: (op, a) => op.sigmoid(a),
  step: (op, a) => op.step(a), abs: (op, a) => op.abs(a), sign: (op, a) => op.sign(a), square: (op, a) => op.square(a),
  select: (op, a, b) => op.select(op.greater(a, b), a, op.multiply(b, 2)), below: (op, a, b) => op.cast(op.less(a, b), 'float32'),
  half: (op, a) => op.multiply(a, 0.5), plus: (op, a) => op.add(a, -0.25),
  sum: (op, a) => op.sum(a, [-1], true), max: (op, a) => op.max(a, [-1], true), mean: (op, a) => op.mean(a, [-1], true), last: (op, a) => op.sum(a, [-1]),
  softmax: (op, a) => op.softmax(a), logSoftmax: (op, a) => op.logSoftmax(a),
  // Something that no kernel has, in between.
  across: (op, a) => op.reverse(a, [0]), cumsum: (op, a) => op.cumsum(a, 0),
}; // prettier-ignore

const instruction: fc.Arbitrary<Instruction> = fc.record({
  op: fc.constantFrom(...Object.keys(makers)),
  a: fc.nat(20),
  b: fc.nat(20),
});

const leaves: Readonly<Record<string, readonly (Dim | 1)[]>> = {
  whole: [n, m],
  other: [n, m],
  row: [m],
  column: [n, 1],
  number: [],
};

/** A program of the instructions; those that their operands do not allow are left out. */
function made(instructions: readonly Instruction[], outputs: readonly number[]) {
  const op = createGraphBuilder();
  const values: TensorNode[] = Object.entries(leaves).map(([name, shape]) => op.input(name, 'float32', shape));
  for (const { op: name, a, b } of instructions) {
    const [x, y] = [values[a % values.length]!, values[b % values.length]!];
    const needsAxes = ['sum', 'max', 'mean', 'last', 'softmax', 'logSoftmax', 'across', 'cumsum'].includes(name);
    if ((needsAxes && x.shape.length === 0) || !together(x, y)) continue;
    values.push(makers[name]!(op, x, y));
  }
  const chosen = outputs.map((i) => values[values.length - 1 - (i % values.length)]!);
  return { op, program: programOf(Object.fromEntries(chosen.map((node, i) => [`y${i}`, node]))) };
}

/** Whether two values broadcast whatever n and m are. */
function together({ shape: a }: TensorNode, { shape: b }: TensorNode): boolean {
  if (a.length === 0 || b.length === 0 || (a.length === 2 && b.length === 2)) return true;
  const isRow = (shape: readonly Dim[]): boolean => shape[0]!.key === m.key;
  return a.length === b.length ? a[0]!.key === b[0]!.key : isRow(a.length === 1 ? a : b);
}

const sizesOf = (rows: number, columns: number) => new Map([[1, rows], [2, columns]]) as never; // prettier-ignore

function inputs(rows: number, columns: number, seed: number): Readonly<Record<string, NdArray>> {
  const shapes = { whole: [rows, columns], other: [rows, columns], row: [columns], column: [rows, 1], number: [] };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], k) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const data = Float64Array.from({ length: count }, (_, i) => Math.fround(2 * Math.sin(1.3 * i + k + seed)));
      return [name, { dtype: 'float32', shape, data }];
    }),
  );
}

function close(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(got.length, what).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const [x, y] = [got[i]!, wanted[i]!];
    if (Number.isFinite(y) && Math.abs(y) < 1e30)
      expect(Math.abs(x - y), `${what}[${i}] is ${x}, not ${y}`).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(y)));
    else if (!Number.isFinite(y)) expect(x, `${what}[${i}]`).toBe(y);
  }
}

describe('fused kernels', () => {
  test('random programs keep their meaning, and wasm computes what the bodies say', () => {
    let kernels = 0;
    fc.assert(
      fc.property(
        fc.array(instruction, { minLength: 2, maxLength: 16 }),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }),
        fc.constantFrom([1, 1], [3, 5], [4, 8], [2, 3], [5, 1], [1, 6]),
        fc.nat(9),
        (instructions, outputs, [rows, columns], seed) => {
          const { op, program } = made(instructions, outputs);
          const fused = fuseElementwise(program, op);
          verify(fused);
          const bindings = { inputs: inputs(rows!, columns!, seed), sizes: sizesOf(rows!, columns!) };
          const [before, after] = [evaluateProgram(program, bindings), evaluateProgram(fused, bindings)];
          for (const [name, array] of before) close(after.get(name)!.data, array.data, name);
          const values = evaluateNodes(nodesOf(fused), bindings);
          for (const node of nodesOf(fused).filter((x) => x.op === 'elementwise')) {
            kernels++;
            checkKernel(node, values);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(kernels).toBeGreaterThan(50);
  });

  test('an update of adam is one kernel with three results', () => {
    const op = createGraphBuilder();
    const [w, g, s, t] = ['w', 'g', 's', 't'].map((name) => op.input(name, 'float32', [n, m])) as [TensorNode, TensorNode, TensorNode, TensorNode]; // prettier-ignore
    const first = op.add(op.multiply(s, 0.9), op.multiply(g, 0.1));
    const second = op.add(op.multiply(t, 0.999), op.multiply(op.square(g), 0.001));
    const next = op.subtract(w, op.divide(op.multiply(first, 0.01), op.add(op.sqrt(second), 1e-7)));
    const fused = fuseElementwise(programOf({ next, first, second }), op);
    const kernels = nodesOf(fused).filter((node) => node.op === 'elementwise');
    expect(kernels.map((node) => bodyOf(node.attributes).outputs.length)).toEqual([3]);
    expect(nodesOf(fused).every((node) => ['input', 'constant', 'elementwise', 'result'].includes(node.op))).toBe(true);
  });

  test('what would have to run before and after something else is two kernels', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, m]);
    const y = op.exp(op.negate(x));
    const z = op.add(op.tanh(y), op.reverse(y, [0]));
    const fused = fuseElementwise(programOf({ z: op.relu(z) }), op);
    const kernels = nodesOf(fused).filter((node) => node.op === 'elementwise');
    expect(kernels).toHaveLength(2);
    verify(fused);
  });

  test('parts stay apart', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, m]);
    const [a, b] = [op.exp(x), op.tanh(op.exp(x))];
    const fused = fuseElementwise(programOf({ b }), op, { partOf: (node) => (node === a ? 'first' : 'second') });
    expect(nodesOf(fused).map((node) => node.op)).toEqual(['input', 'exp', 'tanh']);
  });

  test('bools do not leave kernels, and kernels do not read them', () => {
    const op = createGraphBuilder();
    const [x, c] = [op.input('x', 'float32', [n, m]), op.input('c', 'bool', [n, m])];
    const mask = op.greater(x, 0);
    const y = op.add(op.select(op.and(mask, c), op.exp(x), op.negate(x)), op.cast(mask, 'float32'));
    const fused = fuseElementwise(programOf({ y, mask }), op);
    for (const node of nodesOf(fused).filter(({ op: name }) => name === 'elementwise'))
      for (const one of [...node.inputs, ...bodyOf(node.attributes).outputs]) expect(one.dtype).toBe('float32');
  });
});

function checkKernel(node: TensorNode, values: ReadonlyMap<TensorNode, NdArray>): void {
  const text = kernelText(node);
  const operands = node.inputs.map((x): Data => {
    const { data, shape } = values.get(x)!;
    return constant(device, Float32Array.from(data), shape, 'float32');
  });
  const own = values.get(node)!;
  const wanted = bodyOf(node.attributes).outputs.length === 1 ? [own] : own.parts!;
  const got = elementwiseTogether(text, () => expect.fail('no kernel was made'))(device, ...operands) as readonly Data[]; // prettier-ignore
  got.forEach((data, i) => {
    expect(data.shape, text).toEqual(wanted[i]!.shape);
    close(device.readSync(data), wanted[i]!.data, text);
  });
  for (const data of [...operands, ...got]) device.dispose(data);
}
