/** The networks of `networks.nn` in tf.layers. */
import * as layers from '@tensorflow/tfjs-layers';

export function rivalMlp(): layers.Sequential {
  return compiled([
    layers.layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
    layers.layers.dense({ units: 64, activation: 'relu' }),
    layers.layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

export function rivalCnn(): layers.Sequential {
  return compiled([
    layers.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
    layers.layers.maxPooling2d({ poolSize: 2 }),
    layers.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.layers.maxPooling2d({ poolSize: 2 }),
    layers.layers.flatten(),
    layers.layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

function compiled(stack: layers.layers.Layer[]): layers.Sequential {
  const model = layers.sequential({ layers: stack });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}
