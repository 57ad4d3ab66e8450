/**
 * How long it takes until a network that lies in a file has answered for the first time: modules, backend, weights, prediction. Each measurement is a
 * process of its own, ours and tf.layers' in turn.
 *
 *     npm run bench:start                prints a table
 *     npm run bench:start -- --json F    writes the figures too
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import Table from 'cli-table3';
import { build } from 'esbuild';
import { useBackend } from 'nnlang/runtime';
import { createCompiler } from '../compiler/compile.ts';
import { createNodeHost } from '../compiler/project/node-host.ts';
import { MobileNet } from './generated/models.js';
import { Mlp } from './generated/networks.js';
import { median } from './measure.ts';
import { networkOf, sizesOf } from './rivals/model-graph.ts';
import { tfLayersModel } from './rivals/tf-layers-model.ts';

const folder = fileURLToPath(new URL('./generated/start-up', import.meta.url));
const once = `${folder}/once.js`;
const rounds = 7;

/** Emitted JavaScript, weights for ours, a model in tf.layers' own format. */
async function prepared(): Promise<ReadonlyMap<string, number>> {
  mkdirSync(folder, { recursive: true });
  await build({ entryPoints: [fileURLToPath(new URL('./start-up-once.ts', import.meta.url))], outfile: once, format: 'esm', target: 'node20' }); // prettier-ignore
  for (const file of ['models.nn', 'networks.nn']) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const { files } = await createCompiler(createNodeHost()).build(path, { target: 'js', backends: ['wasm', 'cpu'], sourceMap: false, version: 'bench' }); // prettier-ignore
    for (const { name, code } of files!) writeFileSync(`${folder}/${name}`, code);
  }
  await useBackend('cpu');
  const sizes = new Map<string, number>();
  for (const [file, name, model] of [['networks.nn', 'Mlp', Mlp], ['models.nn', 'MobileNet', MobileNet]] as const) {
    const net = await model.create({ seed: 1 });
    await net.save(`${folder}/${name}.safetensors`);
    const network = await networkOf(file, name, net);
    const inputShape = sizesOf(network.graph.inputs[0]!.node.outputs[0]!.shape);
    sizes.set(name, inputShape.reduce((a, b) => a * b, 1));
    await tfLayersModel(network).save({
      save: async ({ modelTopology, weightSpecs, weightData }) => {
        writeFileSync(`${folder}/${name}.json`, JSON.stringify({ modelTopology, weightSpecs, inputShape }));
        writeFileSync(`${folder}/${name}.bin`, new Uint8Array(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      },
    });
    net.dispose();
  }
  return sizes;
} // prettier-ignore

const milliseconds = (side: string, backend: string, model: string, size: number): number =>
  Number(execFileSync('node', [once, side, backend, model, folder, String(size)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim().split('\n').at(-1)); // prettier-ignore

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const sizes = await prepared();
const rows: { model: string; backend: string; ours: number; theirs: number }[] = [];
for (const [model, backend] of [['Mlp', 'wasm'], ['Mlp', 'cpu'], ['MobileNet', 'wasm']] as const) {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(milliseconds('nnlang', backend, model, sizes.get(model)!));
    theirs.push(milliseconds('tf.layers', backend, model, sizes.get(model)!));
  }
  rows.push({ model, backend, ours: median(ours), theirs: median(theirs) });
} // prettier-ignore
const table = new Table({
  head: ['first answer of', 'on', 'nnlang', 'tf.layers', 'ratio'],
  style: { head: [], border: [] },
});
for (const { model, backend, ours, theirs } of rows)
  table.push([model, backend, `${ours.toFixed(0)} ms`, `${theirs.toFixed(0)} ms`, `${(theirs / ours).toFixed(2)} ×`]);
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows }, undefined, 2)}\n`);
