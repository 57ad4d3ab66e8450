/** Forward and backward apart, gradients without an update, updates from given gradients: against finite differences, and nothing leaks. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { type TrainableModel, useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const backends = ['cpu', 'wasm'] as const;

/** A model and what the tests need of it, whatever its types. */
type Net = TrainableModel<object, Record<string, tf.Tensor>>;

function noise(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const trained = `
model Net {
  input x: [6]
  output y = x -> Dense(5, activation: tanh) -> BatchNormalization -> Dense(3, activation: softmax)
}
train Net {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  optimizer: adam(learningRate: 0.01)
}`;

const plain = `
model Net {
  input x: [4, 4, 2]
  output a = x -> Conv2D(3, 2, activation: tanh) -> Flatten -> Dense(4)
  output b = a -> Dense(2, activation: sigmoid)
}`;

/** Tensors in records, whatever their types say. */
const dispose = (...held: readonly unknown[]): void => tf.dispose(held as tf.TensorContainer[]);

const numDataIds = (): number => tf.engine().backend.numDataIds();

async function valuesOf(net: Net): Promise<Record<string, Float32Array>> {
  const views = net.weights as Readonly<Record<string, { data(): Promise<Float32Array> }>>;
  const entries = Object.entries(views).map(async ([path, view]) => [path, await view.data()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The slope of a function of the weights, by the middle of two differences. */
async function slope(net: Net, path: string, i: number, value: () => Promise<number>, by = 2e-2): Promise<number> {
  const before = (await valuesOf(net))[path]!;
  const moved = async (delta: number): Promise<number> => {
    net.setWeights({ [path]: before.map((v, k) => (k === i ? v + delta : v)) });
    return value();
  };
  const found = ((await moved(by)) - (await moved(-by))) / (2 * by);
  net.setWeights({ [path]: before });
  return found;
}

describe.each(backends)('on %s', (backend) => {
  it('gradients are those of the reported loss, by weights and inputs', async () => {
    await useBackend(backend);
    const net: Net = await (await compiled<'Net'>(trained)).Net.create({ seed: 3 });
    const [x, label] = [noise(24, 1), Int32Array.of(0, 2, 1, 1)];
    await net.gradients({ x, label }).then((found) => dispose([found.weights, found.inputs]));
    const before = [numDataIds(), await valuesOf(net)] as const;
    const found = await net.gradients({ x, label });
    const at = async (inputs: Float32Array): Promise<number> => {
      const { loss, weights, inputs: ofInputs } = await net.gradients({ x: inputs, label });
      dispose([weights, ofInputs]);
      return loss;
    };
    for (const [path, gradient] of Object.entries(found.weights as Record<string, tf.Tensor>)) {
      const exact = await gradient.data();
      for (const i of [0, exact.length - 1])
        expect(exact[i], `${path}[${i}]`).toBeCloseTo(await slope(net, path, i, () => at(x)), 2);
    }
    const dx = await (found.inputs as Record<string, tf.Tensor>)['x']!.data();
    for (const i of [0, 7, 23]) {
      const by = (delta: number): Promise<number> => at(x.map((v, k) => (k === i ? v + delta : v)));
      expect(dx[i]).toBeCloseTo(((await by(2e-2)) - (await by(-2e-2))) / 4e-2, 2);
    }
    dispose([found.weights, found.inputs]);
    expect(numDataIds()).toBe(before[0]);
    expect(await valuesOf(net)).toEqual(before[1]);
    expect(net.step).toBe(0);
    net.dispose();
  });

  it('gradients and applyGradients are a training step', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(trained);
    const [one, two]: Net[] = [await Net.create({ seed: 3 }), await Net.create({ seed: 3 })];
    const batch = { x: noise(24, 1), label: Int32Array.of(0, 2, 1, 1) };
    for (let i = 0; i < 3; i++) {
      const scores = await one!.trainStep(batch);
      const { loss, weights, inputs } = await two!.gradients(batch);
      expect(loss).toBe(scores['loss']);
      await two!.applyGradients(weights);
      dispose([weights, inputs]);
      const [a, b] = [await valuesOf(one!), await valuesOf(two!)];
      for (const path of Object.keys(a).filter((p) => !p.includes('moving'))) expect(b[path], path).toEqual(a[path]);
    }
    expect(two!.step).toBe(3);
    one!.dispose();
    two!.dispose();
  });

  it('backward is the derivative of the outputs, also without a train block', async () => {
    await useBackend(backend);
    const { Net } = await compiled<'Net'>(plain);
    const empty = numDataIds();
    const net: Net = await Net.create({ seed: 5 });
    const x = noise(3 * 32, 2);
    const [ga, gb] = [noise(12, 3), noise(6, 4)];
    const before = numDataIds();
    const value = async (): Promise<number> => {
      const { a, b } = (await net.run({ x })) as unknown as Record<string, Float32Array>;
      return a!.reduce((sum, v, i) => sum + v * ga[i]!, 0) + b!.reduce((sum, v, i) => sum + v * gb[i]!, 0);
    };
    const pass = await net.forward({ x }, { training: true });
    const { weights, inputs } = pass.backward({ a: ga, b: tf.tensor2d(gb, [3, 2]) } as never);
    dispose(pass.outputs);
    for (const [path, gradient] of Object.entries(weights as Record<string, tf.Tensor>)) {
      const exact = await gradient.data();
      for (const i of [0, exact.length - 1])
        expect(exact[i], `${path}[${i}]`).toBeCloseTo(await slope(net, path, i, value), 2);
    }
    expect((inputs as Record<string, tf.Tensor>)['x']!.shape).toEqual([3, 4, 4, 2]);
    expect(() => pass.backward({ a: ga } as never)).toThrow('once');
    dispose([weights, inputs]);
    // The tensor that the test made for an output's gradient is left.
    expect(numDataIds()).toBe(before + 1);
    const other = await net.forward({ x });
    dispose(other.outputs);
    other.dispose();
    other.dispose();
    expect(numDataIds()).toBe(before + 1);
    const third = await net.forward({ x });
    expect(() => third.backward({ a: noise(8, 1) } as never)).toThrow('examples');
    expect(() => third.backward({ c: ga } as never)).toThrow('no');
    dispose([third.outputs, third.backward({ b: gb } as never)]);
    net.dispose();
    expect(numDataIds()).toBe(empty + 1);
  });

  it('a training forward updates statistics, an inference one does not', async () => {
    await useBackend(backend);
    const net: Net = await (await compiled<'Net'>(trained)).Net.create({ seed: 3 });
    const x = noise(24, 1);
    const first = await valuesOf(net);
    const inference = await net.forward({ x });
    const predicted = net.predict({ x })['y']!;
    expect(Array.from(await inference.outputs['y']!.data())).toEqual(
      Array.from(await predicted.data(), (v) => expect.closeTo(v, 5)),
    );
    expect(await valuesOf(net)).toEqual(first);
    const training = await net.forward({ x }, { training: true });
    const then = await valuesOf(net);
    expect(then['batchNormalization.movingMean']).not.toEqual(first['batchNormalization.movingMean']);
    expect(then['dense.kernel']).toEqual(first['dense.kernel']);
    dispose([inference.outputs, training.outputs, predicted]);
    inference.dispose();
    training.dispose();
    net.dispose();
  });

  it('two chained models train: a generator against a discriminator', { timeout: 60_000 }, async () => {
    await useBackend(backend);
    const { Generator, Critic } = await compiled<'Generator' | 'Critic'>(`
model Generator {
  input z: [2]
  output point = z -> Dense(8, activation: tanh) -> Dense(2)
}
model Critic {
  input point: [2]
  output real = point -> Dense(16, activation: leakyRelu) -> Dense(1, activation: sigmoid)
}`);
    const empty = numDataIds();
    const g: Net = await Generator.create({ seed: 1 });
    const critic: Net = await Critic.create({ seed: 2 });
    const n = 32;
    const optimizer = { name: 'adam', learningRate: 0.01, beta1: 0.5 } as const;
    const near = async (tensor: tf.Tensor): Promise<number> => {
      const data = await tensor.data();
      return Array.from({ length: n }, (_, i) => Math.hypot(data[2 * i]! - 2, data[2 * i + 1]! + 1)).reduce((a, b) => a + b) / n; // prettier-ignore
    };
    const distances: number[] = [];
    let held = 0;
    for (let round = 0; round < 150; round++) {
      const z = noise(2 * n, round);
      const points = noise(2 * n, round + 1000).map((v, i) => v * 0.1 + (i % 2 === 0 ? 2 : -1));
      const fake = await g.forward({ z }, { training: true });
      for (const [point, isReal] of [[points, true], [fake.outputs['point']!, false]] as const) {
        const judged = await critic.forward({ point }, { training: true });
        const p = await judged.outputs['real']!.data();
        const { weights, inputs } = judged.backward(p.map((v) => (isReal ? -1 / (v + 1e-3) : 1 / (1 - v + 1e-3)) / n) as never);
        await critic.applyGradients(weights, { optimizer });
        dispose([judged.outputs, weights, inputs]);
      }
      const judged = await critic.forward({ point: fake.outputs['point']! }, { training: true });
      const p = await judged.outputs['real']!.data();
      const through = judged.backward(p.map((v) => -1 / (v + 1e-3) / n) as never);
      const back = fake.backward((through.inputs as Record<string, tf.Tensor>)['point']!);
      await g.applyGradients(back.weights, { optimizer });
      distances.push(await near(fake.outputs['point']!));
      dispose([judged.outputs, fake.outputs, through, back]);
      if (round === 1) held = numDataIds();
    }
    expect(numDataIds()).toBe(held);
    expect(distances.at(-1)!).toBeLessThan(distances[0]! / 2);
    g.dispose();
    critic.dispose();
    expect(numDataIds()).toBe(empty);
  }); // prettier-ignore
});
