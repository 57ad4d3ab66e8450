/** The same initial weights and the same batches give the losses of tf.layers, over 20 steps; wasm gives those of cpu. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend, writeSafetensors, type StoredTensor } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const steps = 20;
const batch = 8;

const cnn = (optimizer: string): string => `
model Net {
  input x: [10, 10, 1]
  output y = x
    -> Conv2D(4, 3, activation: relu) -> MaxPooling2D(2)
    -> Conv2D(6, 3) -> Flatten -> Dense(5, activation: softmax)
}
train Net {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  metrics: [sparseCategoricalAccuracy(label, y)]
  optimizer: ${optimizer}
}`;

const mlp = (optimizer: string): string => `
model Net {
  input x: [12]
  output y = x -> Dense(16) -> BatchNormalization -> relu -> Dense(8, activation: tanh) -> Dense(5, activation: softmax)
}
train Net {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  optimizer: ${optimizer}
}`;

interface Case {
  readonly name: string;
  readonly text: (optimizer: string) => string;
  readonly inputShape: readonly number[];
  readonly rival: () => layers.Sequential;
  /** Weight paths in the order of tf.layers' \`getWeights\`. */
  readonly paths: readonly string[];
}

/** The same on each run: where a gradient is next to nothing, adam's steps tell rounding from rounding. */
const kernel = (seed: number) => ({ kernelInitializer: layers.initializers.glorotUniform({ seed }) });

const cases: readonly Case[] = [
  {
    name: 'a small CNN',
    text: cnn,
    inputShape: [10, 10, 1],
    rival: () =>
      layers.sequential({
        layers: [
          layers.layers.conv2d({
            filters: 4,
            kernelSize: 3,
            activation: 'relu',
            inputShape: [10, 10, 1],
            ...kernel(1),
          }),
          layers.layers.maxPooling2d({ poolSize: 2 }),
          layers.layers.conv2d({ filters: 6, kernelSize: 3, ...kernel(2) }),
          layers.layers.flatten(),
          layers.layers.dense({ units: 5, activation: 'softmax', ...kernel(3) }),
        ],
      }),
    paths: ['conv2D.kernel', 'conv2D.bias', 'conv2D_1.kernel', 'conv2D_1.bias', 'dense.kernel', 'dense.bias'],
  },
  {
    name: 'an MLP with batch normalisation',
    text: mlp,
    inputShape: [12],
    rival: () =>
      layers.sequential({
        layers: [
          layers.layers.dense({ units: 16, inputShape: [12], ...kernel(4) }),
          layers.layers.batchNormalization({}),
          layers.layers.reLU({}),
          layers.layers.dense({ units: 8, activation: 'tanh', ...kernel(5) }),
          layers.layers.dense({ units: 5, activation: 'softmax', ...kernel(6) }),
        ],
      }),
    paths: [
      'dense.kernel', 'dense.bias', 'batchNormalization.gamma', 'batchNormalization.beta', 'dense_1.kernel',
      'dense_1.bias', 'dense_2.kernel', 'dense_2.bias', 'batchNormalization.movingMean',
      'batchNormalization.movingVariance',
    ], // prettier-ignore
  },
];

const optimizers: readonly { readonly text: string; readonly make: () => tf.Optimizer }[] = [
  { text: 'sgd(learningRate: 0.05)', make: () => tf.train.sgd(0.05) },
  { text: 'adam(learningRate: 0.01)', make: () => tf.train.adam(0.01) },
];

/** Numbers that are the same on every run, none of them special. */
function noise(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Gives the model kernels that are the same on every run (biases and statistics stay), and gives all of it by our paths. */
function startWeights(model: layers.Sequential, paths: readonly string[]): ReadonlyMap<string, StoredTensor> {
  const weights = model.getWeights().map((weight, i) => {
    const fan = weight.size / weight.shape.at(-1)!;
    const isKernel = weight.rank > 1;
    return isKernel
      ? tf.tensor(
          noise(weight.size, 77 + i).map((x) => x / Math.sqrt(fan)),
          weight.shape,
        )
      : weight;
  });
  model.setWeights(weights);
  return new Map(
    weights.map((w, i) => [paths[i]!, { shape: w.shape, dtype: 'float32', data: w.dataSync<'float32'>() }]),
  );
}

function batchOf(shape: readonly number[], step: number): { readonly x: Float32Array; readonly label: Int32Array } {
  const size = shape.reduce((a, b) => a * b, 1);
  const x = noise(batch * size, step + 1);
  const label = Int32Array.from({ length: batch }, (_, i) => Math.floor((x[i * size]! + 1) * 2.49));
  return { x, label };
}

async function rivalLosses(
  model: layers.Sequential,
  optimizer: tf.Optimizer,
  shape: readonly number[],
): Promise<number[]> {
  // prettier-ignore
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { x, label } = batchOf(shape, step);
    const [xs, ys] = [tf.tensor(x, [batch, ...shape]), tf.tensor1d(Float32Array.from(label))];
    losses.push(Number(await model.trainOnBatch(xs, ys)));
    tf.dispose([xs, ys]);
  }
  return losses;
}

async function ourLosses(
  text: string,
  weights: Uint8Array,
  shape: readonly number[],
  backend: 'cpu' | 'wasm',
): Promise<number[]> {
  // prettier-ignore
  const { Net } = await compiled<'Net'>(text);
  await useBackend(backend);
  const net = await Net.load(weights, { seed: 1 });
  const before = tf.engine().backend.numDataIds();
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await net.trainStep(batchOf(shape, step))).loss!);
  const slots = tf.engine().backend.numDataIds() - before;
  for (let step = 0; step < 3; step++) await net.trainStep(batchOf(shape, step));
  expect(tf.engine().backend.numDataIds() - before).toBe(slots);
  net.dispose();
  return losses;
}

describe('training', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  for (const { name, text, inputShape, rival, paths } of cases)
    for (const { text: optimizer, make } of optimizers)
      it(`of ${name} with ${optimizer} gives the losses of tf.layers, on cpu and wasm`, async () => {
        await useBackend('cpu');
        const model = rival();
        const bytes = writeSafetensors(startWeights(model, paths));
        const theirs = await rivalLosses(model, make(), inputShape);
        const onCpu = await ourLosses(text(optimizer), bytes, inputShape, 'cpu');
        const onWasm = await ourLosses(text(optimizer), bytes, inputShape, 'wasm');
        for (let step = 0; step < steps; step++) {
          expect(Math.abs(onCpu[step]! - theirs[step]!) / theirs[step]!, `step ${step}`).toBeLessThan(1e-4);
          expect(Math.abs(onWasm[step]! - onCpu[step]!) / onCpu[step]!, `step ${step}`).toBeLessThan(1e-4);
        }
      });
});
