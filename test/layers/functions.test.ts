/** Functions against tfjs-core on cpu, and their gradients against finite differences. */
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { dim } from '../../compiler/shapes/index.ts';
import type { Refuted } from './concrete-need.ts';
import { expectDifferences } from './differences.ts';
import { applied, evaluated, someNumbers, type Arguments } from './harness.ts';
import { expectClose, toArray, toTensor } from './tf-layers.ts';

const functionOf = (name: string) => registry.functions.get(name)!;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type Oracle = (...xs: readonly tf.Tensor[]) => tf.Tensor;
const positive = (x: NdArray): NdArray => ndArray(x.shape, x.data.map((v) => Math.abs(v) + 0.1)); // prettier-ignore
const x = someNumbers([2, 3, 4], 2);
const y = someNumbers([2, 3, 4], 3);
const row = someNumbers([2, 4], 4);
const ints = ndArray([2, 3], [5, -3, 2, 7, 1, -4], 'int32');

interface Case {
  readonly name: string;
  readonly args?: Arguments;
  readonly inputs: readonly NdArray[];
  readonly oracle: Oracle;
  /** False where the derivative is 0 or jumps. */
  readonly smooth?: boolean;
}
const unary = (name: string, oracle: Oracle, input = x, args: Arguments = {}): Case => ({
  name,
  args,
  inputs: [input],
  oracle,
});

