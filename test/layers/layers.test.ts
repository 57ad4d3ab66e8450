/** Layers against tf.layers: outputs, input gradients and weight gradients over random shapes and options. */
import * as fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray } from '../../compiler/graph/index.ts';
import { someNumbers, type Arguments } from './harness.ts';
import { compareWithLayer } from './tf-layers.ts';

const layerOf = (name: string) => registry.layers.get(name)!;
const size = (max: number) => fc.integer({ min: 1, max });
const runs = { numRuns: 25, seed: 5 };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('core', () => {
  const activations = ['linear', 'relu', 'sigmoid', 'tanh', 'elu', 'softmax', 'softplus', 'selu'] as const;
  test('Dense', () => {
    const cases = fc.tuple(size(3), fc.array(size(4), { maxLength: 2 }), size(5), size(5), fc.constantFrom(...activations), fc.boolean()); // prettier-ignore
    fc.assert(
      fc.property(cases, ([n, between, features, units, activation, useBias]) => {
        compareWithLayer({
          definition: layerOf('Dense'),
          args: { units, activation, useBias },
          layer: tfl.layers.dense({ units, activation, useBias }),
          inputs: [someNumbers([n, ...between, features])],
        });
      }),
      runs,
    );
  });
  test('Embedding', () => {
    const inputs = [ndArray([2, 3], [0, 4, 4, 1, 2, 0], 'int32')];
    const layer = tfl.layers.embedding({ inputDim: 5, outputDim: 3 });
    compareWithLayer({ definition: layerOf('Embedding'), args: { inputDim: 5, outputDim: 3 }, layer, inputs });
  });
  test('Flatten', () => {
    for (const shape of [[2, 3, 4], [2, 3, 2, 2]])
      compareWithLayer({ definition: layerOf('Flatten'), args: {}, layer: tfl.layers.flatten(), inputs: [someNumbers(shape)] }); // prettier-ignore
  });
  test('Reshape', () => {
    const layer = tfl.layers.reshape({ targetShape: [2, 6] });
    compareWithLayer({ definition: layerOf('Reshape'), args: { targetShape: [2, -1] }, layer, inputs: [someNumbers([3, 3, 4])] }); // prettier-ignore
  });
});

describe('images', () => {
  test('Conv2D', () => {
    const cases = fc.record({
      n: size(2),
      h: fc.integer({ min: 4, max: 9 }),
      w: fc.integer({ min: 4, max: 9 }),
      channels: size(3),
      filters: size(3),
      kernelSize: fc.tuple(size(3), size(3)),
      strides: fc.tuple(size(3), size(3)),
      padding: fc.constantFrom('same', 'valid'),
      useBias: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ n, h, w, channels, ...rest }) => {
        compareWithLayer({
          definition: layerOf('Conv2D'),
          args: rest,
          layer: tfl.layers.conv2d({ ...rest, padding: rest.padding as 'same' }),
          inputs: [someNumbers([n, h, w, channels])],
        });
      }),
      runs,
    );
  });
  test('Conv2D with dilation', () => {
    for (const padding of ['same', 'valid'] as const) {
      const args = { filters: 2, kernelSize: [3, 2], dilationRate: 2, padding };
      const layer = tfl.layers.conv2d({ filters: 2, kernelSize: [3, 2], dilationRate: [2, 2], padding });
      // tfjs has no gradient of dilated convolutions.
      compareWithLayer({ definition: layerOf('Conv2D'), args, layer, inputs: [someNumbers([2, 7, 8, 2])], withoutGradients: true }); // prettier-ignore
    }
  });
  test('MaxPooling2D and AveragePooling2D', () => {
    const cases = fc.record({
      h: fc.integer({ min: 3, max: 9 }),
      w: fc.integer({ min: 3, max: 9 }),
      poolSize: fc.tuple(size(3), size(3)),
      strides: fc.tuple(size(3), size(3)),
      padding: fc.constantFrom('same', 'valid'),
    });
    fc.assert(
      fc.property(cases, ({ h, w, ...rest }) => {
        const inputs = [someNumbers([2, h, w, 2])];
        // tfjs divides the gradient of a padded average by the whole window; gradients.test.ts has that.
        const config = { ...rest, padding: rest.padding as 'same' };
        compareWithLayer({ definition: layerOf('MaxPooling2D'), args: rest, layer: tfl.layers.maxPooling2d(config), inputs }); // prettier-ignore
        compareWithLayer({ definition: layerOf('AveragePooling2D'), args: rest, layer: tfl.layers.averagePooling2d(config), inputs, withoutGradients: rest.padding === 'same' }); // prettier-ignore
      }),
      runs,
    );
  });
  test('global pooling', () => {
    const inputs = [someNumbers([2, 3, 4, 5])];
    compareWithLayer({ definition: layerOf('GlobalAveragePooling2D'), args: {}, layer: tfl.layers.globalAveragePooling2d({}), inputs }); // prettier-ignore
    compareWithLayer({ definition: layerOf('GlobalMaxPooling2D'), args: {}, layer: tfl.layers.globalMaxPooling2d({}), inputs }); // prettier-ignore
  });
  test('UpSampling2D and ZeroPadding2D', () => {
    const inputs = [someNumbers([2, 3, 4, 2])];
    compareWithLayer({ definition: layerOf('UpSampling2D'), args: { size: [2, 3] }, layer: tfl.layers.upSampling2d({ size: [2, 3] }), inputs, withoutGradients: true }); // prettier-ignore
    const padding = [[1, 0], [2, 3]]; // prettier-ignore
    compareWithLayer({ definition: layerOf('ZeroPadding2D'), args: { padding }, layer: tfl.layers.zeroPadding2d({ padding: padding as [[number, number], [number, number]] }), inputs }); // prettier-ignore
  });
});

