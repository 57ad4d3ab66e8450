/** A GRU's loop as one call, as `lstm-loop.test.ts` tests an LSTM's. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { free, useBackend, type Data, type Device } from '../../runtime/index.ts';
import { gruByKernels, gruGradientByKernels } from '../../runtime/kernels/gru-by-kernels.ts';
import { runGru, runGruGradient } from '../../runtime/kernels/gru-in-heap.ts';
import { gruLoop, gruLoopGradient, type GruResult } from '../../runtime/kernels/gru.ts';
import type { LoopSizes } from '../../runtime/kernels/lstm-in-heap.ts';
import { gruInMemory } from '../../runtime/simd/gru.ts';
import { emitted } from '../training/compiled.ts';

const kept = ['update', 'reset', 'candidate', 'difference', 'recurrent'] as const;
const stacks = ['hSteps', 'hBefore', 'gates', ...kept] as const;
type Arrays = Record<string, Float64Array>;

const wave = (count: number, phase: number, scale = 1): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.fround(scale * Math.sin(1.7 * i + phase + i * i * 0.01)));

const givenFor = ({ steps, n, units }: LoopSizes, biased: boolean): Arrays => ({
  x: wave(steps * n * 3 * units, 1, 3),
  recurrentKernel: wave(units * 3 * units, 2, 1 / Math.sqrt(units)),
  h: wave(n * units, 3),
  ...(biased ? { recurrentBias: wave(3 * units, 4) } : {}),
});

const zeros = (count: number): Float64Array => new Float64Array(count);

/** The loop in double precision: the plain code itself, over other arrays. */
function exact(sizes: LoopSizes, given: Arrays): Arrays {
  const size = sizes.steps * sizes.n * sizes.units;
  const all: Arrays = { ...given, h: given['h']!.slice(), ...Object.fromEntries(stacks.map((name) => [name, zeros(name === 'gates' ? 2 * size : size)])) }; // prettier-ignore
  runGru(sizes, all as never);
  return all;
}

const transposed = (kernel: Float64Array, units: number): Float64Array =>
  kernel.map((_, i) => kernel[(i % units) * 3 * units + Math.floor(i / units)]!);

function exactGradient(sizes: LoopSizes, given: Arrays, made: Arrays, arriving: Arrays): Arrays {
  const size = given['x']!.length;
  const all = { ...made, recurrentKernel: transposed(given['recurrentKernel']!, sizes.units), ...arriving, dh: arriving['dh']!.slice(), dx: zeros(size), dsums: zeros(size) }; // prettier-ignore
  runGruGradient({ ...sizes, reverse: !sizes.reverse }, all as never);
  return all;
}

const sizes: fc.Arbitrary<LoopSizes> = fc.record({
  steps: fc.integer({ min: 1, max: 10 }),
  n: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(8, 9, 14)),
  // Packed ones among them, and rests of fours.
  units: fc.oneof(fc.integer({ min: 1, max: 13 }), fc.constantFrom(8, 16, 24)),
  reverse: fc.boolean(),
});

const ways = [
  ['wasm', 'as one call', gruLoop, gruLoopGradient],
  ['cpu', 'as one call', gruLoop, gruLoopGradient],
  ['wasm', 'by kernels', gruByKernels, gruGradientByKernels],
  ['cpu', 'by kernels', gruByKernels, gruGradientByKernels],
] as const;

function expectNear(d: Device, data: Data, expected: Float64Array, what: string): void {
  const values = d.readSync(data);
  expect(values.length, what).toBe(expected.length);
  const errors = Array.from(values, (value, i) => Math.abs(value - expected[i]!) / (1 + Math.abs(expected[i]!)));
  expect(Math.max(...errors), what).toBeLessThan(1e-5);
}

