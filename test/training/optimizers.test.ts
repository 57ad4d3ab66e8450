/**
 * Every optimiser with its arguments, compiled and running, against numbers that Keras itself computed (keras-optimizers.py): 50
 * steps of a matrix and a vector from gradients that depend on both.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type TrainableModel, readSafetensors, useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

interface Case {
  readonly name: string;
  readonly arguments: Readonly<Record<string, number | boolean | string | readonly string[]>>;
  /** By step: the kernel and the bias. */
  readonly weights: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** With running means in their place. */
  readonly final?: readonly (readonly number[])[];
}
const { cases } = JSON.parse(readFileSync(new URL('./keras-optimizers.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

const paths = ['dense.kernel', 'dense.bias'] as const;
const factors = [1, 0.1, 3];

function written({ name, arguments: args }: Case): string {
  const texts = Object.entries(args).map(([key, value]) => {
    const isList = Array.isArray(value);
    return `${key}: ${isList ? JSON.stringify(value) : value}`;
  });
  return `${name}(${texts.join(', ')})`;
}

const program = (optimizer: string): string => `
model Net {
  input x: [3]
  output y = x -> Dense(4)
}
train Net {
  target t: [4]
  loss: meanSquaredError(t, y)
  optimizer: ${optimizer}
}`;

const start = (count: number, shift: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.3 * i + shift));

async function values(net: TrainableModel): Promise<Float32Array[]> {
  return Promise.all(paths.map(async (path) => (await net.weights[path]!.data()) as Float32Array));
}

function close(actual: readonly Float32Array[], expected: readonly (readonly number[])[], what: string): void {
  for (const [i, numbers] of expected.entries())
    for (const [j, number] of numbers.entries()) {
      const tolerance = 1e-5 + 1e-4 * Math.abs(number);
      expect(Math.abs(actual[i]![j]! - number), `${what}, ${paths[i]}[${j}]`).toBeLessThan(tolerance);
    }
}

async function stepped(net: TrainableModel, step: number): Promise<void> {
  const now = await values(net);
  const gradients = now.map((weights) =>
    weights.map((w, i) => Math.fround(Math.fround(w * factors[i % 3]!) + Math.fround(Math.sin(step)))),
  );
  await net.applyGradients(Object.fromEntries(paths.map((path, i) => [path, gradients[i]!])));
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  test.each(cases.map((c) => [written(c), c] as const))('%s', async (text, { weights, final }) => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program(text));
    const net = await Net.create({ seed: 1 });
    net.setWeights({ 'dense.kernel': start(12, 0.5), 'dense.bias': start(4, 2) });
    let held = 0;
    for (let step = 1; step <= 50; step++) {
      await stepped(net, step);
      const expected = weights[step];
      if (expected) close(await values(net), expected, `step ${step}`);
      if (step === 12) held = net.device.backend.numDataIds();
    }
    // Sums of gradients are there at 50 steps as at 12, or not, by the number of steps between updates.
    if (!text.includes('gradientAccumulationSteps')) expect(net.device.backend.numDataIds()).toBe(held);
    if (final) {
      const average = async (path: string): Promise<Float32Array> =>
        readSafetensors(await net.checkpoint()).tensors.get(`optimizer:${path}/average`)!.data as Float32Array;
      close(await Promise.all(paths.map(average)), final, 'running mean');
      await net.fit({ x: new Float32Array(3), t: new Float32Array(4) }, { epochs: 1 });
      expect(await values(net)).toEqual(await Promise.all(paths.map(average)));
    }
    net.dispose();
  });
});
