/** Products, convolutions and pooling against tfjs's ops on cpu, outside of the cases that a backend is known to get wrong. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as nn from '../../runtime/index.ts';
import type { ConvolutionAttributes, Padding } from '../../runtime/index.ts';
import { check } from './compare.ts';
import { devices, numbers, operand } from './devices.ts';

const pad4 = (
  padding: Padding,
): 'valid' | 'same' | [[number, number], [number, number], [number, number], [number, number]] =>
  typeof padding === 'string' ? padding : [[0, 0], [...padding[0]], [...padding[1]], [0, 0]];
const t4 = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

describe.each(devices)('products on $name', (device) => {
  it('multiplies by the same data under two shapes, which wasm packs only once', () => {
    const d = device;
    const values = Float32Array.from({ length: 48 }, (_, i) => i - 20);
    const wide = d.write(values, [4, 12], 'float32');
    const tall = nn.reshape(wide, [12, 4]);
    const left = (columns: number): nn.Data =>
      d.write(
        Float32Array.from({ length: columns }, (_, i) => i + 1),
        [1, columns],
        'float32',
      );
    const expected = (rows: number, columns: number): number[] =>
      Array.from({ length: columns }, (_, c) =>
        Array.from({ length: rows }, (__, r) => (r + 1) * values[r * columns + c]!).reduce((a, b) => a + b),
      );
    expect([...d.readSync(nn.matMul(d, left(4), wide))]).toEqual(expected(4, 12));
    expect([...d.readSync(nn.matMul(d, left(12), tall))]).toEqual(expected(12, 4));
    expect([...d.readSync(nn.fusedMatMul(d, left(12), tall, undefined))]).toEqual(expected(12, 4));
    expect([...d.readSync(nn.fusedMatMul(d, left(4), wide, undefined))]).toEqual(expected(4, 12));
  });

  it('matMul', () => {
    const next = numbers(1);
    for (const [batchA, batchB] of [
      [[], []],
      [[2], [2]],
      [[3], []],
      [[], [3]],
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 1],
        [1, 3],
      ],
      [[2, 3], [3]],
      [[2, 1], [3]],
    ] as const) {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const a = operand('float32', [...batchA, ...(transposeA ? [5, 4] : [4, 5])], next);
          const b = operand('float32', [...batchB, ...(transposeB ? [3, 5] : [5, 3])], next);
          check(
            device,
            [a, b],
            (d, x, y) => nn.matMul(d, x, y, { transposeA, transposeB }),
            (x, y) => {
              const batch = tf.broadcast_util.assertAndGetBroadcastShape([...batchA], [...batchB]);
              const whole = (t: tf.Tensor): tf.Tensor => tf.broadcastTo(t, [...batch, ...t.shape.slice(-2)]);
              return tf.matMul(whole(x), whole(y), transposeA, transposeB);
            },
          );
        }
      }
    }
  });

  it('matMul of stacks of large matrices', () => {
    const next = numbers(4);
    for (const batch of [[3], [2, 3], [1, 1]]) {
      const [a, b] = [operand('float32', [...batch, 40, 25], next), operand('float32', [...batch, 25, 20], next)];
      const expected = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.matMul(x, y);
      check(device, [a, b], (d, x, y) => nn.matMul(d, x, y), expected, 1e-4);
    }
    const square = operand('float32', [2, 30, 30], next);
    const power = (x: tf.Tensor): tf.Tensor => tf.matMul(x, x);
    check(device, [square], (d, x) => nn.matMul(d, x, x), power, 1e-4);
  });

  it('fusedMatMul', () => {
    const next = numbers(2);
    for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid'] as const) {
      const [a, b, bias] = [
        operand('float32', [6, 70], next),
        operand('float32', [70, 5], next),
        operand('float32', [5], next),
      ];
      check(
        device,
        [a, b, bias],
        (d, x, y, z) => nn.fusedMatMul(d, x, y, z, { activation }),
        (x, y, z) => tf.fused.matMul({ a: x, b: y, bias: z, activation }),
        1e-4,
      );
      check(
        device,
        [a, b],
        (d, x, y) => nn.fusedMatMul(d, x, y, undefined, { activation }),
        (x, y) => tf.fused.matMul({ a: x, b: y, activation }),
        1e-4,
      );
    }
    const [a, b, bias] = [
      operand('float32', [2, 3], next),
      operand('float32', [3, 2], next),
      operand('float32', [1, 2], next),
    ];
    check(
      device,
      [a, b, bias],
      (d, x, y, z) => nn.fusedMatMul(d, x, y, nn.reshape(z, [2]), { activation: 'leakyrelu', alpha: 0.3 }),
      (x, y, z) => tf.leakyRelu(tf.add(tf.matMul(x, y), z), 0.3),
    );
  });

  it('conv2d and fusedConv2d', () => {
    const next = numbers(3);
    const cases: [number, number, ConvolutionAttributes][] = [
      [7, 3, { strides: [1, 1], padding: 'valid' }],
      [7, 3, { strides: [1, 1], padding: 'same' }],
      [8, 3, { strides: [2, 2], padding: 'same' }],
      [
        8,
        3,
        {
          strides: [2, 1],
          padding: [
            [1, 0],
            [0, 2],
          ],
        },
      ],
      [9, 2, { strides: [1, 1], padding: 'valid', dilations: [2, 3] }],
      [5, 1, { strides: [2, 2], padding: 'same' }],
    ];
    for (const [size, window, attributes] of cases) {
      const x = operand('float32', [2, size, size + 1, 3], next);
      const filter = operand('float32', [window, window, 3, 4], next);
      const bias = operand('float32', [4], next);
      const { strides, padding, dilations = [1, 1] } = attributes;
      const reference = (v: tf.Tensor, f: tf.Tensor): tf.Tensor4D =>
        tf.conv2d(t4(v), t4(f), [...strides], pad4(padding), 'NHWC', [...dilations]);
      check(device, [x, filter], (d, v, f) => nn.conv2d(d, v, f, attributes), reference, 1e-4);
      for (const activation of ['linear', 'relu', 'elu'] as const) {
        check(
          device,
          [x, filter, bias],
          (d, v, f, b) => nn.fusedConv2d(d, v, f, b, { ...attributes, activation }),
          (v, f, b) => {
            const y = tf.add(reference(v, f), b);
            return activation === 'relu' ? tf.relu(y) : activation === 'elu' ? tf.elu(y) : y;
          },
          1e-4,
        );
      }
      const deep = operand('float32', [window, window, 3, 2], next);
      const deepBias = operand('float32', [6], next);
      const deepReference = (v: tf.Tensor, f: tf.Tensor): tf.Tensor4D =>
        tf.depthwiseConv2d(t4(v), t4(f), [...strides], pad4(padding) as 'same', 'NHWC', [...dilations]);
      if (strides[0] === strides[1]) {
        check(device, [x, deep], (d, v, f) => nn.depthwiseConv2d(d, v, f, attributes), deepReference, 1e-4);
        check(
          device,
          [x, deep, deepBias],
          (d, v, f, b) => nn.fusedDepthwiseConv2d(d, v, f, b, { ...attributes, activation: 'relu' }),
          (v, f, b) => tf.relu(tf.add(deepReference(v, f), b)),
          1e-4,
        );
      }
    }
  });

  it('pooling', () => {
    const next = numbers(4);
    for (const [poolSize, strides, padding] of [
      [[2, 2], [2, 2], 'valid'],
      [[3, 3], [2, 2], 'same'],
      [[3, 2], [1, 1], 'same'],
      [
        [2, 2],
        [2, 2],
        [
          [1, 1],
          [0, 1],
        ],
      ],
      [[1, 1], [1, 1], 'valid'],
    ] as [[number, number], [number, number], Padding][]) {
      const x = operand('float32', [2, 7, 6, 3], next);
      const attributes = { poolSize, strides, padding };
      check(
        device,
        [x],
        (d, v) => nn.maxPool(d, v, attributes),
        (v) => tf.maxPool(t4(v), poolSize, strides, pad4(padding)),
      );
      check(
        device,
        [x],
        (d, v) => nn.averagePool(d, v, attributes),
        (v) => tf.avgPool(t4(v), poolSize, strides, pad4(padding)),
      );
    }
  });

  it('gradients of pooling and convolution', () => {
    const next = numbers(5);
    const positive = operand('float32', [2, 6, 6, 3], next, 0.1, 3);
    const dy = operand('float32', [2, 3, 3, 3], next);
    const attributes = { poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
    const config = tf.getKernel('MaxPoolGrad', 'cpu').kernelFunc;
    check(
      device,
      [positive, dy],
      (d, x, g) => {
        const y = nn.maxPool(d, x, attributes);
        const dx = nn.maxPoolGradient(d, g, x, y, attributes);
        nn.free(d, y);
        return dx;
      },
      (x, g) => {
        const inputs = { dy: g, input: x, output: tf.maxPool(t4(x), 2, 2, 'valid') };
        return tf.engine().makeTensorFromTensorInfo(
          config({
            inputs,
            backend: tf.backend(),
            attrs: { filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
          }) as tf.TensorInfo,
        );
      },
    );
    check(
      device,
      [dy],
      (d, g) => nn.averagePoolGradient(d, g, [2, 6, 6, 3], attributes),
      (g) => {
        const quarter = tf.div(g, 4);
        return tf.image.resizeNearestNeighbor(t4(quarter), [6, 6]);
      },
    );
    const filter = operand('float32', [3, 3, 2, 4], next);
    const dz = operand('float32', [2, 4, 4, 4], next);
    const convolution = { strides: [2, 2], padding: 'same', inputShape: [2, 8, 8, 2] } as const;
    check(
      device,
      [dz, filter],
      (d, g, f) => nn.conv2dInputGradient(d, g, f, convolution),
      (g, f) => tf.conv2dTranspose(t4(g), t4(f), [2, 8, 8, 2], [2, 2], 'same'),
      1e-4,
    );
  });

  it('says which kernel is missing', () => {
    if (device.name !== 'wasm') return;
    const next = numbers(6);
    const x = operand('float32', [1, 4, 4, 1], next);
    expect(() =>
      check(
        device,
        [x, x],
        (d, a, b) => nn.conv2dFilterGradient(d, a, b, { strides: [1, 1], padding: 'same', filterShape: [3, 3, 1, 1] }),
        (a) => a,
      ),
    ).toThrow('The wasm backend has no kernel Conv2DBackpropFilter');
  });
});
