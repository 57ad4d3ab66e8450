/** A page and a worker in one process: what they say to each other is copied as between threads. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createInWorker, loadInWorker, resumeInWorker, TrainableModelWorker } from '../../runtime/worker/index.ts';
import { serveModels, type ServedClass } from '../../runtime/worker/serve-models.ts';
import { compiled } from '../training/compiled.ts';

const program = `
model Digits {
  input image: [8]
  output digit = image -> Dense(6, activation: tanh) -> Dense(3, activation: softmax)
}

train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit)
  metrics: [sparseCategoricalAccuracy(label, digit)]
  optimizer: adam(learningRate: 1e-2)
  batchSize: 4
}
`;
const { Digits } = await compiled<'Digits'>(program);

type Listener = (event: { readonly data: unknown }) => void;

/** A worker thread, as the page sees it. */
class FakeWorker {
  readonly listeners: Listener[] = [];
  readonly inside: Listener[] = [];
  isTerminated = false;
  handedOver = 0;

  constructor(models: Readonly<Record<string, unknown>>) {
    const postMessage = (message: unknown, transfer: Transferable[]): void => {
      const data: unknown = structuredClone(message, { transfer });
      this.handedOver += transfer.length;
      if (!this.isTerminated) setTimeout(() => this.listeners.forEach((listener) => listener({ data })));
    };
    const addEventListener = (_: string, listener: Listener): number => this.inside.push(listener);
    serveModels(models as Record<string, ServedClass>, { postMessage, addEventListener } as never);
  }

  addEventListener(type: string, listener: Listener): void {
    if (type === 'message') this.listeners.push(listener);
  }

