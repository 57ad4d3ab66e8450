// The same for a bundle with `tensors: false`, whose types know nothing of tfjs.
import * as tf from '@tensorflow/tfjs-core';
import { Digits, DigitsWorker, Words } from './digits.nn';

declare const image: Float32Array;
declare const label: Int32Array;

export async function right(): Promise<void> {
  const net = await Digits.create({ seed: 1, from: await Digits.load('digits.safetensors') });
  const { digit }: { readonly digit: Float32Array } = await net.run({ image: { data: image, shape: [2, 28, 28, 1] } });
  const read: Float32Array = await net.reader.run([digit]);
  const history = await net.fit({ image, label }, { epochs: 2, onBatchEnd: (_, { loss }) => void loss });
  const losses: readonly number[] = history.loss;
  const { sparseCategoricalAccuracy }: Digits.Scores = await net.evaluate({ image, label });
  const shape: readonly [784, 16] = net.weights['dense.kernel'].shape;
  net.setWeights({ 'dense.bias': new Float32Array(16) });
  net.freeze('dense.*');
  for await (const { loss } of net.training({ image, label })) void loss;
  const mood: Float32Array = await (await Words.create()).run([[1, 2, 3]]);
  const worker = await DigitsWorker.create();
  const { masked }: { readonly masked: Float32Array } = await worker.run({ image });
  for await (const { loss, batch } of worker.training({ image, label })) void (loss + batch);
  using same = net;
  await using other = worker;
  void [read, losses, sparseCategoricalAccuracy, shape, mood, masked, same, other];
}

export async function wrong(): Promise<void> {
  const net = await Digits.create();
  // @ts-expect-error: it would give tensors
  void net.predict;
  // @ts-expect-error: so would this
  void net.predictOne;
  // @ts-expect-error: and this
  void net.forward;
  // @ts-expect-error: and this
  void net.gradients;
  // @ts-expect-error: and a part's
  void net.reader.predict;
  // @ts-expect-error: a tensor cannot be given
  await net.run({ image: tf.zeros([2, 28, 28, 1]) });
  // @ts-expect-error: nor learnt from
  await net.fit({ image: tf.zeros([2, 28, 28, 1]), label });
  // @ts-expect-error: nor be a weight
  net.setWeights({ 'dense.bias': tf.zeros([16]) });
  // @ts-expect-error: nested too flat
  await net.run({ image: [[[0, 1]]] });
  // @ts-expect-error: nor can a worker be given one, or a word
  void (await DigitsWorker.create()).training({ image: 'cat', label });
  // @ts-expect-error: an input is missing
  await net.run({ mask: image });
  // @ts-expect-error: there is no such output
  void (await net.run({ image })).digits;
  // @ts-expect-error: there is no such weight
  void net.weights['dense.kernal'];
}
