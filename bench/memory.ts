/**
 * The most bytes of tensors that live at once, ours beside tf.layers, and beside tfjs by hand where tf.layers lacks a layer: while a network answers and
 * while it takes a training step, both with all that they keep from one step to the next.
 *
 *     npm run bench:memory                prints a table
 *     npm run bench:memory -- --json F    writes the figures too
 *     npm run bench:memory -- step sgd    only works whose names have these words
 *
 * Bytes do not depend on what else the machine does. Two counts of each: tensors, as backends make them (live-bytes.ts), ours with the copies of weights that plans
 * pack; and all that is taken of wasm's memory (heap-bytes.ts), which on both sides has what XNNPACK packs. The floor of a prediction is what no
 * program does without: weights, and the input and result of the layer that has the largest.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import Table from 'cli-table3';
import { useBackend } from 'nnlang/runtime';
import { shortBytes } from '../compiler/summary/units.ts';
import type { GraphValue } from '../compiler/graph/model-graph.ts';
import { HeapBytes } from './heap-bytes.ts';
import { LiveBytes } from './live-bytes.ts';
import { handWritten } from './rivals/hand-written.ts';
import { isApply, sizesOf, type Network } from './rivals/model-graph.ts';
import { isAbsent, type Prepared, type Rival } from './rivals/rival.ts';
import { tfLayers } from './rivals/tf-layers.ts';
import { works, type Work } from './works.ts';

interface Peaks {
  readonly tensors: number;
  /** Of wasm's memory; the tensors where that is not used. */
  readonly whole: number;
}

interface Row {
  readonly work: string;
  readonly ours: Peaks;
  readonly theirs: Peaks;
  /** Of predictions. */
  readonly floor?: number;
  readonly rival: string;
}

/** Those of the other benchmarks whose memory says something of its own, and answers to many examples at once. */
const chosen: readonly { readonly name: string; readonly does: Work['does']; readonly batch?: number }[] = [
  { does: 'predict', name: 'MLP 784-128-64-10' },
  { does: 'predict', name: 'MLP 784-128-64-10', batch: 32 },
  { does: 'predict', name: 'MLP 784-128-64-10', batch: 256 },
  { does: 'predict', name: 'CNN 28×28, 32 and 64 filters' },
  { does: 'predict', name: 'CNN 28×28, 32 and 64 filters', batch: 32 },
  { does: 'predict', name: 'CNN 28×28, 32 and 64 filters', batch: 256 },
  { does: 'predict', name: 'MobileNet, 224×224' },
  { does: 'predict', name: 'MobileNet, 224×224', batch: 32 },
  { does: 'predict', name: 'encoder: 6 layers, 128 positions, 256 features, 8 heads' },
  { does: 'predict', name: 'encoder: 6 layers, 128 positions, 256 features, 8 heads', batch: 32 },
  { does: 'predict', name: 'LSTM of 128 units over 100 steps' },
  { does: 'predict', name: 'LSTM of 128 units over 100 steps', batch: 32 },
  { does: 'step', name: 'MLP 784-128-64-10, batch 32, sgd' },
  { does: 'step', name: 'MLP 784-128-64-10, batch 32, adam' },
  { does: 'step', name: 'CNN 28×28, 32 and 64 filters, batch 64, adam' },
  { does: 'step', name: 'encoder: 6 layers, 128 positions, 256 features, 8 heads, batch 4, adam' },
  { does: 'step', name: 'LSTM of 128 units over 100 steps, batch 32, adam' },
];

await useBackend('wasm');
await tf.setBackend('wasm');
const wholeHeap = new HeapBytes(tf.backend());

/** The most that live while something runs that has run before. */
async function peaksOf(backend: string, start: () => Promise<Pick<Prepared, 'run' | 'dispose'>>, times = 3): Promise<Peaks> {
  await tf.setBackend(backend);
  const live = new LiveBytes(tf.backend());
  const heap = backend === 'wasm' ? wholeHeap : undefined;
  heap?.begin();
  try {
    const { run, dispose } = await start();
    // What building takes is over.
    live.restart();
    heap?.restart();
    for (let i = 0; i < times; i++) {
      await run();
      heap?.look();
    }
    dispose();
    return { tensors: live.peak, whole: heap?.peak ?? live.peak };
  } finally {
    live.stop();
  }
} // prettier-ignore

