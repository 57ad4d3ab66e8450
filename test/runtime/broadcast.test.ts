/** `broadcastTo` of any number of axes: the values, no data left behind, and no kernel that is given more than four axes. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Data, type Device, broadcastTo, useBackend } from '../../runtime/index.ts';

const shapes = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 })
  .chain((shape) => fc.tuple(fc.constant(shape), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), fc.nat(5)))
  .map(([shape, whole, dropped]) => ({ shape, from: shape.map((size, i) => (whole[i] ? size : 1)).slice(dropped) }));

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The value at each place of `shape`, by the definition. */
function expected(values: Float32Array, from: readonly number[], shape: readonly number[]): number[] {
  return Array.from({ length: count(shape) }, (_, flat) => {
    let [rest, at, stride] = [flat, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      const own = from[axis - shape.length + from.length] ?? 1;
      if (own !== 1) at += index * stride;
      stride *= own;
    }
    return values[at]!;
  });
}

/** The same device, that notes how many axes its kernels are given. */
function watched(device: Device, ranks: number[]): Device {
  const run: Device['run'] = (kernel, inputs, attributes) => {
    if (kernel === 'Tile') ranks.push((inputs as { readonly x: Data }).x.shape.length);
    return device.run(kernel, inputs, attributes);
  };
  return new Proxy(device, {
    get: (target, name) => {
      if (name === 'run') return run;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test.each(['cpu', 'wasm'] as const)('broadcastTo on %s', async (backend) => {
  const device = await useBackend(backend);
  const ranks: number[] = [];
  const d = watched(device, ranks);
  const before = device.backend.numDataIds();
  fc.assert(
    fc.property(shapes, ({ shape, from }) => {
      const values = Float32Array.from({ length: count(from) }, (_, i) => i + 1);
      const x = device.write(values.slice(), from, 'float32');
      const y = broadcastTo(d, x, shape);
      expect(y.shape).toEqual(shape);
      expect([...device.readSync(y)]).toEqual(expected(values, from, shape));
      for (const one of [x, y]) device.dispose(one);
      expect(device.backend.numDataIds()).toBe(before);
    }),
    { numRuns: 300, seed: 2 },
  );
  // wasm copies in its memory.
  expect(ranks.length === 0 ? 0 : Math.max(...ranks)).toBe(backend === 'cpu' ? 4 : 0);
});
