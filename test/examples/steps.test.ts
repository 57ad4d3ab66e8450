/**
 * Every example over many steps: nothing is left behind, and a training that is resumed from a checkpoint goes on to the same bits.
 * `STEPS=1000` for as many steps; 60 otherwise.
 */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TensorSpec, type TrainableModel, useBackend } from '../../runtime/index.ts';
import { type CompiledClass, compiledWithTraining } from '../training/compiled.ts';

const steps = Number(process.env['STEPS'] ?? 60);
const patience = 60_000 + steps * 200;

interface Example {
  readonly file: string;
  readonly model: string;
  /** The same network, smaller. */
  readonly small?: string;
  readonly narrower?: readonly (readonly [string, string])[];
}
const examples: readonly Example[] = [
  { file: 'iris/iris.nn', model: 'Iris' },
  { file: 'boston/boston.nn', model: 'Boston' },
  { file: 'lenet5/lenet5.nn', model: 'Mnist', narrower: [['[120, 84]', '[6, 5]']] },
  { file: 'mnist/digits.nn', model: 'Digits', narrower: [['[32, 64]', '[2, 3]']] },
  { file: 'mnist/precise.nn', model: 'Precise', small: 'width: 2' },
  { file: 'spam/spam.nn', model: 'Spam', small: 'vocabulary: 10, dim: 3, units: 2' },
  { file: 'moby-dick/moby-dick.nn', model: 'Writer', small: 'characters: 10, context: 6, dim: 8, heads: 2, depth: 1' },
  { file: 'vae/vae.nn', model: 'Vae', narrower: [['[16, 32]', '[2, 3]'], ['[32, 16]', '[3, 2]'], ['7 * 7 * 32', '7 * 7 * 2'], ['(7, 7, 32)', '(7, 7, 2)']] },
  { file: 'unet/unet.nn', model: 'UNet', small: 'filters: 2' },
]; // prettier-ignore

const read = (file: string): string => readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8');

/** The classes of an example's file, made smaller, and the targets of their training. */
async function smaller({ file, model, small, narrower = [] }: Example) {
  const text = narrower.reduce((narrow, [from, to]) => {
    expect(narrow).toContain(from);
    return narrow.replaceAll(from, to);
  }, read(file));
  const alias = small === undefined ? '' : `\nmodel Small = ${model}(${small})\n`;
  const { models, training } = await compiledWithTraining(text + alias, '');
  const name = small === undefined ? model : 'Small';
  return { type: models[name]!, targets: training?.[name]?.targets ?? {} };
}

const sizes: Readonly<Record<string, number>> = { h: 16, w: 16, length: 4 };

/** Small numbers of the declared type for so many examples, different in every place. */
function dataFor(specs: Readonly<Record<string, TensorSpec>>, count: number) {
  const entries = Object.entries(specs).map(([name, { dtype, shape }]) => {
    const whole = [count, ...shape.map((size) => (typeof size === 'number' ? size : sizes[size]!))];
    const length = whole.reduce((a, b) => a * b, 1);
    const numbers = Array.from({ length }, (_, i) => (i * 37) % 101);
    const data = dtype === 'int32' ? Int32Array.from(numbers, (n) => n % 3) : Float32Array.from(numbers, (n) => n / 101); // prettier-ignore
    return [name, { data, shape: whole }] as const;
  });
  return Object.fromEntries(entries);
}

const held = (): readonly number[] => [tf.engine().backend.numDataIds(), tf.memory().numTensors];

/** Bit for bit, also where one is not a number. */
async function bitsOf(net: TrainableModel): Promise<Readonly<Record<string, Uint32Array>>> {
  const views = Object.entries(net.weights as Readonly<Record<string, { data(): Promise<Float32Array> }>>);
  const read = views.map(async ([path, view]) => [path, new Uint32Array((await view.data()).buffer)] as const);
  return Object.fromEntries(await Promise.all(read));
}

beforeAll(async () => {
  await useBackend('wasm');
});

