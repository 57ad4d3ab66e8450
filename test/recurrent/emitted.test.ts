/**
 * Emitted loops: each buffer freed once and none used after; the numbers of the reference evaluator on cpu and wasm; no
 * more memory after a hundred steps than after one; and a sequence task that is learnt.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import { evaluateProgram, ndArray, type NdArray } from '../../compiler/graph/index.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { variable } from '../../compiler/shapes/index.ts';
import { useBackend, type TrainableModel } from '../../runtime/index.ts';
import { someNumbers } from '../layers/harness.ts';
import { expectClose } from '../layers/tf-layers.ts';
import { checkMemory, functionsOf, Memory } from '../emit/tracked-runtime.ts';
import { batch as examples } from '../emit/hand-made.ts';
import { compiled, emitted } from '../training/compiled.ts';
import { handMadePrograms } from './hand-made-loops.ts';

const folder = fileURLToPath(new URL(`../.tmp/recurrent-${process.pid}/`, import.meta.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const backends = ['cpu', 'wasm'] as const;

describe.each(Object.keys(handMadePrograms))('%s', (name) => {
  it('frees each buffer once', () => {
    for (const targets of [['cpu'], ['wasm']] as const) {
      const { file, models } = handMadePrograms[name]!();
      const options = { target: 'js', backends: targets, sourceMap: false, version: '0' } as const;
      const { code } = emitModule(file, models, options)[0]!;
      const memory = new Memory();
      const { infer } = functionsOf(code, memory.helpers, ['infer']);
      checkMemory(memory, () => infer!({}, memory.record([3, 3]), memory.record([2, 4, 3])));
    }
  });

  it.each(backends)('gives the numbers of the reference on %s', async (backend) => {
    await useBackend(backend);
    const { file, models } = handMadePrograms[name]!();
    const lowered = models[0]!;
    const into = `${folder}${name.replaceAll(/\W/g, '-')}-${backend}/`;
    mkdirSync(into, { recursive: true });
    const options = { target: 'ts', backends: [backend], sourceMap: false, version: '0' } as const;
    for (const made of emitModule(file, models, options)) writeFileSync(into + made.name, made.code);
    const module = (await import(/* @vite-ignore */ `${into}loops.ts`)) as Record<string, { create(o: object): Promise<TrainableModel> }>; // prettier-ignore
    const net = await module['Loops']!.create({ seed: 1 });
    const inputs = inputsOf(lowered);
    const weights = await weightsOf(net, lowered);
    const expected = evaluateProgram({ outputs: lowered.inference }, { inputs, weights, sizes: sizesOf(lowered) });
    const before = net.device.backend.numDataIds();
    const given = Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, { data: Float32Array.from(x.data), shape: [...x.shape] }])); // prettier-ignore
    const outputs = (await net.run(given as never)) as unknown as Record<string, ArrayLike<number>>;
    for (const [key, x] of expected) expectClose(ndArray(x.shape, Array.from(outputs[key]!)), x, `${name} ${key}`);
    expect(net.device.backend.numDataIds()).toBe(before);
    net.dispose();
  });
});

const sizesOf = ({ model }: LoweredModel): Map<number, number> =>
  new Map([[examples.id, 2], ...model.sizes.map((size) => [size.id, 4] as const)]);

function inputsOf({ model }: LoweredModel): Record<string, NdArray> {
  const at = (size: object): number => ('key' in size && size.key === variable(model.sizes[0]!).key ? 4 : 3);
  return Object.fromEntries(
    model.inputs.map(({ node }, i) => [node.name, someNumbers([2, ...node.outputs[0]!.shape.map(at)], i + 2)]),
  );
}

