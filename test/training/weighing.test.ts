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

const twoTargets = `
model Pair {
  input x: [4]
  let h = x -> Dense(6, activation: tanh)
  output kind = h -> Dense(3, activation: softmax)
  output size = h -> Dense(1)
}
train Pair {
  target label: int32
  target length: [1]
  loss: sparseCategoricalCrossentropy(label, kind) + 0.5 * meanSquaredError(length, size)
  optimizer: sgd(learningRate: 0.1)
}`;
const both = { ...data, length: Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)) };

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

  it('weights by target weigh the loss of each', async () => {
    await useBackend(backend);
    const { Pair } = await compiled<'Pair'>(twoTargets);
    const nets = await Promise.all([1, 2, 3, 4].map(() => Pair.create({ seed: 1 })));
    const { kind, size } = (await nets[0]!.run({ x: data.x } as never)) as unknown as Record<string, Float32Array>;
    const ofKind = Array.from(data.label, (label, i) => -Math.log(kind![3 * i + label]!));
    const ofSize = Array.from(both.length, (length, i) => 0.5 * (length - size![i]!) ** 2);
    const mean = (a: (i: number) => number, b: (i: number) => number): number =>
      ofKind.reduce((sum, loss, i) => sum + loss * a(i) + ofSize[i]! * b(i), 0) / 8;
    const one = (): number => 1;
    const byClass = (i: number): number => [1, 5, 1][data.label[i]!]!;
    const cases = [
      [{ sampleWeight: { label: sampleWeight } }, mean((i) => sampleWeight[i]!, one)],
      [{ sampleWeight: { length: sampleWeight }, classWeight: { label: { 1: 5 } } }, mean(byClass, (i) => sampleWeight[i]!)],
      [{ sampleWeight }, mean((i) => sampleWeight[i]!, (i) => sampleWeight[i]!)],
      [{}, mean(one, one)],
    ] as const;
    const before = tf.engine().backend.numDataIds();
    for (const [i, [options, expected]] of cases.entries()) {
      const history = await nets[i]!.fit(both, { epochs: 1, batchSize: 8, ...options });
      expect(history['loss']![0]).toBeCloseTo(expected, 5);
    }
    expect(tf.engine().backend.numDataIds()).toBe(before);
    const { loss } = (await nets[3]!.trainStep({ ...both, 'sampleWeight.label': sampleWeight } as never)) as { loss: number };
    expect(loss).toBeGreaterThan(0);
    await expect(nets[0]!.fit(both, { sampleWeight: { kind: sampleWeight } })).rejects.toThrow('There are label, length');
    await expect(nets[0]!.fit(both, { classWeight: { 1: 5 } })).rejects.toThrow('with several say which');
    for (const net of nets) net.dispose();
  }); // prettier-ignore

  it('what does not fit is a mistake', async () => {
    await useBackend(backend);
    const net = await (await compiled<'Net'>(program)).Net.create({ seed: 1 });
    await expect(net.fit(data, { sampleWeight: [1, 2] })).rejects.toThrow(InputError);
    net.dispose();
  });
});
