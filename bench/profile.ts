/**
 * On what the time of one prediction or training step is spent, kernel by kernel, beside what this machine could do.
 *
 *     npm run bench:profile -- 'step CNN'             the works whose line matches, as in `npm run bench -- --only`
 *     npm run bench:profile -- 'step CNN' --top 40    more lines
 *     npm run bench:profile -- 'step CNN' --each      every call by itself, in order
 *
 * Predictions are taken apart as plain kernels; the plan that a live model makes of them has the same kernels, and the time
 * of a whole one is told beside theirs. All times are the best of many runs, which is what the machine takes when nothing else wants it. The floor of a kernel is the longer of operations over the peak rate and bytes over
 * the rate of the smallest cache that its operands fit into.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import Table from 'cli-table3';
import { useBackend, type Device } from 'nnlang/runtime';
import { contendersOf, type Ready } from './contenders.ts';
import { listeningTo, type Call, type KernelLog } from './kernel-log.ts';
import { milliseconds } from './measure.ts';
import { measuredPeaks, type Peaks } from './peaks.ts';
import { keyOf } from './results.ts';
import { profiledWorks, works, type Work } from './works.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { top: { type: 'string', default: '25' }, each: { type: 'boolean', default: false } },
});

/** What lies beneath a live network of ours. */
interface Inside {
  readonly state: { readonly device: Device; readonly plans: { paused: boolean } };
}

/** Calls that do the same. */
interface Line extends Call {
  readonly times: number;
  /** Together, in one run. */
  readonly ms: number;
}

const floorOf = ({ flops, bytes }: Call, peaks: Peaks): number => {
  const { memory, l3, l2 } = peaks.bytes;
  const rate = bytes < 2 ** 20 ? l2 : bytes < 2 ** 25 ? l3 : memory;
  return Math.max(flops / peaks.flops, bytes / rate) / 1e6;
};

async function whole(run: Ready['run'], seconds: number): Promise<number> {
  let best = Infinity;
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 5 || performance.now() < end; round++) {
    const begun = performance.now();
    await run();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

function linesOf({ calls, times }: KernelLog, isEach: boolean): readonly Line[] {
  const each = calls.map((call, i): Line => ({ ...call, times: 1, ms: Math.min(...times.map((run) => run[i]!)) }));
  if (isEach) return each;
  const same = new Map<string, Line>();
  for (const one of each) {
    // The same stage in several blocks: without its path.
    const line = { ...one, statement: one.statement.replace(/: [\w.]+$/, '') };
    const key = [line.statement, line.helper, line.kernel, shapesOf(line)].join();
    const known = same.get(key);
    same.set(key, known ? { ...known, times: known.times + 1, ms: known.ms + line.ms } : line);
  }
  return [...same.values()].sort((a, b) => b.ms - a.ms);
}

const shapesOf = ({ inputs, output }: Call): string => `${inputs.map((shape) => `[${shape.join()}]`).join(' ')} → [${output.join()}]`; // prettier-ignore

async function profile(work: Work, peaks: Peaks): Promise<void> {
  await useBackend(work.backend);
  await tf.setBackend(work.backend);
  const { ready } = await contendersOf(work, []);
  const { run, net, dispose } = ready[0]! as Ready & { readonly net: Inside };
  const total = await whole(run, 1);
  const { device, plans } = net.state;
  plans.paused = true;
  const plain = await whole(run, 1);
  const log = listeningTo(device);
  await run();
  const rounds = Math.max(5, Math.min(200, Math.floor(3000 / plain)));
  for (let i = 0; i < rounds; i++) {
    log.begin();
    await run();
  }
  log.stop();
  dispose();
  print(work, linesOf(log, options.each), { total, plain, peaks });
}

function print(work: Work, lines: readonly Line[], { total, plain, peaks }: { readonly total: number; readonly plain: number; readonly peaks: Peaks }): void {
  const kernels = lines.reduce((sum, { ms }) => sum + ms, 0);
  const floor = lines.reduce((sum, line) => sum + line.times * floorOf(line, peaks), 0);
  console.log(`\n${keyOf(work)}: ${milliseconds(total)}${work.does === 'predict' ? `, by plain kernels ${milliseconds(plain)}` : ''}; kernels alone ${milliseconds(kernels)}, their floor ${milliseconds(floor)}`);
  const head = ['for', 'by', 'kernel', 'calls', 'ms', 'share', 'GFLOP/s', 'GB/s', 'of its floor'];
  const table = new Table({ head, style: { head: [], border: [] }, colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'] });
  for (const line of options.each ? lines : lines.slice(0, Number(options.top))) {
    const { ms, times } = line;
    const rate = (amount: number): string => ((times * amount) / ms / 1e6).toFixed(1);
    table.push([line.statement, line.helper, `${line.kernel} ${shapesOf(line)}`, times, ms.toFixed(ms < 0.1 ? 4 : 2), `${((100 * ms) / kernels).toFixed(1)} %`, rate(line.flops), rate(line.bytes), `${(ms / times / floorOf(line, peaks)).toFixed(1)} ×`]);
  }
  console.log(table.toString());
} // prettier-ignore

const all = [...works, ...profiledWorks];
const chosen = all.filter((work) => positionals.every((pattern) => new RegExp(pattern, 'iu').test(keyOf(work))));
if (chosen.length === 0 || positionals.length === 0)
  throw new Error(`Say which, by a pattern that matches one of:\n${all.map(keyOf).join('\n')}`);
const peaks = await measuredPeaks();
const { flops, bytes } = peaks;
console.log(`One core: ${flops.toFixed(1)} GFLOP/s; ${bytes.memory.toFixed(1)} GB/s to memory, ${bytes.l3.toFixed(1)} in the third level of cache, ${bytes.l2.toFixed(1)} in the second.`); // prettier-ignore
for (const work of chosen) await profile(work, peaks);