describe('normalisation', () => {
  test('BatchNormalization at inference', () => {
    const cases: readonly [Arguments, readonly number[]][] = [
      [{}, [4, 3]],
      [{ scale: false }, [2, 3, 4, 5]],
      [{ center: false, epsilon: 0.1 }, [3, 4, 5]],
    ];
    for (const [args, shape] of cases)
      compareWithLayer({ definition: layerOf('BatchNormalization'), args, layer: tfl.layers.batchNormalization(args), inputs: [someNumbers(shape)], withoutGradients: args['scale'] === false || args['center'] === false }); // prettier-ignore
  });
  test('LayerNormalization', () => {
    const cases: readonly [Arguments, readonly number[]][] = [
      [{}, [4, 3]],
      [{ scale: false }, [2, 3, 4]],
      [{ center: false, epsilon: 0.1 }, [3, 4, 5]],
    ];
    for (const [args, shape] of cases)
      compareWithLayer({ definition: layerOf('LayerNormalization'), args, layer: tfl.layers.layerNormalization(args), inputs: [someNumbers(shape)], withoutGradients: args['scale'] === false || args['center'] === false }); // prettier-ignore
  });
});

describe('activation layers', () => {
  test('ReLU, LeakyReLU, ELU, Softmax', () => {
    const inputs = [someNumbers([3, 4, 5])];
    compareWithLayer({ definition: layerOf('ReLU'), args: { maxValue: 0.5 }, layer: tfl.layers.reLU({ maxValue: 0.5 }), inputs }); // prettier-ignore
    compareWithLayer({ definition: layerOf('LeakyReLU'), args: { negativeSlope: 0.2 }, layer: tfl.layers.leakyReLU({ alpha: 0.2 }), inputs }); // prettier-ignore
    compareWithLayer({ definition: layerOf('ELU'), args: {}, layer: tfl.layers.elu(), inputs });
    compareWithLayer({ definition: layerOf('Softmax'), args: {}, layer: tfl.layers.softmax({ axis: 2 }), inputs });
    compareWithLayer({ definition: layerOf('Activation'), args: { activation: 'tanh' }, layer: tfl.layers.activation({ activation: 'tanh' }), inputs }); // prettier-ignore
  });
});

describe('merging', () => {
  const inputs = [someNumbers([2, 3, 4], 1), someNumbers([2, 3, 4], 2), someNumbers([2, 3, 4], 3)];
  test.each([
    ['Add', tfl.layers.add()],
    ['Multiply', tfl.layers.multiply()],
    ['Average', tfl.layers.average()],
    ['Maximum', tfl.layers.maximum()],
    ['Minimum', tfl.layers.minimum()],
  ])('%s', (name, layer) => {
    compareWithLayer({ definition: layerOf(name), args: {}, layer, inputs });
  });
  test('Concatenate', () => {
    compareWithLayer({ definition: layerOf('Concatenate'), args: { axis: 0 }, layer: tfl.layers.concatenate({ axis: 1 }), inputs: [someNumbers([2, 3, 4], 1), someNumbers([2, 2, 4], 2)] }); // prettier-ignore
  });
});
