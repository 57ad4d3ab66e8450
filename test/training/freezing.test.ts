/** Freezing at run time: values and slots stay to the bit, frozen batch normalisation uses its moving statistics; checkpoints; what was loaded. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type TrainableModel, useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const program = (freeze: string, optimizer = 'adam(learningRate: 0.01)', more = ''): string => `
block Base {
  input x: [4]
  output y = x -> Dense(6, activation: tanh) -> BatchNormalization -> Dropout(0.2)
}
model Net {
  input x: [4]
  layer base = Base()
  output y = x -> base -> Dense(3, activation: softmax)
}
train Net {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  optimizer: ${optimizer}
  ${freeze}
  ${more}
}`;

const numDataIds = (): number => tf.engine().backend.numDataIds();
const batch = {
  x: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i * 1.7)),
  label: Int32Array.from({ length: 8 }, (_, i) => i % 3),
};

async function valuesOf(net: TrainableModel): Promise<Record<string, readonly number[]>> {
  const { tensors } = readSafetensors(await net.checkpoint(), 'checkpoint');
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, Array.from(data)]));
}

function changedPaths(a: Record<string, readonly number[]>, b: Record<string, readonly number[]>): readonly string[] {
  return Object.keys(b).filter((path) => a[path]?.join() !== b[path]!.join());
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it('frozen weights and their slots stay, and learn again after', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program(''));
    const empty = numDataIds();
    const net = await Net.create({ seed: 1 });
    await net.trainStep(batch);
    const before = await valuesOf(net);
    const held = numDataIds();
    net.freeze('base.*');
    await net.fit(batch, { epochs: 2, batchSize: 4 });
    const after = await valuesOf(net);
    const changed = changedPaths(before, after);
    expect(changed.filter((path) => path.includes('base'))).toEqual([]);
    expect(changed).toContain('dense.kernel');
    expect(changed).toContain('optimizer:dense.kernel/m');
    expect(numDataIds()).toBe(held);
    net.unfreeze();
    await net.trainStep(batch);
    expect(changedPaths(after, await valuesOf(net)).filter((path) => path.includes('base')).length).toBeGreaterThan(8);
    net.dispose();
    expect(numDataIds()).toBe(empty);
  });

  it('the train block says what is frozen at first, as freeze() would', async () => {
    await useBackend(backend);
    const [inFile, atRunTime] = [await compiled<'Net'>(program('freeze: ["base"]')), await compiled<'Net'>(program(''))];
    const [one, two] = [await inFile.Net.create({ seed: 1 }), await atRunTime.Net.create({ seed: 1 })];
    two.freeze('base');
    for (let i = 0; i < 3; i++) {
      const [a, b] = [await one.trainStep(batch), await two.trainStep(batch)];
      expect(a['loss']).toBeCloseTo(b['loss']!, 5);
    }
    const [a, b] = [await valuesOf(one), await valuesOf(two)];
    expect(Object.keys(a)).toEqual(Object.keys(b));
    for (const [path, values] of Object.entries(a)) for (const [i, v] of values.entries()) expect(v, path).toBeCloseTo(b[path]![i]!, 4);
    one.unfreeze('base.dense.kernel');
    await one.trainStep(batch);
    const changed = changedPaths(a, await valuesOf(one)).filter((path) => path.includes('base'));
    expect(changed).toContain('base.dense.kernel');
    expect(changed.every((path) => path.includes('base.dense.kernel'))).toBe(true);
    one.dispose();
    two.dispose();
  });

  it('with a limit on the norm of all gradients', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program('', 'sgd(learningRate: 0.1, momentum: 0.9)', 'globalClipNorm: 0.1'));
    const net = await Net.create({ seed: 1 });
    await net.trainStep(batch);
    const before = await valuesOf(net);
    const held = numDataIds();
    net.freeze('dense');
    await net.trainStep(batch);
    const changed = changedPaths(before, await valuesOf(net));
    expect(changed.filter((path) => path.startsWith('dense') || path.startsWith('optimizer:dense'))).toEqual([]);
    expect(changed).toContain('base.dense.kernel');
    expect(numDataIds()).toBe(held);
    net.dispose();
  });

  it('a pattern that fits nothing is a mistake', async () => {
    await useBackend(backend);
    const net = await (await compiled<'Net'>(program(''))).Net.create();
    expect(() => net.freeze('bose.*')).toThrow('no weight fits "bose.*"');
    expect(() => net.freeze('dense.kernal')).toThrow('Did you mean "dense.kernel"?');
    net.dispose();
  });

  it('a training that is resumed goes on to the same bits', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program('freeze: ["base.dense"]'));
    const empty = numDataIds();
    const net = await Net.create({ seed: 1 });
    await net.fit(batch, { epochs: 2, batchSize: 4 });
    net.freeze('dense.bias');
    net.unfreeze('base.dense.kernel');
    const pass = await net.forward({ x: batch.x } as never, { training: true });
    const { weights, inputs } = pass.backward(Float32Array.from({ length: 24 }, (_, i) => Math.cos(i)) as never);
    await net.applyGradients(weights, { optimizer: { name: 'rmsprop', learningRate: 0.01 } });
    tf.dispose([pass.outputs, weights, inputs] as never);
    const again = await Net.resume(await net.checkpoint());
    expect(await valuesOf(again)).toEqual(await valuesOf(net));
    for (const one of [net, again]) {
      await one.fit(batch, { epochs: 1, batchSize: 4 });
      const next = await one.forward({ x: batch.x } as never, { training: true });
      const found = next.backward(Float32Array.from({ length: 24 }, () => 1) as never);
      await one.applyGradients(found.weights, { optimizer: { name: 'rmsprop', learningRate: 0.01 } });
      tf.dispose([next.outputs, found] as never);
    }
    expect(await valuesOf(again)).toEqual(await valuesOf(net));
    expect([again.step, again.seed]).toEqual([net.step, net.seed]);
    net.dispose();
    again.dispose();
    expect(numDataIds()).toBe(empty);
  });

  it('what was loaded is told', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program(''));
    const other = await compiled<'Net'>(program('').replace('Dense(3,', 'Dense(2,'));
    const pretrained = await Net.create({ seed: 4 });
    const net = await other.Net.create({ from: pretrained, seed: 1 });
    expect(net.loaded.fresh).toEqual(['dense.kernel', 'dense.bias']);
    expect(net.loaded.loaded).toContain('base.batchNormalization.movingVariance');
    expect((await valuesOf(net))['base.dense.kernel']).toEqual((await valuesOf(pretrained))['base.dense.kernel']);
    const partly = await other.Net.load(await pretrained.toBytes(), { partial: true });
    expect(partly.loaded).toEqual(net.loaded);
    await expect(other.Net.load(await pretrained.toBytes())).rejects.toThrow('dense.kernel is float32 [6, 3]');
    for (const one of [pretrained, net, partly]) one.dispose();
  });
}); // prettier-ignore