describe.each(examples)('$file', (example) => {
  let made: Awaited<ReturnType<typeof smaller>>;
  beforeAll(async () => {
    made = await smaller(example);
  });

  it(
    `leaves nothing behind in ${steps} steps`,
    async () => {
      const { type, targets } = made;
      const net = await type.create({ seed: 1 });
      const batch = dataFor({ ...type.spec.inputs, ...targets }, 2);
      const counts = new Set<string>();
      for (let i = 0; i < steps; i++) {
        const { loss } = await net.trainStep(batch);
        expect(loss).toSatisfy(Number.isFinite);
        if (i >= 2) counts.add(String(held()));
      }
      expect([...counts]).toHaveLength(1);
      net.dispose();
    },
    patience,
  );

  it('resumes from a checkpoint to the same bits', async () => {
    const { type, targets } = made;
    const data = dataFor({ ...type.spec.inputs, ...targets }, 6);
    const options = { batchSize: 2, callbacks: [], validationSplit: 0.2 };
    const whole = await type.create({ seed: 5 });
    await whole.fit(data, { ...options, epochs: 3 });
    const part = await type.create({ seed: 5 });
    await part.fit(data, { ...options, epochs: 1 });
    const resumed = await type.resume(await part.checkpoint());
    await resumed.fit(data, { ...options, epochs: 3, initialEpoch: 1 });
    expect(resumed.step).toBe(whole.step);
    const [expected, found] = [await bitsOf(whole), await bitsOf(resumed)];
    expect(found).toEqual(expected);
    expect(found).not.toEqual(await bitsOf(part));
    for (const net of [whole, part, resumed]) net.dispose();
  });
});

describe('dcgan/dcgan.nn', () => {
  interface Pair {
    readonly painter: TrainableModel;
    readonly judge: TrainableModel;
  }
  const optimizer = { name: 'adam', learningRate: 2e-4, beta1: 0.5 } as const;
  const digits = Float32Array.from({ length: 2 * 784 }, (_, i) => (i % 13) / 13);
  const noise = (step: number): Float32Array => Float32Array.from({ length: 8 }, (_, i) => Math.sin(i + step * 7));

  /** As in the example: the judge learns from both, then the painter through the judge. */
  async function step({ painter, judge }: Pair, i: number): Promise<void> {
    const painted = await painter.forward({ noise: noise(i) }, { training: true });
    const image = painted.outputs['image']!;
    await judge.trainStep({ image: digits, label: Float32Array.of(0.9, 0.9) });
    await judge.trainStep({ image, label: Float32Array.of(0, 0) });
    const verdict = await judge.forward({ image }, { training: true });
    const belief = await verdict.outputs['real']!.data();
    const wanted = verdict.backward({ real: Float32Array.from(belief, (p) => -1 / p / 2) });
    const { weights, inputs } = painted.backward({ image: wanted.inputs['image']! });
    await painter.applyGradients(weights, { optimizer });
    tf.dispose([painted.outputs, verdict.outputs, wanted, { weights, inputs }]);
  }

  async function classes(): Promise<readonly [CompiledClass, CompiledClass]> {
    const aliases = '\nmodel SmallPainter = Painter(latent: 4, filters: 1)\nmodel SmallJudge = Judge(filters: 1)\n';
    const { models } = await compiledWithTraining(read('dcgan/dcgan.nn') + aliases, '');
    return [models['SmallPainter']!, models['SmallJudge']!];
  }

  it(
    `leaves nothing behind in ${steps} steps of both, which change both`,
    async () => {
      const [Painter, Judge] = await classes();
      const pair: Pair = { painter: await Painter.create({ seed: 1 }), judge: await Judge.create({ seed: 2 }) };
      const first = [await bitsOf(pair.painter), await bitsOf(pair.judge)];
      const counts = new Set<string>();
      for (let i = 0; i < steps; i++) {
        await step(pair, i);
        if (i >= 2) counts.add(String(held()));
      }
      expect([...counts]).toHaveLength(1);
      expect(await bitsOf(pair.painter)).not.toEqual(first[0]);
      expect(await bitsOf(pair.judge)).not.toEqual(first[1]);
      for (const net of [pair.painter, pair.judge]) net.dispose();
    },
    patience,
  );

  it('resumes from two checkpoints to the same bits', async () => {
    const [Painter, Judge] = await classes();
    const pair: Pair = { painter: await Painter.create({ seed: 1 }), judge: await Judge.create({ seed: 2 }) };
    for (let i = 0; i < 3; i++) await step(pair, i);
    const resumed: Pair = { painter: await Painter.resume(await pair.painter.checkpoint()), judge: await Judge.resume(await pair.judge.checkpoint()) }; // prettier-ignore
    for (let i = 3; i < 6; i++) for (const one of [pair, resumed]) await step(one, i);
    for (const part of ['painter', 'judge'] as const)
      expect(await bitsOf(resumed[part]), part).toEqual(await bitsOf(pair[part]));
    for (const { painter, judge } of [pair, resumed]) for (const net of [painter, judge]) net.dispose();
  });
});
