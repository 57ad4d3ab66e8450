/**
 * A prediction and a training step of a stack of convolutions on a graphics card, by nnlang and by tf.layers on WebGPU: in a headless
 * Chromium, alternating, medians; then on which kernels the card spends a step of each.
 *
 *     npm run bench:webgpu                      on the machine's own card
 *     npm run bench:webgpu -- --software        something small in software: that it works; its times tell nothing of a card
 *     npm run bench:webgpu -- --batch 32 --size 112 --rounds 50 --json FILE
 *
 * `CHROMIUM` names the browser, where it is not Debian's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createCompiler } from '../compiler/compile.ts';
import type { EmittedFile } from '../compiler/emit/emitted.ts';
import { createMemoryHost } from '../compiler/project/memory-host.ts';
import { writePage } from '../test/browser/bundle.ts';
import { serve } from '../test/browser/serve.ts';
import { browserResult } from './browser-result.ts';
import { milliseconds } from './measure.ts';
import type { Measured, Row } from './webgpu-page.ts';

const { values: options } = parseArgs({
  options: {
    software: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    batch: { type: 'string' },
    size: { type: 'string' },
    json: { type: 'string' },
  },
});

async function emitted(): Promise<readonly EmittedFile[]> {
  const path = '/conv-stack.nn';
  const text = readFileSync(new URL('conv-stack.nn', import.meta.url), 'utf8');
  const compiler = createCompiler(createMemoryHost({ [path]: text }));
  const { files } = await compiler.build(path, { target: 'js', backends: ['webgpu'], sourceMap: false, version: '0' });
  if (!files) throw new Error('conv-stack.nn does not compile: see nn check bench.');
  return files;
}

/** Multiplications with their additions, two operations each: forward, by the filters, and by the inputs of all but the first. */
const work = (images: number, side: number): number => (2 * images * side * side * 64 * 64 * 9 * (3 * 8 - 1)) / 1e9;

function kernelTable({ name, step, kernels }: Row): string {
  const total = kernels.reduce((sum, { milliseconds: ms }) => sum + ms, 0);
  const table = new Table({ head: [`${name}: kernels of a step`, 'calls', 'time', 'share'], style: { head: [], border: [] }, colAligns: ['left', 'right', 'right', 'right'] }); // prettier-ignore
  for (const { kernel, calls, milliseconds: ms } of kernels.slice(0, 12)) table.push([kernel, calls, milliseconds(ms), `${Math.round((100 * ms) / total)} %`]); // prettier-ignore
  const rate = (1000 * work(batch, size)) / step;
  const measured = kernels.length === 0 ? 'The browser gives no time stamps.' : table.toString();
  return `${measured}\n${work(batch, size).toFixed(1)} GFLOP in convolutions: ${rate.toFixed(rate < 10 ? 1 : 0)} GFLOP/s over the step`;
}

const folder = fileURLToPath(new URL('./generated/webgpu/', import.meta.url));
const root = fileURLToPath(new URL('../', import.meta.url));
const rounds = Number(options.rounds ?? (options.software ? 2 : 30));
const batch = Number(options.batch ?? (options.software ? 1 : 8));
const size = Number(options.size ?? (options.software ? 12 : 56));
const entry = `import { ConvStack } from './conv-stack.js';
import { runPage } from ${JSON.stringify(`${root}bench/webgpu-page.ts`)};
void runPage(ConvStack, { batch: ${batch}, size: ${size}, rounds: ${rounds} });
`;
await writePage(folder, { entry, emitted: await emitted(), files: {} });
const { address, stop } = await serve(folder);
try {
  const { adapter, rows } = await browserResult<Measured>(address, options.software ? 'webgpu' : 'hardware');
  const table = new Table({ head: [`8 × 64 filters 3×3, ${size}×${size}, batch ${batch}`, 'predict', 'training step'], style: { head: [], border: [] }, colAligns: ['left', 'right', 'right'] }); // prettier-ignore
  for (const { name, predict, step } of rows) table.push([name, milliseconds(predict), milliseconds(step)]);
  console.log(`WebGPU: ${adapter === '' ? 'an adapter without a name' : adapter}`);
  console.log(table.toString());
  for (const row of rows) console.log(kernelTable(row));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ adapter, rows }, undefined, 2)}\n`);
} finally {
  await stop();
}
