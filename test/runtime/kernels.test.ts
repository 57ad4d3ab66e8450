/** Every kernel function on cpu and wasm against tfjs's own ops on cpu, on random shapes, dtypes and broadcasts; and that none leaks. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import * as nn from '../../runtime/index.ts';
import { type Ours, type Reference, check } from './compare.ts';
import { type Operand, devices, numbers, operand } from './devices.ts';

const kernels: Readonly<Record<string, Ours>> = { ...nn } as never;

const shapes = [[], [1], [7], [2, 3], [4, 1, 5], [2, 3, 2, 4], [1, 2, 2, 1, 3], [2, 1, 3, 1, 2, 2]];
const broadcasts: [number[], number[]][] = [
  [[], []],
  [[3], []],
  [[], [2, 3]],
  [[2, 3], [3]],
  [
    [2, 1],
    [1, 4],
  ],
  [
    [4, 1, 3],
    [2, 1],
  ],
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [
    [2, 3, 1, 5],
    [1, 4, 1],
  ],
  [
    [2, 1, 3, 1, 2],
    [3, 1, 2, 2],
  ],
];

const unary: [string, Reference, number?, number?][] = [
  ['negate', tf.neg],
  ['abs', tf.abs],
  ['sign', tf.sign],
  ['exp', tf.exp],
  ['expm1', tf.expm1],
  ['log', tf.log, 0.01, 5],
  ['log1p', tf.log1p, -0.9, 5],
  ['sqrt', tf.sqrt, 0, 5],
  ['rsqrt', tf.rsqrt, 0.1, 5],
  ['sin', tf.sin],
  ['cos', tf.cos],
  ['tan', tf.tan, -1, 1],
  ['tanh', tf.tanh],
  ['sigmoid', tf.sigmoid, -20, 20],
  ['softplus', tf.softplus, -20, 20],
  ['erf', tf.erf],
  ['floor', tf.floor],
  ['ceil', tf.ceil],
  ['round', tf.round],
  ['relu', tf.relu],
  ['step', (x) => tf.step(x)],
  ['isNan', tf.isNaN],
];
const arithmetic: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
  ['add', tf.add],
  ['subtract', tf.sub],
  ['multiply', tf.mul],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['equal', tf.equal],
  ['notEqual', tf.notEqual],
  ['less', tf.less],
  ['lessEqual', tf.lessEqual],
  ['greater', tf.greater],
  ['greaterEqual', tf.greaterEqual],
];

describe.each(devices)('kernels on $name', (device) => {
  it.each(unary)('%s', (name, reference, low, high) => {
    const next = numbers(1);
    for (const shape of shapes) check(device, [operand('float32', shape, next, low, high)], kernels[name]!, reference);
  });

  it('unary functions of int32 and bool', () => {
    const next = numbers(2);
    for (const shape of shapes) {
      for (const [name, reference] of [
        ['negate', tf.neg],
        ['abs', tf.abs],
      ] as const) {
        check(device, [operand('int32', shape, next)], kernels[name]!, reference);
      }
      check(device, [operand('bool', shape, next)], nn.not, (x) => tf.logicalNot(x as tf.Tensor));
    }
  });

  it.each(['float32', 'int32', 'bool'] as const)('cast from %s', (from) => {
    const next = numbers(3);
    for (const to of ['float32', 'int32', 'bool'] as const) {
      for (const shape of shapes)
        check(
          device,
          [operand(from, shape, next)],
          (d, x) => nn.cast(d, x, to),
          (x) => tf.cast(x, to),
        );
    }
  });

  it.each(arithmetic)('%s', (name, reference) => {
    const next = numbers(4);
    for (const [a, b] of broadcasts) {
      for (const dtype of ['float32', 'int32'] as const) {
        check(device, [operand(dtype, a, next), operand(dtype, b, next)], kernels[name]!, reference as Reference);
        check(device, [operand(dtype, b, next), operand(dtype, a, next)], kernels[name]!, reference as Reference);
      }
    }
  });

  it('divide, power, modulo, and, or', () => {
    const next = numbers(5);
    for (const [a, b] of broadcasts) {
      const [x, y] = [operand('float32', a, next, 0.2, 3), operand('float32', b, next, 0.2, 3)];
      check(device, [x, y], nn.divide, tf.div as Reference);
      check(device, [x, y], nn.power, tf.pow as Reference);
      check(device, [operand('float32', a, next), y], nn.modulo, tf.mod as Reference);
      const bools = [operand('bool', a, next), operand('bool', b, next)];
      check(device, bools, nn.and, tf.logicalAnd as Reference);
      check(device, bools, nn.or, tf.logicalOr as Reference);
    }
  });

  it('modulo takes the sign of the divisor', () => {
    const x: Operand = { values: [5, -5, 5, -5, 6], shape: [5], dtype: 'float32' };
    const y: Operand = { values: [3, 3, -3, -3, 3], shape: [5], dtype: 'float32' };
    check(device, [x, y], nn.modulo, () => tf.tensor1d([2, 1, -1, -2, 0]));
  });

  it('select broadcasts all three', () => {
    const next = numbers(6);
    for (const dtype of ['float32', 'int32'] as const) {
      for (const [a, b] of broadcasts) {
        for (const [c, t, e] of [
          [a, b, b],
          [b, a, b],
          [b, b, a],
          [[], a, b],
        ] as const) {
          check(
            device,
            [operand('bool', c, next), operand(dtype, t, next), operand(dtype, e, next)],
            nn.select,
            (p, x, y) => {
              const shape = commonShape([c, t, e]);
              return tf.where(
                tf.cast(tf.broadcastTo(tf.cast(p, 'int32'), shape), 'bool'),
                tf.broadcastTo(x, shape),
                tf.broadcastTo(y, shape),
              );
            },
          );
        }
      }
    }
  });

  it('reductions', () => {
    const next = numbers(7);
    const cases: [number[], number[]][] = [
      [[5], [0]],
      [[2, 3], [1]],
      [[2, 3], [0]],
      [
        [2, 3, 4],
        [0, 2],
      ],
      [[2, 3, 4], [1]],
      [
        [2, 3, 2, 2],
        [0, 1, 2, 3],
      ],
      [
        [2, 3, 2, 2],
        [1, 2],
      ],
    ];
    for (const [shape, axes] of cases) {
      for (const keep of [false, true]) {
        const x = operand('float32', shape, next);
        const i = operand('int32', shape, next);
        const p = operand('bool', shape, next);
        for (const value of [x, i]) {
          check(
            device,
            [value],
            (d, v) => nn.sum(d, v, axes, keep),
            (v) => tf.sum(v, axes, keep),
          );
          check(
            device,
            [value],
            (d, v) => nn.prod(d, v, axes, keep),
            (v) => tf.prod(v, axes, keep),
          );
          check(
            device,
            [value],
            (d, v) => nn.max(d, v, axes, keep),
            (v) => tf.max(v, axes, keep),
          );
          check(
            device,
            [value],
            (d, v) => nn.min(d, v, axes, keep),
            (v) => tf.min(v, axes, keep),
          );
        }
        check(
          device,
          [p],
          (d, v) => nn.sum(d, v, axes, keep),
          (v) => tf.sum(v, axes, keep),
        );
        check(
          device,
          [p],
          (d, v) => nn.any(d, v, axes, keep),
          (v) => tf.any(v, axes, keep),
        );
        check(
          device,
          [p],
          (d, v) => nn.all(d, v, axes, keep),
          (v) => tf.all(v, axes, keep),
        );
      }
      for (const axis of axes) {
        const x = operand('float32', shape, next);
        check(
          device,
          [x],
          (d, v) => nn.argMax(d, v, axis),
          (v) => tf.argMax(v, axis),
        );
        check(
          device,
          [x],
          (d, v) => nn.argMin(d, v, axis),
          (v) => tf.argMin(v, axis),
        );
        for (const exclusive of [false, true]) {
          for (const reverse of [false, true]) {
            check(
              device,
              [x],
              (d, v) => nn.cumsum(d, v, axis, { exclusive, reverse }),
              (v) => tf.cumsum(v, axis, exclusive, reverse),
            );
          }
        }
      }
    }
  });

  it('softmax and its logarithm', () => {
    const next = numbers(8);
    for (const shape of [[4], [3, 5], [2, 3, 4]]) {
      const x = operand('float32', shape, next, -40, 40);
      check(device, [x], nn.softmax, (v) => tf.softmax(v));
      check(device, [x], nn.logSoftmax, (v) => tf.logSoftmax(v));
    }
  });
});

function commonShape(all: readonly (readonly number[])[]): number[] {
  return all.reduce<number[]>((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, [...b]), []);
}
