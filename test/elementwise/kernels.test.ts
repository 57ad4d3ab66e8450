/** Fused kernels on wasm against plain loops: every kind of operand, folds of rows, all rests of lengths, several results. */
import { describe, expect, it } from 'vitest';
import { parsedExpression } from '../../runtime/elementwise/expression.ts';
import { compiled } from '../../runtime/elementwise/compiled.ts';
import { type Data, constant, elementwise, elementwiseTogether, useBackend } from '../../runtime/index.ts';

const device = await useBackend('wasm');
const fail = (): never => expect.fail('no kernel was made');

const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + phase) * 3);
const put = (values: Float32Array, shape: readonly number[]): Data => constant(device, values, shape, 'float32');
const read = (data: Data): number[] => [...device.readSync(data)];

function close(got: readonly number[], wanted: readonly number[]): void {
  expect(got.length).toBe(wanted.length);
  got.forEach((value, i) => expect(Math.abs(value - wanted[i]!), `${i}: ${value}, not ${wanted[i]}`).toBeLessThan(1e-5 * (1 + Math.abs(wanted[i]!)))); // prettier-ignore
}

/** Rows and columns around the four numbers that go at once. */
const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 13].flatMap((columns) => [1, 2, 5].map((rows) => [rows, columns] as const));

