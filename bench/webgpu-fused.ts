/**
 * What fused kernels save on WebGPU: programs that the card is given and time, with them and with their parts, in a headless Chromium, alternating;
 * of the times the quickest.
 *
 *     npm run bench:webgpu-fused                   on the machine's own card
 *     npm run bench:webgpu-fused -- --software     in software; what it saves there is calls, not a card's memory
 */
import { readFileSync } from 'node:fs';
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
import type { FusedMeasured } from './webgpu-fused-page.ts';

const { values: options } = parseArgs({ options: { software: { type: 'boolean', default: false } } });

const sources = { digits: '../templates/web/src/digits.nn', networks: 'networks.nn', models: 'models.nn' };

/** The same program with every fused kernel as its parts: they stand beside its text. */
function apart(code: string): string {
  const list = /^import \{([^}]*)\} from 'nnlang\/runtime';/m;
  const others = (list.exec(code)?.[1] ?? '').split(',').filter((name) => !/^\s*elementwise(Together)?\s*$/.test(name));
  const parts = 'const elementwise = (text, parts) => parts, elementwiseTogether = elementwise;';
  return code.replace(list, `import {${others.join(',')}} from 'nnlang/runtime'; ${parts}`);
}

async function emitted(): Promise<readonly EmittedFile[]> {
  const files: EmittedFile[] = [];
  for (const [name, path] of Object.entries(sources)) {
    const whole = readFileSync(new URL(path, import.meta.url), 'utf8');
    // In software the same programs over less.
    const text = options.software ? whole.replaceAll('[128, 256]', '[16, 64]') : whole;
    for (const module of [name, `${name}-apart`]) {
      const compiler = createCompiler(createMemoryHost({ [`/${module}.nn`]: text }));
      const made = await compiler.build(`/${module}.nn`, { target: 'js', backends: ['webgpu'], sourceMap: false, version: '0' }); // prettier-ignore
      if (!made.files) throw new Error(`${path} does not compile: see nn check.`);
      files.push(...(module === name ? made.files : made.files.map((file) => ({ ...file, code: apart(file.code) }))));
    }
  }
  return files;
}

const folder = fileURLToPath(new URL('./generated/webgpu-fused/', import.meta.url));
const root = fileURLToPath(new URL('../', import.meta.url));
const [batch, rounds, encoded] = options.software ? ([4, 8, [16, 64]] as const) : ([64, 50, [128, 256]] as const);
const entry = `import * as digits from './digits.js';
import * as digitsApart from './digits-apart.js';
import * as networks from './networks.js';
import * as networksApart from './networks-apart.js';
import * as models from './models.js';
import * as modelsApart from './models-apart.js';
import { runFusedPage } from ${JSON.stringify(`${root}bench/webgpu-fused-page.ts`)};
void runFusedPage([
  { name: 'template CNN, batch ${batch}', models: [digitsApart.Digits, digits.Digits], input: 'image', shape: [${batch}, 28, 28, 1], target: 'label', rounds: ${rounds} },
  { name: 'MLP 784-128-64-10, batch 32', models: [networksApart.Mlp, networks.Mlp], input: 'x', shape: [32, 784], target: 'label', rounds: ${4 * rounds} },
  { name: 'encoder, 6 layers over ${encoded.join(' × ')}, batch 1', models: [modelsApart.Encoder, models.Encoder], input: 'x', shape: [1, ${encoded.join()}], target: 't', targetShape: [1, ${encoded.join()}], rounds: ${rounds} },
]);
`;
await writePage(folder, { entry, emitted: await emitted(), files: {} });
const { address, stop } = await serve(folder);
try {
  const rows = await browserResult<readonly FusedMeasured[]>(address, options.software ? 'webgpu' : 'hardware');
  const table = new Table({ head: ['', '', 'programs apart', 'fused', 'time apart', 'fused'], style: { head: [], border: [] }, colAligns: ['left', 'left', 'right', 'right', 'right', 'right'] }); // prettier-ignore
  for (const { name, what, apart, fused } of rows)
    table.push([name, what, apart.programs, fused.programs, milliseconds(apart.ms), milliseconds(fused.ms)]);
  console.log(table.toString());
} finally {
  await stop();
}
