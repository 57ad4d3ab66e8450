/** Forward and gradients against tf.layers on cpu, where it has the layer and is right. */
import * as fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { registry } from '../../../compiler/definitions/registry.ts';
import { someNumbers, type Arguments } from '../harness.ts';
import { compareWithLayer, type Comparison } from '../tf-layers.ts';

const size = (max: number) => fc.integer({ min: 1, max });
const padding = fc.constantFrom('same' as const, 'valid' as const);
const runs = { numRuns: 12, seed: 9 };

type Rest = Partial<Pick<Comparison, 'withoutGradients' | 'renamed' | 'training'>>;
function compare(name: string, args: Arguments, layer: tfl.layers.Layer, shapes: readonly (readonly number[])[], rest: Rest = {}): void {
  const inputs = shapes.map((shape, i) => someNumbers(shape, i + 2));
  compareWithLayer({ definition: registry.layers.get(name)!, args, layer, inputs, ...rest });
} // prettier-ignore

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type Three = [number, number, number];
/** tfjs's volumes are wrong where a window reaches less far than its stride: TensorFlow never pads less than nothing. */
const within = <T extends { readonly strides: Three; readonly padding: string }>(args: T, sizes: Three): T =>
  args.padding === 'valid' ? args : { ...args, strides: args.strides.map((s, i) => Math.min(s, sizes[i]!)) as Three };

describe('convolutions', () => {
  test('Conv1D', () => {
    const cases = fc.record({
      kernelSize: size(3),
      strides: size(3),
      padding,
      filters: size(3),
      useBias: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, (args) => compare('Conv1D', args, tfl.layers.conv1d(args), [[2, 7, 2]])),
      runs,
    );
  });
  test('Conv3D', () => {
    const three = fc.tuple(size(2), size(3), size(2));
    const cases = fc.record({ kernelSize: three, strides: three, padding, filters: size(2), useBias: fc.boolean() });
    fc.assert(
      fc.property(cases, (given) => {
        const args = within(given, given.kernelSize);
        compare('Conv3D', args, tfl.layers.conv3d(args), [[1, 4, 3, 5, 2]]);
      }),
      runs,
    );
  });
  test('Conv2DTranspose', () => {
    const two = fc.tuple(size(4), size(4));
    const cases = fc.record({ kernelSize: two, strides: two, padding, filters: size(3) });
    const check = (args: { kernelSize: [number, number]; strides: [number, number]; padding: 'same' | 'valid'; filters: number }) =>
      compare('Conv2DTranspose', args, tfl.layers.conv2dTranspose(args), [[2, 3, 4, 2]]);
    fc.assert(fc.property(cases, check), runs);
  }); // prettier-ignore
  test('Conv3DTranspose', () => {
    const three = fc.tuple(size(3), size(2), size(3));
    const cases = fc.record({ kernelSize: three, strides: fc.tuple(size(2), size(3), size(2)), padding, filters: size(2) }); // prettier-ignore
    // tfjs has no gradient of it.
    const check = (given: { kernelSize: Three; strides: Three; padding: 'same' | 'valid'; filters: number }) => {
      const args = within(given, given.kernelSize);
      compare('Conv3DTranspose', args, tfl.layers.conv3dTranspose(args), [[1, 2, 3, 2, 2]], { withoutGradients: true });
    };
    fc.assert(fc.property(cases, check), runs);
  }); // prettier-ignore
  test('DepthwiseConv2D', () => {
    const cases = fc.record({ kernelSize: size(3), strides: size(3), padding, depthMultiplier: size(2), useBias: fc.boolean() }); // prettier-ignore
    const renamed = { depthwiseKernel: 'kernel' };
    fc.assert(
      fc.property(cases, ({ kernelSize, strides, ...rest }) => {
        const config = { ...rest, kernelSize: [kernelSize, kernelSize] as [number, number], strides: [strides, strides] as [number, number] }; // prettier-ignore
        compare('DepthwiseConv2D', config, tfl.layers.depthwiseConv2d(config), [[2, 5, 6, 2]], { renamed });
      }),
      runs,
    );
  });
  test('SeparableConv2D', () => {
    const cases = fc.record({ kernelSize: size(3), strides: size(2), padding, depthMultiplier: size(2), filters: size(3) }); // prettier-ignore
    fc.assert(
      fc.property(cases, ({ kernelSize, strides, ...rest }) => {
        const config = { ...rest, kernelSize: [kernelSize, kernelSize] as [number, number], strides: [strides, strides] as [number, number] }; // prettier-ignore
        compare('SeparableConv2D', config, tfl.layers.separableConv2d(config), [[2, 5, 6, 2]]);
      }),
      runs,
    );
  });
});

describe('pooling', () => {
  test('1D', () => {
    const cases = fc.record({ poolSize: size(3), strides: size(3), padding });
    fc.assert(
      fc.property(cases, (args) => {
        compare('MaxPooling1D', args, tfl.layers.maxPooling1d(args), [[2, 7, 2]]);
        compare('AveragePooling1D', args, tfl.layers.averagePooling1d(args), [[2, 7, 2]], { withoutGradients: args.padding === 'same' }); // prettier-ignore
      }),
      runs,
    );
  });
  test('3D', () => {
    const three = fc.tuple(size(2), size(3), size(2));
    fc.assert(
      fc.property(fc.record({ poolSize: three, strides: three, padding }), (given) => {
        const args = within(given, given.poolSize);
        // tfjs's gradients are wrong at padded edges, and that of the maximum where a window is not square.
        const padded = args.padding === 'same';
        const oblong = args.poolSize[1] !== args.poolSize[2];
        compare('MaxPooling3D', args, tfl.layers.maxPooling3d(args), [[1, 3, 4, 5, 2]], { withoutGradients: padded || oblong });
        compare('AveragePooling3D', args, tfl.layers.averagePooling3d(args), [[1, 3, 4, 5, 2]], { withoutGradients: padded });
      }),
      runs,
    );
  }); // prettier-ignore
  test('global, 1D', () => {
    compare('GlobalAveragePooling1D', {}, tfl.layers.globalAveragePooling1d({}), [[2, 5, 3]]);
    compare('GlobalMaxPooling1D', {}, tfl.layers.globalMaxPooling1d({}), [[2, 5, 3]]);
  });
});

describe('the others', () => {
  test('Cropping2D, RepeatVector, Permute, Dot, PReLU', () => {
    compare('Cropping2D', { cropping: [[1, 0], [0, 2]] }, tfl.layers.cropping2D({ cropping: [[1, 0], [0, 2]] }), [[2, 4, 5, 2]]); // prettier-ignore
    compare('RepeatVector', { n: 3 }, tfl.layers.repeatVector({ n: 3 }), [[2, 4]]);
    compare('Permute', { dims: [1, 0] }, tfl.layers.permute({ dims: [2, 1] }), [[2, 3, 4]]);
    compare('Dot', { axes: 0 }, tfl.layers.dot({ axes: 1 }), [[2, 4], [2, 4]]); // prettier-ignore
    compare('Dot', { axes: [1, 1] }, tfl.layers.dot({ axes: [2, 2] }), [[2, 3, 4], [2, 2, 4]], { withoutGradients: true }); // prettier-ignore
    compare('PReLU', {}, tfl.layers.prelu({}), [[2, 3, 4]], { withoutGradients: true });
  });
});
