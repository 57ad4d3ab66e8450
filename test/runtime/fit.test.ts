/** Training on cpu and wasm: against tf.layers, with every form of data, stopping, callbacks, errors in the middle; live data counted. */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  type Callbacks,
  InputError,
  TrainingAbortedError,
  readSafetensors,
  resume,
  useBackend,
  writeSafetensors,
} from '../../runtime/index.ts';
import { devices, numbers } from './devices.ts';
import { Iris, clouds, program, trouble } from './mlp.ts';

const data = clouds(50, numbers(3));

describe.each(devices)('training on $name', (device) => {
  let before = 0;
  beforeEach(async () => {
    await useBackend(device.name as 'cpu');
    before = device.backend.numDataIds();
  });
  const live = (): number => device.backend.numDataIds() - before;

  it('does what tf.layers does', async () => {
    await useBackend('cpu');
    const net = await Iris.create({ seed: 1 });
    const model = layers.sequential({
      layers: [
        layers.layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
        layers.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    const views = Object.values(net.weights);
    model.setWeights(await Promise.all(views.map(async (w) => tf.tensor(await w.data(), [...w.shape]))));
    model.compile({
      optimizer: tf.train.momentum(0.05, 0.9),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    const expected = await model.fit(tf.tensor2d(data.x, [50, 4]), tf.tensor1d(Float32Array.from(data.label)), {
      epochs: 3,
      batchSize: 16,
      shuffle: false,
      validationSplit: 0.2,
    });
    await useBackend(device.name as 'cpu');
    using ours = await Iris.create({ from: net });
    const history = await ours.fit(data, { epochs: 3, shuffle: false, validationSplit: 0.2 });
    for (const [name, curve] of [
      ['loss', history.loss],
      ['val_loss', history.val_loss],
      ['acc', history.sparseCategoricalAccuracy],
      ['val_acc', history.val_sparseCategoricalAccuracy],
    ] as const) {
      expect(curve!.length).toBe(3);
      curve!.forEach((value, i) => expect(value, `${name} ${i}`).toBeCloseTo(expected.history[name]![i] as number, 4));
    }
    model.dispose();
    net.dispose();
  });

  it('learns, keeps its optimiser, leaks nothing', async () => {
    const net = await Iris.create({ seed: 1 });
    const steps: number[] = [];
    const history = await net.fit(data, {
      epochs: 20,
      onBatchEnd: (_batch, { size, loss }) => void steps.push(size, loss),
    });
    expectTypeOf(history.loss).toEqualTypeOf<number[]>();
    expect(history.history.loss).toBe(history.loss);
    expect(history.epoch).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(history.loss[19]).toBeLessThan(0.3 * history.loss[0]!);
    expect(steps.filter((_, i) => i % 2 === 0).slice(0, 4)).toEqual([16, 16, 16, 2]);
    expect(net.step).toBe(80);
    expect(live()).toBe(8);
    const scores = await net.evaluate(data);
    expect(scores.sparseCategoricalAccuracy).toBeGreaterThan(0.95);
    expect(scores.loss).toBeLessThan(0.3);
    expect(live()).toBe(8);
    net.resetOptimizer();
    expect(live()).toBe(4);
    net.dispose();
    expect(live()).toBe(0);
  });

  it('is the same for a seed, other for another', async () => {
    const curve = async (seed: number): Promise<number[]> => {
      using net = await Iris.create({ seed: 1 });
      return (await net.fit(data, { epochs: 2, seed })).loss;
    };
    expect(await curve(5)).toEqual(await curve(5));
    expect(await curve(6)).not.toEqual(await curve(5));
    expect(live()).toBe(0);
  });

  it('takes data in every form', async () => {
    const losses: number[] = [];
    const train = async (form: unknown, options: object = {}): Promise<void> => {
      using net = await Iris.create({ seed: 1 });
      losses.push((await net.fit(form as typeof data, { epochs: 2, shuffle: false, ...options })).loss[1]!);
    };
    const batches = [0, 16, 32, 48].map((at) => ({
      x: data.x.slice(at * 4, at * 4 + 64),
      label: data.label.slice(at, at + 16),
    }));
    const rows = Array.from({ length: 50 }, (_, i) => data.x.slice(i * 4, i * 4 + 4));
    const tensors = { x: tf.tensor2d(data.x, [50, 4]), label: tf.tensor1d(data.label, 'int32') };
    const rowTensors = rows.map((row) => tf.tensor1d(row));
    await train(data);
    await train({ x: rows, label: [...data.label] });
    await train({ x: rows.map((row) => [...row]), label: Float32Array.from(data.label) });
    await train({ x: rowTensors, label: tensors.label });
    await train(tensors);
    await train({ xs: tensors.x, ys: tensors.label });
    await train({ xs: { x: data.x }, ys: { label: data.label } });
    await train(batches);
    await train(function* () {
      yield* batches;
    });
    await train(async function* () {
      yield* batches;
    });
    await train(
      (function* () {
        for (;;) yield* batches;
      })(),
      { stepsPerEpoch: 4 },
    );
    await train({
      iterator: async () =>
        batches.map((batch) => ({ x: tf.tensor2d(batch.x, [batch.label.length, 4]), label: batch.label })).values(),
    });
    tf.dispose([tensors, rowTensors]);
    expect(new Set(losses).size).toBe(1);
    expect(live()).toBe(0);
  });

  it('says what is wrong with data', async () => {
    const net = await Iris.create({ seed: 1 });
    const refuse = (form: unknown, message: string, options: object = {}): Promise<void> =>
      expect(net.fit(form as typeof data, options)).rejects.toThrow(message);
    await refuse({ x: data.x }, 'Iris: target "label" [n] is missing. It takes "x", "label".');
    await refuse(
      { x: data.x, label: data.label.slice(1) },
      'Iris: input "x" has 50 examples, but target "label" has 49.',
    );
    await refuse({ x: data.x, label: data.label.map((v) => v + 1) }, 'its values must lie in [0, 3) and that at [');
    await refuse(
      { x: data.x, label: Float32Array.from(data.label, (v) => v + 0.5) },
      'takes int32, and the value at index 0 is',
    );
    await refuse([], 'the iterable gave no batches');
    const once = (function* () {
      yield data;
    })();
    await refuse(once, 'needs a function that makes a new one for each epoch', { epochs: 2 });
    await refuse([data.x], 'there is no input or target "0"');
    await refuse(5, 'data is needed by name');
    await refuse(data, 'epochs must be a whole number from 0, but is 1.5', { epochs: 1.5 });
    await refuse(data, 'batchSize must be a whole number from 1, but is 0', { batchSize: 0 });
    await refuse(data, 'validationSplit must lie in [0, 1)', { validationSplit: 1 });
    await refuse({ x: data.x.slice(0, 4), label: data.label.slice(0, 1) }, 'leaves none for training', {
      validationSplit: 0.5,
    });
    await refuse([data], 'validationSplit needs whole arrays', { validationSplit: 0.5 });
    await expect(net.trainStep({ x: data.x, lable: data.label } as never)).rejects.toThrow('Did you mean "label"?');
    await expect(net.trainStep({ x: data.x, label: data.label.map(() => 7) })).rejects.toThrow(InputError);
    net.dispose();
    expect(live()).toBe(0);
  });

  it('aborts between steps: weights whole, history on the error', async () => {
    const net = await Iris.create({ seed: 1 });
    const control = new AbortController();
    const failure = await net
      .fit(data, {
        epochs: 5,
        signal: control.signal,
        onBatchEnd: (batch) => void (batch === 1 && net.step > 5 && control.abort()),
      })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingAbortedError);
    expect((failure as TrainingAbortedError).name).toBe('AbortError');
    expect((failure as TrainingAbortedError).history.loss).toHaveLength(1);
    expect(net.step).toBe(6);
    expect(live()).toBe(8);
    await expect(net.fit(data, { signal: AbortSignal.abort() })).rejects.toThrow('Training was aborted');
    expect(net.step).toBe(6);
    await net.fit(data, { epochs: 1 });
    await expect(net.fit(data, { epochs: 1e9, signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    net.dispose();
    expect(live()).toBe(0);
  });

  it('errors in emitted code and in callbacks leave weights whole and nothing behind', async () => {
    const net = await Iris.create({ seed: 1 });
    await net.trainStep({ x: data.x, label: data.label });
    const kernel = await net.weights['dense.kernel'].data();
    trouble.inStep = true;
    await expect(net.fit(data)).rejects.toThrow('trouble in step');
    await expect(net.trainStep(data)).rejects.toThrow('trouble in step');
    trouble.inStep = false;
    expect(await net.weights['dense.kernel'].data()).toEqual(kernel);
    trouble.inEvaluate = true;
    await expect(net.evaluate(data)).rejects.toThrow('trouble in evaluate');
    await expect(net.fit(data, { validationSplit: 0.5 })).rejects.toThrow('trouble in evaluate');
    trouble.inEvaluate = false;
    expect(live()).toBe(8);
    await expect(
      net.fit(data, {
        onEpochEnd: () => {
          throw new Error('mine');
        },
      }),
    ).rejects.toThrow('mine');
    await expect(net.fit(data, { onBatchEnd: () => net.dispose() })).rejects.toThrow('was disposed');
    expect(live()).toBe(0);
  });

  it('refuses a second fit at the same time; steps from outside are fine', async () => {
    using net = await Iris.create({ seed: 1 });
    const first = net.fit(data, { epochs: 3 });
    await expect(net.fit(data)).rejects.toThrow('fit is already running');
    await net.trainStep(data);
    await first;
    expect(net.step).toBe(13);
  });

  it('calls callbacks in order and waits for them', async () => {
    using net = await Iris.create({ seed: 1 });
    const calls: string[] = [];
    const later = (name: string) => async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push(name);
    };
    const mine: Callbacks<{ loss: number; sparseCategoricalAccuracy: number }> = {
      onTrainBegin: later('train'),
      onEpochBegin: later('epoch'),
      onBatchBegin: later('batch'),
      onBatchEnd: later('/batch'),
      onEpochEnd: later('/epoch'),
      onTrainEnd: later('/train'),
    };
    await net.fit(data, { epochs: 1, batchSize: 25, callbacks: [mine] });
    expect(calls).toEqual(['train', 'epoch', 'batch', '/batch', 'batch', '/batch', '/epoch', '/train']);
    const logs: object[] = [];
    await net.fit(data, { epochs: 1, validationData: data, onEpochEnd: (_epoch, log) => void logs.push(log) });
    expect(Object.keys(logs[0]!)).toEqual([
      'loss',
      'sparseCategoricalAccuracy',
      'val_loss',
      'val_sparseCategoricalAccuracy',
    ]);
  });

  it('stops when asked', async () => {
    using net = await Iris.create({ seed: 1 });
    const history = await net.fit(data, { epochs: 9, onEpochEnd: (epoch) => void (net.stopTraining = epoch === 1) });
    expect(history.epoch).toEqual([0, 1]);
  });

  it('stops early and brings back the best weights', async () => {
    const net = await Iris.create({ seed: 1 });
    let best: Float32Array | undefined;
    const history = await net.fit(data, {
      epochs: 50,
      validationData: { x: data.x, label: data.label.map((v) => (v + 1) % 3) },
      callbacks: [{ name: 'earlyStopping', patience: 3, restoreBestWeights: true }],
      onEpochEnd: async (epoch) => {
        if (epoch === 0) best = await net.weights['dense.kernel'].data();
      },
    });
    expect(history.epoch.length).toBe(4);
    expect(await net.weights['dense.kernel'].data()).toEqual(best);
    expect(live()).toBe(8);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await net.fit(data, { callbacks: [{ name: 'earlyStopping' }], epochs: 2 });
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    await expect(net.fit(data, { callbacks: [{ name: 'earlyStoping' }] })).rejects.toThrow(
      "no callback 'earlyStoping'",
    );
    net.dispose();
    expect(live()).toBe(0);
  });

  it('lowers the learning rate on a plateau', async () => {
    using net = await Iris.create({ seed: 1 });
    expect(net.learningRate).toBeUndefined();
    await net.fit(data, {
      epochs: 5,
      callbacks: [{ name: 'reduceLROnPlateau', monitor: 'loss', minDelta: 100, patience: 2, factor: 0.5 }],
    });
    expect(net.learningRate).toBeCloseTo(0.0125);
    net.learningRate = 0;
    const kernel = await net.weights['dense.kernel'].data();
    net.resetOptimizer();
    await net.trainStep(data);
    expect(await net.weights['dense.kernel'].data()).toEqual(kernel);
  });

  it('resumes from a checkpoint to the same numbers', async () => {
    const straight = await Iris.create({ seed: 1 });
    const { loss } = await straight.fit(data, { epochs: 4 });
    const first = await Iris.create({ seed: 1 });
    await first.fit(data, { epochs: 2 });
    first.learningRate = 0.05;
    const bytes = await first.checkpoint();
    const second = await resume(Iris, program, bytes);
    expect([second.step, second.seed, second.learningRate]).toEqual([8, 1, 0.05]);
    expect((await second.fit(data, { epochs: 4, initialEpoch: 2 })).loss).toEqual(loss.slice(2));
    await expect(resume(Iris, program, await first.toBytes())).rejects.toThrow('is no checkpoint');
    const { tensors, metadata } = readSafetensors(bytes);
    const fewer = new Map([...tensors].filter(([path]) => path !== 'optimizer:dense.bias/m'));
    await expect(resume(Iris, program, writeSafetensors(fewer, metadata))).rejects.toThrow(
      'dense.bias/m [8] is missing',
    );
    const untrained = await Iris.create({ seed: 3 });
    const fresh = await resume(Iris, program, await untrained.checkpoint());
    expect(fresh.step).toBe(0);
    for (const net of [straight, first, second, untrained, fresh]) net.dispose();
    expect(live()).toBe(0);
  });

  it('gives the event loop time', async () => {
    using net = await Iris.create({ seed: 1 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    // On a busy machine a tick takes its time; without breathing there would be none, however long it is.
    const start = performance.now();
    const isOver = (): boolean => ticks > 3 || performance.now() - start > 5000;
    await net.fit(data, { epochs: 1e9, onEpochEnd: () => void (net.stopTraining = isOver()) });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });
});

describe('training step by step', () => {
  it('takes the steps of fit', async () => {
    await useBackend('cpu');
    const [one, two] = [await Iris.create({ seed: 1 }), await Iris.create({ seed: 1 })];
    const data = clouds(40, numbers(3));
    const history = await one.fit(data, { epochs: 2, batchSize: 16 });
    const places: string[] = [];
    let last = NaN;
    for await (const { epoch, batch, size, loss } of two.training(data, { epochs: 2, batchSize: 16 })) {
      places.push(`${epoch}.${batch}: ${size}`);
      last = loss;
    }
    expect(places).toEqual(['0.0: 16', '0.1: 16', '0.2: 8', '1.0: 16', '1.1: 16', '1.2: 8']);
    expect(await two.weights['dense.kernel'].data()).toEqual(await one.weights['dense.kernel'].data());
    expect(history.loss).toHaveLength(2);
    expect(last).toBeGreaterThan(0);
    one.dispose();
    two.dispose();
  });

  it('ends with break, lets go of everything, and can be started again', async () => {
    await useBackend('cpu');
    const net = await Iris.create({ seed: 1 });
    const data = clouds(40, numbers(3));
    await net.trainStep(data);
    const before = net.device.backend.numDataIds();
    let closed = false;
    async function* batches() {
      try {
        for (;;) yield data;
      } finally {
        closed = true;
      }
    }
    for await (const { batch } of net.training(batches(), { stepsPerEpoch: 100 })) if (batch === 2) break;
    expect([net.step, closed]).toEqual([4, true]);
    for await (const { loss } of net.training(data)) {
      expect(loss).toBeGreaterThan(0);
      break;
    }
    expect(net.step).toBe(5);
    expect(net.device.backend.numDataIds()).toBe(before);
    net.dispose();
  });
});
