/**
 * What tfjs computes wrongly on wasm, in silence (FACTS of the target): each defect is shown with tfjs's own kernel, and
 * what is emitted is right for the same numbers. Where the first half fails, tfjs has been mended and a rule may go.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { legalise } from '../../compiler/emit/backends/index.ts';
import { countOf, createGraphBuilder, evaluateProgram, ndArray, type NdArray, type TensorNode } from '../../compiler/graph/index.ts'; // prettier-ignore
import { fuse } from '../../compiler/optimise/index.ts';
import { type Device, oneHot, stridedSlice, useBackend } from '../../runtime/index.ts';
import { applied, someWeights, type Arguments } from '../layers/harness.ts';
import { difference, programOf } from '../ops/apply-case.ts';
import { kernelRunner } from '../ops/run-kernels.ts';
import { compiled } from '../training/compiled.ts';

/** Below: as right as float32 is. */
const right = 1e-5;
/** Above: wrong, not merely inexact. */
const wrong = 1e-2;

const wave = (...shape: number[]): NdArray =>
  ndArray(shape, Array.from({ length: countOf(shape) }, (_, i) => Math.fround(Math.sin(1.7 * i + shape.length)))); // prettier-ignore
const moved = (x: NdArray, by: number): NdArray =>
  ndArray(
    x.shape,
    x.data.map((v) => Math.fround(v + by)),
  );

let device: Device;
beforeAll(async () => {
  device = await useBackend('wasm');
});

/** A kernel of tfjs, as it is. */
function kernel(name: string, inputs: Readonly<Record<string, NdArray>>, attributes: object, backend = 'wasm'): readonly number[] {
  const own = tf.findBackend(backend)!;
  const given = Object.fromEntries(
    Object.entries(inputs).map(([key, x]) => [key, { dataId: own.write(x.dtype === 'float32' ? Float32Array.from(x.data) : Int32Array.from(x.data), [...x.shape], x.dtype), shape: [...x.shape], dtype: x.dtype }]),
  );
  const found = tf.getKernel(name, backend)!;
  const result = found.kernelFunc({ inputs: given as never, backend: own, attrs: attributes as never }) as tf.TensorInfo;
  return Array.from(own.readSync(result.dataId) as Float32Array);
} // prettier-ignore

/** By how much tfjs's wasm kernel differs from its cpu kernel. */
const defect = (name: string, inputs: Readonly<Record<string, NdArray>>, attributes: object): number =>
  difference(kernel(name, inputs, attributes, 'cpu'), kernel(name, inputs, attributes));

/** By how much a program differs from the reference once it is made ready for wasm, and run there. */
function error(build: (op: ReturnType<typeof createGraphBuilder>, xs: readonly TensorNode[]) => TensorNode, arrays: readonly NdArray[]): number {
  const op = createGraphBuilder();
  const inputs = Object.fromEntries(arrays.map((x, i) => [`x${i}`, x]));
  const program = programOf({ y: build(op, arrays.map((x, i) => op.input(`x${i}`, x.dtype, x.shape))) });
  const after = fuse(legalise(program, op, ['wasm']), op);
  const expected = evaluateProgram(program, { inputs }).get('y')!;
  return difference(expected.data, kernelRunner('wasm').run(after, { inputs }).get('y')!.data);
} // prettier-ignore

/** The same of a layer: the worst of its result and its gradients. */
function layerError(name: string, args: Arguments, x: NdArray): number {
  const layer = applied(registry.layers.get(name)!, args, [x]);
  const { op } = layer;
  const output = layer.outputs[0]!;
  const sources = [...layer.inputs, ...Object.values(layer.weights)];
  const gradients = differentiate(op, op.sum(op.multiply(output, op.randomNormal(output.shape, { use: 0 }))), sources);
  const program = programOf({ output, ...Object.fromEntries(gradients.map((g, i) => [`gradient${i}`, g!])) });
  const bindings = { inputs: { x0: x }, weights: someWeights(layer) };
  const actual = kernelRunner('wasm').run(fuse(legalise(program, op, ['wasm']), op), bindings);
  const expected = evaluateProgram(program, bindings);
  return Math.max(...[...expected].map(([key, value]) => difference(value.data, actual.get(key)!.data)));
}

