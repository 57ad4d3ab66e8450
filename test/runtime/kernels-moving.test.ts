/** Kernel functions that move elements, against tfjs's ops on cpu. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as nn from '../../runtime/index.ts';
import { check } from './compare.ts';
import { type Operand, devices, numbers, operand, put } from './devices.ts';

const dtypes = ['float32', 'int32', 'bool'] as const;

describe.each(devices)('moving kernels on $name', (device) => {
  it('reshape is an alias', () => {
    const x = put(device, { values: [1, 2, 3, 4], shape: [4], dtype: 'float32' });
    const y = nn.reshape(x, [2, 2]);
    expect(y.dataId).toBe(x.dataId);
    expect(y.shape).toEqual([2, 2]);
    nn.free(device, x);
  });

  it.each(dtypes)('transpose of %s', (dtype) => {
    const next = numbers(1);
    const cases = [
      [0],
      [1, 0],
      [0, 1],
      [2, 0, 1],
      [0, 2, 1],
      [3, 1, 2, 0],
      [1, 2, 0, 3],
      [4, 3, 2, 1, 0],
      [0, 3, 1, 4, 2, 5],
    ];
    for (const permutation of cases) {
      const shape = permutation.map((_, i) => [2, 3, 1, 4, 2, 2][i]!);
      check(
        device,
        [operand(dtype, shape, next)],
        (d, x) => nn.transpose(d, x, permutation),
        (x) => tf.transpose(x, permutation),
      );
    }
  });

  it.each(dtypes)('broadcastTo of %s', (dtype) => {
    const next = numbers(2);
    for (const [from, to] of [
      [[], [2, 3]],
      [[3], [2, 3]],
      [
        [2, 1],
        [2, 3],
      ],
      [
        [1, 3, 1],
        [2, 2, 3, 4],
      ],
      // Blocks long enough to be copied as one; axes of one that stay so.
      [
        [2, 1, 1, 3, 7],
        [2, 4, 1, 3, 7],
      ],
      [
        [2, 1, 3, 1, 1],
        [2, 2, 3, 1, 5],
      ],
      [
        [2, 3],
        [2, 3],
      ],
    ] as const) {
      check(
        device,
        [operand(dtype, from, next)],
        (d, x) => nn.broadcastTo(d, x, to),
        (x) => tf.broadcastTo(x, [...to]),
      );
    }
  });

  it.each(dtypes)('slice and strided slice of %s', (dtype) => {
    const next = numbers(3);
    const cases: [number[], number[], number[], number[]][] = [
      [[9], [2], [3], [2]],
      [
        [5, 6],
        [1, 0],
        [2, 3],
        [2, 2],
      ],
      [
        [5, 6],
        [0, 0],
        [5, 6],
        [1, 1],
      ],
      [
        [5, 6, 3],
        [4, 1, 0],
        [1, 2, 2],
        [1, 3, 2],
      ],
      [
        [2, 5, 6, 3],
        [0, 1, 1, 0],
        [2, 2, 2, 3],
        [1, 2, 3, 1],
      ],
      [
        [2, 3, 2, 4, 2],
        [0, 1, 0, 1, 0],
        [2, 2, 2, 3, 1],
        [1, 1, 1, 1, 1],
      ],
    ];
    for (const [shape, begin, size, strides] of cases) {
      const x = operand(dtype, shape, next);
      check(
        device,
        [x],
        (d, v) => nn.slice(d, v, begin, size),
        (v) => tf.slice(v, begin, size),
      );
      const end = begin.map((b, i) => b + (size[i]! - 1) * strides[i]! + 1);
      check(
        device,
        [x],
        (d, v) => nn.stridedSlice(d, v, begin, size, strides),
        (v) => tf.stridedSlice(v, begin, end, strides),
      );
    }
  });

  it.each(['float32', 'int32'] as const)('pad of %s', (dtype) => {
    const next = numbers(4);
    for (const paddings of [
      [[1, 2]],
      [
        [0, 0],
        [2, 1],
      ],
      [
        [1, 0],
        [0, 0],
        [3, 2],
      ],
      [
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 1],
      ],
    ] as [number, number][][]) {
      const x = operand(
        dtype,
        paddings.map((_, i) => i + 2),
        next,
      );
      for (const value of [0, -2])
        check(
          device,
          [x],
          (d, v) => nn.pad(d, v, paddings, value),
          (v) => tf.pad(v, paddings, value),
        );
    }
  });

  it.each(dtypes)('concat of %s', (dtype) => {
    const next = numbers(5);
    for (const [all, axis] of [
      [[[2], [3]], 0],
      [
        [
          [2, 3],
          [2, 1],
          [2, 2],
        ],
        1,
      ],
      [[[2, 3, 2]], 1],
      [
        [
          [1, 2, 3],
          [4, 2, 3],
        ],
        0,
      ],
    ] as const) {
      const operands = all.map((shape) => operand(dtype, shape, next));
      check(
        device,
        operands,
        (d, ...x) => nn.concat(d, x, axis),
        (...x) => tf.concat(x, axis),
      );
    }
  });

  it('reverse', () => {
    const next = numbers(6);
    for (const [shape, axes] of [
      [[5], [0]],
      [[2, 3], [1]],
      [
        [2, 3, 4],
        [0, 2],
      ],
      [
        [2, 3, 2, 2],
        [1, 2],
      ],
    ] as const) {
      for (const dtype of ['float32', 'int32'] as const) {
        check(
          device,
          [operand(dtype, shape, next)],
          (d, x) => nn.reverse(d, x, axes),
          (x) => tf.reverse(x, [...axes]),
        );
      }
    }
  });

  it('gather, scatterAdd and oneHot', () => {
    const next = numbers(7);
    for (const [rows, row, shape] of [
      [5, [3], [4]],
      [5, [], [4]],
      [6, [2, 3], [2, 3]],
      [1, [2], [2, 1]],
    ] as const) {
      const count = shape.reduce((a: number, b: number) => a * b, 1);
      const indices: Operand = {
        values: Array.from({ length: count }, () => Math.floor(next() * rows)),
        shape,
        dtype: 'int32',
      };
      const table = operand('float32', [rows, ...row], next);
      check(device, [table, indices], nn.gather, (t, i) => tf.gather(t, i as tf.Tensor1D));
      const updates = operand('float32', [...shape, ...row], next);
      check(
        device,
        [indices, updates],
        (d, i, u) => nn.scatterAdd(d, i, u, rows),
        (i, u) => tf.unsortedSegmentSum(tf.reshape(u, [count, ...row]), tf.reshape(i, [count]) as tf.Tensor1D, rows),
      );
      check(
        device,
        [indices],
        (d, i) => nn.oneHot(d, i, rows + 1),
        (i) => tf.cast(tf.oneHot(i, rows + 1), 'float32'),
      );
    }
  });

  it('oneHot of an index outside is a row of zeros', () => {
    const indices: Operand = { values: [-1, 3, 0], shape: [3], dtype: 'int32' };
    check(
      device,
      [indices],
      (d, i) => nn.oneHot(d, i, 3),
      () =>
        tf.tensor2d([
          [0, 0, 0],
          [0, 0, 0],
          [1, 0, 0],
        ]),
    );
  });

  it('resizeNearest', () => {
    const next = numbers(8);
    for (const [shape, size] of [
      [
        [1, 2, 2, 1],
        [4, 4],
      ],
      [
        [2, 3, 4, 3],
        [6, 8],
      ],
      [
        [1, 5, 5, 2],
        [3, 2],
      ],
    ] as [number[], [number, number]][]) {
      check(
        device,
        [operand('float32', shape, next)],
        (d, x) => nn.resizeNearest(d, x, size),
        (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size),
      );
    }
  });

  it('leaves', () => {
    check(
      device,
      [],
      (d) => nn.constant(d, [1, 2, 3, 4], [2, 2], 'int32'),
      () => tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'),
    );
    check(
      device,
      [],
      (d) => nn.constant(d, Float32Array.of(1, 0.5), [2], 'float32'),
      () => tf.tensor1d([1, 0.5]),
    );
    check(
      device,
      [],
      (d) => nn.fill(d, [2, 3], 1.5, 'float32'),
      () => tf.tensor2d(Array(6).fill(1.5), [2, 3]),
    );
    check(
      device,
      [],
      (d) => nn.fill(d, [], 1, 'bool'),
      () => tf.scalar(true, 'bool'),
    );
    check(
      device,
      [],
      (d) => nn.scalar(d, 2.5),
      () => tf.scalar(2.5),
    );
    check(
      device,
      [],
      (d) => nn.arange(d, 4),
      () => tf.range(0, 4, 1, 'int32'),
    );
  });
});
