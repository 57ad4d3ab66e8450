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
  transposedMatMul,
  useBackend,
} from '../../runtime/index.ts';
import { bytesOfRoom } from '../../runtime/simd/packed-products.ts';
import { equipWithProducts } from '../../runtime/simd/products.ts';
import { bytesOfRoom as wanted } from '../../simd/matrices.ts';
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

/** [rows, columns] as it would lie transposed. */
const turned = (x: Float32Array, rows: number, columns: number): Float32Array =>
  x.map((_, i) => x[(i % rows) * columns + Math.floor(i / rows)]!);

const ways = [
  { transposeA: true, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: true },
];

it('operands that lie transposed, by this module and by kernels of tfjs', () => {
  const asked = vi.spyOn(equipped, 'run');
  for (const [m, n] of [
    [1, 1],
    [2, 3],
    [3, 10],
    [4, 8],
    [5, 7],
    [31, 4],
    [33, 18],
    [66, 9],
  ] as const)
    // prettier-ignore
    for (const k of [1, 4, 7, 33])
      for (const { transposeA, transposeB } of ways) {
        const [a, b] = [wave(2 * m * k, m), wave(2 * k * n, n)];
        const [first, second] = [a.subarray(0, m * k), a.subarray(m * k)];
        const [right, left] = [b.subarray(0, k * n), b.subarray(k * n)];
        const x = transposeA ? Float32Array.of(...turned(first, m, k), ...turned(second, m, k)) : a;
        const y = transposeB ? Float32Array.of(...turned(right, k, n), ...turned(left, k, n)) : b;
        const data = [constant(device, x, transposeA ? [2, k, m] : [2, m, k], 'float32'), constant(device, y, transposeB ? [2, n, k] : [2, k, n], 'float32')] as const; // prettier-ignore
        for (const d of [equipped, device]) {
          const product = transposedMatMul(d, ...data, { transposeA, transposeB });
          expect(product.shape).toEqual([2, m, n]);
          const sums = [...expected(first, right, undefined, [m, k, n]), ...expected(second, left, undefined, [m, k, n])]; // prettier-ignore
          device.readSync(product).forEach((value, i) => expect(Math.abs(value - sums[i]!)).toBeLessThan(2e-5));
          free(device, product);
        }
        free(device, ...data);
      }
  expect(asked).not.toHaveBeenCalled();
});

it('sums over more than the room holds go on where they were', () => {
  const [m, k, n] = [5, 2500, 9];
  const [a, b, bias] = [wave(m * k, 1), wave(k * n, 2), wave(n, 3)];
  const data = [constant(device, a, [m, k], 'float32'), constant(device, turned(b, k, n), [n, k], 'float32')] as const;
  const [offsets, right] = [constant(device, bias, [n], 'float32'), constant(device, b, [k, n], 'float32')];
  const product = transposedMatMul(equipped, ...data, { transposeB: true });
  const bounded = equipped.packedProduct!(equipped, data[0], right, offsets, 'relu')!;
  const sums = expected(a, b, undefined, [m, k, n]);
  device.readSync(product).forEach((value, i) => expect(Math.abs(value - sums[i]!)).toBeLessThan(2e-3));
  const biased = expected(a, b, bias, [m, k, n]).map((value) => Math.max(0, value));
  device.readSync(bounded).forEach((value, i) => expect(Math.abs(value - biased[i]!)).toBeLessThan(2e-3));
  expect(bytesOfRoom).toBe(wanted);
  free(device, product, bounded, offsets, right, ...data);
});

it('many rows, for which the right operand is packed', () => {
  for (const m of [24, 25, 26, 27, 33])
    for (const n of [4, 8, 10, 12, 20, 24])
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
