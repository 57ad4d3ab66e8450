/** Updates are written over gradients and slots on wasm; never over what somebody else holds. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const text = `model Net {
  input x: [6]
  output y = x -> Dense(8, activation: tanh) -> Dense(3)
}
train Net { target t: [3]  loss: meanSquaredError(t, y)  optimizer: adam }
`;
const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.3 * i + phase));
const batch = { x: wave(24, 1), t: wave(12, 2) };

async function made() {
  await useBackend('wasm');
  await tf.setBackend('wasm');
  const { Net } = await compiled<'Net'>(text);
  return Net.create({ seed: 3 });
}
type Net = Awaited<ReturnType<typeof made>>;

const bytesOfSlot = (net: Net): unknown => net.state.device.readSync(net.state.slots['dense.kernel/m']!).slice();

describe('what somebody else holds is not written over', () => {
  it('gradients of the user, applied twice', async () => {
    const net = await made();
    const { weights } = await net.gradients(batch as never);
    const gradient = (weights as Record<string, tf.Tensor>)['dense.kernel']!;
    const before = await gradient.data();
    await net.applyGradients(weights);
    await net.applyGradients(weights);
    expect(await gradient.data()).toEqual(before);
    tf.dispose(weights as tf.TensorContainer);
    net.dispose();
  });

  it('tensors that were given as weights', async () => {
    const net = await made();
    const kernel = tf.tensor2d(wave(48, 4), [6, 8]);
    net.setWeights({ 'dense.kernel': kernel } as never);
    for (let i = 0; i < 3; i++) await net.trainStep(batch as never);
    expect(await kernel.data()).toEqual(wave(48, 4));
    kernel.dispose();
    net.dispose();
  });

  it('a checkpoint that is read while a step is taken', async () => {
    const net = await made();
    await net.trainStep(batch as never);
    const calm = await net.checkpoint();
    const [saved] = await Promise.all([net.checkpoint(), net.trainStep(batch as never)]);
    expect(saved).toEqual(calm);
    net.dispose();
  });

  it('slots and gradients that nobody holds are: a step makes no weight, and the means lie where they lay', async () => {
    const net = await made();
    await net.trainStep(batch as never);
    const { slots } = net.state;
    const places = new Set(Object.values(slots).map(({ dataId }) => dataId));
    const before = bytesOfSlot(net);
    await net.trainStep(batch as never);
    expect(bytesOfSlot(net)).not.toEqual(before);
    // One of three results lies over the gradient, two over the two means.
    expect(Object.values(slots).filter(({ dataId }) => places.has(dataId)).length).toBeGreaterThanOrEqual(4);
    net.dispose();
  });
});