const cases: readonly Case[] = [
  unary('relu', (a) => tf.relu(a!)), unary('relu6', (a) => tf.relu6(a!)), unary('sigmoid', (a) => tf.sigmoid(a!)),
  unary('tanh', (a) => tf.tanh(a!)), unary('elu', (a) => tf.elu(a!)), unary('selu', (a) => tf.selu(a!)),
  unary('softplus', (a) => tf.softplus(a!)), unary('leakyRelu', (a) => tf.leakyRelu(a!, 0.2)),
  unary('softsign', (a) => tf.div(a!, tf.add(tf.abs(a!), 1))), unary('silu', (a) => tf.mul(a!, tf.sigmoid(a!))),
  unary('mish', (a) => tf.mul(a!, tf.tanh(tf.softplus(a!)))), unary('exponential', (a) => tf.exp(a!)),
  unary('gelu', (a) => tf.mul(tf.mul(a!, 0.5), tf.add(1, tf.erf(tf.div(a!, Math.SQRT2))))),
  unary('hardSigmoid', (a) => tf.clipByValue(tf.add(tf.div(a!, 6), 0.5), 0, 1)), unary('linear', (a) => a!),
  unary('logSigmoid', (a) => tf.logSigmoid(a!)), unary('softmax', (a) => tf.softmax(a!)),
  unary('softmax', (a) => tf.transpose(tf.softmax(tf.transpose(a!, [0, 2, 1])), [0, 2, 1]), x, { axis: 0 }),
  unary('logSoftmax', (a) => tf.logSoftmax(a!)),
  unary('abs', (a) => tf.abs(a!)), unary('square', (a) => tf.square(a!)), unary('sqrt', (a) => tf.sqrt(a!), positive(x)),
  unary('rsqrt', (a) => tf.rsqrt(a!), positive(x)), unary('exp', (a) => tf.exp(a!)), unary('log', (a) => tf.log(a!), positive(x)),
  unary('expm1', (a) => tf.expm1(a!)), unary('log1p', (a) => tf.log1p(a!), positive(x)), unary('erf', (a) => tf.erf(a!)),
  unary('sin', (a) => tf.sin(a!)), unary('cos', (a) => tf.cos(a!)), unary('tan', (a) => tf.tan(a!)),
  unary('reciprocal', (a) => tf.reciprocal(a!), positive(x)), unary('negate', (a) => tf.neg(a!)),
  { name: 'sign', inputs: [x], oracle: (a) => tf.sign(a!), smooth: false },
  { name: 'floor', inputs: [x], oracle: (a) => tf.floor(a!), smooth: false },
  unary('clip', (a) => tf.clipByValue(a!, -0.4, 0.5), x, { xMin: -0.4, xMax: 0.5 }),
  { name: 'add', inputs: [x, y, row], oracle: (a, b, c) => tf.add(tf.add(a!, b!), tf.reshape(c!, [2, 1, 4])) },
  { name: 'subtract', inputs: [row, x], oracle: (a, b) => tf.sub(tf.reshape(a!, [2, 1, 4]), b!) },
  { name: 'multiply', inputs: [x, y], oracle: (a, b) => tf.mul(a!, b!) },
  { name: 'divide', inputs: [x, positive(y)], oracle: (a, b) => tf.div(a!, b!) },
  { name: 'power', inputs: [positive(x), y], oracle: (a, b) => tf.pow(a!, b!) },
  { name: 'maximum', inputs: [x, y], oracle: (a, b) => tf.maximum(a!, b!) },
  { name: 'minimum', inputs: [x, y], oracle: (a, b) => tf.minimum(a!, b!) },
  { name: 'modulo', inputs: [x, positive(y)], oracle: (a, b) => tf.mod(a!, b!), smooth: false },
  { name: 'greater', inputs: [x, y], oracle: (a, b) => tf.greater(a!, b!), smooth: false },
  { name: 'divide', inputs: [ints, ndArray([1], [2], 'int32')], oracle: (a) => tf.div(tf.cast(a!, 'float32'), 2), smooth: false },
  { name: 'matMul', inputs: [x, someNumbers([2, 4, 5], 5)], oracle: (a, b) => tf.matMul(a!, b!) },
  { name: 'matMul', inputs: [x, someNumbers([1, 4, 5], 5)], oracle: (a, b) => tf.reshape(tf.matMul(tf.reshape(a!, [6, 4]), tf.reshape(b!, [4, 5])), [2, 3, 5]) },
  { name: 'dot', inputs: [x, row], oracle: (a, b) => tf.sum(tf.mul(a!, tf.reshape(b!, [2, 1, 4])), -1) },
  unary('sum', (a) => tf.sum(a!, [1, 2])), unary('sum', (a) => tf.sum(a!, 2, true), x, { axis: -1, keepDims: true }),
  unary('mean', (a) => tf.mean(a!, [1, 2])), unary('mean', (a) => tf.mean(a!, 1), x, { axis: 0 }),
  unary('max', (a) => tf.max(a!, 2), x, { axis: 1 }), unary('min', (a) => tf.min(a!, [1, 2])), unary('prod', (a) => tf.prod(a!, 1), x, { axis: 0 }),
  unary('variance', (a) => tf.moments(a!, 2).variance, x, { axis: -1 }), unary('std', (a) => tf.sqrt(tf.moments(a!, [1, 2]).variance)),
  unary('logSumExp', (a) => tf.logSumExp(a!, 2), x, { axis: 1 }), unary('norm', (a) => tf.norm(a!, 2, 2), x, { axis: -1 }),
  unary('norm', (a) => tf.sum(tf.abs(a!), [1, 2]), x, { ord: 1 }),
  unary('cumsum', (a) => tf.cumsum(a!, 1), x, { axis: 0 }),
  { name: 'argMax', args: { axis: -1 }, inputs: [x], oracle: (a) => tf.argMax(a!, 2), smooth: false },
  { name: 'argMax', inputs: [x], oracle: (a) => tf.argMax(tf.reshape(a!, [2, 12]), 1), smooth: false },
  unary('reshape', (a) => tf.reshape(a!, [2, 2, 6]), x, { newShape: [2, -1] }), unary('flatten', (a) => tf.reshape(a!, [2, 12])),
  unary('transpose', (a) => tf.transpose(a!, [0, 2, 1])),
  unary('transpose', (a) => tf.transpose(a!, [0, 3, 1, 2]), someNumbers([2, 3, 4, 5], 6), { axes: [2, 0, 1] }),
  unary('expandDims', (a) => tf.expandDims(a!, 2), x, { axis: 1 }), unary('squeeze', (a) => tf.reshape(a!, [2, 3]), someNumbers([2, 3, 1], 3)),
  unary('reverse', (a) => tf.reverse(a!, 1), x, { axis: 0 }),
  { name: 'concat', inputs: [x, y], oracle: (a, b) => tf.concat([a!, b!], 2) },
  { name: 'stack', inputs: [x, y], oracle: (a, b) => tf.stack([a!, b!], 1) },
  { name: 'stack', args: { axis: -1 }, inputs: [x, y], oracle: (a, b) => tf.stack([a!, b!], 3) },
  { name: 'oneHot', args: { numClasses: 4 }, inputs: [ndArray([2, 2], [0, 3, 1, 2], 'int32')], oracle: (a) => tf.cast(tf.oneHot(a! as tf.Tensor1D, 4), 'float32'), smooth: false },
  unary('zerosLike', (a) => tf.zerosLike(a!)), unary('onesLike', (a) => tf.onesLike(a!)),
  { name: 'where', inputs: [ndArray([2, 3, 4], x.data.map((v) => Number(v > 0)), 'bool'), x, y], oracle: (c, a, b) => tf.where(c!, a!, b!) },
]; // prettier-ignore