describe('windows', () => {
  const pool = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' };
  test('the gradient of a maximum that is not positive', () => {
    const x = moved(wave(1, 4, 4, 2), -3);
    const y = ndArray([1, 2, 2, 2], kernel('MaxPool', { x }, pool));
    const dy = wave(1, 2, 2, 2);
    expect(defect('MaxPoolGrad', { dy, input: x, output: y }, pool)).toBeGreaterThan(wrong);
    expect(layerError('MaxPooling2D', { poolSize: 2 }, x)).toBeLessThan(right);
  });
  test('the maximum over three axes of what is not positive, and its gradient', () => {
    const x = moved(wave(1, 4, 4, 4, 2), -3);
    const cube = { filterSize: [2, 2, 2], strides: [2, 2, 2], pad: 'valid', dataFormat: 'NDHWC' };
    expect(defect('MaxPool3D', { x }, cube)).toBeGreaterThan(wrong);
    expect(layerError('MaxPooling3D', { poolSize: 2 }, x)).toBeLessThan(right);
  });
  test('the gradient of a padded mean', () => {
    const [input, dy] = [wave(1, 3, 3, 1), wave(1, 2, 2, 1)];
    const same = { ...pool, pad: 'same' };
    // Here cpu is as wrong: every place counts, also those of the padding.
    const reference = layerError('AveragePooling2D', { poolSize: 2, padding: 'same' }, input);
    const [, , , , , , , , corner] = kernel('AvgPoolGrad', { dy, input }, same);
    expect(corner).toBeCloseTo(dy.data[3]! / 4, 5);
    expect(reference).toBeLessThan(right);
  });
});

