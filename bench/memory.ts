/**
 * The most bytes of tensors that live at once, ours beside tf.layers, and beside tfjs by hand where tf.layers lacks a layer: while a network answers and
 * while it takes a training step, both with all that they keep from one step to the next.
 *
 *     npm run bench:memory                prints a table
 *     npm run bench:memory -- --json F    writes the figures too
 *
 * Bytes do not depend on what else the machine does. How they are counted: live-bytes.ts.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import Table from 'cli-table3';
import { useBackend } from 'nnlang/runtime';
import { shortBytes } from '../compiler/summary/units.ts';
import { LiveBytes } from './live-bytes.ts';
import { handWritten } from './rivals/hand-written.ts';
import { isAbsent, type Prepared, type Rival } from './rivals/rival.ts';
import { tfLayers } from './rivals/tf-layers.ts';
import { works, type Work } from './works.ts';

interface Row {
  readonly work: string;
  readonly ours: number;
  readonly theirs: number;
  /** Of both: they are there at any time. */
  readonly weights: number;
  readonly rival: string;
}

/** Those of the other benchmarks whose memory says something of its own, and answers to many examples at once. */
const chosen: readonly { readonly name: string; readonly does: Work['does']; readonly batch?: number }[] = [
  { does: 'predict', name: 'MLP 784-128-64-10' },
  { does: 'predict', name: 'MLP 784-128-64-10', batch: 32 },
  { does: 'predict', name: 'CNN 28×28, 32 and 64 filters' },
  { does: 'predict', name: 'CNN 28×28, 32 and 64 filters', batch: 32 },
  { does: 'predict', name: 'MobileNet, 224×224' },
  { does: 'predict', name: 'encoder: 6 layers, 128 positions, 256 features, 8 heads' },
  { does: 'predict', name: 'LSTM of 128 units over 100 steps' },
  { does: 'predict', name: 'LSTM of 128 units over 100 steps', batch: 32 },
  { does: 'step', name: 'MLP 784-128-64-10, batch 32, sgd' },
  { does: 'step', name: 'MLP 784-128-64-10, batch 32, adam' },
  { does: 'step', name: 'CNN 28×28, 32 and 64 filters, batch 64, adam' },
  { does: 'step', name: 'encoder: 6 layers, 128 positions, 256 features, 8 heads, batch 4, adam' },
  { does: 'step', name: 'LSTM of 128 units over 100 steps, batch 32, adam' },
];

/** The most that live while something runs that has run before. */
async function peakOf(backend: string, start: () => Promise<Pick<Prepared, 'run' | 'dispose'>>, times = 3): Promise<number> {
  await tf.setBackend(backend);
  const live = new LiveBytes(tf.backend());
  try {
    const { run, dispose } = await start();
    // What building takes is over.
    live.restart();
    for (let i = 0; i < times; i++) await run();
    dispose();
    return live.peak;
  } finally {
    live.stop();
  }
} // prettier-ignore

async function rowOf(work: Work, batch: number): Promise<Row> {
  await useBackend('wasm');
  let weights = 0;
  const ours = await peakOf('wasm', async () => {
    if (work.does === 'step') {
      const { net, subject, targetName } = await work.start();
      return { run: async () => [(await net.trainStep({ x: subject.x, [targetName]: subject.target } as never)).loss], dispose: () => net.dispose() };
    }
    const { net, subject } = await work.start();
    const x = repeated(subject.x, batch);
    weights = [...subject.network.weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
    return { run: () => net.run(x), dispose: () => net.dispose() };
  });
  for (const rival of [tfLayers, handWritten]) {
    const theirs = await peakOfRival(rival, work, batch);
    if (theirs !== undefined) return { work: nameOf(work, batch), ours, theirs, weights, rival: rival.name };
  }
  throw new Error(`Nobody else can ${work.does} ${work.name}.`);
} // prettier-ignore

async function peakOfRival(rival: Rival, work: Work, batch: number): Promise<number | undefined> {
  await useBackend('wasm');
  const { net, subject } = await work.start();
  net.dispose();
  // What convolutions are trained on.
  const on = work.does === 'step' && work.name.startsWith('CNN') ? 'cpu' : 'wasm';
  let absent = false;
  const peak = await peakOf(on, async () => {
    const given = { ...subject, backend: on, x: repeated(subject.x, batch), shape: subject.shape.with(0, subject.shape[0]! * batch) };
    const prepared = work.does === 'step' ? await rival.step!(given as never) : await rival.predict!(given as never);
    absent = isAbsent(prepared);
    return isAbsent(prepared) ? { run: async () => [], dispose: () => {} } : prepared;
  }, on === 'cpu' ? 1 : 2); // prettier-ignore
  return absent ? undefined : peak;
}

function repeated(values: Float32Array<ArrayBuffer>, times: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}

const nameOf = ({ does, name }: Work, batch: number): string =>
  does === 'step' ? `train: ${name}` : `predict ${batch}: ${name}`;

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const rows: Row[] = [];
for (const { does, name, batch = 1 } of chosen) {
  const work = works.find((one) => one.does === does && one.name === name && one.backend === 'wasm');
  if (work === undefined) throw new Error(`There is no work ${name}.`);
  rows.push(await rowOf(work, batch));
}
const table = new Table({ head: ['', 'nnlang', 'others', '', 'ratio'], style: { head: [], border: [] }, colAligns: ['left', 'right', 'right', 'left', 'right'] }); // prettier-ignore
for (const { work, ours, theirs, rival } of rows)
  table.push([work, shortBytes(ours), shortBytes(theirs), rival, (ours / theirs).toFixed(2)]);
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows }, undefined, 2)}\n`);
