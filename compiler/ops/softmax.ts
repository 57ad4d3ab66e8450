/**
 * Softmax and its logarithm over the last axis; gradients from the output alone.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { NdArray } from '../graph/nd-array.ts';
import { defineOp, type OpBehaviour } from './define-op.ts';

const sameFloat: OpBehaviour['type'] = ([x]) =>
  x!.dtype === 'float32' && x!.shape.length > 0 ? { dtype: 'float32', shape: x!.shape } : bug('softmax of no floats');

function byRows(x: NdArray, f: (row: Float64Array) => Float64Array): NdArray {
  const width = x.shape.at(-1)!;
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i += width) data.set(f(x.data.subarray(i, i + width)), i);
  return { ...x, data };
}

function logSumExp(row: Float64Array): number {
  const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(row.reduce((sum, v) => sum + Math.exp(v - top), 0));
}

export const softmax = defineOp('softmax', {
  type: sameFloat,
  evaluate: ([x]) =>
    byRows(x!, (row) => {
      const total = logSumExp(row);
      return row.map((v) => Math.exp(v - total));
    }),
  gradient: ({ node: y, dy, op }) => [() => op.multiply(y, op.subtract(dy, op.sum(op.multiply(dy, y), [-1], true)))],
});

export const logSoftmax = defineOp('logSoftmax', {
  type: sameFloat,
  evaluate: ([x]) =>
    byRows(x!, (row) => {
      const total = logSumExp(row);
      return row.map((v) => v - total);
    }),
  gradient: ({ node: y, dy, op }) => [() => op.subtract(dy, op.multiply(op.exp(y), op.sum(dy, [-1], true)))],
});
