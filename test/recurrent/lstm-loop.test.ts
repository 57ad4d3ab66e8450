/**
 * An LSTM's loop as one call: by SIMD in wasm's memory, as plain code over arrays, and by kernels step by step, against double precision; the way
 * back against finite differences. And which layers become such a call.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { free, useBackend, type Data, type Device } from '../../runtime/index.ts';
import { lstmByKernels, lstmGradientByKernels } from '../../runtime/kernels/lstm-by-kernels.ts';
import { runLstm, runLstmGradient, type LoopSizes } from '../../runtime/kernels/lstm-in-heap.ts';
import { lstmLoop, lstmLoopGradient, type LstmResult } from '../../runtime/kernels/lstm.ts';
import { lstmInMemory } from '../../runtime/simd/lstm.ts';
import { emitted } from '../training/compiled.ts';

const stacks = ['hSteps', 'hBefore', 'cBefore', 'input', 'forget', 'candidate', 'output', 'tanhC'] as const;
const kept = ['input', 'forget', 'candidate', 'output', 'tanhC', 'cBefore'] as const;
type Arrays = Record<string, Float64Array>;

const wave = (count: number, phase: number, scale = 1): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.fround(scale * Math.sin(1.7 * i + phase + i * i * 0.01)));

/** What is given to the loop, with large numbers among it. */
function givenFor({ steps, n, units }: LoopSizes): Arrays {
  return {
    x: wave(steps * n * 4 * units, 1, 3),
    recurrentKernel: wave(units * 4 * units, 2, 1 / Math.sqrt(units)),
    h: wave(n * units, 3),
    c: wave(n * units, 4, 2),
  };
}

const zeros = (count: number): Float64Array => new Float64Array(count);

/** The loop in double precision: the plain code itself, over other arrays. */
function exact(sizes: LoopSizes, given: Arrays): Arrays {
  const size = sizes.steps * sizes.n * sizes.units;
  const all: Arrays = { ...given, h: given['h']!.slice(), c: given['c']!.slice(), ...Object.fromEntries(stacks.map((name) => [name, zeros(size)])) }; // prettier-ignore
  runLstm(sizes, all as never);
  return all;
}

const transposed = (kernel: Float64Array, units: number): Float64Array =>
  kernel.map((_, i) => kernel[(i % units) * 4 * units + Math.floor(i / units)]!);

function exactGradient(sizes: LoopSizes, given: Arrays, made: Arrays, arriving: Arrays): Arrays {
  const all = { ...made, recurrentKernel: transposed(given['recurrentKernel']!, sizes.units), ...arriving, dh: arriving['dh']!.slice(), dc: arriving['dc']!.slice(), dx: zeros(given['x']!.length) }; // prettier-ignore
  runLstmGradient({ ...sizes, reverse: !sizes.reverse }, all as never);
  return all;
}

const sizes: fc.Arbitrary<LoopSizes> = fc.record({
  steps: fc.integer({ min: 1, max: 10 }),
  n: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(8, 9, 14)),
  // Packed ones among them, and rests of fours.
  units: fc.oneof(fc.integer({ min: 1, max: 13 }), fc.constantFrom(8, 16, 24)),
  reverse: fc.boolean(),
});

const shapesOf = ({ steps, n, units }: LoopSizes): Record<string, number[]> => ({
  x: [steps, n, 4 * units],
  recurrentKernel: [units, 4 * units],
  h: [n, units],
  c: [n, units],
});

/** The ways to run it on a device. */
const ways = [
  ['wasm', 'as one call', lstmLoop, lstmLoopGradient],
  ['cpu', 'as one call', lstmLoop, lstmLoopGradient],
  ['wasm', 'by kernels', lstmByKernels, lstmGradientByKernels],
  ['cpu', 'by kernels', lstmByKernels, lstmGradientByKernels],
] as const;

function expectNear(d: Device, data: Data, expected: Float64Array, what: string): void {
  const values = d.readSync(data);
  expect(values.length, what).toBe(expected.length);
  // Errors of single precision grow with the steps.
  values.forEach((value, i) => expect(Math.abs(value - expected[i]!), `${what} ${i}`).toBeLessThan(1e-5 * (1 + Math.abs(expected[i]!)))); // prettier-ignore
}

