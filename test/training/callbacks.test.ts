/** Callbacks by name, from a `train` block and from the options of `fit`: what they write, set, exchange and bring back. */
import 'fake-indexeddb/auto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CallbackSpec, type TrainableModel, readSafetensors, useBackend } from '../../runtime/index.ts';
import { filledIn } from '../../runtime/callbacks/saving.ts';
import { checkText } from '../check/checking.ts';
import { compiled } from './compiled.ts';

const program = (optimizer: string, more = ''): string => `
const FLOOR = 0.01
const halved(rate: float, by = 2) = rate / by
const stairs(epoch: int, rate: float) = if epoch % 2 == 1 { max(halved(rate), FLOOR) } else { rate }

model Net {
  input x: [3]
  output y = x -> Dense(4, activation: tanh) -> Dense(1)
}
train Net {
  target t: [1]
  loss: meanSquaredError(t, y)
  optimizer: ${optimizer}
  batchSize: 4
  ${more}
}`;
const data = {
  x: Float32Array.from({ length: 36 }, (_, i) => Math.sin(i * 1.7)),
  t: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)),
};
const folder = mkdtempSync(join(tmpdir(), 'nn-callbacks-'));
const made = async (optimizer = 'sgd(learningRate: 0.1, momentum: 0.9)', more = '') =>
  (await compiled<'Net'>(program(optimizer, more))).Net;
const kernel = async (net: TrainableModel): Promise<Float32Array> =>
  (await net.weights['dense.kernel']!.data()) as Float32Array;
const average = async (net: TrainableModel): Promise<unknown> =>
  readSafetensors(await net.checkpoint()).tensors.get('optimizer:dense.kernel/average')!.data;

