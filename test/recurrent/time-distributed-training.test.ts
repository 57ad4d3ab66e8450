/**
 * `TimeDistributed` of blocks, pipelines and made layers, running: the values of tf.layers; and training on sequences is
 * training on their steps as so many examples, with all that keeps statistics or draws.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { useBackend, writeSafetensors, type StoredTensor, type TrainableModel } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';

const backends = ['cpu', 'wasm'] as const;

const blocks = `
block Pair { input a: [d]  input b: [d]  input m: bool[d] = true  output s = where(m, a + b, a)  output p = a * b }
block Free { input x: [d]  weight v: [2] = ones  output fixed = v * 2  output moved = v * sum(x) }
`;

/** Numbers that are the same on every run, none of them special. */
function noise(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

interface Weights {
  readonly [path: string]: { readonly shape: readonly number[] };
}
/** Values for weights, which those that are called alike but for a prefix share. */
function startOf(weights: Weights, strip: RegExp): ReadonlyMap<string, StoredTensor> {
  const entries = Object.entries(weights).map(([path, { shape }]) => {
    const name = path.replace(strip, '');
    const seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
    const numbers = noise(shape.reduce((a, b) => a * b, 1), seed); // prettier-ignore
    // A variance is positive.
    const data = name.endsWith('Variance') ? numbers.map((x) => 1 + x / 2) : numbers.map((x) => x / 2);
    return [path, { shape, dtype: 'float32', data }] as const;
  });
  return new Map(entries);
}

async function valuesOf(net: TrainableModel, strip: RegExp): Promise<Readonly<Record<string, readonly number[]>>> {
  const entries = Object.entries(net.weights).map(async ([path, weight]) => [path.replace(strip, ''), [...(await weight.data())]] as const); // prettier-ignore
  return Object.fromEntries(await Promise.all(entries));
}

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(got.length, what).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs(got[i]! - wanted[i]!), `${what}, number ${i}`).toBeLessThan(2e-5 * (1 + Math.abs(wanted[i]!)));
}

interface Trained {
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
}
type Numbers = Float32Array | Int32Array;
type Data = Readonly<Record<string, Numbers | { readonly data: Numbers; readonly shape: readonly number[] }>>;

async function trained(text: string, strip: RegExp, steps: readonly Data[]): Promise<Trained> {
  const { Net } = await compiled<'Net'>(text);
  const net = await Net.load(writeSafetensors(startOf(Net.spec.weights, strip)), { seed: 3 });
  const losses: number[] = [];
  for (const data of steps) losses.push((await net.trainStep(data)).loss!);
  const weights = await valuesOf(net, strip);
  net.dispose();
  return { losses, weights };
}

describe('training on sequences is training on their steps', () => {
  const batch = 2;
  const time = 3;
  const part = `
block Part {
  input x: [6, 6, 2]
  weight gain: [4] = ones
  let features = x -> Conv2D(4, 3, kernelRegularizer: l2(0.01)) -> BatchNormalization -> relu -> Dropout(0.3)
  let (mean, spread) = features -> GlobalAveragePooling2D -> split(2)
  loss small = mean ** 2
  output y = (mean + spread * randomNormal(shape: [2])) -> Dense(4) -> multiply(gain) -> Dense(2, activation: softmax)
}`;
  const train = `
train Net {
  target label: LABEL
  loss: sparseCategoricalCrossentropy(label, y)
  metrics: [sparseCategoricalAccuracy(label, y)]
  optimizer: adam(learningRate: 0.02)
}`;
  const sequences = `${part}
model Net {
  input x: [SEQ, 6, 6, 2]
  output y = x -> TimeDistributed(Part)
}${train.replace('LABEL', 'int32[SEQ]')}`;
  const examples = `${part}
model Net {
  input x: [6, 6, 2]
  output y = x -> Part
}${train.replace('LABEL', 'int32')}`;
  const data = [1, 2, 3, 4].map((seed) => ({
    x: noise(batch * time * 72, seed),
    label: Int32Array.from(noise(batch * time, seed + 9), (x) => (x > 0 ? 1 : 0)),
  }));
  for (const backend of backends)
    it.each(['3', 'seq'])(`${backend}, with %s steps`, async (seq) => {
      await useBackend(backend);
      const one = await trained(examples, /^part\./, data);
      const shaped = data.map(({ x, label }) => ({ x: { data: x, shape: [batch, time, 6, 6, 2] }, label: { data: label, shape: [batch, time] } })); // prettier-ignore
      const all = await trained(sequences.replaceAll('SEQ', seq), /^timeDistributed\.layer\./, shaped);
      expectClose(all.losses, one.losses, 'loss');
      expect(Object.keys(all.weights)).toEqual(Object.keys(one.weights));
      expect(Object.keys(all.weights)).toContain('batchNormalization.movingVariance');
      for (const [path, values] of Object.entries(one.weights)) expectClose(all.weights[path]!, values, path);
      // It has learned at all.
      const start = startOf({ 'conv2D.kernel': { shape: [3, 3, 2, 4] } }, /^$/).get('conv2D.kernel')!.data;
      expect(one.weights['conv2D.kernel']).not.toEqual([...start]);
    });
});

