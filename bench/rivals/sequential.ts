/** The networks of `networks.nn` in tf.layers. */
import * as layers from '@tensorflow/tfjs-layers';

/** @param sizes Of the input, of hidden layers, and of the output. */
export function rivalMlp(sizes: readonly number[], optimizer = 'adam'): layers.Sequential {
  const stack = sizes.slice(1).map((units, i) =>
    layers.layers.dense({
      units,
      activation: i === sizes.length - 2 ? 'softmax' : 'relu',
      ...(i === 0 ? { inputShape: [sizes[0]!] } : {}),
    }),
  );
  return compiled(stack, optimizer);
}

export function rivalCnn(filters: readonly [number, number]): layers.Sequential {
  return compiled([
    layers.layers.conv2d({ filters: filters[0], kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
    layers.layers.maxPooling2d({ poolSize: 2 }),
    layers.layers.conv2d({ filters: filters[1], kernelSize: 3, activation: 'relu' }),
    layers.layers.maxPooling2d({ poolSize: 2 }),
    layers.layers.flatten(),
    layers.layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

function compiled(stack: layers.layers.Layer[], optimizer = 'adam'): layers.Sequential {
  const model = layers.sequential({ layers: stack });
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
  return model;
}
