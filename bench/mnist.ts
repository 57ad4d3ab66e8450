/**
 * Training steps and predictions of an MLP and a CNN, nnlang against tf.layers, in one process.
 *
 *     npm run bench              prints a table
 *     npm run bench -- --json F  writes the figures too
 *
 * tf.layers cannot train a convolution on wasm (it has no kernel for the gradient), so there it runs on cpu.
 * Predictions are timed from typed array to typed array.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { Sequential } from '@tensorflow/tfjs-layers';
import Table from 'cli-table3';
import { useBackend } from 'nnlang/runtime';
import { Cnn, Mlp } from './generated/networks.js';
import { milliseconds, sideBySide, type Contender, type Timing } from './measure.ts';
import { rivalCnn, rivalMlp } from './rivals/sequential.ts';

const noise = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1000) / 1000);
const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i % 10);

/** From typed array to typed array, as an application would. */
function rivalPredict(model: Sequential, shape: readonly number[]): Contender {
  const x = noise(784);
  const run = (): unknown => {
    const input = tf.tensor(x, [1, ...shape]);
    const output = model.predict(input) as tf.Tensor;
    const values = output.dataSync();
    tf.dispose([input, output]);
    return values;
  };
  return { name: 'tf.layers', run };
}

function rivalStep(model: Sequential, shape: readonly number[], batch: number, backend: string): Contender {
  const x = noise(784 * batch);
  const y = Float32Array.from(labels(batch));
  const run = async (): Promise<void> => {
    if (tf.getBackend() !== backend) await tf.setBackend(backend);
    const [xs, ys] = [tf.tensor(x, [batch, ...shape]), tf.tensor1d(y)];
    await model.trainOnBatch(xs, ys);
    tf.dispose([xs, ys]);
  };
  return { name: backend === 'wasm' ? 'tf.layers' : `tf.layers on ${backend}`, run };
}

interface Row {
  readonly work: string;
  readonly timings: readonly Timing[];
}

async function measure(): Promise<readonly Row[]> {
  await useBackend('wasm');
  const [mlp, cnn] = [await Mlp.create({ seed: 1 }), await Cnn.create({ seed: 1 })];
  const [theirMlp, theirCnn] = [rivalMlp(), rivalCnn()];
  const image = noise(784);
  const rows: Row[] = [];
  const add = async (work: string, ours: Contender['run'], theirs: Contender): Promise<void> => {
    rows.push({ work, timings: await sideBySide([{ name: 'nnlang', run: ours }, theirs]) });
  };
  await add('predict one, MLP 784-128-64-10', () => mlp.run({ x: image }), rivalPredict(theirMlp, [784]));
  await add('predict one, CNN 28×28', () => cnn.run({ x: image }), rivalPredict(theirCnn, [28, 28, 1]));
  const mlpBatch = { x: noise(784 * 32), label: labels(32) };
  await add('training step, MLP, batch 32, adam', () => mlp.trainStep(mlpBatch), rivalStep(theirMlp, [784], 32, 'wasm')); // prettier-ignore
  const cnnBatch = { x: noise(784 * 64), label: labels(64) };
  const ours = await sideBySide([{ name: 'nnlang', run: () => cnn.trainStep(cnnBatch) }]);
  // Their step takes many seconds, and on another backend: not alternating, but in the same process right after ours.
  await tf.setBackend('cpu');
  const theirs = await sideBySide([rivalStep(rivalCnn(), [28, 28, 1], 64, 'cpu')]);
  rows.push({ work: 'training step, CNN (32, 64 filters), batch 64, adam', timings: [...ours, ...theirs] });
  return rows;
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const rows = await measure();
const table = new Table({ head: ['work', 'nnlang, wasm', 'tf.layers', 'ratio'], style: { head: [], border: [] }, colAligns: ['left', 'right', 'right', 'right'] }); // prettier-ignore
for (const {
  work,
  timings: [ours, theirs],
} of rows) {
  const where = theirs!.name === 'tf.layers' ? 'wasm' : 'cpu';
  table.push([work, milliseconds(ours!.median), `${milliseconds(theirs!.median)} (${where})`, `${(theirs!.median / ours!.median).toFixed(1)} ×`]); // prettier-ignore
}
console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, tfjs ${tf.version_core}`);
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
