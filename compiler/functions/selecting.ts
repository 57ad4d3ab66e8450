/** Functions that pick elements by number or place: `gather`, `topK`, `triu`, `tril`. */
import { axisFromStart, axisPosition, completeSizes, product, sizeAt, withAxis } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { axis, int } from '../definitions/parameters.ts';
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asInteger, dim, ONE, type Dim } from '../shapes/index.ts';

const isSingle = (x: TensorNode): boolean => asInteger(x.shape[0]!) === 1;

/** Puts an axis first. */
const axisFirst = (op: Ops, x: TensorNode, position: number): TensorNode =>
  op.transpose(x, [position, ...x.shape.map((_, i) => i).filter((i) => i !== position)]);

/** Each example has a table of its own: rows of all tables in one, at indices moved by the examples before. */
function gatherEach(op: Ops, table: TensorNode, indices: TensorNode, position: number): TensorNode {
  const order = [0, position, ...table.shape.map((_, i) => i).filter((i) => i !== 0 && i !== position)];
  const first = op.transpose(table, order);
  const [batch, rows, ...rest] = first.shape as readonly [Dim, Dim, ...Dim[]];
  const all = op.reshape(first, [product([batch, rows]), ...rest]);
  const known = asInteger(rows);
  const step = known === undefined ? op.cast(op.dimension(rows), 'int32') : known;
  const moved = op.multiply(op.arange(batch), step);
  const column = op.reshape(moved, [batch, ...indices.shape.slice(1).map(() => ONE)]);
  return op.gather(all, op.add(indices, column));
}

/** `[batch or 1, …indices, …rest of the table]`, where at least one of the two is the same for every example. */
function gatherShared(op: Ops, table: TensorNode, indices: TensorNode, position: number): TensorNode {
  if (isSingle(table)) {
    const first = axisFirst(op, op.reshape(table, table.shape.slice(1)), position - 1);
    return op.gather(first, indices);
  }
  const rows = op.gather(axisFirst(op, table, position), op.reshape(indices, indices.shape.slice(1)));
  return axisFirst(op, rows, indices.shape.length - 1);
}

const gather = defineFunction({
  name: 'gather',
  summary: 'Picks places of an axis by indices.',
  doc: '$y_{… i …} = x_{… \\mathrm{indices}_i …}$: `gather(x, indices, axis: 0)` puts the axes of `indices` where the axis was. Each example is asked with its own indices. [Keras](https://keras.io/api/ops/numpy/#take-function)',
  tensors: ['x', 'indices'],
  flow: 'moves',
  broadcasts: 'unaligned',
  parameters: { axis: axis({ doc: 'The axis that is picked from.', default: 0 }) },
  shape: ({ inputs, parameters: p, need }) => {
    const [table, indices] = [inputs[0]!, inputs[1]!];
    if (!need.rankAtLeast(table, 1) || !need.dtype(indices, ['int32'])) return undefined;
    const at = axisPosition(p.axis, table.shape, need, { argument: 'axis' });
    const size = at === undefined ? undefined : sizeAt(table.shape, at);
    if (at === undefined || !size || !need.indices(indices, size)) return undefined;
    return { dtype: table.dtype, shape: [...table.shape.slice(0, at), ...indices.shape, ...table.shape.slice(at + 1)] };
  },
  lower: ({ inputs, parameters: p, op }) => {
    const [table, indices] = [inputs[0]!, inputs[1]!];
    const position = 1 + axisFromStart(p.axis, table.shape.length - 1);
    const each = !isSingle(table) && !isSingle(indices);
    const rows = each ? gatherEach(op, table, indices, position) : gatherShared(op, table, indices, position);
    // [batch, …indices, …others] → the others before the axis go back to the front.
    const count = indices.shape.length - 1;
    const before = Array.from({ length: position - 1 }, (_, i) => 1 + count + i);
    const picked = Array.from({ length: count }, (_, i) => 1 + i);
    const after = rows.shape.map((_, i) => i).slice(1 + count + before.length);
    return op.transpose(rows, [0, ...before, ...picked, ...after]);
  },
  examples: [
    { source: 'gather(i)', input: [4, 3], tensors: { i: { dtype: 'int32', shape: ['n'] } }, output: ['n', 3] },
    { source: 'gather(i, axis: -1)', input: ['n', 4], tensors: { i: { dtype: 'int32', shape: [2] } }, output: ['n', 2] },
  ], // prettier-ignore
});

interface Ranked {
  readonly values: TensorNode;
  readonly indices: TensorNode;
}

