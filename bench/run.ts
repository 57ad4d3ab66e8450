/**
 * nnlang beside tf.layers, tf.GraphModel, tfjs by hand, onnxruntime and PyTorch: predictions of one example and training
 * steps, in one process, alternating, medians, ratios. All have the same weights and data, and what they give is compared
 * first.
 *
 *     npm run bench                          prints tables, writes bench/results.json; six minutes
 *     npm run bench -- --only 'step.*LSTM'   works whose line (`predict MLP 4-16-16-3 wasm`) matches; other figures stay
 *     npm run bench -- --quick               two minutes: less exact, without what takes seconds a time; writes nothing
 *     npm run bench -- --rivals PyTorch      beside these alone; writes nothing
 *     npm run bench -- --json FILE           writes there
 *
 * `npm run docs` puts the tables of bench/results.json into the pages.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { useBackend } from 'nnlang/runtime';
import { contendersOf, requireAgreement } from './contenders.ts';
import { sideBySide } from './measure.ts';
import { keyOf, readResults, resultsFile, withRows, writeResults, type Row } from './results.ts';
import { rivals } from './rivals/index.ts';
import { printed } from './tables.ts';
import { works, type Work } from './works.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rivals: { type: 'string' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});

const matching = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || new RegExp(pattern, 'iu').test(text);

async function measured(work: Work): Promise<Row> {
  const { name, does, backend, table, aims } = work;
  await useBackend(backend);
  await tf.setBackend(backend);
  const all = await contendersOf(work, rivals.filter((rival) => matching(options.rivals, rival.name)));
  // What runs elsewhere takes long.
  const ready = all.ready.filter(({ on }) => !options.quick || on === undefined);
  try {
    await requireAgreement(work, ready);
    const places = new Map(ready.map((one) => [one.name, one.on]));
    const timings = (await sideBySide(ready, options.quick ? 0.5 : 3)).map((timing) => {
      const on = places.get(timing.name);
      return on === undefined ? timing : { ...timing, on };
    });
    return { name, does, backend, table, aims, timings, absent: all.absent, date: new Date().toISOString().slice(0, 10) };
  } finally {
    for (const one of all.ready) one.dispose();
  }
} // prettier-ignore

const chosen = works.filter((work) => matching(options.only, keyOf(work)));
if (chosen.length === 0) throw new Error(`No work matches ${options.only}. There are:\n${works.map(keyOf).join('\n')}`);
const isWhole = !options.quick && options.rivals === undefined;
const file = options.json ?? (isWhole ? resultsFile : undefined);
const rows: Row[] = [];
for (const work of chosen) {
  process.stderr.write(`${keyOf(work)}\n`);
  rows.push(await measured(work));
  // At once: what ends early has been measured all the same.
  if (file !== undefined) writeResults(file, withRows(readResults(file), rows, works));
}
console.log(printed(withRows({ machine: '', busy: 0, rows: [] }, rows, works)));