describe('the same in other words', () => {
  const train = (target: string): string => `
train Net {
  target t: ${target}
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.1)
}`;
  const pairs: readonly {
    readonly name: string;
    readonly a: string;
    readonly b: string;
    readonly target: string;
    readonly sizes: Readonly<Record<string, number>>;
  }[] = [
    {
      name: 'a tensor from outside is the same at each step, and its gradients add up',
      a: 'input x: [5, 4]  input z: [2]  layer c = Dense(3)  layer f = Dense(3)  let q = c(z)  output y = x -> TimeDistributed(f -> add(q) -> tanh)',
      b: 'input x: [5, 4]  input z: [2]  layer c = Dense(3)  layer f = Dense(3)  let q = c(z)  output y = tanh(f(x) + expandDims(q, axis: 0))',
      target: '[5, 3]',
      sizes: { x: 20, z: 2, t: 15 },
    },
    {
      name: 'also where it goes into a block, which broadcasts nothing, in a sequence of sequences',
      a: 'input x: [2, 3, 4]  input z: [4]  layer c = Dense(4)  let q = c(z)  output y = x -> TimeDistributed(TimeDistributed(identity -> concat(q)))',
      b: 'input x: [2, 3, 4]  input z: [4]  layer c = Dense(4)  let q = c(z)  output y = concat(x, broadcastTo(reshape(q, 1, 1, 4), 2, 3, 4))',
      target: '[2, 3, 8]',
      sizes: { x: 24, z: 4, t: 48 },
    },
    {
      name: 'what has no batch axis goes in and comes out',
      a: 'input x: [3, 2]  weight w: [3, 2] = ones  let a = w -> TimeDistributed(Free)  output y = a.fixed * x + a.moved',
      b: 'input x: [3, 2]  weight w: [3, 2] = ones  layer free = Plain  output y = free(x, w)',
      target: '[3, 2]',
      sizes: { x: 6, t: 6 },
    },
    {
      name: 'steps of several inputs go together',
      a: 'input x: [3, 4]  input z: [3, 4]  layer f = Dense(4)  let r = (f(x), z) -> TimeDistributed(Pair)  output y = r.s * r.p',
      b: 'input x: [3, 4]  input z: [3, 4]  layer f = Dense(4)  let g = f(x)  output y = (g + z) * (g * z)',
      target: '[3, 4]',
      sizes: { x: 12, z: 12, t: 12 },
    },
    {
      name: 'penalties of results are those of a built-in layer',
      a: 'input x: [3, 4]  layer f = Dense(2, activityRegularizer: l2(0.1))  output y = x -> TimeDistributed(f)',
      b: 'input x: [3, 4]  layer f = TimeDistributed(Dense(2, activityRegularizer: l2(0.1)))  output y = f(x)',
      target: '[3, 2]',
      sizes: { x: 12, t: 6 },
    },
  ];
  const plain = `
block Plain { input x: [3, 2]  input w: [3, 2]  weight v: [2] = ones  output y = v * 2 * x + v * sum(w, axis: -1, keepDims: true) }`;
  const strip = /^(timeDistributed\.layer|free)\.|(?<=^f\.)layer\./;
  for (const { name, a, b, target, sizes } of pairs)
    it(name, async () => {
      await useBackend('wasm');
      const steps = [1, 2, 3].map((seed) => Object.fromEntries(Object.entries(sizes).map(([key, size], i) => [key, noise(2 * size, seed * 10 + i)]))); // prettier-ignore
      const [first, second] = [
        await trained(`${blocks}\nmodel Net { ${a} }${train(target)}`, strip, steps),
        await trained(`${blocks}${plain}\nmodel Net { ${b} }${train(target)}`, strip, steps),
      ];
      expectClose(first.losses, second.losses, 'loss');
      for (const [path, values] of Object.entries(second.weights)) expectClose(first.weights[path]!, values, path);
    });
});