it.each(ways)('on %s %s, forwards and back', async (backend, _, loop, gradient) => {
  const d = await useBackend(backend);
  const before = d.backend.numDataIds();
  fc.assert(
    fc.property(sizes, fc.boolean(), fc.boolean(), fc.subarray([...stacks]), (s, biased, stepsToo, some) => {
      const given = givenFor(s, biased);
      const shapes: Record<string, number[]> = { x: [s.steps, s.n, 3 * s.units], recurrentKernel: [s.units, 3 * s.units], h: [s.n, s.units], recurrentBias: [3 * s.units] };
      const write = (values: Float64Array, shape: number[]): Data => d.write(Float32Array.from(values), shape, 'float32');
      const data = Object.fromEntries(Object.entries(given).map(([name, values]) => [name, write(values, shapes[name]!)])) as Record<'x' | 'recurrentKernel' | 'h', Data>;
      const expected = exact(s, given);
      const wanted: GruResult[] = [...new Set<GruResult>([...some, ...kept, 'h'])];
      const made = loop(d, { ...data, reverse: s.reverse }, wanted) as Record<string, Data>;
      expect(Object.keys(made)).toEqual(wanted);
      for (const name of wanted) expectNear(d, made[name]!, expected[name]!, name);

      const arriving: Arrays = { dh: wave(s.n * s.units, 5), ...(stepsToo ? { dhSteps: wave(s.steps * s.n * s.units, 7) } : {}) };
      const back = exactGradient(s, given, expected, arriving);
      const [kernel, dh] = [write(transposed(given['recurrentKernel']!, s.units), [3 * s.units, s.units]), write(arriving['dh']!, shapes['h']!)];
      const dhSteps = stepsToo ? { dhSteps: write(arriving['dhSteps']!, [s.steps, s.n, s.units]) } : {};
      const saved = Object.fromEntries(kept.map((name) => [name, made[name]!])) as Record<(typeof kept)[number], Data>;
      const found = gradient(d, { ...saved, recurrentKernel: kernel, dh, ...dhSteps, reverse: !s.reverse }, ['dx', 'dh', 'dsums']);
      for (const [name, own] of Object.entries(found)) expectNear(d, own, back[name]!, name);
      free(d, ...Object.values(data), ...Object.values(made), ...Object.values(found), ...Object.values(dhSteps), kernel, dh);
    }),
    { numRuns: 30, seed: 5 },
  );
  expect(d.backend.numDataIds()).toBe(before);
}); // prettier-ignore

it('the way back is the slope of the way there', () => {
  const s: LoopSizes = { steps: 3, n: 2, units: 3, reverse: true };
  const given = givenFor(s, true);
  const arriving: Arrays = { dh: wave(6, 5), dhSteps: wave(18, 7) };
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const loss = (changed: Arrays): number => {
    const made = exact(s, changed);
    return dot(made['h']!, arriving['dh']!) + dot(made['hSteps']!, arriving['dhSteps']!);
  };
  const back = exactGradient(s, given, exact(s, given), arriving);
  // Of the bias: the sum over all steps and examples.
  const sums = zeros(9).map((_, gate) => back['dsums']!.reduce((sum, value, i) => (i % 9 === gate ? sum + value : sum), 0)); // prettier-ignore
  for (const [name, gradient] of [['x', back['dx']!], ['h', back['dh']!], ['recurrentBias', sums]] as const)
    given[name]!.forEach((value, i) => {
      const at = (to: number): number => loss({ ...given, [name]: given[name]!.with(i, to) });
      expect(gradient[i]).toBeCloseTo((at(value + 1e-5) - at(value - 1e-5)) / 2e-5, 7);
    });
}); // prettier-ignore

it('on wasm by SIMD, unless the state is too narrow', async () => {
  const d = await useBackend('wasm');
  expect(gruInMemory(d, 4)).toBeDefined();
  expect(gruInMemory(d, 3)).toBeUndefined();
});

async function codesOf(stages: string): Promise<readonly [string, string]> {
  const text = `
model Net {
  input x: [time, 3]
  input known: bool[time] = true
  output y = x -> ${stages} -> Dense(2)
}
train Net {
  target t: [2]
  loss: meanSquaredError(t, y)
  optimizer: sgd
}`;
  const files = await emitted(text, { target: 'js', backends: ['wasm', 'cpu', 'webgl', 'webgpu'] });
  return ['program.js', 'program.train.js'].map((name) => files.find((file) => file.name === name)!.code) as [string, string]; // prettier-ignore
}

it.each([
  'GRU(5)',
  'GRU(5, useBias: false, goBackwards: true)',
  'GRU(5, dropout: 0.2, returnSequences: true) -> GRU(4)',
  'Bidirectional(GRU(5, returnSequences: true)) -> LSTM(4)',
])('%s is a call, in inference and in training', async (stages) => {
  const [inference, training] = await codesOf(stages);
  expect(inference).toMatch(/= gruLoop\(d/);
  expect(training).toMatch(/= gruLoop\(d/);
  expect(training).toMatch(/= gruLoopGradient\(d/);
  for (const code of [inference, training]) expect(code).not.toMatch(/for \(let/);
});

it.each(['GRU(5, resetAfter: false)', 'GRU(5, activation: relu)', 'GRU(5, recurrentActivation: tanh)', 'GRU(5)(mask: known)'])(
  '%s is no such call',
  async (stages) => {
    for (const code of await codesOf(stages)) {
      expect(code).not.toMatch(/gruLoop/);
      expect(code).toMatch(/for \(let/);
    }
  },
); // prettier-ignore
