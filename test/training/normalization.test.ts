/** `Normalization` learns mean and variance from the training data before the first epoch, once, unless it has them already. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { type TrainableModel, useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const program = `
model Net {
  input x: [2]
  let z = x -> Normalization
  output y = z -> Dense(1)
  output normal = z
}
train Net {
  target t: [1]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.01)
}`;

/** Far from 0, where sums of squares in single precision would lose everything. */
const count = 50;
const x = Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 2000 + Math.sin(i) : 5 * Math.cos(i)));
const t = Float32Array.from({ length: count }, (_, i) => Math.sin(i));

function momentsOf(column: number): readonly [number, number] {
  const values = Array.from({ length: count }, (_, i) => x[2 * i + column]!);
  const mean = values.reduce((a, b) => a + b) / count;
  return [mean, values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count];
}

async function learned(net: TrainableModel): Promise<number[]> {
  const names = ['normalization.mean', 'normalization.variance'];
  const arrays = await Promise.all(names.map((name) => net.weights[name]!.data()));
  return arrays.flatMap((array) => Array.from(array as Float32Array));
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it('once, in batches of any size', async () => {
    await useBackend(backend);
    const net = await (await compiled<'Net'>(program)).Net.create({ seed: 1 });
    expect(await learned(net)).toEqual([0, 0, 1, 1]);
    await net.fit({ x, t }, { epochs: 1, batchSize: 16 });
    const [[m0, v0], [m1, v1]] = [momentsOf(0), momentsOf(1)] as const;
    const found = await learned(net);
    expect([...(await net.weights['normalization.count']!.data())]).toEqual([count]);
    const before = tf.engine().backend.numDataIds();
    for (const [i, expected] of [m0, m1, v0, v1].entries()) expect(Math.abs(found[i]! / expected - 1)).toBeLessThan(2e-3);
    const { normal } = (await net.run({ x } as never)) as unknown as Record<string, Float32Array>;
    expect(normal![1]).toBeCloseTo((x[1]! - m1) / Math.sqrt(v1), 2);
    await net.fit({ x: x.map((v) => v * 2), t }, { epochs: 1, batchSize: 16 });
    expect(await learned(net)).toEqual(found);
    expect(tf.engine().backend.numDataIds()).toBe(before);
    const again = await (await compiled<'Net'>(program)).Net.create({ seed: 1 });
    await again.fit({ x, t }, { epochs: 1, batchSize: 16 });
    again.dispose();
    expect(tf.engine().backend.numDataIds()).toBe(before);
    net.dispose();
  });

  it('not where they were loaded or set', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program);
    const net = await Net.create({ seed: 1 });
    net.setWeights({ 'normalization.mean': Float32Array.of(1, 2) });
    const loaded = await Net.load(await net.toBytes());
    for (const one of [net, loaded]) {
      await one.fit({ x, t }, { epochs: 1 });
      expect((await learned(one)).slice(0, 2)).toEqual([1, 2]);
      one.dispose();
    }
  });
}); // prettier-ignore