describe('like tfjs', () => {
  test.each(cases.map((c) => [`${c.name} ${JSON.stringify(c.args ?? {})}`, c] as const))('%s', (about, c) => {
    const result = applied(functionOf(c.name), c.args ?? {}, c.inputs);
    const [output] = evaluated(result.outputs, { inputs: c.inputs });
    expectClose(output!, toArray(c.oracle(...c.inputs.map(toTensor))), about, 1e-5);
    expect(output!.dtype).toBe(result.types[0]!.dtype);
    if (c.smooth !== false) expectDifferences(result, c.inputs, about);
  });
  // By differences alone: what tfjs does not have.
  test.each([
    ['glu', {}], ['celu', { alpha: 0.5 }], ['squareplus', {}], ['softShrink', { threshold: 0.2 }], ['hardShrink', {}],
    ['gelu', { approximate: true }], ['sparsePlus', {}], ['sparseSigmoid', {}], ['tanhShrink', {}], ['hardSilu', {}],
    ['hardTanh', {}], ['threshold', { threshold: 0.1, defaultValue: -1 }], ['norm', { ord: 3 }],
    ['relu', { negativeSlope: 0.1, threshold: 0.2, maxValue: 0.6 }], ['relu', { threshold: 0.2 }],
  ] as const)('%s %o', (name, args) => {
    expectDifferences(applied(functionOf(name), args, [x]), [x], name);
  }); // prettier-ignore
});

