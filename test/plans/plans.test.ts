/**
 * Plans on wasm and cpu: what a model computes again and again for the same sizes. That they give to the bit what plain kernels give is also asked of
 * every layer and function in `test/numerics`; here it is memory, what changes between calls, and what is no plan.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import * as nn from '../../runtime/index.ts';
import type { Data, DataRecord, Device, Program, Tensor, TensorLike } from '../../runtime/index.ts';
import { wasmBackend } from '../../runtime/plans/wasm-module.ts';
import { numbers } from '../runtime/devices.ts';
import { Iris, clouds } from '../runtime/mlp.ts';

const device = await nn.useBackend('wasm');
const { wasm } = wasmBackend(device.backend);

type Infer = (d: Device, w: DataRecord, inputs: DataRecord) => DataRecord;
type Net = nn.Model<Record<string, TensorLike>, Record<string, Tensor>>;

/** A model of this code, with inputs and weights of these shapes. */
async function made(
  infer: Infer,
  inputs: Readonly<Record<string, readonly (number | string)[]>>,
  weights: Readonly<Record<string, readonly number[]>> = {},
  int32: readonly string[] = [],
): Promise<Net> {
  const program: Program = {
    spec: {
      name: 'Made',
      source: 'made.nn',
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, shape]) => [
          name,
          { dtype: int32.includes(name) ? 'int32' : 'float32', shape },
        ]),
      ),
      outputs: {},
      weights: Object.fromEntries(
        Object.entries(weights).map(([path, shape]) => [
          path,
          { dtype: 'float32', shape, trainable: true, initializer: { name: 'glorotUniform' }, line: 1 },
        ]),
      ),
      requirements: [],
      valueRequirements: [],
    },
    infer,
  };
  return nn.create(nn.Model, program, { seed: 3 });
}

const wave = (count: number, phase = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.3 + phase));

/** What plain kernels give. */
async function plain(net: Net, inputs: Record<string, TensorLike>): Promise<unknown> {
  net.state.plans.paused = true;
  return net.run(inputs).finally(() => (net.state.plans.paused = false));
}

/** Runs until there is a plan. */
async function warm(net: Net, inputs: Record<string, TensorLike>): Promise<void> {
  await net.run(inputs);
  await net.run(inputs);
  expect(net.state.plans.bytes).toBeGreaterThan(0);
}

/** What is taken of tfjs's module and not given back. */
function watched<Result>(
  code: () => Promise<Result>,
): Promise<{ readonly pointers: number; readonly tensors: number }> {
  const own = { malloc: wasm._malloc, free: wasm._free, tfjs: { ...wasm.tfjs } };
  const pointers = new Set<number>();
  const tensors = new Set<number>();
  Object.assign(wasm, {
    _malloc: (bytes: number) => {
      const pointer = own.malloc(bytes);
      pointers.add(pointer >>> 0);
      return pointer;
    },
    _free: (pointer: number) => {
      pointers.delete(pointer >>> 0);
      own.free(pointer);
    },
  });
  Object.assign(wasm.tfjs, {
    registerTensor: (id: number, size: number, pointer: number) => {
      tensors.add(id);
      own.tfjs.registerTensor(id, size, pointer);
    },
    disposeData: (id: number) => {
      tensors.delete(id);
      own.tfjs.disposeData(id);
    },
  });
  return code()
    .then(() => ({ pointers: pointers.size, tensors: tensors.size }))
    .finally(() => {
      Object.assign(wasm, { _malloc: own.malloc, _free: own.free });
      Object.assign(wasm.tfjs, own.tfjs);
    });
}

const dense: Infer = (d, w, { x }) => {
  const y = nn.fusedMatMul(d, x!, w['kernel']!, w['bias'], { activation: 'relu' });
  return { y };
};
const denseNet = (): Promise<Net> => made(dense, { x: [4] }, { kernel: [4, 3], bias: [3] });