beforeAll(() => useBackend('cpu'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('learningRateScheduler', () => {
  it('computes what a compile-time function says', async () => {
    const net = await (await made('sgd(learningRate: 0.1)', 'callbacks: [learningRateScheduler(stairs)]')).create({ seed: 1 }); // prettier-ignore
    const rates: unknown[] = [];
    await net.fit(data, { epochs: 8, onEpochEnd: () => void rates.push(net.learningRate) });
    expect(rates).toEqual([0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125, 0.01]);
    net.dispose();
  });
  it('takes a schedule that counts epochs, and functions of TypeScript', async () => {
    const more = 'callbacks: [learningRateScheduler(exponentialDecay(0.1, 1, 0.5))]';
    const net = await (await made('sgd', more)).create({ seed: 1 });
    const rates: unknown[] = [];
    const onEpochEnd = (): void => void rates.push(net.learningRate);
    await net.fit(data, { epochs: 3, onEpochEnd });
    const schedule = (epoch: number, rate: number): number => rate + epoch;
    await net.fit(data, { epochs: 2, onEpochEnd, callbacks: [{ name: 'learningRateScheduler', schedule }] });
    expect(rates).toEqual([0.1, 0.05, 0.025, 0.025, 1.025]);
    const bad = { name: 'learningRateScheduler', schedule: () => NaN };
    await expect(net.fit(data, { callbacks: [bad] })).rejects.toThrow('gives NaN at epoch 0');
    net.dispose();
  });
  it('refuses what cannot be computed at run time', () => {
    const codes = (constant: string): string[] => {
      const text = program('sgd', 'callbacks: [learningRateScheduler(f)]').replace('const FLOOR', `${constant}\nconst FLOOR`);
      return checkText(text).diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`);
    }; // prettier-ignore
    expect(codes('const f(epoch: int, rate: float) = rate * (epoch + 1)')).toEqual([]);
    expect(codes('const f(a: int, b: float, c: float) = a')[0]).toContain('must take the epoch and the learning rate');
    expect(codes('const f(epoch: int, rate: float) = len([1, epoch])')[0]).toContain(
      '`len([1, epoch])` is none of these',
    );
  });
});

describe('modelCheckpoint', () => {
  it('saves under names with numbers, only the best, with or without the state of training', async () => {
    const Net = await made();
    const net = await Net.create({ seed: 1 });
    const save = (more: Partial<CallbackSpec>): CallbackSpec => ({ name: 'modelCheckpoint', filepath: '', ...more });
    await net.fit(data, {
      epochs: 3,
      callbacks: [
        save({ filepath: `${folder}/deep/{epoch:02d}-{loss:.1f}.safetensors` }),
        save({ filepath: `${folder}/never.safetensors`, monitor: 'loss', saveBestOnly: true, initialValueThreshold: -1 }),
        save({ filepath: `${folder}/weights.safetensors`, saveWeightsOnly: true, saveFreq: 4 }),
      ],
    }); // prettier-ignore
    const names = readdirSync(`${folder}/deep`).sort();
    expect(names.map((name) => name.replace(/\d\.\d/, '#'))).toEqual(['01-#', '02-#', '03-#'].map((n) => `${n}.safetensors`)); // prettier-ignore
    expect(readdirSync(folder)).not.toContain('never.safetensors');
    // After 4 and 8 of 9 batches; without slots.
    expect([...readSafetensors(readFileSync(`${folder}/weights.safetensors`)).tensors.keys()]).toHaveLength(4);
    const last = `${folder}/deep/${names[2]}`;
    const [loaded, resumed] = [await Net.load(last), await Net.resume(last)];
    expect(await kernel(loaded)).toEqual(await kernel(net));
    expect([resumed.step, loaded.step]).toEqual([9, 0]);
    await Promise.all([net, resumed].map((one) => one.trainStep(data as never)));
    expect(await kernel(resumed)).toEqual(await kernel(net));
    for (const one of [net, loaded, resumed]) one.dispose();
  });
  it('fills in numbers by their formats', () => {
    expect(filledIn('{epoch}-{epoch:03d}-{val_loss:.2f}.x', { epoch: 7, val_loss: 0.125 })).toBe('7-007-0.13.x');
    expect(() => filledIn('{acc}', { loss: 1 })).toThrow('There are loss');
  });
});

describe('csvLogger', () => {
  const lines = (): string[] => readFileSync(`${folder}/log.csv`, 'utf8').trimEnd().split('\r\n');
  it('writes a line for each epoch, and goes on with append', async () => {
    const net = await (await made()).create({ seed: 1 });
    const log = { name: 'csvLogger', filename: `${folder}/log.csv` };
    const { loss } = await net.fit(data, { epochs: 2, callbacks: [log] });
    expect(lines()).toEqual(['epoch,loss,val_loss', `0,${loss![0]},NA`, `1,${loss![1]},NA`]);
    const second = await net.fit(data, { epochs: 1, validationData: data, callbacks: [{ ...log, append: true, separator: ';' }] }); // prettier-ignore
    expect(lines()[3]).toBe(`0;${second['loss']![0]};${second['val_loss']![0]}`);
    net.dispose();
  });
});

describe('backupAndRestore', () => {
  it('goes on where training was interrupted, to the same bits', async () => {
    const Net = await made('adam(learningRate: 0.05, gradientAccumulationSteps: 2, useEma: true)');
    const whole = await Net.create({ seed: 5 });
    const straight = await whole.fit(data, { epochs: 4 });
    const callbacks = [{ name: 'backupAndRestore', backupDir: `${folder}/backup` }];
    const first = await Net.create({ seed: 5 });
    const stop = (epoch: number): void => {
      if (epoch === 1) throw new Error('power cut');
    };
    await expect(first.fit(data, { epochs: 4, callbacks, onEpochEnd: stop })).rejects.toThrow('power cut');
    // The seed comes with the backup.
    const second = await Net.create({ seed: 99 });
    const before = second.device.backend.numDataIds();
    const rest = await second.fit(data, { epochs: 4, callbacks });
    expect(rest.epoch).toEqual([2, 3]);
    expect(rest['loss']).toEqual(straight['loss']!.slice(2));
    expect(await kernel(second)).toEqual(await kernel(whole));
    expect(readdirSync(`${folder}/backup`)).toEqual([]);
    const slots = 3 * 4;
    expect(second.device.backend.numDataIds() - before).toBeLessThanOrEqual(slots);
    for (const net of [whole, first, second]) net.dispose();
  });
});

describe('swapEMAWeights', () => {
  it('validates with running means and trains on without them', async () => {
    const Net = await made('sgd(learningRate: 0.1, useEma: true, emaMomentum: 0.9)');
    const [plain, net] = [await Net.create({ seed: 2 }), await Net.create({ seed: 2 })];
    const raw: Float32Array[] = [];
    await plain.fit(data, { epochs: 2, validationData: data, onEpochEnd: async () => void raw.push(await kernel(plain)) }); // prettier-ignore
    const seen: Float32Array[] = [];
    const options = { epochs: 2, validationData: data, callbacks: [{ name: 'swapEMAWeights' }] };
    await net.fit(data, {
      ...options,
      onTestBegin: async () => void seen.push(await kernel(net)),
      onEpochEnd: async () => void seen.push(await kernel(net)),
    });
    // In validation the means, after it the weights; in the end the means again.
    expect([seen[1], seen[3]]).toEqual(raw);
    expect(seen[0]).not.toEqual(seen[1]);
    expect(await kernel(net)).toEqual(await kernel(plain));
    expect(await kernel(net)).toEqual(seen[2]);
    const swapping = await Net.create({ seed: 2 });
    await swapping.fit(data, { ...options, callbacks: [{ name: 'swapEMAWeights', swapOnEpoch: true }] });
    expect(await kernel(swapping)).toEqual(await kernel(net));
    expect(await average(swapping)).toEqual(await average(net));
    const without = await (await made()).create();
    await expect(without.fit(data, { callbacks: [{ name: 'swapEMAWeights' }] })).rejects.toThrow('useEma: true');
    for (const one of [plain, net, swapping, without]) one.dispose();
  });
});

describe('earlyStopping and others', () => {
  it('waits on what does not better the baseline, and tells of it', async () => {
    const net = await (await made('sgd(learningRate: 0.01)')).create({ seed: 1 });
    const told = vi.spyOn(console, 'log').mockImplementation(() => {});
    // The loss falls, so after the first epoch nothing is better; that one ends the waiting only without the baseline.
    const stopping = { name: 'earlyStopping', monitor: 'loss', mode: 'max', patience: 2, verbose: 1 };
    expect((await net.fit(data, { epochs: 9, callbacks: [stopping] })).epoch).toEqual([0, 1, 2]);
    expect((await net.fit(data, { epochs: 9, callbacks: [{ ...stopping, baseline: 99 }] })).epoch).toEqual([0, 1]);
    expect(told).toHaveBeenCalledWith('Epoch 2: early stopping.');
    net.learningRate = 1e-3;
    const plateau = { name: 'reduceLROnPlateau', monitor: 'loss', minDelta: 9, patience: 1, minLr: 4e-4, factor: 0.5 };
    await net.fit(data, { epochs: 6, callbacks: [plateau] });
    expect(net.learningRate).toBe(4e-4);
    told.mockRestore();
    await expect(net.fit(data, { callbacks: [{ name: 'csvLoger' }] })).rejects.toThrow("Did you mean 'csvLogger'?");
    net.dispose();
  });
});

describe('IndexedDB', () => {
  it('keeps weights and checkpoints under addresses', async () => {
    const Net = await made();
    const net = await Net.create({ seed: 1 });
    await net.save('indexeddb://digits');
    const again = await Net.load('indexeddb://digits');
    expect(await kernel(again)).toEqual(await kernel(net));
    await net.fit(data, { epochs: 1, callbacks: [{ name: 'modelCheckpoint', filepath: 'indexeddb://run-{epoch}' }] });
    const resumed = await Net.resume('indexeddb://run-1');
    expect(resumed.step).toBe(3);
    await expect(Net.load('indexeddb://nothing')).rejects.toThrow('There is no indexeddb://nothing');
    for (const one of [net, again, resumed]) one.dispose();
  });
});
