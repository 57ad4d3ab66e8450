/** Convolutions of our own in tfjs's memory give what tfjs's give. */
import { describe, expect, it, vi } from 'vitest';
import { conv2d, constant, free, fusedConv2d, useBackend } from '../../runtime/index.ts';
import type { FusedConvolutionAttributes } from '../../runtime/kernels/windows.ts';
import type { Data } from '../../runtime/program.ts';
import { convolutionInMemory } from '../../runtime/simd/convolutions.ts';

const device = await useBackend('wasm');
/** What tfjs's kernel gives. */
function byTfjs(x: Data, filter: Data, bias: Data | undefined, attributes: FusedConvolutionAttributes): Data {
  const { strides, padding, activation = 'linear' } = attributes;
  const pad = typeof padding === 'string' ? padding : [[0, 0], ...padding, [0, 0]];
  const kernel = { strides, pad, dilations: [1, 1], dataFormat: 'NHWC' };
  return bias === undefined ? device.run('Conv2D', { x, filter }, kernel) : device.run('FusedConv2D', { x, filter, bias }, { ...kernel, activation });
} // prettier-ignore

/** Values whose sums are exact in float32, so that no order of adding shows. */
function exact(shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return Float32Array.from({ length: size }, (_, i) => (((i + seed) * 7919) % 17) - 8);
}

type Case = readonly [about: string, x: readonly number[], filter: readonly number[], attributes: FusedConvolutionAttributes]; // prettier-ignore
const valid = { strides: [1, 1], padding: 'valid' } as const;
const cases: readonly Case[] = [
  ['as it is', [3, 6, 7, 5], [3, 2, 5, 8], valid],
  ['one window', [1, 3, 3, 2], [3, 3, 2, 4], valid],
  ['twelve results: eight and four', [2, 5, 5, 3], [2, 2, 3, 12], valid],
  ['1 × 1', [2, 5, 9, 6], [1, 1, 6, 20], valid],
  ['a filter nearly as large as the image', [4, 13, 13, 2], [11, 11, 2, 8], valid],
  ['same', [2, 6, 5, 3], [3, 3, 3, 8], { strides: [1, 1], padding: 'same' }],
  ['same with an even filter', [2, 6, 5, 3], [4, 2, 3, 8], { strides: [1, 1], padding: 'same' }],
  ['same with a filter larger than the image', [1, 2, 3, 2], [5, 5, 2, 4], { strides: [1, 1], padding: 'same' }],
  ['strides', [2, 9, 10, 3], [3, 3, 3, 8], { strides: [2, 3], padding: 'valid' }],
  ['strides, same', [2, 9, 10, 3], [3, 4, 3, 8], { strides: [2, 2], padding: 'same' }],
  ['padding by number', [1, 5, 6, 3], [3, 3, 3, 8], { strides: [1, 1], padding: [[2, 2], [2, 2]] }], // prettier-ignore
  ['padding on some sides', [2, 5, 6, 3], [3, 4, 3, 8], { strides: [2, 1], padding: [[0, 2], [3, 1]] }], // prettier-ignore
  ['relu', [2, 5, 5, 3], [3, 3, 3, 8], { ...valid, activation: 'relu' }],
  ['relu6', [2, 5, 5, 3], [3, 3, 3, 8], { ...valid, activation: 'relu6' }],
];

describe.each(cases)('%s', (_, shape, filterShape, attributes) => {
  const { strides, padding } = attributes;
  const x = constant(device, exact(shape, 1), shape, 'float32');
  const filter = constant(device, exact(filterShape, 3), filterShape, 'float32');
  const bias = constant(device, exact([filterShape[3]!], 5), [filterShape[3]!], 'float32');

  it.each([
    ['with a bias', true],
    ['without', false],
  ])('%s', (_, isBiased) => {
    const held = device.backend.numDataIds();
    const asked = vi.spyOn(device, 'run');
    const own = isBiased
      ? fusedConv2d(device, x, filter, bias, attributes)
      : conv2d(device, x, filter, { strides, padding });
    // Else tfjs would be compared with itself.
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
    const theirs = byTfjs(x, filter, isBiased ? bias : undefined, attributes);
    expect(own.shape).toEqual(theirs.shape);
    expect(device.readSync(own)).toEqual(device.readSync(theirs));
    free(device, own, theirs);
    expect(device.backend.numDataIds()).toBe(held);
  });
});

it.each([
  ['dilations', [3, 3, 2, 8], { ...valid, dilations: [2, 2] }],
  ['results that are not in fours', [3, 3, 2, 6], valid],
  ['activations that are more than bounds', [3, 3, 2, 8], { ...valid, activation: 'sigmoid' }],
  ['windows that lie in padding altogether', [1, 1, 2, 8], { strides: [1, 1], padding: [[1, 0], [0, 0]] }], // prettier-ignore
] as const)('%s are left to tfjs', (_, filterShape, attributes) => {
  const x = constant(device, exact([1, 6, 6, 2], 1), [1, 6, 6, 2], 'float32');
  const filter = constant(device, exact(filterShape, 3), filterShape, 'float32');
  expect(convolutionInMemory(device, x, filter, undefined, attributes)).toBeUndefined();
  free(device, x, filter);
});
