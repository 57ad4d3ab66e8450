/**
 * What is read back from a graphics card, and when: a backend by the name of webgpu that computes as cpu does, throws when it is read synchronously,
 * and counts how often it is read at all.
 */
import { type KernelBackend, env, getKernelsForBackend, registerBackend, registerKernel } from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend, type Tensor, type TrainableModel } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

let reads = 0;
let readsAtOnce = 0;
/** Reads that were begun and have not ended. */
let reading = 0;
let mostReading = 0;

/** tfjs's cpu backend, as a card is to be spoken to. */
class Card extends MathBackendCPU {
  override readSync(): never {
    readsAtOnce++;
    throw new Error('A card cannot be read synchronously.');
  }

  override async read(dataId: object): Promise<never> {
    reads++;
    mostReading = Math.max(mostReading, ++reading);
    await new Promise((resolve) => setImmediate(resolve));
    reading--;
    return super.readSync(dataId) as never;
  }
}

beforeAll(() => {
  env().registerFlag('WEBGPU_CPU_FORWARD', () => true);
  registerBackend('webgpu', () => new Card() as unknown as KernelBackend);
  for (const kernel of getKernelsForBackend('cpu')) registerKernel({ ...kernel, backendName: 'webgpu' });
});

type Net = TrainableModel;
const text = `
model Net {
  input x: [6, 2]
  output y = x -> LSTM(3) -> Dense(2, activation: softmax)
}
train Net {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  metrics: [sparseCategoricalAccuracy(label, y)]
  optimizer: adam
  batchSize: 2
  epochs: 1
  shuffle: false
}`;

const steps = 70;
const data = {
  x: { data: Float32Array.from({ length: steps * 2 * 12 }, (_, i) => Math.sin(i)), shape: [steps * 2, 6, 2] },
  label: Int32Array.from({ length: steps * 2 }, (_, i) => i % 2),
} as never;

let net: Net;
beforeEach(async () => {
  const { Net } = await compiled<'Net'>(text, { backends: ['webgpu'] });
  await useBackend('webgpu');
  net = await Net.create({ seed: 1 });
  reads = readsAtOnce = mostReading = 0;
  return () => net.dispose();
});

it('nobody looks: dozens of steps are read at once, at the end of each interval and of the epoch', async () => {
  const held = net.device.backend.numDataIds();
  await net.fit(data, { epochs: 2 });
  // 32, 32 and 6 of each epoch.
  expect(reads).toBe(2 * steps);
  expect(mostReading).toBe(32);
  // The optimiser's slots are new.
  expect(net.device.backend.numDataIds()).toBeGreaterThan(held);
  const after = net.device.backend.numDataIds();
  await net.fit(data);
  expect(net.device.backend.numDataIds()).toBe(after);
});

it('who looks at each step has it read, once', async () => {
  const seen: number[] = [];
  await net.fit(data, { onBatchEnd: (_: number, { loss }: { loss: number }) => void seen.push(loss) } as never);
  expect(seen).toHaveLength(steps);
  expect([reads, mostReading]).toEqual([steps, 1]);
  for await (const step of net.training(data)) seen.push((step as unknown as { loss: number }).loss);
  expect(seen).toHaveLength(2 * steps);
  expect(reads).toBe(2 * steps);
  await net.trainStep({ x: new Float32Array(24), label: Int32Array.of(0, 1) } as never);
  expect(reads).toBe(2 * steps + 1);
});

it('beginnings of steps are told without reading any', async () => {
  let begun = 0;
  await net.fit(data, { onBatchBegin: () => void begun++ });
  expect([begun, mostReading]).toEqual([steps, 32]);
});

it('gives the scores that reading each step gives', async () => {
  const other = await (await compiled<'Net'>(text, { backends: ['webgpu'] })).Net.create({ seed: 1 });
  const unseen = await net.fit(data, { validationData: data });
  const seen = await other.fit(data, { validationData: data, onBatchEnd: () => {} } as never);
  expect(unseen).toEqual(seen);
  expect(await net.evaluate(data)).toEqual(await other.evaluate(data));
  other.dispose();
});

it('an end in the middle leaves nothing behind, whoever ends it', async () => {
  await net.fit(data);
  const held = net.device.backend.numDataIds();
  const controller = new AbortController();
  let begun = 0;
  const onBatchBegin = (): void => void (++begun === 10 && controller.abort());
  await expect(net.fit(data, { onBatchBegin, signal: controller.signal })).rejects.toThrow('aborted');
  begun = 0;
  const stops = (): void => void (++begun === 40 && (net.stopTraining = true));
  await net.fit(data, { onBatchBegin: stops });
  for await (const _ of net.training(data)) break;
  const broken = (): void => void (++begun === 45 && expect.fail('by a callback'));
  await expect(net.fit(data, { onBatchBegin: broken })).rejects.toThrow('by a callback');
  expect(net.device.backend.numDataIds()).toBe(held);
});

it('is never read synchronously, whatever a model does', async () => {
  await net.fit(data, { epochs: 1, validationSplit: 0.2 });
  await net.evaluate(data);
  const x = new Float32Array(24);
  for (let i = 0; i < 3; i++) await net.run({ x } as never);
  for (const tensor of Object.values(net.predict({ x } as never))) (tensor as unknown as Tensor).dispose();
  const { weights, inputs } = await net.gradients({ x, label: Int32Array.of(0, 1) } as never);
  for (const tensor of Object.values({ ...weights, ...inputs })) (tensor as unknown as Tensor).dispose();
  const saved = await net.checkpoint();
  const again = await (await compiled<'Net'>(text, { backends: ['webgpu'] })).Net.resume(saved as never);
  net.freeze('dense');
  await net.fit(data, { epochs: 1 });
  again.dispose();
  expect(readsAtOnce).toBe(0);
});
