/** Recurrent layers in `.nn`: parameter counts, names and shapes of weights, states and masks by hand, and what is refused. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';

beforeAll(() => useBackend('wasm'));

const zoo = (name: string): string => readFileSync(new URL(`../cases/zoo/${name}.nn`, import.meta.url), 'utf8');

interface Spec {
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[] }>>;
}
const shapesOf = ({ weights }: Spec): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(weights).map(([path, { shape }]) => [path, shape]));
const countOf = (spec: Spec): number =>
  Object.values(spec.weights).reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);

test('published parameter counts', async () => {
  const { Sentiment } = await compiled<'Sentiment'>(zoo('lstm-text-classifier'));
  expect(countOf(Sentiment.spec)).toBe(2_757_761);
  const { Tickets } = await compiled<'Tickets'>(zoo('multi-input'));
  expect(countOf(Tickets.spec)).toBe(1_392_097);
});

const model = (stages: string): string => `
model Net {
  input x: [time, 3]
  input h: [4]
  input m: bool[time]
  output y = x -> ${stages}
}`;

test.each([
  ['LSTM(4)', { 'lstm.kernel': [3, 16], 'lstm.recurrentKernel': [4, 16], 'lstm.bias': [16] }],
  ['GRU(4)', { 'gru.kernel': [3, 12], 'gru.recurrentKernel': [4, 12], 'gru.bias': [2, 12] }],
  ['GRU(4, resetAfter: false)', { 'gru.kernel': [3, 12], 'gru.recurrentKernel': [4, 12], 'gru.bias': [12] }],
  ['SimpleRNN(4, useBias: false)', { 'simpleRNN.kernel': [3, 4], 'simpleRNN.recurrentKernel': [4, 4] }],
  ['TimeDistributed(Dense(2))', { 'timeDistributed.layer.kernel': [3, 2], 'timeDistributed.layer.bias': [2] }],
  [
    'RNN(StackedRNNCells([GRUCell(2, useBias: false), SimpleRNNCell(4, useBias: false)]))',
    {
      'rnn.cell.0.kernel': [3, 6],
      'rnn.cell.0.recurrentKernel': [2, 6],
      'rnn.cell.1.kernel': [2, 4],
      'rnn.cell.1.recurrentKernel': [4, 4],
    },
  ],
])('weights of %s', async (stages, weights) => {
  const { Net } = await compiled<'Net'>(model(stages));
  expect(shapesOf(Net.spec)).toEqual(weights);
});

test('the bias of the forget gate starts at 1', async () => {
  const { Net } = await compiled<'Net'>(model('LSTM(2)'));
  const net = await Net.create({ seed: 1 });
  const bias = net.weights['lstm.bias'] as { data(): Promise<ArrayLike<number>> };
  expect(Array.from(await bias.data())).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  net.dispose();
});

test('states and a mask by hand', async () => {
  const { Net } = await compiled<'Net'>(`
model Net {
  input x: [time, 3]
  input h: [4]
  input m: bool[time]
  layer rnn = LSTM(4, returnState: true)
  let (first, s, c) = rnn(x, initialState: (h, h))
  let (second, _, _) = (x, s, c) -> rnn
  let (third, _, _) = rnn(x, mask: m, initialState: (h, h))
  output a = first
  output b = second
  output d = third
}`);
  const net = await Net.create({ seed: 1 });
  const x = Float32Array.from({ length: 6 }, (_, i) => Math.sin(i));
  const twice = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i % 6));
  const h = Float32Array.of(0.1, -0.2, 0.3, 0.4);
  const given = (data: Float32Array, time: number, m: readonly number[]) =>
    ({ x: { data, shape: [1, time, 3] }, h: { data: h, shape: [1, 4] }, m: { data: Uint8Array.from(m), shape: [1, time] } }) as never; // prettier-ignore
  const once = (await net.run(given(x, 2, [1, 0]))) as unknown as Record<string, Float32Array>;
  const long = (await net.run(given(twice, 4, [1, 1, 1, 1]))) as unknown as Record<string, Float32Array>;
  const start = (await net.run(given(x.slice(0, 3), 1, [1]))) as unknown as Record<string, Float32Array>;
  const close = (a: Float32Array, b: Float32Array): void =>
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 5));
  close(once['b']!, long['a']!);
  close(once['d']!, start['a']!);
  net.dispose();
});

describe('what is refused', () => {
  const host = (text: string) => ({
    readFile: (path: string) => (path === 'program.nn' ? text : undefined),
    exists: (path: string) => path === 'program.nn',
    resolvePackage: () => undefined,
  });
  it.each([
    ['LSTM(4, stateful: true)', 'argument/range', /pass the states by hand/],
    ['LSTM(4)(initialState: h)', 'argument/range', /a tuple of 2 tensors/],
    ['LSTM(5)(initialState: (h, h))', 'shape/mismatch', /4 and 5/],
    ['LSTM(4) -> LSTM(4)', 'shape/rank', /\[time, features\]/],
    ['GRU(4)(mask: x)', 'shape/rank', /\[time\]/],
    ['Bidirectional(Dense(4))', 'argument/range', /recurrent/],
    ['Bidirectional(LSTM(4))(initialState: (h, h))', 'argument/range', /both directions/],
    ['RNN(LSTM(4))', 'argument/range', /LSTMCell/],
    ['RNN(StackedRNNCells([Dense(4)]))', 'argument/range', /LSTMCell/],
  ])('%s', async (stages, slug, message) => {
    const options = { target: 'ts', backends: ['wasm'], sourceMap: false, version: '0' } as const;
    const { diagnostics } = await createCompiler(host(model(stages))).build('program.nn', options);
    const errors = diagnostics.filter((d) => d.severity === 'error');
    expect(errors.map((d) => d.code)).toEqual([slug]);
    expect(errors[0]!.message).toMatch(message);
  });
});