describe.each(['wasm', 'cpu'] as const)('what a plan gives on %s', (backend) => {
  beforeEach(() => nn.useBackend(backend));

  it('packs operands anew that are no weights: products and convolutions of two inputs', async () => {
    const net = await made(
      (d, _, { a, b, image, filter }) => {
        const square = nn.reshape(b!, [6, 5]);
        const product = nn.matMul(d, nn.reshape(a!, [2, 6]), square);
        const fused = nn.fusedMatMul(d, nn.reshape(a!, [2, 6]), square, undefined);
        const kernel = nn.reshape(filter!, [3, 3, 1, 4]);
        const attributes = { strides: [1, 1], padding: 'valid' } as const;
        const seen = nn.conv2d(d, image!, kernel, attributes);
        const each = nn.depthwiseConv2d(d, image!, nn.reshape(filter!, [3, 3, 1, 4]), attributes);
        return { product, fused, seen, each };
      },
      { a: [12], b: [30], image: [5, 5, 1], filter: [36] },
    );
    const given = (phase: number) => ({ a: wave(12, phase), b: wave(30, phase + 1), image: wave(25, phase + 2), filter: wave(36, phase + 3) }); // prettier-ignore
    await warm(net, given(0));
    for (const phase of [1, 2, 3]) expect(await net.run(given(phase))).toEqual(await plain(net, given(phase)));
    net.dispose();
  });

  it('follows weights that are replaced: by the user, by training, by ones that lie where others lay', async () => {
    const net = await denseNet();
    const x = wave(4);
    await warm(net, { x });
    for (let round = 0; round < 6; round++) {
      // Twice: what came first lies where the weights lay that the plan knows.
      for (const phase of [round, round + 0.5]) net.setWeights({ kernel: wave(12, phase), bias: wave(3, phase) } as never); // prettier-ignore
      expect(await net.run({ x })).toEqual(await plain(net, { x }));
    }
    net.dispose();

    const iris = await Iris.create({ seed: 1 });
    const batch = clouds(6, numbers(1));
    for (let step = 0; step < 4; step++) {
      const planned = await iris.run({ x: batch.x });
      expect(planned).toEqual(await plain(iris as unknown as Net, { x: batch.x }));
      await iris.trainStep(batch);
    }
    iris.dispose();
  });

  it('computes what depends on weights alone once for each of their values', async () => {
    let folded = 0;
    const net = await made(
      (d, w, { x }) => {
        const double = d.inHeap([w['kernel']!], [4, 3], 'float32', (target, [source]) => {
          folded++;
          target.set(source!.map((value) => value * 2));
        });
        const y = nn.fusedMatMul(d, x!, double, undefined);
        nn.free(d, double);
        return { y };
      },
      { x: [4] },
      { kernel: [4, 3] },
    );
    const x = wave(4);
    await warm(net, { x });
    const before = folded;
    for (let i = 0; i < 5; i++) await net.run({ x });
    expect(folded).toBe(before);
    net.setWeights({ kernel: wave(12, 1) } as never);
    const changed = await net.run({ x });
    await net.run({ x });
    expect(folded).toBe(before + 1);
    expect(changed).toEqual(await plain(net, { x }));
    net.dispose();
  });

  it('leaves results to who has them, and arguments too', async () => {
    const net = await made((d, w, { x }) => ({ same: x!, weight: w['kernel']!, alias: nn.reshape(x!, [x!.shape[0]!, 2, 2]), double: nn.add(d, x!, x!) }), { x: [4] }, { kernel: [2] }); // prettier-ignore
    await warm(net, { x: wave(4) });
    const first = await net.run({ x: wave(4, 1) });
    const copy = structuredClone(first);
    const x = wave(4, 2);
    const second = net.run({ x });
    x.fill(0);
    expect(first).toEqual(copy);
    expect(await second).toEqual(await plain(net, { x: wave(4, 2) }));
    net.dispose();
  });

  it('serves calls that are made before others are awaited, of different sizes', async () => {
    const net = await denseNet();
    for (const n of [1, 2, 3]) await warm(net, { x: wave(4 * n) });
    const sizes = [1, 3, 2, 2, 1, 3, 3, 1];
    const planned = await Promise.all(sizes.map((n, i) => net.run({ x: wave(4 * n, i) })));
    for (const [i, n] of sizes.entries()) expect(planned[i]).toEqual(await plain(net, { x: wave(4 * n, i) }));
    net.dispose();
  });

  it('takes and gives tensors', async () => {
    const net = await denseNet();
    await warm(net, { x: wave(8) });
    const x = tf.tensor(wave(8, 1), [2, 4]);
    const live = tf.memory().numTensors;
    const { y } = net.predict({ x });
    const again = net.predict({ x: wave(8, 2) });
    const one = net.predictOne({ x: wave(4, 1) });
    expect(y!.dataSync()).toEqual(((await plain(net, { x: wave(8, 1) })) as { y: Float32Array }).y);
    expect(one.y!.shape).toEqual([3]);
    expect(tf.memory().numTensors).toBe(live + 3);
    tf.dispose([x, y!, again, one]);
    net.dispose();
  });

  it('takes the values of a tensor that is of another type, or lives on another backend', async () => {
    const net = await denseNet();
    await warm(net, { x: wave(4) });
    const whole = tf.tensor([1, 2, 3, 4], [1, 4], 'int32');
    await nn.useBackend(backend === 'cpu' ? 'wasm' : 'cpu');
    const elsewhere = tf.tensor(wave(4, 1), [1, 4]);
    await nn.useBackend(backend);
    for (const x of [whole, elsewhere]) expect(await net.run({ x })).toEqual(await plain(net, { x }));
    tf.dispose([whole, elsewhere]);
    net.dispose();
  });

  it('computes in parts, of arrays and of tensors', async () => {
    const net = await denseNet();
    const x = wave(4 * 7);
    const expected = await plain(net, { x });
    const tensor = tf.tensor(x, [7, 4]);
    for (const given of [x, x, tensor, tensor, tensor]) {
      expect(await net.run({ x: given }, { batchSize: 2 })).toEqual(expected);
      expect(await net.run({ x: given }, { batchSize: 7 })).toEqual(expected);
    }
    expect(net.state.plans.bytes).toBeGreaterThan(0);
    tensor.dispose();
    net.dispose();
  });

  it('still checks what it is given', async () => {
    const net = await denseNet();
    await warm(net, { x: wave(4) });
    await expect(net.run({ x: wave(5) })).rejects.toThrow('not a multiple of 4');
    await expect(net.run({ z: wave(4) })).rejects.toThrow('there is no input "z"');
    await expect(net.run({ x: wave(4), z: wave(4) })).rejects.toThrow('there is no input "z"');
    expect(await net.run({ x: [[1, 2, 3, 4]] })).toEqual(await plain(net, { x: [[1, 2, 3, 4]] }));
    net.dispose();
    await expect(net.run({ x: wave(4) })).rejects.toThrow('disposed');
  });

  it('runs kernels again that look at values themselves', async () => {
    const net = await made(
      (d, w, { index, x }) => {
        const rows = nn.gather(d, w['table']!, index!);
        const both = nn.concat(d, [rows, x!], 1);
        nn.free(d, rows);
        return { both, whole: nn.cast(d, x!, 'int32') };
      },
      { index: [], x: [2] },
      { table: [5, 3] },
      ['index'],
    );
    await warm(net, { index: Int32Array.of(1, 2), x: wave(4) });
    const inputs = { index: Int32Array.of(4, 0), x: Float32Array.of(1.5, -2.5, 3, 4) };
    expect(await net.run(inputs)).toEqual(await plain(net, inputs));
    await expect(net.run({ index: Int32Array.of(7, 0), x: wave(4) })).rejects.toThrow('7');
    expect(await net.run(inputs)).toEqual(await plain(net, inputs));
    net.dispose();
  });

  it('leaves programs to plain kernels that depend on values', async () => {
    const net = await made((d, _, { x }) => ({ y: d.readSync(x!)[0]! > 0 ? nn.relu(d, x!) : nn.negate(d, x!) }), {
      x: [1],
    });
    for (let i = 0; i < 4; i++) expect(await net.run({ x: Float32Array.of(-3) })).toEqual({ y: Float32Array.of(3) });
    expect(await net.run({ x: Float32Array.of(2) })).toEqual({ y: Float32Array.of(2) });
    expect(net.state.plans.bytes).toBe(0);
    net.dispose();
  });
});

