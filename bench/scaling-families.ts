/** What grows in bench/scaling.ts: networks of ours, compiled for it, and the same in tf.layers, or by hand where it lacks a layer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL, fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { createMemoryHost } from '../compiler/project/memory-host.ts';
import { createCompiler } from '../compiler/compile.ts';

export interface Side {
  readonly name: string;
  start(does: 'predict' | 'step', size: number): Promise<{ readonly run: () => Promise<unknown>; readonly dispose: () => void }>; // prettier-ignore
}
export interface Family {
  readonly grows: string;
  readonly network: string;
  readonly sizes: readonly number[];
  readonly sides: readonly Side[];
}

const [batches, widths, depths, steps, positions] = [
  [1, 4, 16, 64, 256],
  [32, 64, 128, 256, 512],
  [1, 2, 4, 8, 16],
  [8, 16, 32, 64, 128],
  [32, 64, 128, 256, 512],
] as const;

const training = (model: string): string =>
  `train ${model} { target t: [10] loss: meanSquaredError(t, y) optimizer: adam batchSize: 16 }\n`;

const mlp = (name: string, width: number, depth: number): string =>
  `model ${name} { input x: [64] output y = x -> repeat ${depth} { Dense(${width}, activation: relu) } -> Dense(10) }\n${training(name)}`;

const text = [
  ...widths.map((width) => mlp(`Width${width}`, width, 2)),
  ...depths.map((depth) => mlp(`Depth${depth}`, 128, depth)),
  `model Recurrent { input x: [steps, 32] output y = x -> LSTM(64) -> Dense(10) }\n${training('Recurrent')}`,
  `model Attention {
  input x: [positions, 64]
  let q = x -> Dense(64, useBias: false)
  let k = x -> Dense(64, useBias: false)
  let v = x -> Dense(64, useBias: false)
  output y = scaledDotProductAttention(q, k, v) -> add(x) -> Dense(10) -> GlobalAveragePooling1D
}
${training('Attention')}`,
].join('\n');

interface Net {
  run(inputs: object): Promise<unknown>;
  trainStep(batch: object): Promise<unknown>;
  dispose(): void;
}
type Classes = Readonly<Record<string, { create(options: { readonly seed: number }): Promise<Net> }>>;

async function compiled(): Promise<Classes> {
  const options = { target: 'js', backends: ['wasm', 'cpu'], sourceMap: false, version: 'bench' } as const;
  const { files, diagnostics } = await createCompiler(createMemoryHost({ '/scaling.nn': text })).build('/scaling.nn', options); // prettier-ignore
  if (files === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const folder = fileURLToPath(new URL('./generated/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of files) if (name.endsWith('.js')) writeFileSync(folder + name, code);
  return (await import(pathToFileURL(`${folder}scaling.js`).href)) as Classes;
}

const noise = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) / 2); // prettier-ignore

/** Its shape of one example, how many examples, and which of our networks. */
interface Made {
  readonly model: string;
  readonly example: readonly number[];
  readonly batch: number;
  readonly layers: () => layers.LayersModel | 'by hand';
}

function ours(classes: Classes, made: (does: 'predict' | 'step', size: number) => Made): Side {
  return {
    name: 'nnlang',
    start: async (does, size) => {
      const { model, example, batch } = made(does, size);
      const net = await classes[model]!.create({ seed: 1 });
      const shape = [batch, ...example];
      const x = { data: noise(shape.reduce((a, b) => a * b, 1)), shape };
      const t = noise(10 * batch);
      return { run: () => (does === 'predict' ? net.run({ x }) : net.trainStep({ x, t })), dispose: () => net.dispose() };
    },
  };
} // prettier-ignore

function theirs(made: (does: 'predict' | 'step', size: number) => Made): Side {
  return {
    name: 'tf.layers',
    start: async (does, size) => {
      const { example, batch, layers: build } = made(does, size);
      const shape = [batch, ...example];
      const data = noise(shape.reduce((a, b) => a * b, 1));
      const model = build();
      if (model === 'by hand') return attentionByHand(does, data, shape);
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      const t = noise(10 * batch);
      const predict = async (): Promise<void> => {
        const x = tf.tensor(data, shape);
        const y = model.predict(x, { batchSize: batch }) as tf.Tensor;
        y.dataSync();
        tf.dispose([x, y]);
      };
      const step = async (): Promise<void> => {
        const both = [tf.tensor(data, shape), tf.tensor(t, [batch, 10])] as const;
        await model.trainOnBatch(both[0], both[1]);
        tf.dispose([...both]);
      };
      return { run: does === 'predict' ? predict : step, dispose: () => model.dispose() };
    },
  };
}