async function weightsOf(net: TrainableModel, { model }: LoweredModel): Promise<Record<string, NdArray>> {
  const views = net.weights as Readonly<Record<string, { data(): Promise<ArrayLike<number>> }>>;
  const entries = model.weights.map(
    async ({ path, sizes }) => [path, ndArray([...sizes], Array.from(await views[path]!.data()))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const layers = [
  'SimpleRNN(5)',
  'Bidirectional(LSTM(5, returnSequences: true)) -> RNN(StackedRNNCells([LSTMCell(4), GRUCell(3)]))',
  'LSTM(5, returnSequences: true) -> GRU(4)',
  'LSTM(5, dropout: 0.3, recurrentDropout: 0.2)',
  'GRU(5, resetAfter: false, goBackwards: true)',
  'Bidirectional(LSTM(5, returnSequences: true))(mask: known) -> Bidirectional(GRU(3))(mask: known)',
] as const;

const program = (stages: string): string => `
model Net {
  input x: [time, 3]
  input known: bool[time] = true
  output y = x -> ${stages} -> Dense(2)
}
train Net {
  target t: [2]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.1)
}`;

/** Every function of the training module, on data that only watches memory. */
function checkTraining(code: string): void {
  const names = ['gradients', 'update', 'evaluate', 'forwardPass', 'backwardPass'];
  for (const name of names.filter((one) => code.includes(`function ${one}(`))) {
    for (const inputGradients of [false, true]) {
      const memory = new Memory();
      const run = functionsOf(code, memory.helpers, [name])[name]!;
      const record = () => memory.record([2, 4, 4]);
      const [weights, inputs, targets] = [record(), record(), record()];
      const spent = () => memory.record([2, 4, 4], name === 'update');
      const rest = { slots: spent(), gradients: spent(), saved: record(), frozen: record() };
      const numbers = { learningRate: 1, step: 1, seed: 1, inputGradients };
      checkMemory(memory, () =>
        name === 'evaluate'
          ? run({}, weights, inputs, targets)
          : run({}, { weights, inputs, targets, ...rest, ...numbers }),
      );
      expect(memory.made.length).toBeGreaterThan(0);
    }
  }
}

describe.each(layers)('%s', (stages) => {
  it('frees each buffer once in every function of training', async () => {
    for (const targets of [['cpu'], ['wasm'], ['cpu', 'wasm', 'webgl', 'webgpu']] as const) {
      const files = await emitted(program(stages), { target: 'js', backends: targets });
      const { code } = files.find((file) => file.name === 'program.train.js')!;
      expect(code).toMatch(/for \(let t|Loop\(d/);
      checkTraining(code);
    }
  });

  it('keeps no memory and gives the same on cpu and wasm', async () => {
    const losses: Record<string, number[]> = { cpu: [], wasm: [] };
    for (const backend of backends) {
      const { Net } = await compiled<'Net'>(program(stages), { backends: [backend] });
      await useBackend(backend);
      const net = await Net.create({ seed: 3 });
      const batch = {
        x: { data: Float32Array.from(someNumbers([4, 6, 3]).data), shape: [4, 6, 3] },
        known: { data: Uint8Array.from({ length: 24 }, (_, i) => Number(i % 6 < 4)), shape: [4, 6] },
        t: { data: Float32Array.from(someNumbers([4, 2], 5).data), shape: [4, 2] },
      };
      let held = 0;
      for (let step = 0; step < 30; step++) {
        const scores = (await net.trainStep(batch as never)) as Record<string, number>;
        losses[backend]!.push(scores['loss']!);
        if (step === 1) held = net.device.backend.numDataIds();
      }
      expect(net.device.backend.numDataIds()).toBe(held);
      net.dispose();
    }
    losses['cpu']!.forEach((loss, i) => expect(losses['wasm']![i]).toBeCloseTo(loss, 4));
    expect(losses['wasm']!.at(-1)).toBeLessThan(losses['wasm']![0]!);
  });
});

it('remembers on wasm: the first number of a sequence, after ten others', async () => {
  const { Net } = await compiled<'Net'>(`
model Net {
  input x: [time, 1]
  output y = x -> LSTM(16) -> Dense(1)
}
train Net {
  target t: [1]
  loss: meanSquaredError(t, y)
  optimizer: adam(learningRate: 0.02)
}`);
  await useBackend('wasm');
  const net = await Net.create({ seed: 1 });
  const [count, time] = [64, 11];
  const values = Float32Array.from(someNumbers([count * time], 1.3).data);
  const data = values.map((v, i) => (i % time === 0 ? v : v / 10));
  const t = { data: Float32Array.from({ length: count }, (_, i) => data[i * time]!), shape: [count, 1] };
  let loss = 1;
  for (let step = 0; step < 250; step++) {
    const scores = (await net.trainStep({ x: { data, shape: [count, time, 1] }, t } as never)) as Record<
      string,
      number
    >;
    loss = scores['loss']!;
  }
  expect(loss).toBeLessThan(0.01);
  net.dispose();
});

it('trains images over time on wasm as on cpu', async () => {
  const text = `
model Net {
  input x: [time, 5, 4, 2]
  output y = x -> ConvLSTM2D(3, 2, padding: same) -> Flatten -> Dense(1)
}
train Net {
  target t: [1]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.1)
}`;
  const losses: number[][] = [];
  for (const backend of backends) {
    const { Net } = await compiled<'Net'>(text, { backends: [backend] });
    await useBackend(backend);
    const net = await Net.create({ seed: 3 });
    const x = { data: Float32Array.from(someNumbers([2, 3, 5, 4, 2]).data), shape: [2, 3, 5, 4, 2] };
    const t = { data: Float32Array.of(0.5, -0.5), shape: [2, 1] };
    const own: number[] = [];
    for (let step = 0; step < 5; step++) own.push(((await net.trainStep({ x, t } as never)) as Record<string, number>)['loss']!); // prettier-ignore
    losses.push(own);
    net.dispose();
  }
  losses[0]!.forEach((loss, i) => expect(losses[1]![i]).toBeCloseTo(loss, 4));
});

it('reads as a loop over time', async () => {
  const files = await emitted(program('LSTM(5, recurrentActivation: hardSigmoid)'), { backends: ['wasm'] });
  const main = files.find((file) => file.name === 'program.ts')!.code;
  expect(main).toMatch(/for \(let t_\d = 0; t_\d < time; t_\d\+\+\) \{/);
  expect(main).toMatch(/lstm = nextLstm;/);
  expect(main).not.toMatch(/emptyStack/);
});

it('transposes the kernel for the way back once, before the loop', async () => {
  const files = await emitted(program('GRU(5, activation: relu)'), { backends: ['wasm'] });
  const training = files.find((file) => file.name === 'program.train.ts')!.code;
  const [before, ...loops] = training.split(/for \(let t/);
  expect(loops.length).toBeGreaterThan(1);
  expect(before + loops[0]!).toMatch(/transpose\(d, w\['gru\.recurrentKernel'\]/);
  const bodies = loops.map((loop) => loop.slice(0, loop.indexOf('\n  }')));
  for (const body of bodies) expect(body).not.toMatch(/transpose/);
});
