/** Random programs of elementwise ops, folds of rows and what no kernel has, over two rows of open lengths; and values for them. */
import * as fc from 'fast-check';
import type { GraphBuilder, NdArray, TensorNode, TensorProgram } from '../../compiler/graph/index.ts';
import { createGraphBuilder } from '../../compiler/graph/index.ts';
import { variable, type Dim } from '../../compiler/shapes/index.ts';
import { programOf } from '../ops/apply-case.ts';

export const n = variable({ name: 'n', id: 1 });
export const m = variable({ name: 'm', id: 2 });

export interface Instruction {
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

/** What a program is made of. */
export interface Drawn {
  readonly instructions: readonly Instruction[];
  /** Which values, counted from the last. */
  readonly outputs: readonly number[];
}

export const drawn: fc.Arbitrary<Drawn> = fc.record({
  instructions: fc.array(instruction, { minLength: 2, maxLength: 16 }),
  outputs: fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }),
});

const leaves: Readonly<Record<string, readonly (Dim | 1)[]>> = {
  whole: [n, m],
  other: [n, m],
  row: [m],
  column: [n, 1],
  number: [],
};

/** A program of the instructions; those that their operands do not allow are left out. */
export function made({ instructions, outputs }: Drawn): { readonly op: GraphBuilder; readonly program: TensorProgram } {
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

/** The open lengths, for the evaluator. */
export const sizesOf = (rows: number, columns: number) => new Map([[1, rows], [2, columns]]) as never; // prettier-ignore

export function inputs(rows: number, columns: number, seed: number): Readonly<Record<string, NdArray>> {
  const shapes = { whole: [rows, columns], other: [rows, columns], row: [columns], column: [rows, 1], number: [] };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], k) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const data = Float64Array.from({ length: count }, (_, i) => Math.fround(2 * Math.sin(1.3 * i + k + seed)));
      return [name, { dtype: 'float32', shape, data }];
    }),
  );
}
