/** Emitted modules, imported and run on cpu and wasm, give the numbers of the reference evaluator. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import { evaluateProgram, ndArray, type EvaluationBindings, type NdArray } from '../../compiler/graph/index.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { useBackend, type Member, type TrainableModel } from '../../runtime/index.ts';
import { normalNumbers, uniformNumbers } from '../../runtime/random/draws.ts';
import { batch } from './hand-made.ts';
import { samples } from './samples.ts';

const folder = fileURLToPath(new URL(`../.tmp/emit-run-${process.pid}/`, import.meta.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seed = 7;
const backends = ['cpu', 'wasm'] as const;

interface ModelClass {
  create(options: { seed: number }): Promise<TrainableModel>;
}

/** The class of a sample's model, of a module that is written anew. */
async function imported(
  sample: string,
  model: string,
  backend: 'cpu' | 'wasm',
): Promise<{ readonly lowered: LoweredModel; readonly type: ModelClass }> {
  const { file, models } = samples[sample]!();
  const into = `${folder}${sample}-${backend}/`;
  mkdirSync(into, { recursive: true });
  const files = emitModule(file, models, { target: 'ts', backends: [backend], sourceMap: false, version: '0' });
  for (const { name, code } of files) writeFileSync(into + name, code);
  const module = (await import(/* @vite-ignore */ into + files[0]!.name)) as Record<string, ModelClass>;
  return { lowered: models.find((m) => m.model.name === model)!, type: module[model]! };
}

const values = (shape: readonly number[], scale = 1): NdArray => {
  const count = shape.reduce((product, size) => product * size, 1);
  return ndArray(
    [...shape],
    Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * 1.7 + 0.3) * scale)),
  );
};
const integers = (shape: readonly number[], below: number): NdArray => {
  const count = shape.reduce((product, size) => product * size, 1);
  return ndArray(
    [...shape],
    Array.from({ length: count }, (_, i) => (i * 7 + 3) % below),
    'int32',
  );
};

const given = (arrays: Readonly<Record<string, NdArray>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape, dtype }]) => [
      name,
      { data: dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data), shape: [...shape] },
    ]),
  );

