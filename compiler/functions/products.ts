/** Products of matrices. */
import { sizeAt, sizesOf, product } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { convert } from '../definitions/promotion.ts';
import { add, asInteger, dim, equals, multiply } from '../shapes/index.ts';
import { matMulLastAxis } from './mat-mul-last-axis.ts';

const matMul = defineFunction({
  name: 'matMul',
  operator: '@',
  summary: 'Product of matrices over the last two axes.',
  doc: '$y_{…ij} = \\sum_k a_{…ik} b_{…kj}$; axes before them broadcast. Both operands have at least two axes. [Keras](https://keras.io/api/ops/numpy/#matmul-function)',
  tensors: ['x1', 'x2'],
  broadcasts: true,
  shape: ({ inputs, need }) => {
    const [a, b] = [inputs[0]!, inputs[1]!];
    if (!need.rankAtLeast(a, 2, '[…, rows, inner]') || !need.rankAtLeast(b, 2, '[…, inner, columns]')) return undefined;
    const [n, m] = [a.shape.length, b.shape.length];
    const [rows, left, right, columns] = [sizeAt(a.shape, n - 2), sizeAt(a.shape, n - 1), sizeAt(b.shape, m - 2), sizeAt(b.shape, m - 1)]; // prettier-ignore
    if (!rows || !left || !right || !columns) return undefined;
    const fitsTransposed = equals(left, columns) ? 'right' : equals(rows, right) ? 'left' : undefined;
    const context = { what: 'inner sizes', left: { input: a, axis: n - 1 }, right: { input: b, axis: m - 2 }, fitsTransposed } as const; // prettier-ignore
    if (!need.equal(left, right, context)) return undefined;
    const leading = need.broadcast([a, b].map((x) => ({ ...x, shape: x.shape.slice(0, -2) })));
    return leading && [...leading, rows, columns];
  },
  lower: ({ inputs, op }) => {
    const [a, b] = [convert(op, inputs[0]!, 'float32'), convert(op, inputs[1]!, 'float32')];
    const leading = b.shape.slice(0, -2);
    // A matrix without a batch: one product of two matrices instead of one for each example.
    if (leading.every((size) => asInteger(size) === 1)) return matMulLastAxis(op, a, op.reshape(b, b.shape.slice(-2)));
    return op.matMul(a, b);
  },
  flops: ({ inputs, output }) => {
    const inner = sizeAt(inputs[0]!.shape, inputs[0]!.shape.length - 1) ?? dim(0);
    return multiply(multiply(dim(2), inner), product(sizesOf(output.shape) ?? []));
  },
  examples: [
    { source: 'matMul(y)', input: ['n', 4], tensors: { y: [4, 8] }, output: ['n', 8] },
    { source: 'matMul(y)', input: [2, 5, 4], tensors: { y: [4, 3] }, output: [2, 5, 3] },
  ],
});

const dot = defineFunction({
  name: 'dot',
  summary: 'Product of two vectors, over the last axis.',
  doc: '$y_{…} = \\sum_k a_{…k} b_{…k}$, with broadcasting. [Keras](https://keras.io/api/ops/numpy/#dot-function)',
  tensors: ['x1', 'x2'],
  broadcasts: true,
  shape: ({ inputs, need }) => {
    if (!inputs.every((input) => need.rankAtLeast(input, 1))) return undefined;
    const shape = need.broadcast(inputs);
    return shape?.slice(0, -1);
  },
  lower: ({ inputs, op }) => op.sum(op.multiply(convert(op, inputs[0]!, 'float32'), inputs[1]!), [-1]),
  flops: ({ inputs, output }) => {
    const inner = sizeAt(inputs[0]!.shape, inputs[0]!.shape.length - 1) ?? dim(0);
    return multiply(add(inner, inner), product(sizesOf(output.shape) ?? []));
  },
  examples: [{ source: 'dot(y)', input: ['n', 4], tensors: { y: ['n', 4] }, output: ['n'] }],
});

const outer = defineFunction({
  name: 'outer',
  summary: 'Every number of one vector times every number of another.',
  doc: '$y_{…ij} = a_{…i} b_{…j}$; axes before the last broadcast. [Keras](https://keras.io/api/ops/numpy/#outer-function)',
  tensors: ['x1', 'x2'],
  broadcasts: true,
  shape: ({ inputs, need }) => {
    const [a, b] = [inputs[0]!, inputs[1]!];
    if (!need.rankAtLeast(a, 1) || !need.rankAtLeast(b, 1)) return undefined;
    const [rows, columns] = [sizeAt(a.shape, a.shape.length - 1), sizeAt(b.shape, b.shape.length - 1)];
    const leading = need.broadcast([a, b].map((x) => ({ ...x, shape: x.shape.slice(0, -1) })));
    return leading && rows && columns && [...leading, rows, columns];
  },
  lower: ({ inputs, op }) => {
    const [a, b] = [convert(op, inputs[0]!, 'float32'), convert(op, inputs[1]!, 'float32')];
    const column = op.reshape(a, [...a.shape, 1]);
    return op.multiply(column, op.reshape(b, [...b.shape.slice(0, -1), 1, b.shape.at(-1)!]));
  },
  flops: ({ output }) => product(sizesOf(output.shape) ?? []),
  examples: [{ source: 'outer(y)', input: ['n'], tensors: { y: [4] }, output: ['n', 4] }],
});

export const productFunctions: readonly FunctionDefinition[] = [matMul, dot, outer];
