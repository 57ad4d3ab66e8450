/** tf.layers. It has no gradient of a convolution on wasm, so there it trains convolutions on cpu. */
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Rival, Subject } from './rival.ts';
import { layersMissing, tfLayersModel } from './tf-layers-model.ts';
import { applications } from './model-graph.ts';

const built = ({ network }: Subject): LayersModel | { readonly absent: string } => {
  const lacks = layersMissing(network);
  return lacks.length === 0 ? tfLayersModel(network) : { absent: `tf.layers has no ${lacks.join(' and no ')}.` };
};

export const tfLayers: Rival = {
  name: 'tf.layers',

  predict: async (subject) => {
    const model = built(subject);
    if ('absent' in model) return model;
    const run = async (): Promise<ArrayLike<number>> => {
      const input = tf.tensor(subject.x, [...subject.shape]);
      const output = model.predict(input) as tf.Tensor;
      const values = output.dataSync();
      tf.dispose([input, output]);
      return values;
    };
    return { run, dispose: () => model.dispose() };
  },

  step: async (subject) => {
    const { network, backend, x, shape, target, loss } = subject;
    const convolves = applications(network).some(({ definition }) => definition.name.startsWith('Conv'));
    const own = convolves ? 'cpu' : backend;
    await tf.setBackend(own);
    const model = built(subject);
    if ('absent' in model) return model;
    const { name, learningRate } = subject.optimizer;
    const optimizer = name === 'adam' ? tf.train.adam(learningRate) : tf.train.sgd(learningRate);
    model.compile({ optimizer, loss });
    const targetShape = loss === 'sparseCategoricalCrossentropy' ? [target.length] : model.outputs[0]!.shape.with(0, shape[0]!); // prettier-ignore
    const y = Float32Array.from(target);
    const run = async (): Promise<ArrayLike<number>> => {
      await tf.setBackend(own);
      const [xs, ys] = [tf.tensor(x, [...shape]), tf.tensor(y, targetShape as number[])];
      const cost = await model.trainOnBatch(xs, ys);
      tf.dispose([xs, ys]);
      await tf.setBackend(backend);
      return [cost as number];
    };
    await tf.setBackend(backend);
    return { run, dispose: () => (model.dispose(), optimizer.dispose()), ...(own === backend ? {} : { on: own }) };
  },
};
