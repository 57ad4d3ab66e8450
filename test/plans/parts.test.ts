/** Large predictions go by parts: with the same numbers, and less memory. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it, test, vi } from 'vitest';
import { LiveBytes } from '../../bench/live-bytes.ts';
import { useBackend } from '../../runtime/index.ts';
import { partSize } from '../../runtime/parts.ts';
import { compiled } from '../training/compiled.ts';

const text = `model Wide {
  input x: [2048]
  output y = x -> Dense(16, activation: relu) -> Dense(3)
}
model Noisy {
  input x: [2048]
  output y = x -> Dense(4)
  output noise = randomNormal(shape: [2])
}
model Long {
  input ids: int32[2048]
  output hot = ids -> Embedding(7, 2) -> Flatten -> Dense(3)
}
`;
const wave = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(1.7 * i));

/** 80 examples have 640 KiB. 32 would leave parts of two sizes. */
const [examples, part] = [80, 20];

test.each(['wasm', 'cpu'] as const)(
  'the same numbers by parts on %s, from arrays and from tensors',
  async (backend) => {
    await useBackend(backend);
    await tf.setBackend(backend);
    const { Wide } = await compiled<'Wide'>(text);
    const [net, whole] = [await Wide.create({ seed: 2 }), await Wide.create({ seed: 2 })];
    const x = wave(examples * 2048);
    const expected = (await whole.run(x, { batchSize: examples } as never)) as unknown as Float32Array;
    const infer = vi.spyOn(net.state.program, 'infer');
    // By kernels, recorded, by a plan.
    for (let i = 0; i < 3; i++) {
      const got = (await net.run(x)) as unknown as Float32Array;
      expect(got.length).toBe(examples * 3);
      got.forEach((value, j) => expect(Math.abs(value - expected[j]!)).toBeLessThan(1e-5));
    }
    expect(infer.mock.calls.map(([, , inputs]) => inputs['x']!.shape)).toEqual([[part, 2048], [part, 2048]]); // prettier-ignore
    infer.mockRestore();
    const given = tf.tensor2d(x, [examples, 2048]);
    const before = tf.memory().numTensors;
    const made = net.predict(given) as unknown as tf.Tensor2D;
    expect(made.shape).toEqual([examples, 3]);
    (await made.data()).forEach((value, j) => expect(Math.abs(value - expected[j]!)).toBeLessThan(1e-5));
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([given, made]);
    net.dispose();
    whole.dispose();
  },
);

it('takes the memory of a part', async () => {
  const device = await useBackend('wasm');
  const { Wide } = await compiled<'Wide'>(text);
  const peak = async (batchSize?: number): Promise<number> => {
    const live = new LiveBytes(device.backend);
    const net = await Wide.create({ seed: 2 });
    live.restart();
    const before = live.now;
    for (let i = 0; i < 3; i++) await net.run(wave(examples * 2048), batchSize === undefined ? {} : { batchSize });
    net.dispose();
    live.stop();
    return live.peak - before;
  };
  expect(await peak()).toBeLessThan(0.6 * (await peak(examples)));
});

it('goes by parts only where that is the same and worth while', async () => {
  const { Wide, Noisy, Long } = await compiled<'Wide' | 'Noisy' | 'Long'>(text);
  const device = await useBackend('wasm');
  const sizeOf = async (
    Model: typeof Wide,
    count: number,
    values: Float32Array | Int32Array,
    of = device,
  ): Promise<number> => {
    const net = await Model.create({ seed: 1 });
    const by = net.predicting();
    const { name, spec } = by.rules.tensors[0]!;
    const shape = [count, values.length];
    const size = partSize(of, by, { inputs: [{ name, spec, shape, values }], size: count });
    net.dispose();
    return size;
  };
  expect(await sizeOf(Wide, 80, wave(2048))).toBe(20);
  expect(await sizeOf(Long, 80, new Int32Array(2048))).toBe(20);
  expect(await sizeOf(Wide, 101, wave(2048))).toBe(26);
  // Few bytes in all; few examples.
  expect(await sizeOf(Wide, 63, wave(2048))).toBe(63);
  // Random numbers would be drawn again for each part.
  expect(await sizeOf(Noisy, 80, wave(2048))).toBe(80);
  expect(await sizeOf(Wide, 80, wave(2048), { ...device, readsAtOnce: false } as typeof device)).toBe(80);
});