describe('fused kernels', () => {
  it('operands that are the whole, a row, a column, a number', () => {
    const run = elementwise('ffrcs: multiply $0 $1; add $5 $2; subtract $6 $3; multiply $7 $4; add $8 0.5 -> $9', fail);
    for (const [rows, columns] of sizes) {
      const values = [wave(rows * columns, 1), wave(rows * columns, 2), wave(columns, 3), wave(rows, 4), wave(1, 5)];
      const shapes = [[rows, columns], [rows, columns], [columns], [rows, 1], []];
      const got = run(device, ...values.map((v, i) => put(v, shapes[i]!)));
      expect(got.shape).toEqual([rows, columns]);
      const [a, b, r, c, s] = values as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
      close(
        read(got),
        [...a].map((v, i) => (v * b[i]! + r[i % columns]! - c[Math.floor(i / columns)]!) * s[0]! + 0.5),
      );
    }
  });

  it('rows of several axes, and columns in front of them', () => {
    const run = elementwise('frc2: add $0 $1; multiply $3 $2 -> $4', fail);
    const [x, r, c] = [wave(2 * 3 * 5, 1), wave(15, 2), wave(2, 3)];
    const got = read(run(device, put(x, [2, 3, 5]), put(r, [3, 5]), put(c, [2, 1, 1])));
    close(
      got,
      [...x].map((v, i) => (v + r[i % 15]!) * c[Math.floor(i / 15)]!),
    );
  });

  it('softmax, its logarithm, and layer normalisation with mean and deviation as results', () => {
    const softmax = elementwise('f: softmax $0 -> $1', fail);
    const logSoftmax = elementwise('f: logSoftmax $0 -> $1', fail);
    for (const [rows, columns] of sizes) {
      const x = wave(rows * columns, 0.3);
      const data = put(x, [rows, columns]);
      const row = (i: number): number[] => [...x].slice(columns * i, columns * (i + 1));
      const each = Array.from({ length: rows }, (_, i) => row(i));
      const total = (of: number[]): number => of.reduce((sum, v) => sum + Math.exp(v), 0);
      close(read(softmax(device, data)), each.flatMap((of) => of.map((v) => Math.exp(v) / total(of)))); // prettier-ignore
      close(read(logSoftmax(device, data)), each.flatMap((of) => of.map((v) => v - Math.log(total(of))))); // prettier-ignore
      const own = elementwiseTogether(normText(columns), fail);
      const [gamma, beta] = [wave(columns, 2), wave(columns, 3)];
      const [y, mean, factor] = own(device, data, put(gamma, [columns]), put(beta, [columns])) as readonly [Data, Data, Data]; // prettier-ignore
      expect([y.shape, mean.shape, factor.shape]).toEqual([[rows, columns], [rows, 1], [rows]]);
      const means = each.map((of) => of.reduce((a, b) => a + b, 0) / columns);
      const factors = each.map((of, i) => 1 / Math.sqrt(of.reduce((sum, v) => sum + (v - means[i]!) ** 2, 0) / columns + 0.001)); // prettier-ignore
      close(read(mean), means);
      close(read(factor), factors);
      close(read(y), each.flatMap((of, i) => of.map((v, j) => (v - means[i]!) * factors[i]! * gamma[j]! + beta[j]!))); // prettier-ignore
    }
  });

  it('greatest and smallest of rows; not a number spreads in its own row only', () => {
    const run = elementwise('f: max $0; min $0; subtract $1 $2; subtract $0 $3 -> $4', fail);
    const x = wave(15, 0);
    x[7] = NaN;
    const got = read(run(device, put(x, [3, 5])));
    expect(got.map(Number.isNaN)).toEqual(Array.from({ length: 15 }, (_, i) => i >= 5 && i < 10));
    close(got.slice(0, 5), [...x].slice(0, 5).map((v) => v - (Math.max(...x.slice(0, 5)) - Math.min(...x.slice(0, 5))))); // prettier-ignore
  });

  it('masks: comparisons, choices, truth', () => {
    const run = elementwise(
      'ff: greater $0 $1; lessEqual $0 0; or $2 $3; not $4; select $5 $0 $1; toFloat $2; add $6 $7; isNan $0; select $9 7 $8 -> $10',
      fail,
    );
    const [a, b] = [wave(11, 0), wave(11, 1)];
    a[4] = NaN;
    a[10] = b[10]!;
    const expected = [...a].map((x, i) => {
      const [y, above] = [b[i]!, x > b[i]!];
      return Number.isNaN(x) ? 7 : (!(above || x <= 0) ? x : y) + Number(above);
    });
    close(read(run(device, put(a, [11]), put(b, [11]))), expected);
  });

  it('nothing at all is a result too', () => {
    const run = elementwise('f: exp $0 -> $1', fail);
    expect(run(device, put(new Float32Array(0), [0, 3])).shape).toEqual([0, 3]);
  });

  it('keeps what is dear to compute, and does again what is cheap', () => {
    // In the place of the result, which comes later.
    expect(compiled(parsedExpression('f: softmax $0 -> $1')).scratch).toBe(0);
    expect(compiled(parsedExpression('f: max $0; subtract $0 $1 -> $2')).scratch).toBe(0);
    // What is a result is read where it was put.
    expect(compiled(parsedExpression('f: exp $0; sum $1; divide $1 $2 -> $1 $3')).scratch).toBe(0);
    // One of two in a row of memory.
    const both = 'f: exp $0; tanh $0; sum $1; sum $2; divide $1 $3; divide $2 $4; add $5 $6 -> $7';
    expect(compiled(parsedExpression(both)).scratch).toBe(1);
    const x = wave(14, 1);
    const got = read(elementwise(both, fail)(device, put(x, [2, 7])));
    const of = (i: number, f: (v: number) => number): number => f(x[i]!) / [...x].slice(i < 7 ? 0 : 7, i < 7 ? 7 : 14).reduce((s, v) => s + f(v), 0); // prettier-ignore
    close(
      got,
      [...x].map((_, i) => of(i, Math.exp) + of(i, Math.tanh)),
    );
  });

  it('leaves nothing behind but its results', () => {
    const backend = device.backend as unknown as { numDataIds(): number };
    const x = put(wave(12, 0), [3, 4]);
    const before = backend.numDataIds();
    device.dispose(elementwise('f: softmax $0 -> $1', fail)(device, x));
    expect(backend.numDataIds()).toBe(before);
  });

  it('runs the parts where there is no wasm', async () => {
    const cpu = await useBackend('cpu');
    const run = elementwise('f: exp $0 -> $1', (d, x) => d.run('Exp', { x }));
    const result = run(cpu, constant(cpu, [1], [1], 'float32'));
    expect(cpu.readSync(result)[0]).toBeCloseTo(Math.E, 6);
    await useBackend('wasm');
  });
});

const normText = (columns: number): string =>
  `frr: sum $0; divide $3 ${columns}; subtract $0 $4; multiply $5 $5; sum $6; divide $7 ${columns}; add $8 0.001; rsqrt $9; multiply $5 $10; multiply $11 $1; add $12 $2 -> $13 $4c $10d`;
