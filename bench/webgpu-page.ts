/** What runs in the browser: predictions and training steps of the stack of convolutions on WebGPU, by nnlang and by tf.layers, alternating. */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { useBackend, type TrainableModel } from '../runtime/index.ts';
import { median } from './measure.ts';
import { kernelTimes, type KernelTime } from './webgpu-kernels.ts';

declare global {
  /** Given by who drives the browser. */
  var tell: (text: string) => Promise<void>;
  var end: (measured: object | string) => Promise<void>;
}

export interface Measured {
  readonly adapter: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly name: string;
  /** Milliseconds of a prediction and of a training step, both with the answer read. */
  readonly predict: number;
  readonly step: number;
  /** On what the card spends a step, the longest first. */
  readonly kernels: readonly KernelTime[];
}

interface Contestant {
  readonly name: string;
  readonly predict: () => Promise<ArrayLike<number>>;
  /** The loss before it. */
  readonly step: () => Promise<number>;
}

export type ConvStackClass = { create(options: { readonly seed: number }): Promise<TrainableModel> };

interface Batch {
  readonly x: Float32Array;
  readonly shape: readonly number[];
  readonly label: Int32Array;
}

function batchOf(examples: number, size: number): Batch {
  const shape = [examples, size, size, 64];
  const x = Float32Array.from({ length: examples * size * size * 64 }, (_, i) => Math.sin(i * 12.9898) / 2);
  return { x, shape, label: Int32Array.from({ length: examples }, (_, i) => i % 10) };
}

async function ours(
  ConvStack: ConvStackClass,
  { x, shape, label }: Batch,
): Promise<readonly [Contestant, TrainableModel]> {
  const net = await ConvStack.create({ seed: 1 });
  const predict = async (): Promise<ArrayLike<number>> =>
    (await net.run({ data: x, shape } as never)) as unknown as Float32Array;
  return [
    {
      name: 'nnlang',
      predict,
      step: async () => (await net.trainStep({ x: { data: x, shape }, label } as never))['loss']!,
    },
    net,
  ];
}

/** The same weights: both list kernel and bias layer by layer. */
async function tfLayers(net: TrainableModel, { x, shape, label }: Batch): Promise<Contestant> {
  const convolutions = Array.from({ length: 8 }, (_, i) => layers.layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu', ...(i === 0 ? { inputShape: [null, null, 64] } : {}) })); // prettier-ignore
  const model = layers.sequential({ layers: [...convolutions, layers.layers.globalAveragePooling2d({}), layers.layers.dense({ units: 10, activation: 'softmax' })] }); // prettier-ignore
  const weights: tf.Tensor[] = [];
  for (const view of Object.values(net.weights))
    weights.push(tf.tensor((await view.data()) as Float32Array, [...view.shape]));
  model.setWeights(weights);
  tf.dispose(weights);
  model.compile({ optimizer: tf.train.sgd(0.01), loss: 'sparseCategoricalCrossentropy' });
  return {
    name: 'tf.layers',
    predict: async () => {
      const input = tf.tensor(x, [...shape]);
      const output = model.predict(input) as tf.Tensor;
      const values = await output.data();
      tf.dispose([input, output]);
      return values;
    },
    step: async () => {
      const [xs, ys] = [tf.tensor(x, [...shape]), tf.tensor1d(Float32Array.from(label))];
      const cost = (await model.trainOnBatch(xs, ys)) as number;
      tf.dispose([xs, ys]);
      return cost;
    },
  };
}

/** @throws Error where they do not give the same. */
async function requireAgreement([own, other]: readonly [Contestant, Contestant]): Promise<void> {
  const apart = async (what: string, answers: (one: Contestant) => Promise<ArrayLike<number>>): Promise<void> => {
    const ours = await answers(own);
    await globalThis.tell(`${what}, nnlang`);
    const theirs = await answers(other);
    await globalThis.tell(`${what}, tf.layers`);
    const largest = Math.max(...Array.from(ours, Math.abs));
    const difference = Math.max(...Array.from(ours, (value, i) => Math.abs(value - theirs[i]!))) / largest;
    if (!(difference < 1e-3)) throw new Error(`${what}: tf.layers gives something else than nnlang, off by ${difference} of the largest number.`); // prettier-ignore
  };
  await apart('predict', (one) => one.predict());
  await apart('first step', async (one) => [await one.step()]);
  await apart('second step', async (one) => [await one.step()]);
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}

async function adapterName(): Promise<string> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  const { vendor = '', architecture = '', description = '' } = adapter?.info ?? {};
  return [vendor, architecture, description].filter((part) => part !== '').join(' ');
}

export async function runPage(
  ConvStack: ConvStackClass,
  { batch: examples, size, rounds }: { readonly batch: number; readonly size: number; readonly rounds: number },
): Promise<void> {
  try {
    const adapter = await adapterName();
    await globalThis.tell(adapter);
    await useBackend('webgpu');
    const batch = batchOf(examples, size);
    const [own, net] = await ours(ConvStack, batch);
    const all = [own, await tfLayers(net, batch)] as const;
    await requireAgreement(all);
    const times = all.map(() => ({ predict: [] as number[], step: [] as number[] }));
    for (let round = 0; round < rounds; round++)
      for (const [i, { predict, step }] of all.entries()) {
        times[i]!.predict.push(await timed(predict));
        times[i]!.step.push(await timed(step));
        await globalThis.tell(`round ${round}`);
      }
    const rows: Row[] = [];
    for (const [i, { name, step }] of all.entries()) {
      const kernels = await kernelTimes(step);
      await globalThis.tell(`kernels of ${name}`);
      rows.push({ name, predict: median(times[i]!.predict), step: median(times[i]!.step), kernels });
    }
    await globalThis.end({ adapter, rows } satisfies Measured);
  } catch (error) {
    await globalThis.end(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