/** The largest, then the largest of the others …: cheap while few are wanted. */
function largestOneByOne(op: Ops, x: TensorNode, count: number): Ranked {
  const depth = x.shape.at(-1)!;
  const values: TensorNode[] = [];
  const indices: TensorNode[] = [];
  let left = op.stopGradient(x);
  for (let i = 0; i < count; i++) {
    const at = op.argMax(left, -1);
    const hot = op.greater(op.oneHot(at, depth), 0);
    values.push(op.sum(op.select(hot, x, 0), [-1], true));
    indices.push(op.reshape(at, [...at.shape, 1]));
    if (i < count - 1) left = op.select(hot, Number.NEGATIVE_INFINITY, left);
  }
  return { values: op.concat(values, -1), indices: op.concat(indices, -1) };
}

/** By each element's rank: how many are larger, or equal and earlier. */
function largestByRank(op: Ops, x: TensorNode, count: Dim): Ranked {
  const size = x.shape.at(-1)!;
  const leading = x.shape.slice(0, -1);
  const still = op.stopGradient(x);
  const [column, row] = [op.reshape(still, [...leading, size, ONE]), op.reshape(still, [...leading, ONE, size])];
  const places = op.arange(size);
  const earlier = op.less(op.reshape(places, [ONE, size]), op.reshape(places, [size, ONE]));
  const ahead = op.or(op.greater(row, column), op.and(op.equal(row, column), earlier));
  const rank = op.sum(op.cast(ahead, 'int32'), [-1]);
  const wanted = op.reshape(op.arange(count), [...leading.map(() => ONE), count, ONE]);
  const chosen = op.equal(op.reshape(rank, [...leading, ONE, size]), wanted);
  const values = op.sum(op.select(chosen, op.reshape(x, [...leading, ONE, size]), 0), [-1]);
  return { values, indices: op.argMax(op.cast(chosen, 'int32'), -1) };
}

const MOST_ONE_BY_ONE = 16;

const topK = defineFunction({
  name: 'topK',
  summary: 'The `k` largest numbers of the last axis, the largest first, and where they are.',
  doc: '$y_0 \\ge y_1 \\ge … \\ge y_{k-1}$, the largest of the last axis. Gives `values` and `indices` (int32); of equal numbers the first counts as larger. [Keras](https://keras.io/api/ops/core/#top_k-function)',
  flow: 'moves',
  parameters: { k: int({ doc: 'How many.', min: 1 }) },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1) || !need.dtype(input, ['float32'])) return undefined;
    const last = input.shape.length - 1;
    const size = sizeAt(input.shape, last);
    if (!size || !need.fits(p.k, size, { argument: 'k', axis: last })) return undefined;
    const shape = withAxis(input.shape, last, p.k);
    return [{ name: 'values', dtype: 'float32', shape }, { name: 'indices', dtype: 'int32', shape }];
  },
  lower: ({ x, parameters: p, op }) => {
    const count = asInteger(p.k);
    const few = count !== undefined && count <= MOST_ONE_BY_ONE;
    const { values, indices } = few ? largestOneByOne(op, x, count) : largestByRank(op, x, p.k);
    return [values, indices];
  },
  examples: [
    { source: 'topK(3)', input: ['n', 8], output: ['n', 3] },
    { source: 'topK(20)', input: [32], output: [20] },
  ],
}); // prettier-ignore

/** `triu` keeps what is on and above a diagonal, `tril` what is on and below it. */
const triangle = (name: 'triu' | 'tril', where: string): FunctionDefinition =>
  defineFunction({
    name,
    summary: `Keeps the ${where} triangle of matrices and sets the rest to 0.`,
    doc: `$x_{i j}$ where $j ${name === 'triu' ? '\\ge' : '\\le'} i + k$, 0 elsewhere; \`k\` moves the diagonal: 1 is the one above the main diagonal, −1 the one below. [Keras](https://keras.io/api/ops/numpy/)`,
    parameters: { k: int({ doc: 'Which diagonal bounds the triangle.', default: dim(0) }) },
    shape: ({ input, need }) => {
      if (!need.rankAtLeast(input, 2, '[…, rows, columns]')) return undefined;
      return { dtype: input.dtype === 'bool' ? 'int32' : input.dtype, shape: input.shape };
    },
    lower: ({ x, output, parameters: p, op }) => {
      const [rows, columns] = completeSizes(output.shape).slice(-2) as [Dim, Dim];
      const row = op.reshape(op.arange(rows), [rows, ONE]);
      const column = op.reshape(op.arange(columns), [ONE, columns]);
      const known = asInteger(p.k);
      const shift = known === undefined ? op.cast(op.dimension(p.k), 'int32') : known;
      const offset = known === 0 ? column : op.subtract(column, shift);
      const kept = name === 'triu' ? op.greaterEqual(offset, row) : op.lessEqual(offset, row);
      return op.select(kept, op.cast(x, output.dtype as DType), 0);
    },
    examples: [
      { source: name, input: ['n', 4], output: ['n', 4] },
      { source: `${name}(1)`, input: [2, 3, 3], output: [2, 3, 3] },
    ],
  });

export const selectingFunctions: readonly FunctionDefinition[] = [
  gather,
  topK,
  triangle('triu', 'upper'),
  triangle('tril', 'lower'),
];
