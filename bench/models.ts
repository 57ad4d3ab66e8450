/**
 * Networks in use, one example at a time: nnlang on wasm beside tf.layers, onnxruntime-web on one thread and, as the
 * limit, onnxruntime-node on one native thread. All have the same weights, and what they give is compared first.
 *
 *     npm run bench:models                 all of them (installs the rivals beside the benchmarks first)
 *     npm run bench:models -- --only MobileNet --json FILE
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import Table from 'cli-table3';
import { useBackend } from 'nnlang/runtime';
import { Encoder, MobileNet, Recurrent, ResNet50 } from './generated/models.js';
import { milliseconds, sideBySide, type Contender, type Timing } from './measure.ts';
import { networkOf, sizesOf, type Network } from './rivals/model-graph.ts';
import { onnxModel } from './rivals/onnx-model.ts';
import { tfLayersModel } from './rivals/tf-layers-model.ts';

interface Answering extends Contender {
  readonly run: () => Promise<ArrayLike<number>>;
}

const noise = (count: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) / 2);

function tfLayers(network: Network, x: Float32Array, shape: readonly number[]): Answering | undefined {
  const model = tfLayersModel(network);
  if (!model) return undefined;
  const run = async (): Promise<ArrayLike<number>> => {
    const input = tf.tensor(x, [1, ...shape]);
    const output = model.predict(input) as tf.Tensor;
    const values = output.dataSync();
    tf.dispose([input, output]);
    return values;
  };
  return { name: 'tf.layers', run };
}

interface OrtTensor {
  readonly data: ArrayLike<number>;
}
interface Ort {
  readonly env: { wasm?: { numThreads: number }; logLevel: string };
  readonly Tensor: new (type: string, data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<{ run(feeds: object): Promise<Record<string, OrtTensor>> }> }; // prettier-ignore
}

const rivals = createRequire(new URL('./rivals/package.json', import.meta.url));

async function onnxRuntime(name: string, options: object, bytes: Uint8Array, x: Float32Array, shape: readonly number[]): Promise<Answering> {
  const ort = ((await import(pathToFileURL(rivals.resolve(name)).href)) as { default?: Ort } & Ort);
  const { env, InferenceSession, Tensor } = ort.default ?? ort;
  if (env.wasm) env.wasm.numThreads = 1;
  env.logLevel = 'error';
  const session = await InferenceSession.create(bytes, options);
  const run = async (): Promise<ArrayLike<number>> => (await session.run({ x: new Tensor('float32', x, [1, ...shape]) }))['y']!.data;
  return { name, run };
} // prettier-ignore

async function contenders(network: Network, ours: () => Promise<Float32Array>): Promise<readonly Answering[]> {
  const shape = sizesOf(network.graph.inputs[0]!.node.outputs[0]!.shape);
  const x = noise(shape.reduce((a, b) => a * b, 1));
  const bytes = onnxModel(network);
  const layered = tfLayers(network, x, shape);
  return [
    { name: 'nnlang', run: ours },
    ...(layered ? [layered] : []),
    await onnxRuntime('onnxruntime-web', { executionProviders: ['wasm'] }, bytes, x, shape),
    await onnxRuntime('onnxruntime-node', { intraOpNumThreads: 1, interOpNumThreads: 1 }, bytes, x, shape),
  ];
}

/** The largest difference to what we give, relative to our largest number. */
async function differences(all: readonly Answering[]): Promise<readonly number[]> {
  const [ours, ...theirs] = await Promise.all(all.map(async ({ run }) => Array.from(await run())));
  const scale = Math.max(...ours!.map(Math.abs));
  return theirs.map((values) => Math.max(...values.map((value, i) => Math.abs(value - ours![i]!))) / scale);
}

interface Row {
  readonly network: string;
  readonly timings: readonly Timing[];
}

await useBackend('wasm');
await tf.setBackend('wasm');
const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
const image = noise(224 * 224 * 3);

/** A fresh network and how to ask it. */
interface Work {
  readonly net: Parameters<typeof networkOf>[1] & { dispose(): void };
  readonly run: () => Promise<Float32Array>;
}

const works: Readonly<Record<string, () => Promise<Work>>> = {
  MobileNet: async () => {
    const net = await MobileNet.create({ seed: 1 });
    return { net, run: () => net.run(image) };
  },
  ResNet50: async () => {
    const net = await ResNet50.create({ seed: 1 });
    return { net, run: () => net.run(image) };
  },
  Encoder: async () => {
    const net = await Encoder.create({ seed: 1 });
    const x = noise(128 * 256);
    return { net, run: () => net.run(x) };
  },
  Recurrent: async () => {
    const net = await Recurrent.create({ seed: 1 });
    const x = noise(100 * 64);
    return { net, run: () => net.run(x) };
  },
};

const rows: Row[] = [];
for (const [name, make] of Object.entries(works)) {
  if (values.only !== undefined && values.only !== name) continue;
  const { net, run } = await make();
  const all = await contenders(await networkOf(name, net), run);
  const apart = await differences(all);
  if (!apart.every((difference) => difference < 1e-3))
    throw new Error(`${name}: the contenders do not agree: ${all.slice(1).map((c, i) => `${c.name} ${apart[i]}`).join(', ')}`); // prettier-ignore
  rows.push({ network: name, timings: await sideBySide(all) });
  net.dispose();
}

const names = ['nnlang', 'tf.layers', 'onnxruntime-web', 'onnxruntime-node'];
const table = new Table({ head: ['predict one', ...names], style: { head: [], border: [] }, colAligns: ['left', ...names.map(() => 'right' as const)] }); // prettier-ignore
for (const { network, timings } of rows) {
  const ours = timings[0]!.median;
  const shown = (name: string): string => {
    const timing = timings.find((t) => t.name === name);
    if (!timing) return '–';
    return name === 'nnlang' ? milliseconds(ours) : `${milliseconds(timing.median)} (${(timing.median / ours).toFixed(2)} ×)`; // prettier-ignore
  };
  table.push([network, ...names.map(shown)]);
}
console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, one thread each`);
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