async function weightsOf(net: TrainableModel, { model }: LoweredModel): Promise<Record<string, NdArray>> {
  const views = net.weights as Readonly<Record<string, { data(): Promise<ArrayLike<number>> }>>;
  const entries = model.weights.map(
    async ({ path, sizes }) => [path, ndArray([...sizes], Array.from(await views[path]!.data()))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function close(actual: ArrayLike<number>, expected: NdArray, tolerance = 2e-5): void {
  expect(actual.length).toBe(expected.data.length);
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [actual[i]!, expected.data[i]!];
    if (Math.abs(a - b) > tolerance * Math.max(1, Math.abs(b))) expect.fail(`element ${i} is ${a}, not ${b}`);
  }
}

describe.each(backends)('inference on %s', (backend) => {
  it.each([
    ['digits', 'Digits', { image: values([2, 28, 28, 1]) }, {}],
    ['halve', 'Halve', { photo: values([3, 4, 5, 3]) }, { h: 4, w: 5 }],
    ['norm', 'Norm', { x: values([5, 6]) }, {}],
    ['odd', 'Map', { free: values([2, 4]) }, {}],
  ] as const)('%s', async (sample, name, inputs, sizes) => {
    await useBackend(backend);
    const { lowered, type } = await imported(sample, name, backend);
    const net = await type.create({ seed });
    const bound = new Map([
      [batch.id, Object.values(inputs)[0]!.shape[0]!],
      ...('h' in sizes
        ? ([
            [1, sizes.h],
            [2, sizes.w],
          ] as const)
        : []),
    ]);
    const bindings: EvaluationBindings = { inputs, weights: await weightsOf(net, lowered), sizes: bound };
    const expected = evaluateProgram({ outputs: lowered.inference }, bindings);
    const before = net.device.backend.numDataIds();
    const outputs = (await net.run(given(inputs) as never)) as unknown as Record<string, ArrayLike<number>>;
    for (const [output, array] of expected) close(outputs[output]!, array);
    expect(net.device.backend.numDataIds()).toBe(before);
    net.dispose();
  });
});

describe.each(backends)('members on %s', (backend) => {
  it('compute with the weights of the whole, also when these have changed', async () => {
    await useBackend(backend);
    const { type } = await imported('parts', 'Parts', backend);
    const net = (await type.create({ seed })) as unknown as Record<'predict_' | 'decoder', Member> & TrainableModel;
    const x = Float32Array.of(1, -2, 3, 0.5);
    const before = net.device.backend.numDataIds();
    for (const scale of [1, 2]) {
      net.setWeights({ 'decoder.kernel': Float32Array.from({ length: 12 }, (_, i) => i * scale) });
      const code = (await net.predict_.run({ x })) as unknown as { readonly y: Float32Array };
      expect(await net.decoder.run({ x: code.y })).toEqual(await net.run({ x }));
    }
    expect(net.device.backend.numDataIds()).toBe(before);
    await expect(net.decoder.run({ x })).rejects.toThrow('Parts.decoder: input "x" must be [n, 3]');
    net.dispose();
    expect(() => net.decoder.predict({ x })).toThrow('disposed');
  });
});

describe.each(backends)('training on %s', (backend) => {
  it.each([
    ['digits', 'Digits', { image: values([3, 28, 28, 1]) }, { label: integers([3], 10) }],
    ['norm', 'Norm', { x: values([5, 6]) }, { t: values([5, 3], 0.5) }],
    ['odd', 'Map', { free: values([2, 4]) }, { function: values([2, 4], 2) }],
  ] as const)('%s', async (sample, name, inputs, targets) => {
    await useBackend(backend);
    const { lowered, type } = await imported(sample, name, backend);
    const net = await type.create({ seed });
    const training = lowered.training!;
    const sizes = new Map([[batch.id, Object.values(inputs)[0]!.shape[0]!]]);
    let weights = await weightsOf(net, lowered);
    let slots = Object.fromEntries(
      training.slots.map(({ name: slot, sizes: shape }) => [
        slot,
        ndArray([...shape], new Float64Array(shape.reduce((a, b) => a * b, 1))),
      ]),
    );
    for (let step = 1; step <= 2; step++) {
      const random: NonNullable<EvaluationBindings['random']> = (kind, use, count) =>
        (kind === 'uniform' ? uniformNumbers : normalNumbers)(count, { seed, step, use });
      const bindings = { inputs: { ...inputs, ...targets }, weights, slots, sizes, step, learningRate: 0.001, random };
      const expected = evaluateProgram({ outputs: training.step }, bindings);
      const scores = (await net.trainStep(given({ ...inputs, ...targets }) as never)) as Record<string, number>;
      close([scores['loss']!], ndArray([1], [expected.get('report')!.data[0]!]));
      const now = await weightsOf(net, lowered);
      for (const [output, array] of expected)
        if (output.startsWith('weight:')) close(now[output.slice(7)]!.data, array, 1e-4);
      weights = { ...weights, ...stripped(expected, 'weight:') };
      slots = stripped(expected, 'slot:');
    }
    const tested = evaluateProgram(
      { outputs: training.evaluate },
      { inputs: { ...inputs, ...targets }, weights, sizes },
    );
    const scores = (await net.evaluate(given({ ...inputs, ...targets }) as never)) as Record<string, number>;
    close([scores['loss']!], ndArray([1], [tested.get('report')!.data[0]!]), 1e-4);
    net.dispose();
  });
});

const stripped = (results: ReadonlyMap<string, NdArray>, prefix: string): Record<string, NdArray> =>
  Object.fromEntries(
    [...results].flatMap(([name, array]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), array]] : [])),
  );