  postMessage(message: unknown): void {
    const data: unknown = structuredClone(message);
    setTimeout(() => this.inside.forEach((listener) => listener({ data })));
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

const workers: FakeWorker[] = [];
const spawn = (): Worker => {
  workers.push(new FakeWorker({ Digits }));
  return workers.at(-1)! as unknown as Worker;
};
class DigitsWorker extends TrainableModelWorker {}
const create = (options?: Parameters<typeof createInWorker>[3]): Promise<DigitsWorker> => createInWorker(DigitsWorker, spawn, 'Digits', { backend: 'wasm', ...options }); // prettier-ignore

afterEach(() => void (workers.length = 0));

const image = Float32Array.from({ length: 8 * 12 }, (_, i) => Math.sin(i));
const label = Int32Array.from({ length: 12 }, (_, i) => i % 3);
const inBatches = function* (): Generator<{ image: Float32Array; label: Int32Array }> {
  for (let i = 0; i < 3; i++) yield { image: image.slice(32 * i, 32 * i + 32), label: label.slice(4 * i, 4 * i + 4) };
};

describe('a network in a worker', () => {
  it('computes and learns as on the page', async () => {
    const [here, there] = [await Digits.create({ seed: 3 }), await create({ seed: 3 })];
    expect(there.backend).toBe('wasm');
    expect(there.seed).toBe(3);
    expect(await there.run({ image })).toEqual(await here.run({ image }));
    const options = { epochs: 2, shuffle: false, validationData: { image, label } };
    const [ours, theirs] = [await here.fit({ image, label }, options), await there.fit({ image, label }, options)];
    expect(theirs.history).toEqual(ours.history);
    expect(await there.evaluate({ image, label })).toEqual(await here.evaluate({ image, label }));
    expect(await there.trainStep({ image, label })).toEqual(await here.trainStep({ image, label }));
    expect(await there.toBytes()).toEqual(await here.toBytes());
    // The page's arrays are still its own; those of the worker are handed over.
    expect(image.length).toBe(96);
    const before = workers[0]!.handedOver;
    await there.run({ image });
    expect(workers[0]!.handedOver).toBe(before + 1);
    here.dispose();
    await there.dispose();
  });

  it('warms up, and says what it needs for that', async () => {
    const { Open } = await compiled<'Open'>('model Open {\n  input x: [t, 4]\n  output y = x -> Dense(2)\n}');
    const inside = await Open.create({ seed: 3 });
    const runs = vi.spyOn(inside, 'run');
    const open = (): Worker => new FakeWorker({ Open: { create: async () => inside } }) as unknown as Worker;
    const there = await createInWorker(TrainableModelWorker, open, 'Open', { backend: 'wasm' });
    await there.warmUp({ batchSize: [1, 3], sizes: { t: 5 } });
    // Twice for each number of examples: the second run makes the plan.
    expect(runs).toHaveBeenCalledTimes(4);
    await expect(there.warmUp()).rejects.toMatchObject({ name: 'InputError', message: expect.stringContaining('warmUp({ sizes: { t: 64 } })') }); // prettier-ignore
    await there.dispose();
  });

  it('takes batches one by one, also for validation, and calls back to the page', async () => {
    const [here, there] = [await Digits.create({ seed: 3 }), await create({ seed: 3 })];
    const told: string[] = [];
    const options = {
      epochs: 2,
      validationData: inBatches,
      onBatchEnd: (batch: number, { size }: { readonly size: number }) => void told.push(`batch ${batch} of ${size}`),
      onEpochEnd: async (epoch: number) => {
        await Promise.resolve();
        told.push(`epoch ${epoch}`);
      },
    };
    const ours = await here.fit(inBatches, options);
    const expected = told.splice(0);
    const theirs = await there.fit(inBatches, options);
    expect(told).toEqual(expected);
    expect(told).toHaveLength(8);
    expect(theirs.history).toEqual(ours.history);
    here.dispose();
    await there.dispose();
  });

  it('ends training by a signal or by a callback', async () => {
    const there = await create({ seed: 3 });
    const control = new AbortController();
    let batches = 0;
    const onBatchEnd = (): void => {
      if (++batches === 2) control.abort();
    };
    const aborted = there.fit({ image, label }, { epochs: 50, signal: control.signal, onBatchEnd });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError', message: expect.stringContaining('aborted') });
    expect(batches).toBe(2);
    await expect(there.fit({ image, label }, { signal: control.signal })).rejects.toMatchObject({ name: 'AbortError' });
    const history = await there.fit({ image, label }, { epochs: 9, onEpochEnd: (epoch) => void (there.stopTraining = epoch === 1) }); // prettier-ignore
    expect(history.epoch).toEqual([0, 1]);
    await there.dispose();
  });

  it('trains step by step, as on the page', async () => {
    const [here, there] = [await Digits.create({ seed: 3 }), await create({ seed: 3 })];
    const walked = async (steps: AsyncGenerator<unknown, unknown, undefined>) => {
      const told: unknown[] = [];
      for (;;) {
        const { done, value } = await steps.next();
        told.push(value);
        if (done) return told;
      }
    };
    const options = { epochs: 2, validationData: { image, label } };
    const [ours, theirs] = [await walked(here.training({ image, label }, options)), await walked(there.training({ image, label }, options))]; // prettier-ignore
    expect(theirs).toEqual(ours);
    expect(theirs).toHaveLength(7);
    expect(theirs[4]).toMatchObject({ epoch: 1, batch: 1, size: 4, loss: expect.any(Number) });
    expect(await there.toBytes()).toEqual(await here.toBytes());
    here.dispose();
    await there.dispose();
  });

  it('takes a step when it is asked for, and none after the loop has ended', async () => {
    const [here, there] = [await Digits.create({ seed: 3 }), await create({ seed: 3 })];
    const steps = there.training(inBatches, { epochs: 50 });
    // Nobody has asked yet.
    await there.run({ image });
    expect(await there.weight('dense.bias')).toEqual(await here.weights['dense.bias']!.data());
    await steps.next();
    const paused = await there.toBytes();
    // Paused: all else answers, and nothing changes.
    for (let i = 0; i < 5; i++) await there.run({ image });
    expect(await there.toBytes()).toEqual(paused);
    await steps.next();
    expect(await there.toBytes()).not.toEqual(paused);
    let seen = 0;
    for await (const { batch } of steps) if (++seen === 2) expect(batch).toBe(0);
    else if (seen === 3) break; // prettier-ignore
    const bytes = await there.toBytes();
    for await (const _ of here.training(inBatches, { epochs: 50 })) if (++seen === 8) break;
    expect(bytes).toEqual(await here.toBytes());
    // Another training can begin at once.
    expect((await there.fit({ image, label }, { epochs: 1 })).epoch).toEqual([0]);
    here.dispose();
    await there.dispose();
  });

  it('ends a training step by step by a signal, a callback, an error of the loop or of the data, and with the worker', async () => {
    const there = await create({ seed: 3 });
    const control = new AbortController();
    const aborted = there.training({ image, label }, { epochs: 50, signal: control.signal });
    await aborted.next();
    control.abort();
    await expect(aborted.next()).rejects.toMatchObject({ name: 'AbortError' });
    let steps = 0;
    for await (const _ of there.training({ image, label }, { epochs: 50, onBatchEnd: () => void (there.stopTraining = ++steps === 4) })); // prettier-ignore
    expect(steps).toBe(4);
    const histories = [];
    for (const net of [there, await Digits.create()]) {
      const walk = (net as DigitsWorker).training({ image, label }, { epochs: 50 });
      for (let k = 0; k < 4; k++) await walk.next();
      (net as DigitsWorker).stopTraining = true;
      const { done, value } = await walk.next();
      histories.push(done && value.epoch);
    }
    expect(histories).toEqual([
      [0, 1],
      [0, 1],
    ]);
    await expect((async () => {
      for await (const _ of there.training({ image, label })) throw new RangeError('of the loop');
    })()).rejects.toThrow('of the loop'); // prettier-ignore
    await expect(there.training({ image: image.subarray(3), label } as never).next()).rejects.toMatchObject({ name: 'InputError' }); // prettier-ignore
    const disposed = there.training({ image, label }, { epochs: 50 });
    await disposed.next();
    await there.dispose();
    await expect(disposed.next()).rejects.toThrow('has been disposed');
  });

  it('answers while it trains', async () => {
    const there = await create({ seed: 3 });
    let isTraining = true;
    const fitted = there.fit({ image, label }, { epochs: 20 }).finally(() => (isTraining = false));
    expect(await there.run({ image })).toHaveProperty('digit');
    expect(isTraining).toBe(true);
    await fitted;
    await there.dispose();
  });

  it('goes on from files and checkpoints', async () => {
    const first = await create({ seed: 3 });
    await first.fit({ image, label }, { epochs: 1, shuffle: false });
    const [bytes, checkpoint] = [await first.toBytes(), await first.checkpoint()];
    const loaded = await loadInWorker(DigitsWorker, spawn, 'Digits', bytes, { backend: 'wasm' });
    expect(loaded.loaded.fresh).toEqual([]);
    expect(await loaded.run({ image })).toEqual(await first.run({ image }));
    const copied = await create({ from: first, seed: 8 });
    expect(await copied.weight('dense.kernel')).toEqual(await first.weight('dense.kernel'));
    const resumed = await resumeInWorker(DigitsWorker, spawn, 'Digits', checkpoint, { backend: 'wasm' });
    expect(await resumed.trainStep({ image, label })).toEqual(await first.trainStep({ image, label }));
  });

  it('fails as there, with the name and the text of the error', async () => {
    const there = await create();
    await expect(there.run({ image: new Float32Array(7) })).rejects.toMatchObject({ name: 'InputError', message: expect.stringContaining('Digits') }); // prettier-ignore
    await expect(loadInWorker(DigitsWorker, spawn, 'Digits', new Uint8Array(20), { backend: 'wasm' })).rejects.toMatchObject({ name: 'SafetensorsError' }); // prettier-ignore
    expect(workers.at(-1)!.isTerminated).toBe(true);
    await expect(createInWorker(DigitsWorker, spawn, 'Other')).rejects.toThrow('The worker has no model Other.');
    const running = there.fit({ image, label }, { epochs: 1000 });
    await there.dispose();
    await expect(running).rejects.toThrow('has been disposed');
    await expect(there.run({ image })).rejects.toThrow('has been disposed');
  });

  it('says what cannot be sent', async () => {
    const there = await create();
    await expect(there.run({ image: (() => 1) as never })).rejects.toThrow('could not be cloned');
    await there.dispose();
  });
});
