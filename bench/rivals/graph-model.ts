/** tfjs-converter's GraphModel, from a graph as its optimizer leaves it. Converted models cannot be trained. */
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { graphDefOf } from './graph-def.ts';
import type { Rival } from './rival.ts';
import { stagesOf } from './stages.ts';

export const graphModel: Rival = {
  name: 'GraphModel',
  predict: async ({ network, x, shape }) => {
    const model = await loadGraphModel(tf.io.fromMemory(graphDefOf(stagesOf(network), shape)));
    const run = async (): Promise<ArrayLike<number>> => {
      const input = tf.tensor(x, [...shape]);
      const output = model.predict(input) as tf.Tensor;
      const values = output.dataSync();
      tf.dispose([input, output]);
      return values;
    };
    return { run, dispose: () => model.dispose() };
  },
};
