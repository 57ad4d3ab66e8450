/**
 * In a process of its own: from the first import to the first answer, weights read from a file included. Prints the milliseconds. What it measures is told
 * by its arguments: side, backend, model, the folder that `start-up.ts` has prepared.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Tensor } from '@tensorflow/tfjs-core';

const [side, backend, model, folder] = process.argv.slice(2) as [string, 'wasm' | 'cpu', string, string];
const size = Number(process.argv[6]);
const x = new Float32Array(size).fill(0.5);

async function ours(): Promise<ArrayLike<number>> {
  const [{ useBackend }, models] = await Promise.all([
    import('nnlang/runtime'),
    import(pathToFileURL(`${folder}/${model === 'Mlp' ? 'networks' : 'models'}.js`).href) as Promise<Record<string, { load(file: string): Promise<{ run(x: Float32Array): Promise<Float32Array> }> }>>,
  ]); // prettier-ignore
  await useBackend(backend);
  const net = await models[model]!.load(`${folder}/${model}.safetensors`);
  return net.run(x);
}

async function tfLayers(): Promise<ArrayLike<number>> {
  const tf = await import('@tensorflow/tfjs-core');
  await import(backend === 'wasm' ? '@tensorflow/tfjs-backend-wasm' : '@tensorflow/tfjs-backend-cpu');
  const layers = await import('@tensorflow/tfjs-layers');
  await tf.setBackend(backend);
  await tf.ready();
  const artifacts = JSON.parse(readFileSync(`${folder}/${model}.json`, 'utf8')) as { inputShape: number[] };
  const weights = readFileSync(`${folder}/${model}.bin`);
  const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength);
  const net = await layers.loadLayersModel({ load: async () => ({ ...artifacts, weightData }) as never });
  const input = tf.tensor(x, [1, ...artifacts.inputShape]);
  return (net.predict(input) as Tensor).dataSync();
}

const begun = performance.now();
const answer = await (side === 'nnlang' ? ours() : tfLayers());
if (!Array.from(answer).every(Number.isFinite)) throw new Error('The answer is no number.');
console.log(performance.now() - begun);
