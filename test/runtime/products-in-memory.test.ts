/** Products on wasm by code of our own, against plain sums; and the bytes of that code against its text. */
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import {
  Device,
  constant,
  free,
  fusedMatMul,
  matMul,
  reshape,
  transpose,
  transposedMatMul,
  useBackend,
} from '../../runtime/index.ts';
import { equipWithProducts } from '../../runtime/simd/products.ts';
import { moduleFile, moduleNames, moduleText } from '../../simd/generate.ts';

const device = await useBackend('wasm');

/** A device of this test's own, so that others see tfjs's products. */
const equipped = new Device('wasm', device.backend);
equipWithProducts(equipped);

const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.9 * i + phase));

function expected(a: Float32Array, b: Float32Array, bias: Float32Array | undefined, [m, k, n]: readonly [number, number, number]): Float64Array {
  const result = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = bias?.[j] ?? 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
      result[i * n + j] = sum;
    }
  return result;
} // prettier-ignore

it('all rests of rows and columns, with and without bias and bounds', () => {
  expect(equipped.product).toBeDefined();
  for (let m = 1; m <= 9; m++)
    for (let n = 1; n <= 18; n++)
      for (const k of [1, 5, 33]) {
        const [a, b, bias] = [wave(m * k, m), wave(k * n, n), wave(n, k)];
        const data = [constant(device, a, [m, k], 'float32'), constant(device, b, [k, n], 'float32'), constant(device, bias, [n], 'float32')] as const; // prettier-ignore
        const plain = matMul(equipped, data[0], data[1]);
        const bounded = fusedMatMul(equipped, ...data, { activation: 'relu6' });
        const sums = expected(a, b, undefined, [m, k, n]);
        device.readSync(plain).forEach((value, i) => expect(Math.abs(value - sums[i]!)).toBeLessThan(1e-5));
        const biased = expected(a, b, bias, [m, k, n]).map((value) => Math.min(6, Math.max(0, value)));
        device.readSync(bounded).forEach((value, i) => expect(Math.abs(value - biased[i]!)).toBeLessThan(1e-5));
        expect([plain.shape, bounded.shape]).toEqual([[m, n], [m, n]]); // prettier-ignore
        free(device, plain, bounded, ...data);
      }
});

it('a left operand on its side, with all rests of rows and columns', () => {
  expect(equipped.transposedProduct).toBeDefined();
  for (let m = 1; m <= 9; m++)
    for (const n of [4, 8, 12, 20, 24])
      for (const k of [1, 5, 64]) {
        const [a, b] = [wave(m * k, m), wave(k * n, n)];
        const [x, y] = [constant(device, a, [m, k], 'float32'), constant(device, b, [k, n], 'float32')];
        const onSide = transpose(device, x, [1, 0]);
        const product = equipped.transposedProduct!(equipped, onSide, y)!;
        expect(product.shape).toEqual([m, n]);
        const sums = expected(a, b, undefined, [m, k, n]);
        device.readSync(product).forEach((value, i) => expect(Math.abs(value - sums[i]!)).toBeLessThan(1e-5));
        free(device, x, y, onSide, product);
      }
});

it('a left operand on its side that is transposed first: many rows, or columns that are not in fours', () => {
  for (const [k, m, n] of [[65, 3, 4], [5, 6, 7], [64, 2, 516]] as const) {
    const [a, b] = [wave(m * k, m), wave(k * n, n)];
    const [x, y] = [constant(device, a, [m, k], 'float32'), constant(device, b, [k, n], 'float32')];
    const onSide = transpose(device, x, [1, 0]);
    expect(equipped.transposedProduct!(equipped, onSide, y)).toBeUndefined();
    const product = transposedMatMul(equipped, onSide, y);
    const sums = expected(a, b, undefined, [m, k, n]);
    device.readSync(product).forEach((value, i) => expect(Math.abs(value - sums[i]!)).toBeLessThan(1e-5));
    free(device, x, y, onSide, product);
  }
}); // prettier-ignore

it('stacks, one matrix after the other, and what is not a number', () => {
  const [a, b] = [wave(2 * 3 * 5 * 7, 1), wave(2 * 3 * 7 * 6, 2)];
  a[0] = Number.NaN;
  const [x, y] = [constant(device, a, [2, 3, 5, 7], 'float32'), constant(device, b, [2, 3, 7, 6], 'float32')];
  const product = matMul(equipped, x, y);
  expect(product.shape).toEqual([2, 3, 5, 6]);
  const values = device.readSync(product);
  for (let i = 0; i < 6; i++) {
    const one = expected(a.subarray(i * 35, i * 35 + 35), b.subarray(i * 42, i * 42 + 42), undefined, [5, 7, 6]);
    one.forEach((value, j) => {
      if (Number.isNaN(value)) expect(values[i * 30 + j]).toBeNaN();
      else expect(Math.abs(values[i * 30 + j]! - value)).toBeLessThan(1e-5);
    });
  }
  free(device, x, y, product);
});

it('many rows, for which the right operand is packed', () => {
  for (const m of [24, 25, 26, 27, 33])
    for (const n of [4, 8, 12, 20, 24])
      for (const k of [1, 5, 33]) {
        const [a, b, bias] = [wave(2 * m * k, m), wave(2 * k * n, n), wave(n, k)];
        const [x, y, offsets] = [constant(device, a, [2, m, k], 'float32'), constant(device, b, [2, k, n], 'float32'), constant(device, bias, [n], 'float32')]; // prettier-ignore
        const first = [reshape(x, [2 * m, k]), constant(device, b.subarray(0, k * n), [k, n], 'float32')] as const;
        const asked = vi.spyOn(equipped, 'run');
        const stack = matMul(equipped, x, y);
        const one = fusedMatMul(equipped, ...first, offsets, { activation: 'relu' });
        expect(asked).not.toHaveBeenCalled();
        const values = device.readSync(stack);
        for (const i of [0, 1])
          expected(a.subarray(i * m * k), b.subarray(i * k * n), undefined, [m, k, n]).forEach((value, j) => expect(Math.abs(values[i * m * n + j]! - value)).toBeLessThan(1e-5)); // prettier-ignore
        const biased = expected(a, b, bias, [2 * m, k, n]).map((value) => Math.max(0, value));
        device.readSync(one).forEach((value, i) => expect(Math.abs(value - biased[i]!)).toBeLessThan(1e-5));
        expect([stack.shape, one.shape]).toEqual([[2, m, n], [2 * m, n]]); // prettier-ignore
        free(device, stack, one, x, y, offsets, first[1]);
      }
});

it('an activation that is more than bounds is left to tfjs', () => {
  const data = [constant(device, wave(6, 1), [2, 3], 'float32'), constant(device, wave(12, 2), [3, 4], 'float32'), constant(device, wave(4, 3), [4], 'float32')] as const; // prettier-ignore
  const [own, theirs] = [equipped, device].map((d) => fusedMatMul(d!, ...data, { activation: 'sigmoid' }));
  expect([...device.readSync(own!)]).toEqual([...device.readSync(theirs!)]);
  free(device, own!, theirs!, ...data);
});

it.each(moduleNames)('the bytes of %s are those of its text', async (name) => {
  expect(readFileSync(moduleFile(name), 'utf8')).toBe(await moduleText(name));
});
