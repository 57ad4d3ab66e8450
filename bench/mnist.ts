/**
 * Predictions and training steps of small networks, nnlang against tf.layers: in one process, alternating, medians, ratios.
 *
 *     npm run bench              prints a table
 *     npm run bench -- --quick   the same in a minute: less exact, and without what takes tf.layers many seconds
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
import { Cnn, Mlp, MlpSgd, Small, SmallCnn } from './generated/networks.js';
import { milliseconds, sideBySide, type Contender, type Timing } from './measure.ts';
import { rivalCnn, rivalMlp } from './rivals/sequential.ts';

type Backend = 'wasm' | 'cpu';

/** What is timed, and what is wanted of it. */
interface Work {
  readonly name: string;
  readonly backend: Backend;
  /** How often faster than tf.layers it is to be. */
  readonly aim?: number;
  readonly ours: () => Promise<Contender['run']>;
  readonly theirs: () => Contender['run'];
  /** Where tf.layers runs, if not on the same backend. Such work is not alternated. */
  readonly theirBackend?: Backend;
}

const noise = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1000) / 1000);
const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i % 10);
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

interface Predicts {
  run(x: Float32Array): Promise<unknown>;
}
interface Trains {
  trainStep(batch: { readonly x: Float32Array; readonly label: Int32Array }): Promise<unknown>;
}

/** From typed array to typed array, as an application would. */
function prediction(
  net: { create(options: { seed: number }): Promise<Predicts> },
  rival: () => Sequential,
  shape: readonly number[],
): Pick<Work, 'ours' | 'theirs'> {
  const x = noise(sizeOf(shape));
  return {
    ours: async () => {
      const made = await net.create({ seed: 1 });
      return () => made.run(x);
    },
    theirs: () => {
      const model = rival();
      return () => {
        const input = tf.tensor(x, [1, ...shape]);
        const output = model.predict(input) as tf.Tensor;
        const values = output.dataSync();
        tf.dispose([input, output]);
        return values;
      };
    },
  };
}

function trainingStep(
  net: { create(options: { seed: number }): Promise<Trains> },
  rival: () => Sequential,
  shape: readonly number[],
): Pick<Work, 'ours' | 'theirs'> {
  const [batch] = shape as readonly [number];
  const x = noise(sizeOf(shape));
  const label = labels(batch);
  const y = Float32Array.from(label);
  return {
    ours: async () => {
      const made = await net.create({ seed: 1 });
      return () => made.trainStep({ x, label });
    },
    theirs: () => {
      const model = rival();
      return async () => {
        const [xs, ys] = [tf.tensor(x, [...shape]), tf.tensor1d(y)];
        await model.trainOnBatch(xs, ys);
        tf.dispose([xs, ys]);
      };
    },
  };
}

const small = () => rivalMlp([4, 16, 16, 3]);
const mlp = () => rivalMlp([784, 128, 64, 10]);
const works: readonly Work[] = [
  { name: 'predict one, MLP 4-16-16-3', backend: 'wasm', aim: 20, ...prediction(Small, small, [4]) },
  { name: 'predict one, MLP 784-128-64-10', backend: 'wasm', aim: 6.5, ...prediction(Mlp, mlp, [784]) },
  { name: 'predict one, CNN 28×28, 8 and 16 filters', backend: 'wasm', aim: 3.8, ...prediction(SmallCnn, () => rivalCnn([8, 16]), [28, 28, 1]) },
  { name: 'predict one, CNN 28×28, 32 and 64 filters', backend: 'wasm', ...prediction(Cnn, () => rivalCnn([32, 64]), [28, 28, 1]) },
  { name: 'predict one, MLP 4-16-16-3', backend: 'cpu', aim: 20, ...prediction(Small, small, [4]) },
  { name: 'predict one, MLP 784-128-64-10', backend: 'cpu', aim: 1.8, ...prediction(Mlp, mlp, [784]) },
  { name: 'training step, MLP, batch 32, sgd', backend: 'wasm', aim: 6, ...trainingStep(MlpSgd, () => rivalMlp([784, 128, 64, 10], 'sgd'), [32, 784]) },
  { name: 'training step, MLP, batch 32, adam', backend: 'wasm', ...trainingStep(Mlp, mlp, [32, 784]) },
  { name: 'training step, CNN, 32 and 64 filters, batch 64, adam', backend: 'wasm', aim: 350, theirBackend: 'cpu', ...trainingStep(Cnn, () => rivalCnn([32, 64]), [64, 28, 28, 1]) },
]; // prettier-ignore

interface Row extends Pick<Work, 'name' | 'backend' | 'aim' | 'theirBackend'> {
  readonly ours: Timing;
  readonly theirs: Timing;
  /** How often faster. */
  readonly ratio: number;
}

async function measured({ ours, theirs, ...work }: Work, seconds: number): Promise<Row> {
  await useBackend(work.backend);
  const own: Contender = { name: 'nnlang', run: await ours() };
  const rival: Contender = { name: 'tf.layers', run: theirs() };
  let timings: readonly Timing[];
  if (work.theirBackend === undefined) timings = await sideBySide([own, rival], seconds);
  else {
    timings = await sideBySide([own], seconds);
    await useBackend(work.theirBackend);
    timings = [...timings, ...(await sideBySide([{ name: 'tf.layers', run: theirs() }], seconds))];
  }
  const [mine, other] = timings as readonly [Timing, Timing];
  return { ...work, ours: mine, theirs: other, ratio: other.median / mine.median };
}

const { values } = parseArgs({ options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const rows: Row[] = [];
for (const work of works.filter(({ theirBackend }) => !values.quick || theirBackend === undefined))
  rows.push(await measured(work, values.quick ? 1 : 4));

const table = new Table({
  head: ['work', 'on', 'nnlang', 'tf.layers', 'ratio', 'aim'],
  style: { head: [], border: [] },
  colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
});
for (const { name, backend, theirBackend, ours, theirs, ratio, aim } of rows) {
  const where = theirBackend === undefined ? '' : ` (${theirBackend})`;
  table.push([name, backend, milliseconds(ours.median), milliseconds(theirs.median) + where, `${ratio.toFixed(1)} ×`, aim === undefined ? '' : `${aim} ×`]); // prettier-ignore
}
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, tfjs ${tf.version_core}`;
console.log(machine);
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