describe('memory', () => {
  beforeEach(() => nn.useBackend('wasm'));

  it('is given back with the model: pointers, tensors and what tfjs counts', async () => {
    const before = device.backend.numDataIds();
    const left = await watched(async () => {
      const net = await denseNet();
      for (const n of [1, 2, 1, 2]) await net.run({ x: wave(4 * n) });
      expect(net.state.plans.bytes).toBeGreaterThan(0);
      net.setWeights({ bias: wave(3) } as never);
      await net.run({ x: wave(4) });
      tf.dispose(net.predict({ x: wave(4) }));
      net.dispose();
    });
    expect(left).toEqual({ pointers: 0, tensors: 0 });
    expect(device.backend.numDataIds()).toBe(before);
  });

  it('is not taken by calls once there is a plan', async () => {
    const net = await denseNet();
    await warm(net, { x: wave(4) });
    let taken = 0;
    const own = wasm._malloc;
    Object.assign(wasm, { _malloc: (bytes: number) => (taken++, own(bytes)) });
    for (let i = 0; i < 10; i++) await net.run({ x: wave(4, i) });
    Object.assign(wasm, { _malloc: own });
    expect(taken).toBe(0);
    net.dispose();
  });

  it('is bounded: the plans used longest ago go', async () => {
    const net = await denseNet();
    for (let n = 1; n <= 30; n++) await warm(net, { x: wave(4 * n) });
    const all = net.state.plans.bytes;
    for (let n = 1; n <= 30; n++) expect(await net.run({ x: wave(4 * n, 1) })).toEqual(await plain(net, { x: wave(4 * n, 1) })); // prettier-ignore
    // Eight of the largest: 7 numbers for each of 30 examples, and the bytes of shapes.
    expect(all).toBeLessThan(8 * (7 * 30 * 4 + 100));
    expect(net.state.plans.bytes).toBeLessThan(8 * (7 * 30 * 4 + 100));
    net.dispose();
  });

  it('serves one value after the other, as in emitted code', async () => {
    const chain: Infer = (d, _, { x }) => {
      let y: Data = nn.add(d, x!, x!);
      for (let i = 0; i < 20; i++) {
        const next = nn.relu(d, y);
        nn.free(d, y);
        y = next;
      }
      return { y };
    };
    const net = await made(chain, { x: [1000] });
    await warm(net, { x: wave(1000) });
    // Two places take turns; the input is needed for the first step only.
    expect(net.state.plans.bytes).toBeLessThan(2 * 4000 + 200);
    expect(await net.run({ x: wave(1000, 1) })).toEqual(await plain(net, { x: wave(1000, 1) }));
    net.dispose();
  });

  it('is shared by the plans of a model: as much as the largest needs', async () => {
    const sum: Infer = (d, _, { x }) => {
      const twice = nn.add(d, x!, x!);
      const y = nn.relu(d, twice);
      nn.free(d, twice);
      return { y };
    };
    const net = await made(sum, { x: [1000] });
    for (const n of [1, 4, 2, 3]) await warm(net, { x: wave(1000 * n) });
    // Of four examples: input, sum and result take turns in two places. The rest are bytes of shapes.
    expect(net.state.plans.bytes).toBeLessThan(2 * 16_000 + 400);
    // Each finds its values where they are now, though another has moved the memory.
    for (const n of [3, 1, 4, 2]) expect(await net.run({ x: wave(1000 * n, n) })).toEqual(await plain(net, { x: wave(1000 * n, n) })); // prettier-ignore
    net.dispose();
  });

  it('does not grow over many sizes and changes of weights', async () => {
    const net = await denseNet();
    for (let n = 1; n <= 20; n++) await warm(net, { x: wave(4 * n) });
    const bytes = wasm.HEAPU8.buffer.byteLength;
    const { pointers } = await watched(async () => {
      for (let round = 0; round < 200; round++) {
        for (const n of [1 + (round % 20), 20 - (round % 20)]) await net.run({ x: wave(4 * n) });
        net.setWeights({ kernel: wave(12, round) } as never);
      }
      net.dispose();
    });
    expect(pointers).toBe(0);
    expect(wasm.HEAPU8.buffer.byteLength).toBe(bytes);
  });

  it('may move: results are right after wasm has moved its memory', async () => {
    const net = await denseNet();
    const x = wave(4);
    await warm(net, { x });
    const { buffer } = wasm.HEAPU8;
    const large = device.write(new Float32Array(buffer.byteLength / 4), [buffer.byteLength / 4], 'float32');
    expect(wasm.HEAPU8.buffer).not.toBe(buffer);
    expect(await net.run({ x: wave(4, 5) })).toEqual(await plain(net, { x: wave(4, 5) }));
    device.dispose(large);
    net.dispose();
  });

  it('is given back when recording fails', async () => {
    const left = await watched(async () => {
      let calls = 0;
      const net = await made((d, _, { x }) => {
        const y = nn.relu(d, x!);
        if (++calls === 2) throw new Error('in the middle');
        return { y };
      }, { x: [4] }); // prettier-ignore
      await net.run({ x: wave(4) });
      await expect(net.run({ x: wave(4) })).rejects.toThrow('in the middle');
      net.dispose();
    });
    expect(left).toEqual({ pointers: 0, tensors: 0 });
    // tfjs's kernels call the module as before.
    const sum = tf.sum(tf.tensor1d([1, 2, 3]));
    expect(sum.dataSync()[0]).toBe(6);
  });
});
