/**
 * The bytes that `nn summary` tells are those that are held when the emitted code runs: every tensor of a prediction and of a training step is counted
 * where the backend makes it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LiveBytes } from '../../bench/live-bytes.ts';
import { createCompiler } from '../../compiler/compile.ts';
import type { ModelGraph } from '../../compiler/graph/model-graph.ts';
import { modelMemory, type ModelMemory } from '../../compiler/memory/model-memory.ts';
import { useBackend } from '../../runtime/index.ts';
import { ownMemory, roomInMemory } from '../../runtime/simd/in-memory.ts';
import { bytesOfRoom } from '../../runtime/simd/packed-products.ts';
import { filled } from '../examples/filled-inputs.ts';
import { narrowed, zooCases, zooFolder, zooSizes } from '../examples/zoo-cases.ts';
import { compiledWithTraining } from '../training/compiled.ts';

type Backend = 'wasm' | 'cpu';

function graphOf(text: string, name: string): ModelGraph {
  const path = (file: string): string | undefined => (existsSync(zooFolder + file) ? zooFolder + file : undefined);
  const host = {
    readFile: (file: string) => (file === 'program.nn' ? text : path(file) && readFileSync(path(file)!, 'utf8')),
    exists: (file: string) => file === 'program.nn' || path(file) !== undefined,
    resolvePackage: () => undefined,
  };
  const { models, diagnostics } = createCompiler(host).check('program.nn');
  return models.find((model) => model.name === name) ?? expect.fail(JSON.stringify(diagnostics));
}

function told(text: string, name: string, backend: Backend): ModelMemory {
  const graph = graphOf(text, name);
  const sizes = new Map(graph.sizes.map((size) => [size.id, zooSizes[size.name]!]));
  return modelMemory(graph, { backend, backends: ['wasm', 'cpu'], batch: { predict: 2, train: 2 }, sizes });
}

/** The most bytes at once while it is called so often, with what is there before. */
async function measured(live: LiveBytes, calls: number, run: () => Promise<unknown>): Promise<number> {
  live.restart();
  for (let i = 0; i < calls; i++) await run();
  return live.peak;
}

async function withModel(
  text: string,
  name: string,
  backend: Backend,
  code: (live: LiveBytes, net: Awaited<ReturnType<Awaited<ReturnType<typeof compiledWithTraining>>['models'][string]['create']>>, targets: object) => Promise<void>,
): Promise<void> {
  const device = await useBackend(backend);
  // Products of all models share a room of one size, which is taken by the first and is of no model.
  const memory = ownMemory(device);
  if (memory !== undefined) roomInMemory(device, memory, bytesOfRoom);
  const { models, training } = await compiledWithTraining(text, zooFolder);
  const live = new LiveBytes(device.backend);
  try {
    const net = await models[name]!.create({ seed: 3 });
    await code(live, net, training?.[name]?.targets ?? {});
    net.dispose();
    expect(live.now).toBe(0);
  } finally {
    live.stop();
  }
} // prettier-ignore

/** What kernels of wasm are told of shapes lies in the memory too, and no tensor takes less than 16 bytes there. */
const bytesOfShapes = 600;
/** Single numbers of a kernel that are told at each use. */
const bytesOfNumbers = 256;

const zoo = (file: string): string => narrowed(zooCases.find((one) => one.file === file)!);

/** Statistics and folded kernels; branches and shared layers; loops over time with masks; attention; other optimisers. */
const cases: readonly (readonly [file: string, model: string, backends: readonly Backend[]])[] = [
  ['iris-mlp.nn', 'Iris', ['wasm', 'cpu']],
  ['mnist-cnn.nn', 'Digits', ['wasm', 'cpu']],
  ['lenet5.nn', 'LeNet5', ['wasm', 'cpu']],
  ['siamese.nn', 'Siamese', ['wasm']],
  ['lstm-text-classifier.nn', 'Sentiment', ['wasm', 'cpu']],
  ['gpt2-small.nn', 'GPT2', ['wasm']],
  ['mobilenet-v2.nn', 'MobileNetV2', ['wasm', 'cpu']],
];

for (const [file, name, backends] of cases)
  describe.each(backends)(`${name} on %s`, (backend) => {
    const text = zoo(file);
    const expected = told(text, name, backend);
    it('predicts', () =>
      withModel(text, name, backend, async (live, net) => {
        const given = filled(net.state.program.spec.inputs, zooSizes);
        const { total } = expected.predict;
        // The first run is the emitted code's, the second is recorded, the third is the plan's. On cpu its arrays are no tensors of tfjs's.
        const first = await measured(live, 2, () => net.run(given));
        const planned = await measured(live, 1, () => net.run(given));
        const most = Math.max(first, planned + (backend === 'cpu' ? net.state.plans.bytes : 0));
        // There results of tfjs's kernels and of code of ours, each told at their most, need not be at their most together.
        expect(most).toBeLessThanOrEqual(total + (backend === 'cpu' ? net.state.plans.bytes : bytesOfShapes));
        expect(most).toBeGreaterThanOrEqual(total - bytesOfNumbers);
      }));
    it('takes a training step', () =>
      withModel(text, name, backend, async (live, net, targets) => {
        const batch = { ...filled(net.state.program.spec.inputs, zooSizes), ...filled(targets as never, zooSizes) };
        await net.trainStep(batch);
        expect(await measured(live, 2, () => net.trainStep(batch))).toBe(expected.train!.total);
      }));
  });