describe('x[…]', () => {
  const slice = (begin?: number, end?: number, step = 1) => ({
    kind: 'slice', step, ...(begin === undefined ? {} : { begin: dim(begin) }), ...(end === undefined ? {} : { end: dim(end) }),
  }); // prettier-ignore
  const at = (n: number) => ({ kind: 'integer', at: dim(n) });
  const dots = { kind: 'ellipsis' };
  const z = someNumbers([2, 3, 5, 4], 6);
  const selections = [
    [[at(0)], (a: tf.Tensor) => tf.reshape(tf.slice(a, [0, 0, 0, 0], [2, 1, 5, 4]), [2, 5, 4])],
    [[slice(), at(-1)], (a: tf.Tensor) => tf.reshape(tf.slice(a, [0, 0, 4, 0], [2, 3, 1, 4]), [2, 3, 4])],
    [[dots, slice(0, 3)], (a: tf.Tensor) => tf.slice(a, [0, 0, 0, 0], [2, 3, 5, 3])],
    [[slice(), slice(undefined, undefined, 2)], (a: tf.Tensor) => tf.stridedSlice(a, [0, 0, 0, 0], [2, 3, 5, 4], [1, 1, 2, 1])], // prettier-ignore
    [[slice(1), slice(-3, -1), at(2)], (a: tf.Tensor) => tf.reshape(tf.slice(a, [0, 1, 2, 2], [2, 2, 2, 1]), [2, 2, 2])], // prettier-ignore
    [[at(1), dots, at(-4)], (a: tf.Tensor) => tf.reshape(tf.slice(a, [0, 1, 0, 0], [2, 1, 5, 1]), [2, 5])],
  ] as const;
  test.each(selections.map((_, i) => i))('selection %i', (i) => {
    const [items, oracle] = selections[i]!;
    const result = applied(functionOf('index'), { items }, [z]);
    const [output] = evaluated(result.outputs, { inputs: [z] });
    expectClose(output!, toArray(oracle(toTensor(z))));
    expectDifferences(result, [z], 'index');
  });
  const refusals = [
    [[at(3)], 'index'],
    [[at(-4)], 'index'],
    [[slice(0, 4)], 'fits'],
    [[slice(-4)], 'fits'],
    [[slice(2, 2)], 'fits'],
    [[at(0), at(0), at(0), at(0)], 'rankAtLeast'],
    [[slice(0, 2, 0)], 'argument'],
    [[dots, dots], 'argument'],
  ] as const;
  test.each(refusals.map((_, i) => i))('refusal %i', (i) => {
    const [items, check] = refusals[i]!;
    expect(() => applied(functionOf('index'), { items }, [z])).toThrow(
      expect.objectContaining({ check }) as unknown as Refuted,
    );
  });
});

describe('refused', () => {
  const layer = (name: string) => registry.layers.get(name)!;
  const refusals = [
    [layer('Dense'), { units: 3 }, [ndArray([2], [1, 2])], 'rankAtLeast'],
    [layer('Dense'), { units: 3 }, [ints], 'dtype'],
    [layer('Conv2D'), { filters: 2, kernelSize: 3 }, [x], 'rank'],
    [layer('Conv2D'), { filters: 2, kernelSize: 6 }, [someNumbers([1, 5, 9, 2])], 'fits'],
    [layer('Conv2D'), { filters: 2, kernelSize: 3, groups: 2 }, [someNumbers([1, 5, 9, 3])], 'divisible'],
    [
      layer('Conv2D'),
      { filters: 2, kernelSize: 2, strides: 2, dilationRate: 2 },
      [someNumbers([1, 5, 9, 3])],
      'argument',
    ],
    [layer('Embedding'), { inputDim: 3, outputDim: 2 }, [x], 'dtype'],
    [layer('Embedding'), { inputDim: 3, outputDim: 2, maskZero: true }, [ints], 'argument'],
    [layer('LayerNormalization'), { axis: 2 }, [x], 'axis'],
    [layer('Add'), {}, [x, someNumbers([2, 2, 4])], 'broadcast'],
    [layer('Concatenate'), { axis: -1 }, [x, someNumbers([2, 2, 4])], 'equal'],
    [functionOf('reshape'), { newShape: [5] }, [x], 'sameCount'],
    [functionOf('reshape'), { newShape: [5, -1] }, [x], 'divisible'],
    [functionOf('reshape'), { newShape: [-1, -1] }, [x], 'argument'],
    [functionOf('transpose'), { axes: [0, 0] }, [x], 'argument'],
    [functionOf('squeeze'), { axis: 0 }, [x], 'equal'],
    [functionOf('matMul'), {}, [x, x], 'equal'],
    [functionOf('logicalAnd'), {}, [x, x], 'dtype'],
    [functionOf('stack'), {}, [x, row], 'rank'],
  ] as const;
  test.each(refusals.map(([definition], i) => [definition.name, i] as const))('%s, case %i', (_, i) => {
    const [definition, args, inputs, check] = refusals[i]!;
    expect(() => applied(definition, args, inputs)).toThrow(expect.objectContaining({ check }) as unknown as Refuted);
  }); // prettier-ignore
});
