/** Creating, predicting, weights, files and disposal of a model, on cpu and wasm, with live data counted. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Data,
  InputError,
  Model,
  type Program,
  type Tensor,
  type TensorLike,
  WeightsError,
  create,
  readSafetensors,
  useBackend,
} from '../../runtime/index.ts';
import { devices, numbers } from './devices.ts';
import { Iris, clouds, program } from './mlp.ts';

const folder = await mkdtemp(join(tmpdir(), 'nnlang-'));
afterAll(() => rm(folder, { recursive: true }));

describe.each(devices)('a model on $name', (device) => {
  beforeEach(async () => {
    await useBackend(device.name as 'cpu');
  });
  const live = (): number => device.backend.numDataIds();

  it('predicts tensors from typed arrays, nested arrays, shaped arrays and tensors', async () => {
    const before = live();
    const net = await Iris.create({ seed: 1 });
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const given: TensorLike[] = [
      Float32Array.from(values),
      Float64Array.from(values),
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
      [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)],
      { data: values, shape: [2, 4] },
      tf.tensor2d(values, [2, 4]),
      tf.tensor2d(values, [2, 4], 'int32'),
    ];
    const results = given.map((x) => net.predict({ x }).y);
    for (const y of results) {
      expect(y.shape).toEqual([2, 3]);
      expect([...y.dataSync()]).toEqual([...results[0]!.dataSync()]);
    }
    const sum = [...results[0]!.dataSync()].reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(2);
    tf.dispose([...results, ...given.filter((x) => x instanceof tf.Tensor)]);
    net.dispose();
    expect(live()).toBe(before);
  });

  it('unwraps one input and one output, and takes one example', async () => {
    using net = await Iris.create({ seed: 1 });
    const x = Float32Array.of(1, 2, 3, 4);
    const y = net.predict(x);
    expectTypeOf(y).toEqualTypeOf<Tensor>();
    expectTypeOf(net.predict({ x })).toEqualTypeOf<{ readonly y: Tensor }>();
    expect(y.shape).toEqual([1, 3]);
    const one = net.predictOne(x);
    expect(one.shape).toEqual([3]);
    expect([...one.dataSync()]).toEqual([...y.dataSync()]);
    const before = live();
    const arrays = await net.run({ x });
    expect(arrays.y).toEqual(y.dataSync());
    expect(await net.run(x)).toEqual(y.dataSync());
    expect(live()).toBe(before);
    tf.dispose([y, one]);
  });

  it('takes tensors of another backend', async () => {
    using net = await Iris.create({ seed: 1 });
    const expected = await net.run([[1, 2, 3, 4]]);
    for (const other of devices) {
      await useBackend(other.name as 'cpu');
      const x = tf.tensor2d([[1, 2, 3, 4]]);
      expect(await net.run(x)).toEqual(expected);
      x.dispose();
    }
  });

  it('outputs are tensors that tfjs tracks', async () => {
    using net = await Iris.create({ seed: 1 });
    const before = live();
    tf.tidy(() => void net.predict(Float32Array.of(1, 2, 3, 4)));
    expect(live()).toBe(before);
  });

  it('draws the same weights for a seed', async () => {
    using a = await Iris.create({ seed: 1 });
    using b = await Iris.create({ seed: 1 });
    using c = await Iris.create({ seed: 2 });
    const kernel = await a.weights['dense.kernel'].data();
    expectTypeOf(kernel).toEqualTypeOf<Float32Array>();
    expectTypeOf(a.weights['dense.kernel'].shape).toEqualTypeOf<readonly [4, 8]>();
    expect(await b.weights['dense.kernel'].data()).toEqual(kernel);
    expect(await c.weights['dense.kernel'].data()).not.toEqual(kernel);
    expect(kernel[0]).toMatchInlineSnapshot(`-0.449365496635437`);
    await expect(Iris.create({ seed: 0.5 })).rejects.toThrow('seed must be a whole number');
  });

  it('sets weights, all or none', async () => {
    using net = await Iris.create({ seed: 1 });
    const before = live();
    net.setWeights({ 'dense.bias': [1, 2, 3, 4, 5, 6, 7, 8], 'dense1.bias': Float32Array.of(1, 2, 3) });
    expect([...(await net.weights['dense1.bias'].data())]).toEqual([1, 2, 3]);
    const tensor = tf.tensor1d([3, 2, 1]);
    net.setWeights({ 'dense1.bias': tensor });
    tensor.dispose();
    expect([...(await net.weights['dense1.bias'].data())]).toEqual([3, 2, 1]);
    expect(live()).toBe(before);
    expect(() => net.setWeights({ 'dense1.bias': [0, 0, 0], 'dense.bias': [1] })).toThrow(InputError);
    expect(() => net.setWeights({ 'dense.bia': [1] } as object)).toThrow('Did you mean "dense.bias"?');
    expect([...(await net.weights['dense1.bias'].data())]).toEqual([3, 2, 1]);
    expect(live()).toBe(before);
  });

  it('a copy of a weight is a copy', async () => {
    using net = await Iris.create({ seed: 1 });
    (await net.weights['dense.bias'].data()).fill(9);
    expect([...(await net.weights['dense.bias'].data())]).toEqual(Array(8).fill(0));
  });

  it('saves and loads: bytes, blob, response, path, file URL', async () => {
    const before = live();
    const net = await Iris.create({ seed: 1 });
    const bytes = await net.toBytes();
    const path = join(folder, `${device.name}.safetensors`);
    await net.save(path);
    expect(await readdir(folder)).toContain(`${device.name}.safetensors`);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(readSafetensors(bytes).metadata).toEqual({ format: 'nnlang', model: 'Iris' });
    const x = Float32Array.of(1, 2, 3, 4);
    const y = (await net.run({ x })).y;
    for (const source of [bytes, bytes.buffer, new Blob([bytes]), new Response(bytes), path, pathToFileURL(path)]) {
      using loaded = await Iris.load(source);
      expect((await loaded.run({ x })).y).toEqual(y);
      expect(loaded.loaded).toEqual({ loaded: Object.keys(Iris.spec.weights), fresh: [], unexpected: [] });
    }
    net.dispose();
    expect(live()).toBe(before);
  });

  it('refuses files that do not fit, naming everything', async () => {
    const before = live();
    await expect(Iris.load(join(folder, 'none.safetensors'))).rejects.toThrow(
      `There is no file ${join(folder, 'none.safetensors')}`,
    );
    await expect(Iris.load(new Response('', { status: 404, statusText: 'Not Found' }))).rejects.toThrow(
      'answered 404 Not Found',
    );
    await writeFile(join(folder, 'page.html'), '<!doctype html><p>Not found</p>');
    await expect(Iris.load(join(folder, 'page.html'))).rejects.toThrow('starts like an HTML page');
    class Other extends Model<{ x: TensorLike }, { y: Tensor }> {}
    const weights = {
      'dense.kernel': { ...program.spec.weights['dense.kernel']!, shape: [4, 9] },
      'dense.bias': program.spec.weights['dense.bias']!,
      extra: program.spec.weights['dense.bias']!,
    };
    using other = await create(Other, { ...program, spec: { ...program.spec, name: 'Other', weights } }, { seed: 1 });
    const bytes = await other.toBytes();
    const failure = Iris.load(bytes);
    await expect(failure).rejects.toThrow(WeightsError);
    await expect(failure).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: The weights file does not fit the model Iris:
        different:  dense.kernel is float32 [4, 9] there, float32 [4, 8] (iris.nn:3) in the model
        missing:    dense1.kernel, float32 [8, 3] (iris.nn:4)
        missing:    dense1.bias, float32 [3] (iris.nn:4)
        unexpected: extra, float32 [8]
      With { partial: true } the weights that fit are taken and the others initialised.]
    `);
    using partial = await Iris.load(bytes, { partial: true, seed: 1 });
    expect(partial.loaded).toEqual({
      loaded: ['dense.bias'],
      fresh: ['dense.kernel', 'dense1.kernel', 'dense1.bias'],
      unexpected: ['extra'],
    });
    using copy = await Iris.create({ from: other, seed: 1 });
    expect(copy.loaded.loaded).toEqual(['dense.bias']);
    for (const model of [other, partial, copy]) model.dispose();
    expect(live()).toBe(before);
  });

  it('says clearly that it was disposed', async () => {
    const before = live();
    const net = await Iris.create({ seed: 1 });
    net.dispose();
    net.dispose();
    expect(live()).toBe(before);
    const gone = 'Iris: this model was disposed';
    expect(() => net.predict(new Float32Array(4))).toThrow(gone);
    await expect(net.run(new Float32Array(4))).rejects.toThrow(gone);
    await expect(net.fit(clouds(4, numbers(1)))).rejects.toThrow(gone);
    await expect(net.toBytes()).rejects.toThrow(gone);
    expect(() => net.weights).toThrow(gone);
  });

  it('leaks nothing when emitted code throws', async () => {
    let calls = 0;
    const failing: Program = {
      ...program,
      infer: (d, w, inputs) => {
        const { y } = program.infer(d, w, inputs);
        d.share(w['dense.kernel']!);
        if (calls++ > 0) throw new Error('trouble in infer');
        d.dispose(w['dense.kernel']!);
        return { y: y! };
      },
    };
    const net = await create(Model, failing, { seed: 1 });
    net.predict({ x: new Float32Array(4) })['y']!.dispose();
    const before = live();
    expect(() => net.predict({ x: new Float32Array(4) })).toThrow('trouble in infer');
    expect(live()).toBe(before);
    expect(device.backend.refCount(net.state.weights['dense.kernel']!.dataId)).toBe(1);
    net.dispose();
  });

  it('owns outputs that are aliases of inputs, weights and one another', async () => {
    const aliasing: Program = {
      ...program,
      spec: {
        ...program.spec,
        outputs: {
          a: { dtype: 'float32', shape: [4] },
          b: { dtype: 'float32', shape: [2, 2] },
          c: { dtype: 'float32', shape: [8] },
        },
      },
      infer: (_d, w, { x }): Record<string, Data> => ({
        a: x!,
        b: { ...x!, shape: [x!.shape[0]!, 2, 2] },
        c: w['dense.bias']!,
      }),
    };
    const before = live();
    const net = await create(Model, aliasing, { seed: 1 });
    const tensor = tf.tensor2d([[1, 2, 3, 4]]);
    for (const x of [tensor, Float32Array.of(1, 2, 3, 4)]) {
      const { a, b, c } = net.predict({ x }) as Record<string, Tensor>;
      a!.dispose();
      expect([...b!.dataSync()]).toEqual([1, 2, 3, 4]);
      tf.dispose([b!, c!]);
    }
    expect([...tensor.dataSync()]).toEqual([1, 2, 3, 4]);
    expect([...(await net.weights['dense.bias']!.data())]).toEqual(Array(8).fill(0));
    tensor.dispose();
    net.dispose();
    expect(live()).toBe(before);
  });

  it('summarises', async () => {
    using net = await Iris.create({ seed: 1 });
    let printed = '';
    expect(net.summary((text) => (printed = text))).toBe(printed);
    expect(printed).toMatchInlineSnapshot(`
      "Iris (iris.nn)
      x [n, 4] -> y [n, 3]

      weight         shape   parameters
      dense.kernel   [4, 8]          32
      dense.bias     [8]              8
      dense1.kernel  [8, 3]          24
      dense1.bias    [3]              3

      67 parameters, 67 of them trainable (268 bytes)"
    `);
  });
});

describe.each(['cpu', 'wasm'] as const)('batchSize of predict on %s', (backend) => {
  it('computes in parts and gives the same, from arrays and tensors', async () => {
    await useBackend(backend);
    const net = await Iris.create({ seed: 1 });
    const x = Float32Array.from({ length: 28 }, (_, i) => Math.sin(i));
    const whole = await net.run(x);
    const tensor = tf.tensor2d(x, [7, 4]);
    const before = net.device.backend.numDataIds();
    for (const batchSize of [1, 3, 7, 100]) {
      expect(await net.run(x, { batchSize })).toEqual(whole);
      const y = net.predict(tensor, { batchSize });
      expect(y.shape).toEqual([7, 3]);
      expect(await y.data()).toEqual(whole);
      y.dispose();
    }
    expect(net.device.backend.numDataIds()).toBe(before);
    expect(() => net.predict(tensor, { batchSize: 0 })).toThrow('batchSize must be a whole number from 1');
    tensor.dispose();
    net.dispose();
  });
});
