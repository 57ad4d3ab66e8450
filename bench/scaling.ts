/**
 * How time and memory grow with the batch, the width, the depth and the length of sequences: predictions and training steps, ours beside tf.layers (tfjs by
 * hand for attention, which tf.layers lacks), on wasm. Three minutes.
 *
 *     npm run bench:scaling               prints the exponents; writes bench/scaling.json and docs/images/scaling-*.svg
 *     npm run bench:scaling -- --draw     draws the pictures again, of what was measured before
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import Table from 'cli-table3';
import { useBackend } from 'nnlang/runtime';
import { LiveBytes } from './live-bytes.ts';
import { machineNow } from './results.ts';
import { families, type Family, type Side } from './scaling-families.ts';
import { scalingPicture } from './scaling-plots.ts';

export type Quantity = 'time' | 'memory';

interface Point {
  readonly size: number;
  /** Milliseconds. */
  readonly time: number;
  /** Bytes at once. */
  readonly memory: number;
}
export interface Curve {
  readonly name: string;
  readonly does: 'predict' | 'step';
  /** What grows, with its unit: `batch, examples`. */
  readonly grows: string;
  readonly network: string;
  readonly points: readonly Point[];
  /** Of a power through the larger half of the points. */
  readonly exponents: Readonly<Record<Quantity, number>>;
}
export interface ScalingResults {
  readonly machine: string;
  readonly busy: number;
  readonly date: string;
  readonly curves: readonly Curve[];
}

const file = fileURLToPath(new URL('./scaling.json', import.meta.url));
/** Of each side at each size. */
const seconds = 0.4;

type Run = () => Promise<unknown>;

/** The bytes that live at most, over runs after the first: what a plan or an optimiser keeps is there then. */
async function memoryOf(live: LiveBytes, run: Run): Promise<number> {
  await run();
  await run();
  live.restart();
  await run();
  return live.peak;
}

/** The quickest of runs that alternate: what else the machine does can only make them slower. */
async function timesOf(runs: readonly Run[]): Promise<readonly number[]> {
  const samples = runs.map((): number[] => []);
  const deadline = performance.now() + 1000 * seconds * runs.length;
  for (let round = 0; round < 3 || (performance.now() < deadline && round < 300); round++) {
    for (const [i, run] of runs.entries()) {
      const begun = performance.now();
      await run();
      samples[i]!.push(performance.now() - begun);
    }
  }
  return samples.map((all) => Math.min(...all));
}

/** Both sides at one size: what each takes. Each is alone while its memory is counted. */
async function measured(sides: readonly Side[], does: Curve['does'], size: number): Promise<readonly Point[]> {
  const started: { run: Run; dispose: () => void; memory: number; live: LiveBytes }[] = [];
  for (const side of sides) {
    const live = new LiveBytes(tf.backend());
    const { run, dispose } = await side.start(does, size);
    const memory = await memoryOf(live, run);
    live.stop();
    started.push({ run, dispose, memory, live });
  }
  const times = await timesOf(started.map(({ run }) => run));
  for (const { dispose } of started) dispose();
  return started.map(({ memory }, i) => ({ size, time: times[i]!, memory }));
}

/** The slope of a straight line through logarithms, by least squares. */
function exponent(points: readonly Point[], quantity: Quantity): number {
  const larger = points.slice(Math.floor(points.length / 2) - 1);
  const [x, y] = [larger.map(({ size }) => Math.log(size)), larger.map((point) => Math.log(point[quantity]))];
  const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
  const [mx, my] = [mean(x), mean(y)];
  const above = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return above / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}

async function curvesOf(family: Family, does: Curve['does']): Promise<readonly Curve[]> {
  const bySize: (readonly Point[])[] = [];
  for (const size of family.sizes) bySize.push(await measured(family.sides, does, size));
  return family.sides.map(({ name }, i) => {
    const points = bySize.map((both) => both[i]!);
    const exponents = { time: exponent(points, 'time'), memory: exponent(points, 'memory') };
    return { name, does, grows: family.grows, network: family.network, points, exponents };
  });
}

async function all(): Promise<ScalingResults> {
  await useBackend('wasm');
  const curves: Curve[] = [];
  for (const family of await families())
    for (const does of ['predict', 'step'] as const) curves.push(...(await curvesOf(family, does)));
  return { ...machineNow(), date: new Date().toISOString().slice(0, 10), curves };
}

const { values } = parseArgs({ options: { draw: { type: 'boolean', default: false } } });
const results = values.draw ? (JSON.parse(readFileSync(file, 'utf8')) as ScalingResults) : await all();
if (!values.draw) writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
for (const quantity of ['time', 'memory'] as const) {
  const target = fileURLToPath(new URL(`../docs/images/scaling-${quantity}.svg`, import.meta.url));
  writeFileSync(target, scalingPicture(results, quantity));
}
const table = new Table({ head: ['', 'grows', 'side', 'time ~', 'memory ~'], style: { head: [], border: [] } });
for (const { name, does, grows, network, exponents } of results.curves)
  table.push([`${does}: ${network}`, grows, name, exponents.time.toFixed(2), exponents.memory.toFixed(2)]);
console.log(results.machine);
console.log(table.toString());
