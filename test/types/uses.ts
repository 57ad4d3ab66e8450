// What TypeScript must allow and refuse of the class in digits.nn. Checked by 5.9 and 7 against `digits.d.nn.ts`; never run.
import { Digits } from './digits.nn';

declare const image: Float32Array;
declare const mask: Float32Array;
declare const label: Int32Array;

export async function right(): Promise<void> {
  const net = await Digits.create({ seed: 1 });
  const { digit, masked } = net.predict({ image, mask });
  const values: Float32Array = await digit.data();
  const arrays: { readonly digit: Float32Array; readonly masked: Float32Array } = await net.run({ image, mask });
  const history = await net.fit({ image, mask, label }, { epochs: 2 });
  const losses: readonly number[] = history.history.loss;
  const { sparseCategoricalAccuracy }: Digits.Scores = await net.evaluate({ image, mask, label });
  const shape: readonly [784, 8] = net.weights['dense.kernel'].shape;
  net.freeze('dense.*', 'dense_1');
  const name: Digits.WeightName = 'dense.bias';
  const inputs: Digits.Inputs = { image, mask };
  const classes: 10 = Digits.spec.outputs.digit.shape[0];
  void [values, arrays, losses, sparseCategoricalAccuracy, shape, name, inputs, classes, masked];
}

export async function wrong(): Promise<void> {
  const net = await Digits.create();
  // @ts-expect-error: there is no output of this name
  void net.predict({ image, mask }).digits;
  // @ts-expect-error: an input is missing
  net.predict({ image });
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
