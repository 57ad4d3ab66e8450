/** `warmUp`: afterwards predictions of these sizes are as fast as all, and nothing else has changed. */
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';

const text = `model Words {
  input ids: int32[length]
  input photo: [h, 2 * h, 1]
  require h >= 3
  output y = concat(ids - 1 -> Embedding(7, 4) -> GlobalAveragePooling1D, photo -> Conv2D(2, 3) -> GlobalAveragePooling2D) -> Dense(3)
}
`;

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  const made = async () => {
    const device = await useBackend(backend);
    const { Words } = await compiled<'Words'>(text);
    return { net: await Words.create({ seed: 1 }), device };
  };
  /** Of 5 words and a photo of 4 × 8 each. */
  const given = (n: number) => ({
    ids: { data: new Int32Array(5 * n).fill(3), shape: [n, 5] },
    photo: { data: new Float32Array(32 * n).fill(0.5), shape: [n, 4, 8, 1] },
  });

  it('makes plans for the sizes that are told', async () => {
    const { net } = await made();
    net.state.plans.paused = true;
    const expected = await net.run(given(2));
    net.state.plans.paused = false;
    await net.warmUp({ batchSize: [1, 2], sizes: { length: 5, h: 4 } });
    const { bytes } = net.state.plans;
    expect(bytes).toBeGreaterThan(0);
    // The first real ones are planned already: no plan is made for them.
    expect(await net.run(given(2))).toEqual(expected);
    await net.run(given(1));
    await net.run(given(1));
    expect(net.state.plans.bytes).toBe(bytes);
    net.dispose();
  });

  it('leaves nothing behind but plans, and changes no weight', async () => {
    const { net, device } = await made();
    const before = device.backend.numDataIds();
    const weights = await net.toBytes();
    await net.warmUp({ sizes: { length: 5, h: 4 } });
    expect(await net.toBytes()).toEqual(weights);
    // On cpu what kernels of tfjs make once from weights lies there as tensors, as long as the plan does.
    if (backend === 'wasm') expect(device.backend.numDataIds()).toBe(before);
    net.dispose();
    expect(device.backend.numDataIds()).toBeLessThan(before);
  });

  it('says what it has to be told', async () => {
    const { net } = await made();
    await expect(net.warmUp()).rejects.toThrow('Words: input "ids" leaves length open; tell warmUp for what: warmUp({ sizes: { length: 64 } }).'); // prettier-ignore
    await expect(net.warmUp({ sizes: { length: 5 } })).rejects.toThrow('input "photo" leaves h open');
    await expect(net.warmUp({ sizes: { length: 5, h: 2 } })).rejects.toThrow('h >= 3');
    await expect(net.warmUp({ batchSize: 0 })).rejects.toThrow('batchSize must be a whole number from 1, but is 0');
    net.dispose();
    await expect(net.warmUp()).rejects.toThrow('disposed');
  });
});