function attentionByHand(does: 'predict' | 'step', data: Float32Array, shape: readonly number[]) {
  const weight = (from: number, to: number): tf.Variable<tf.Rank.R2> => tf.variable(tf.randomNormal([from, to], 0, 0.1));
  const [q, k, v, out] = [weight(64, 64), weight(64, 64), weight(64, 64), weight(64, 10)];
  const bias = tf.variable(tf.zeros([10]));
  const [n, length] = shape as [number, number];
  const dense = (x: tf.Tensor, w: tf.Tensor2D, units: number): tf.Tensor3D =>
    tf.reshape(tf.matMul(tf.reshape(x, [n * length, 64]), w), [n, length, units]);
  const forward = (x: tf.Tensor3D): tf.Tensor2D => {
    const scores = tf.mul(tf.matMul(dense(x, q, 64), dense(x, k, 64), false, true), 1 / 8);
    const mixed = tf.add(tf.matMul(tf.softmax(scores), dense(x, v, 64)), x);
    return tf.mean(tf.add(dense(mixed, out, 10), bias), 1);
  };
  const input = (): tf.Tensor3D => tf.tensor(data, shape as [number, number, number]);
  const update = tf.train.adam(0.001);
  const predict = async (): Promise<void> => {
    const y = tf.tidy(() => forward(input()));
    y.dataSync();
    y.dispose();
  };
  const t = noise(10 * n);
  const step = async (): Promise<void> => {
    const cost = update.minimize(() => tf.losses.meanSquaredError(tf.tensor2d(t, [n, 10]), forward(input())) as tf.Scalar, true); // prettier-ignore
    cost!.dataSync();
    cost!.dispose();
  };
  return { run: does === 'predict' ? predict : step, dispose: () => (tf.dispose([q, k, v, out, bias]), update.dispose()) };
} // prettier-ignore

function denseStack(width: number, depth: number): layers.LayersModel {
  const hidden = Array.from({ length: depth }, (_, i) =>
    layers.layers.dense({ units: width, activation: 'relu', ...(i === 0 ? { inputShape: [64] } : {}) }),
  );
  return layers.sequential({ layers: [...hidden, layers.layers.dense({ units: 10 })] });
}

const lstm = (length: number): layers.LayersModel =>
  layers.sequential({ layers: [layers.layers.lstm({ units: 64, inputShape: [length, 32], recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotUniform' }), layers.layers.dense({ units: 10 })] }); // prettier-ignore

/** Predictions are of one example, steps of 16, where it is not the batch that grows. */
const usual = (does: 'predict' | 'step'): number => (does === 'predict' ? 1 : 16);

export async function families(): Promise<readonly Family[]> {
  const classes = await compiled();
  const family = (grows: string, network: string, sizes: readonly number[], made: Parameters<typeof ours>[1]): Family => ({
    grows, network, sizes, sides: [ours(classes, made), theirs(made)],
  });
  return [
    family('batch, examples', 'MLP 64-128-128-10', batches, (_, batch) => ({ model: 'Width128', example: [64], batch, layers: () => denseStack(128, 2) })),
    family('width, units', 'MLP 64-w-w-10', widths, (does, width) => ({ model: `Width${width}`, example: [64], batch: usual(does), layers: () => denseStack(width, 2) })),
    family('depth, layers', 'MLP of 128 units', depths, (does, depth) => ({ model: `Depth${depth}`, example: [64], batch: usual(does), layers: () => denseStack(128, depth) })),
    family('length, steps', 'LSTM of 64 units', steps, (does, length) => ({ model: 'Recurrent', example: [length, 32], batch: usual(does), layers: () => lstm(length) })),
    family('length, positions', 'attention, 64 features', positions, (does, length) => ({ model: 'Attention', example: [length, 64], batch: does === 'predict' ? 1 : 4, layers: () => 'by hand' })),
  ];
} // prettier-ignore
