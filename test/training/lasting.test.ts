/** Training that lasts: interrupted and resumed to the same bits with every optimiser, and a thousand steps without a leak. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { type TrainableModel, useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const program = (optimizer: string, kernel = ''): string => `
model Net {
  input x: [4]
  output y = x -> Dense(6${kernel}) -> BatchNormalization -> tanh -> Dropout(0.2) -> Dense(3, activation: softmax)
}
train Net {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  metrics: [sparseCategoricalAccuracy(label, y), auc(oneHot(label, 3), y)]
  optimizer: ${optimizer}
  batchSize: 5
}`;
const data = {
  x: Float32Array.from({ length: 68 }, (_, i) => Math.sin(i * 1.7)),
  label: Int32Array.from({ length: 17 }, (_, i) => i % 3),
};
const everything = async (net: TrainableModel): Promise<Uint8Array> => net.checkpoint();
const schedule = 'learningRate: cosineDecay(0.05, 20, warmupTarget: 0.1, warmupSteps: 3)';
const common = 'useEma: true, emaOverwriteFrequency: 3, gradientAccumulationSteps: 2, globalClipNorm: 1.0';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it.each([...registry.optimizers.keys()])('%s is resumed in the middle of a sum of gradients, to the same bits', async (name) => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program(`${name}(${schedule}, ${common})`));
    const whole = await Net.create({ seed: 1 });
    const first = await Net.create({ seed: 1 });
    const options = { epochs: 3, callbacks: [] };
    await whole.fit(data, { ...options });
    const bytes: Uint8Array[] = [];
    // After 5 of 12 steps: one gradient waits, in the second epoch.
    for await (const { epoch, batch } of first.training(data, options)) {
      if (epoch === 1 && batch === 0) {
        bytes.push(await first.checkpoint());
        break;
      }
    }
    const second = await Net.resume(bytes[0]!);
    expect(second.step).toBe(5);
    for (const net of [first, second]) {
      for (let step = 0; step < 4; step++) await net.trainStep(data as never);
    }
    expect(Buffer.compare(await everything(second), await everything(first))).toBe(0);
    for (const net of [whole, first, second]) net.dispose();
  }); // prettier-ignore

  it('a thousand steps hold no more than ten', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(program(`adam(${common})`));
    const net = await Net.create({ seed: 1 });
    const options = { epochs: 2, validationSplit: 0.2, callbacks: [{ name: 'swapEMAWeights' }, { name: 'earlyStopping', patience: 999, restoreBestWeights: true }] };
    await net.fit(data, options);
    const before = net.device.backend.numDataIds();
    await net.fit(data, { ...options, epochs: 334 });
    expect(net.step).toBe(1008);
    expect(net.device.backend.numDataIds()).toBe(before);
    net.dispose();
    expect(net.device.backend.numDataIds()).toBeLessThan(before);
  }); // prettier-ignore

  it.each([
    ['maxNorm(0.5)', (w: number[]) => scaled(w, Math.min(norm(w), 0.5))],
    ['maxNorm(0.5, axis: 1)', undefined],
    ['minMaxNorm(0.4, 0.6, rate: 0.5)', (w: number[]) => scaled(w, 0.5 * Math.min(Math.max(norm(w), 0.4), 0.6) + 0.5 * norm(w))],
    ['unitNorm', (w: number[]) => scaled(w, 1)],
    ['nonNeg', (w: number[]) => w.map((x) => Math.max(x, 0))],
  ] as const)('%s holds after a step', async (constraint, expected) => {
    await useBackend(backend);
    const [{ Net: Free }, { Net }] = [await compiled<'Net'>(program('sgd(0.5)')), await compiled<'Net'>(program('sgd(0.5)', `, kernelConstraint: ${constraint}`))];
    const [free, net] = [await Free.create({ seed: 1 }), await Net.create({ seed: 1 })];
    for (const one of [free, net]) await one.trainStep(data as never);
    const [raw, kept] = await Promise.all([free, net].map(async (one) => Array.from((await one.weights['dense.kernel']!.data()) as Float32Array)));
    // Columns of the kernel are the vectors along axis 0, rows those along axis 1.
    const column = (values: number[], j: number): number[] => [0, 1, 2, 3].map((i) => values[i * 6 + j]!);
    if (expected)
      for (let j = 0; j < 6; j++) for (const [i, value] of expected(column(raw!, j)).entries()) expect(column(kept!, j)[i]).toBeCloseTo(value, 5);
    else for (let i = 0; i < 4; i++) expect(norm(kept!.slice(i * 6, i * 6 + 6))).toBeLessThan(0.5001);
    for (const one of [free, net]) one.dispose();
  }); // prettier-ignore

  it.each([
    ['l1(0.02)', (w: number[]) => 0.02 * w.reduce((sum, x) => sum + Math.abs(x), 0)],
    ['l2', (w: number[]) => 0.01 * w.reduce((sum, x) => sum + x * x, 0)],
    ['l1L2(l1: 0.1, l2: 0.3)', (w: number[]) => w.reduce((sum, x) => sum + 0.1 * Math.abs(x) + 0.3 * x * x, 0)],
  ] as const)('%s is added to the loss, and differentiated', async (regularizer, penalty) => {
    await useBackend(backend);
    const [{ Net: Free }, { Net }] = [await compiled<'Net'>(program('sgd')), await compiled<'Net'>(program('sgd', `, kernelRegularizer: ${regularizer}`))];
    const [free, net] = [await Free.create({ seed: 1 }), await Net.create({ seed: 1 })];
    const kernel = Array.from((await net.weights['dense.kernel']!.data()) as Float32Array);
    const [a, b] = [await free.gradients(data as never), await net.gradients(data as never)];
    expect(b.loss - a.loss).toBeCloseTo(penalty(kernel), 5);
    const [da, db] = [a, b].map(({ weights }) => (weights as unknown as Record<string, { dataSync(): Float32Array }>)['dense.kernel']!.dataSync());
    for (const i of kernel.keys()) {
      const moved = (by: number): number[] => kernel.map((w, k) => (k === i ? w + by : w));
      expect(db![i]! - da![i]!).toBeCloseTo((penalty(moved(1e-4)) - penalty(moved(-1e-4))) / 2e-4, 4);
    }
    for (const one of [free, net]) one.dispose();
  }); // prettier-ignore
});

const norm = (w: readonly number[]): number => Math.hypot(...w);
const scaled = (w: readonly number[], length: number): number[] => w.map((x) => (x * length) / (norm(w) + 1e-7));