describe('layers that are made', () => {
  const text = `
block Part { input x: [4]  output y = x -> Dense(3) -> BatchNormalization -> tanh }
model Net {
  input x: [5, 4]
  layer shared = Part
  layer own = TimeDistributed(Part -> Dense(2))
  output a = x -> TimeDistributed(shared)
  output b = own(x)
}
train Net {
  target t: [5, 2]
  loss: meanSquaredError(t, b) + mean(a ** 2)
  optimizer: sgd(learningRate: 0.1)
  freeze: [own.layer.part, shared.dense]
}`;
  it('are members that compute by themselves, and are frozen whole or in part', async () => {
    await useBackend('wasm');
    const { Net } = await compiled<'Net'>(text);
    const net = await Net.load(writeSafetensors(startOf(Net.spec.weights, /^$/)), { seed: 1 });
    const x = noise(2 * 20, 4);
    const before = await valuesOf(net, /^$/);
    const { a } = net.predict({ x });
    const member = (net as TrainableModel & { readonly shared: Pick<TrainableModel, 'predict'> }).shared;
    const { y } = member.predict({ x: { data: x, shape: [10, 4] } });
    expectClose((await a!.data()) as Float32Array, (await y!.data()) as Float32Array, 'a');
    await net.trainStep({ x, t: noise(20, 5) });
    const after = await valuesOf(net, /^$/);
    const changed = Object.keys(before).filter((path) => String(before[path]) !== String(after[path]));
    expect(changed).toEqual([
      'shared.batchNormalization.gamma', 'shared.batchNormalization.beta',
      'shared.batchNormalization.movingMean', 'shared.batchNormalization.movingVariance',
      'own.layer.dense.kernel', 'own.layer.dense.bias',
    ]); // prettier-ignore
    net.dispose();
  });
});

describe('tf.layers', () => {
  const text = `
model Net {
  input clip: [seq, 6, 6, 2]
  output y = clip -> TimeDistributed(Conv2D(3, 3, activation: relu) -> Flatten -> Dense(4, activation: tanh)) -> LSTM(3) -> Dense(1)
}
train Net {
  target t: [1]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.1)
}`;
  const paths = [
    'timeDistributed.layer.conv2D.kernel', 'timeDistributed.layer.conv2D.bias',
    'timeDistributed.layer.dense.kernel', 'timeDistributed.layer.dense.bias',
    'lstm.kernel', 'lstm.recurrentKernel', 'lstm.bias', 'dense.kernel', 'dense.bias',
  ]; // prettier-ignore
  const rival = (): tfl.Sequential =>
    tfl.sequential({
      layers: [
        tfl.layers.timeDistributed({
          inputShape: [4, 6, 6, 2],
          layer: tfl.sequential({
            layers: [
              tfl.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 2] }),
              tfl.layers.flatten(),
              tfl.layers.dense({ units: 4, activation: 'tanh' }),
            ],
          }),
        }),
        tfl.layers.lstm({ units: 3, recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotUniform' }),
        tfl.layers.dense({ units: 1 }),
      ],
    });
  const batches = [1, 2, 3, 4].map((seed) => ({
    clip: { data: noise(2 * 4 * 72, seed), shape: [2, 4, 6, 6, 2] },
    t: noise(2, seed + 5),
  }));

  it('CNN-LSTM over steps of training, on cpu and wasm', async () => {
    await useBackend('cpu');
    const model = rival();
    const start = model.getWeights().map((w, i) => tf.tensor(noise(w.size, 31 + i).map((x) => x / 2), w.shape)); // prettier-ignore
    model.setWeights(start);
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const stored = start.map((w, i) => [paths[i]!, { shape: w.shape, dtype: 'float32', data: w.dataSync<'float32'>() }] as const); // prettier-ignore
    const bytes = writeSafetensors(new Map(stored));
    const theirs: number[] = [];
    for (const { clip, t } of batches)
      theirs.push(Number(await model.trainOnBatch(tf.tensor(clip.data, clip.shape), tf.tensor(t, [2, 1]))));
    for (const backend of backends) {
      const { Net } = await compiled<'Net'>(text);
      await useBackend(backend);
      const net = await Net.load(bytes, { seed: 1 });
      const ours: number[] = [];
      for (const data of batches) ours.push((await net.trainStep(data)).loss!);
      net.dispose();
      expectClose(ours, theirs, backend);
    }
  });
});