describe('convolutions', () => {
  test('same padding with a kernel smaller than its stride', () => {
    const [x, filter] = [wave(1, 6, 6, 2), wave(2, 2, 2, 3)];
    const attributes = { strides: [3, 3], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' };
    expect(defect('Conv2D', { x, filter }, attributes)).toBeGreaterThan(wrong);
    expect(layerError('Conv2D', { filters: 3, kernelSize: 2, strides: 3, padding: 'same' }, x)).toBeLessThan(right);
  });
  test('three axes: the gradient by the input, which is also the transposed convolution', () => {
    const [dy, filter] = [wave(1, 3, 3, 3, 2), wave(2, 2, 2, 3, 2)];
    const attributes = { strides: [1, 1, 1], pad: 'valid', inputShape: [1, 4, 4, 4, 3] };
    expect(defect('Conv3DBackpropInputV2', { dy, filter }, attributes)).toBeGreaterThan(wrong);
    expect(layerError('Conv3D', { filters: 2, kernelSize: 2 }, wave(1, 4, 4, 4, 3))).toBeLessThan(right);
    expect(layerError('Conv3DTranspose', { filters: 3, kernelSize: 2 }, dy)).toBeLessThan(right);
  });
  test('three axes: the gradient by the filter, with strides', () => {
    const [x, dy] = [wave(1, 4, 4, 4, 3), wave(1, 2, 2, 2, 2)];
    const attributes = { strides: [2, 2, 2], pad: 'valid', filterShape: [2, 2, 2, 3, 2] };
    expect(defect('Conv3DBackpropFilterV2', { x, dy }, attributes)).toBeGreaterThan(wrong);
    expect(layerError('Conv3D', { filters: 2, kernelSize: 2, strides: 2 }, x)).toBeLessThan(right);
  });
});

describe('products', () => {
  const fused = (extra: object): object => ({ transposeA: false, transposeB: false, activation: 'linear', ...extra });
  test('a bias after a transposed product', () => {
    const given = { a: wave(1, 3, 4), b: wave(1, 5, 4), bias: moved(wave(5), 3) };
    expect(defect('_FusedMatMul', given, fused({ transposeB: true }))).toBeGreaterThan(wrong);
    const ours = error((op, [a, b, bias]) => op.add(op.matMul(a!, b!, { transposeB: true }), bias!), [wave(3, 4), wave(5, 4), given.bias]); // prettier-ignore
    expect(ours).toBeLessThan(right);
  });
  test('a bias after products of a batch', () => {
    const given = { a: wave(3, 3, 4), b: wave(3, 4, 5), bias: moved(wave(5), 3) };
    expect(defect('_FusedMatMul', given, fused({}))).toBeGreaterThan(wrong);
    const ours = error((op, [a, b, bias]) => op.add(op.matMul(a!, b!), bias!), [given.a, given.b, given.bias]);
    expect(ours).toBeLessThan(right);
  });
  test('relu of a long transposed product', () => {
    const given = { a: wave(1, 64, 3), b: wave(1, 64, 5) };
    expect(defect('_FusedMatMul', given, fused({ transposeA: true, activation: 'relu' }))).toBeGreaterThan(wrong);
    const ours = error((op, [a, b]) => op.relu(op.matMul(a!, b!, { transposeA: true })), [wave(64, 3), wave(64, 5)]);
    expect(ours).toBeLessThan(right);
  });
  test('weights that change in place are multiplied as they were', async () => {
    const [a, b] = [device.write(Float32Array.of(1, 1), [1, 2], 'float32'), device.write(Float32Array.of(1, 2, 3, 4), [2, 2], 'float32')]; // prettier-ignore
    const product = (): readonly number[] => {
      const wide = (x: typeof a) => ({ ...x, shape: [1, ...x.shape] });
      return [...device.readSync(device.run('BatchMatMul', { a: wide(a), b: wide(b) }, { transposeA: false, transposeB: false }))]; // prettier-ignore
    };
    expect(product()).toEqual([4, 6]);
    device.heapValues(b).set([10, 20, 30, 40]);
    expect(product()).toEqual([4, 6]);
    const { Net } = await compiled<'Net'>('model Net {\n input x: [2]\n output y = x -> Dense(2, useBias: false)\n}');
    const net = await Net.create();
    const y = async (...values: number[]): Promise<readonly number[]> => {
      net.setWeights({ 'dense.kernel': Float32Array.from(values) } as never);
      const { y: found } = (await net.run({ x: Float32Array.of(1, 1) } as never)) as unknown as { y: Float32Array };
      return [...found];
    };
    expect(await y(1, 2, 3, 4)).toEqual([4, 6]);
    expect(await y(10, 20, 30, 40)).toEqual([40, 60]);
    net.dispose();
  });
});

describe('dtypes', () => {
  test('OneHot writes whole numbers, whatever dtype it is told', () => {
    const indices = ndArray([2], [1, 0], 'int32');
    const attributes = { depth: 2, onValue: 1, offValue: 0, dtype: 'float32' };
    // The bits of a whole 1 read as a float.
    expect(kernel('OneHot', { indices }, attributes)[1]).not.toBe(1);
    const given = device.write(Int32Array.of(1, 0), [2], 'int32');
    expect([...device.readSync(oneHot(device, given, 2))]).toEqual([0, 1, 1, 0]);
  });
  test('StridedSlice calls whole numbers floats', () => {
    const x = ndArray([5], [1, 2, 3, 4, 5], 'int32');
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    expect(kernel('StridedSlice', { x }, { begin: [0], end: [5], strides: [2], ...masks })).not.toEqual([1, 3, 5]);
    const given = device.write(Int32Array.of(1, 2, 3, 4, 5), [5], 'int32');
    const cut = stridedSlice(device, given, [0], [3], [2]);
    expect([cut.dtype, ...device.readSync(cut)]).toEqual(['int32', 1, 3, 5]);
  });
});