it.each(ways)('on %s %s, forwards and back', async (backend, _, loop, gradient) => {
  const d = await useBackend(backend);
  const before = d.backend.numDataIds();
  fc.assert(
    fc.property(sizes, fc.boolean(), fc.subarray([...stacks]), (s, stepsToo, some) => {
      const given = givenFor(s);
      const shapes = shapesOf(s);
      const write = (values: Float64Array, shape: number[]): Data => d.write(Float32Array.from(values), shape, 'float32');
      const data = Object.fromEntries(Object.entries(given).map(([name, values]) => [name, write(values, shapes[name]!)])) as Record<'x' | 'recurrentKernel' | 'h' | 'c', Data>;
      const expected = exact(s, given);
      const wanted: LstmResult[] = [...new Set<LstmResult>([...some, ...kept, 'c'])];
      const made = loop(d, { ...data, reverse: s.reverse }, wanted) as Record<string, Data>;
      expect(Object.keys(made)).toEqual(wanted);
      for (const name of wanted) expectNear(d, made[name]!, expected[name]!, name);

      const arriving: Arrays = { dh: wave(s.n * s.units, 5), dc: wave(s.n * s.units, 6), ...(stepsToo ? { dhSteps: wave(s.steps * s.n * s.units, 7) } : {}) };
      const back = exactGradient(s, given, expected, arriving);
      const [kernel, dh, dc] = [write(transposed(given['recurrentKernel']!, s.units), [4 * s.units, s.units]), write(arriving['dh']!, shapes['h']!), write(arriving['dc']!, shapes['h']!)];
      const dhSteps = stepsToo ? { dhSteps: write(arriving['dhSteps']!, [s.steps, s.n, s.units]) } : {};
      const saved = Object.fromEntries(kept.map((name) => [name, made[name]!])) as Record<(typeof kept)[number], Data>;
      const found = gradient(d, { ...saved, recurrentKernel: kernel, dh, dc, ...dhSteps, reverse: !s.reverse }, ['dx', 'dc', 'dh']);
      for (const [name, own] of Object.entries(found)) expectNear(d, own, back[name]!, name);
      free(d, ...Object.values(data), ...Object.values(made), ...Object.values(found), ...Object.values(dhSteps), kernel, dh, dc);
    }),
    { numRuns: 30, seed: 5 },
  );
  expect(d.backend.numDataIds()).toBe(before);
}); // prettier-ignore

it('the way back is the slope of the way there', () => {
  const s: LoopSizes = { steps: 3, n: 2, units: 3, reverse: true };
  const given = givenFor(s);
  const arriving: Arrays = { dh: wave(6, 5), dc: wave(6, 6), dhSteps: wave(18, 7) };
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const loss = (changed: Arrays): number => {
    const made = exact(s, changed);
    return dot(made['h']!, arriving['dh']!) + dot(made['c']!, arriving['dc']!) + dot(made['hSteps']!, arriving['dhSteps']!); // prettier-ignore
  };
  const back = exactGradient(s, given, exact(s, given), arriving);
  for (const [name, gradient] of [['x', 'dx'], ['h', 'dh'], ['c', 'dc']] as const)
    given[name]!.forEach((value, i) => {
      const at = (to: number): number => loss({ ...given, [name]: given[name]!.with(i, to) });
      expect(back[gradient]![i]).toBeCloseTo((at(value + 1e-5) - at(value - 1e-5)) / 2e-5, 7);
    });
}); // prettier-ignore

it('on wasm by SIMD, unless the state is too narrow', async () => {
  const d = await useBackend('wasm');
  expect(lstmInMemory(d, 4)).toBeDefined();
  expect(lstmInMemory(d, 3)).toBeUndefined();
});

/** The emitted code of inference and of training. */
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
  'LSTM(5)',
  'LSTM(5, useBias: false, goBackwards: true)',
  'LSTM(5, dropout: 0.2, returnSequences: true) -> LSTM(4)',
  'Bidirectional(LSTM(5))',
  'RNN(LSTMCell(5))',
])('%s is a call, in inference and in training', async (stages) => {
  const [inference, training] = await codesOf(stages);
  expect(inference).toMatch(/= lstmLoop\(d/);
  expect(training).toMatch(/= lstmLoop\(d/);
  expect(training).toMatch(/= lstmLoopGradient\(d/);
  for (const code of [inference, training]) expect(code).not.toMatch(/for \(let/);
});

it.each([
  'LSTM(5, activation: relu)',
  'LSTM(5, recurrentActivation: tanh)',
  'LSTM(5, activation: sigmoid)',
  'LSTM(5)(mask: known)',
  'SimpleRNN(5)',
  'RNN(StackedRNNCells([LSTMCell(5), LSTMCell(4)]))',
])('%s is no such call', async (stages) => {
  for (const code of await codesOf(stages)) {
    expect(code).not.toMatch(/lstmLoop/);
    expect(code).toMatch(/for \(let/);
  }
});

it('training with dropout of the state steps by kernels, inference does not', async () => {
  const [inference, training] = await codesOf('LSTM(5, recurrentDropout: 0.5)');
  expect(inference).toMatch(/= lstmLoop\(d/);
  expect(training).toMatch(/for \(let/);
});
