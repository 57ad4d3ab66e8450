// What TypeScript must allow and refuse of the classes in digits.nn. Checked by 5.9 and 7 against each form in which their types come; never run.
import * as tf from '@tensorflow/tfjs-core';
import { Digits, Words } from './digits.nn';

declare const image: Float32Array;
declare const mask: Float32Array;
declare const label: Int32Array;
declare const pictures: tf.Tensor4D;
declare const flat: tf.Tensor2D;
declare const unknownAxes: tf.Tensor;

export async function right(): Promise<void> {
  const net = await Digits.create({ seed: 1 });
  const { digit, masked } = net.predict({ image, mask });
  const values: Float32Array = await digit.data();
  const arrays: { readonly digit: Float32Array; readonly masked: Float32Array } = await net.run({ image, mask });
  const history = await net.fit({ image, mask, label }, { epochs: 2 });
  const losses: readonly number[] = history.history.loss;
  const { sparseCategoricalAccuracy }: Digits.Scores = await net.evaluate({ image, mask, label });
  const shape: readonly [784, 16] = net.weights['dense.kernel'].shape;
  net.freeze('dense.*', 'dense_1');
  const name: Digits.WeightName = 'dense.bias';
  const inputs: Digits.Inputs = { image, mask };
  const classes: 10 = Digits.spec.outputs.digit.shape[0];
  void [values, arrays, losses, sparseCategoricalAccuracy, shape, name, inputs, classes, masked];
}

/** Everything that may stand where four axes are meant. */
export async function forms(): Promise<void> {
  const net = await Digits.create();
  net.predict({ image: pictures });
  net.predict({ image: tf.tensor(image, [2, 28, 28, 1]) });
  net.predict({ image: tf.div(pictures, 255) });
  net.predict({ image: unknownAxes });
  net.predict({ image: { data: image, shape: [2, 28, 28, 1] } });
  net.predict({ image: [[[[0], [1]]]] });
  net.predict({ image: [image, image] });
  net.predictOne({ image: tf.squeeze(pictures, [0]), mask: flat });
  await net.fit({ image: [tf.zeros<tf.Rank.R3>([28, 28, 1])], label: [3, 5] });
  await net.fit({ image: pictures, label: tf.tensor1d([3]) });
  await net.trainStep({ image: pictures, label: [3] });
  for await (const { loss, epoch } of net.training([{ image, label }])) void (loss + epoch);
  const words = await Words.create();
  words.predict([[1, 2, 3]]);
  words.predict(tf.tensor2d([[1, 2, 3]]));
  words.predictOne([1, 2, 3]);
}

/** What comes out has its axes, too. */
export async function axes(): Promise<void> {
  const net = await Digits.create();
  const { digit } = net.predict({ image });
  const { digit: one } = net.predictOne({ image });
  const sizes: [number, number] = digit.shape;
  const size: [number] = one.shape;
  net.reader.predict(digit);
  const { weights, inputs } = await net.gradients({ image, label });
  const kernel: tf.Tensor2D = weights['dense.kernel'];
  const bias: tf.Tensor1D = weights['dense.bias'];
  const ofImage: tf.Tensor4D = inputs.image;
  await net.applyGradients({ 'dense.kernel': kernel, 'dense.bias': [0] });
  net.setWeights({ 'dense.bias': bias, 'dense.kernel': { data: image, shape: [784, 16] } });
  const pass = await net.forward({ image }, { training: true });
  pass.backward({ digit: pass.outputs.digit });
  const words = await Words.create();
  const moods: [number] = words.predictOne([1, 2, 3]).shape;
  void [sizes, size, moods, ofImage];
}

export async function wrong(): Promise<void> {
  const net = await Digits.create();
  // @ts-expect-error: there is no output of this name
  void net.predict({ image, mask }).digits;
  // @ts-expect-error: an input is missing
  net.predict({ mask });
  // @ts-expect-error: there is no such input
  net.predict({ image, mask, picture: image });
  // @ts-expect-error: a string is no tensor
  net.predict({ image: 'cat.png', mask });
  // @ts-expect-error: the target is missing
  await net.fit({ image, mask });
  // @ts-expect-error: no metric is called so
  void (await net.evaluate({ image, mask, label })).accuracy;
  // @ts-expect-error: there is no such weight
  void net.weights['dense.kernal'];
  // @ts-expect-error: no weight begins so
  net.freeze('densse');
  // @ts-expect-error: a kernel has two axes
  const shape: readonly [784] = net.weights['dense.kernel'].shape;
  // @ts-expect-error: there is no third axis
  void Digits.spec.inputs.mask.shape[2];
  void shape;
}

export async function wrongAxes(): Promise<void> {
  const net = await Digits.create();
  // @ts-expect-error: pictures have four axes, with the batch
  net.predict({ image: flat });
  // @ts-expect-error: one picture is no batch
  net.predict({ image: tf.squeeze<tf.Tensor3D>(pictures, [0]) });
  // @ts-expect-error: and a batch is not one
  net.predictOne({ image: pictures });
  // @ts-expect-error: nested too flat
  net.predict({ image: [[[0, 1]]] });
  // @ts-expect-error: numbers of which no shape is known
  net.predict({ image: [0, 1] });
  // @ts-expect-error: labels are one number for each example
  await net.fit({ image, label: tf.tensor2d([[3]]) });
  // @ts-expect-error: examples of two axes, where one has three
  await net.fit({ image: [flat], label });
  // @ts-expect-error: one-hot where the class is meant
  await net.evaluate({ image, label: [[0, 1]] });
  // @ts-expect-error: the same in a step
  await net.trainStep({ image, label: [[0, 1]] });
  // @ts-expect-error: in batches
  await net.fit([{ image: flat, label }]);
  // @ts-expect-error: in validation data
  await net.fit({ image, label }, { validationData: { image: flat, label } });
  // @ts-expect-error: two inputs, and neither is named
  net.predict(pictures);
  // @ts-expect-error: a bias has one axis
  net.setWeights({ 'dense.bias': flat });
  // @ts-expect-error: so has its gradient
  await net.applyGradients({ 'dense.bias': flat });
  const pass = await net.forward({ image });
  // @ts-expect-error: the gradient of an output has its axes
  pass.backward({ digit: pictures });
  // @ts-expect-error: a part has axes of its own
  net.reader.predict(pictures);
  const words = await Words.create();
  // @ts-expect-error: texts are two axes
  words.predict([1, 2, 3]);
  // @ts-expect-error: and with three they are not
  words.predict(tf.tensor3d([[[1]]]));
  // @ts-expect-error: without a train block nothing trains
  void words.fit;
}
