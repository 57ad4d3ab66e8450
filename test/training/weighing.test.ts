/** Sample weights and class weights in the loss, as Keras has them: each example's loss times its weight, their mean over all. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { InputError, type TrainableModel, useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const program = `
model Net {
  input x: [4]
  output y = x -> Dense(6, activation: tanh) -> Dense(3, activation: softmax)
}
train Net {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  optimizer: sgd(learningRate: 0.1)
}`;
const data = {
  x: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i * 1.7)),
  label: Int32Array.from({ length: 8 }, (_, i) => i % 3),
};
const sampleWeight = Float32Array.of(1, 0, 2, 0.5, 1, 3, 0, 1);

/** The loss of each example. */
async function losses(net: TrainableModel): Promise<number[]> {
  const { y } = (await net.run({ x: data.x } as never)) as unknown as Record<string, Float32Array>;
  return Array.from(data.label, (label, i) => -Math.log(y![3 * i + label]!));
}

const kernel = async (net: TrainableModel): Promise<number[]> =>
  Array.from((await net.weights['dense.kernel']!.data()) as Float32Array);

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it('sample weights, in any order and batch', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program);
    const [whole, plain] = [await Net.create({ seed: 1 }), await Net.create({ seed: 1 })];
    const expected = (await losses(whole)).reduce((sum, loss, i) => sum + loss * sampleWeight[i]!, 0) / 8;
    const before = tf.engine().backend.numDataIds();
    const history = await whole.fit(data, { epochs: 1, batchSize: 8, sampleWeight });
    expect(history['loss']![0]).toBeCloseTo(expected, 5);
    expect(tf.engine().backend.numDataIds()).toBe(before);
    // An example of weight 2 is there twice; the sum is over 8 either way.
    const rows = [0, 2, 2, 4, 7, 3, 3, 5];
    const weights = [1, 1, 1, 1, 1, 0.25, 0.25, 3];
    const copied = {
      x: Float32Array.from(rows.flatMap((row) => [...data.x.subarray(4 * row, 4 * row + 4)])),
      label: Int32Array.from(rows, (row) => data.label[row]!),
    };
    await plain.fit(copied, { epochs: 1, batchSize: 8, sampleWeight: weights });
    for (const [i, value] of (await kernel(plain)).entries()) expect(value).toBeCloseTo((await kernel(whole))[i]!, 5);
    whole.dispose();
    plain.dispose();
  });

  it('class weights are sample weights by class', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program);
    const nets = await Promise.all([1, 2, 3].map(() => Net.create({ seed: 1 })));
    const byClass = Float32Array.from(data.label, (label) => [1, 5, 0.5][label]!);
    const options = { epochs: 2, batchSize: 3, seed: 7 };
    await nets[0]!.fit(data, { ...options, sampleWeight: byClass });
    await nets[1]!.fit(data, { ...options, classWeight: { 1: 5, 2: 0.5 } });
    const [x, label] = [tf.tensor2d(data.x, [8, 4]), tf.tensor1d(data.label, 'int32')];
    await nets[2]!.fit([{ x, label }] as never, { epochs: 2, classWeight: { 1: 5, 2: 0.5 } });
    tf.dispose([x, label]);
    expect(await kernel(nets[1]!)).toEqual(await kernel(nets[0]!));
    expect(await kernel(nets[2]!)).not.toEqual(await kernel(nets[0]!));
    for (const net of nets) net.dispose();
  });

  it('what does not fit is a mistake', async () => {
    await useBackend(backend);
    const net = await (await compiled<'Net'>(program)).Net.create({ seed: 1 });
    await expect(net.fit(data, { sampleWeight: [1, 2] })).rejects.toThrow(InputError);
    net.dispose();
  });
});