const inPlace: ReadonlySet<string> = new Set(['Flatten', 'Reshape', 'Dropout', 'BatchNormalization', 'LayerNormalization', 'Activation', 'ReLU', 'relu', 'relu6', 'add', 'Add', 'softmax', 'Softmax']); // prettier-ignore

/** Weights, and what the layer with the most reads and gives. */
function floorOf({ graph, weights }: Network, examples: number): number {
  const bytes = ({ type }: GraphValue): number => 4 * examples * sizesOf(type.shape).reduce((a, b) => a * b, 1);
  const ofWeights = [...weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  // The results of these may lie where their operands do.
  const layers = graph.nodes.filter(isApply).filter(({ definition }) => !inPlace.has(definition.name)); // prettier-ignore
  const pairs = layers.map(({ inputs, outputs }) => sum([...new Set(inputs)].map(bytes)) + sum(outputs.map((type) => bytes({ type } as GraphValue)))); // prettier-ignore
  return ofWeights + Math.max(...pairs);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

async function rowOf(work: Work, batch: number): Promise<Row> {
  await useBackend('wasm');
  let floor: number | undefined;
  const ours = await peaksOf('wasm', async () => {
    if (work.does === 'step') {
      const { net, subject, targetName } = await work.start();
      return { run: async () => [(await net.trainStep({ x: subject.x, [targetName]: subject.target } as never)).loss], dispose: () => net.dispose() };
    }
    const { net, subject } = await work.start();
    const x = repeated(subject.x, batch);
    floor = floorOf(subject.network, batch);
    return { run: () => net.run(x), dispose: () => net.dispose() };
  });
  for (const rival of [tfLayers, handWritten]) {
    const theirs = await peaksOfRival(rival, work, batch);
    if (theirs !== undefined) return { work: nameOf(work, batch), ours, theirs, rival: rival.name, ...(floor !== undefined && { floor }) };
  }
  throw new Error(`Nobody else can ${work.does} ${work.name}.`);
} // prettier-ignore

async function peaksOfRival(rival: Rival, work: Work, batch: number): Promise<Peaks | undefined> {
  await useBackend('wasm');
  const { net, subject } = await work.start();
  net.dispose();
  // What convolutions are trained on.
  const on = work.does === 'step' && work.name.startsWith('CNN') ? 'cpu' : 'wasm';
  let absent = false;
  const peaks = await peaksOf(on, async () => {
    const given = { ...subject, backend: on, x: repeated(subject.x, batch), shape: subject.shape.with(0, subject.shape[0]! * batch) };
    const prepared = work.does === 'step' ? await rival.step!(given as never) : await rival.predict!(given as never);
    absent = isAbsent(prepared);
    return isAbsent(prepared) ? { run: async () => [], dispose: () => {} } : prepared;
  }, on === 'cpu' ? 1 : 2); // prettier-ignore
  return absent ? undefined : peaks;
}

function repeated(values: Float32Array<ArrayBuffer>, times: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}

const nameOf = ({ does, name }: Work, batch: number): string =>
  does === 'step' ? `train: ${name}` : `predict ${batch}: ${name}`;

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const rows: Row[] = [];
for (const { does, name, batch = 1 } of chosen) {
  if (!positionals.every((part) => `${does} ${batch}: ${name}`.includes(part))) continue;
  const work = works.find((one) => one.does === does && one.name === name && one.backend === 'wasm');
  if (work === undefined) throw new Error(`There is no work ${name}.`);
  rows.push(await rowOf(work, batch));
}
const head = ['', '', 'tensors', 'others', 'ratio', 'in all', 'others', 'ratio', 'floor', 'ours / floor'];
const table = new Table({
  head,
  style: { head: [], border: [] },
  colAligns: ['left', 'left', ...head.slice(2).map(() => 'right' as const)],
});
for (const { work, ours, theirs, floor, rival } of rows) {
  const both = (count: keyof Peaks): readonly string[] => [shortBytes(ours[count]), shortBytes(theirs[count]), (ours[count] / theirs[count]).toFixed(2)]; // prettier-ignore
  const ofFloor = floor === undefined ? ['', ''] : [shortBytes(floor), (ours.tensors / floor).toFixed(2)];
  table.push([work, rival, ...both('tensors'), ...both('whole'), ...ofFloor]);
}
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows }, undefined, 2)}\n`);
