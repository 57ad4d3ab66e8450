/** Models with parameters that are not given: counted with these as variables. */
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { summarize } from '../../compiler/summary/summarize.ts';
import { summaryJson, type JsonModelSummary } from '../../compiler/summary/summary-json.ts';

const text = `block Mlp(factor = 4) {
  input x: [seq, dim]
  output y = x -> Dense(factor * dim, activation: gelu) -> Dense(dim)
}

model Encoder(dim: int, heads: int, depth = 2) {
  input x: [seq, dim]
  output y = x -> repeat depth { MultiHeadAttention(heads, dim / heads, useBias: false)(x, x) -> Mlp }
}

model Wrapped(Inner: layer) {
  input x: [8]
  output y = x -> Inner
}

model Chosen(width: int) {
  input x: [8]
  output y = x -> if width > 8 { Dense(width) }
}
`;

function opened(settings: Readonly<Record<string, string>> = {}): readonly JsonModelSummary[] {
  const host = { readFile: () => text, exists: () => true, resolvePackage: () => undefined };
  const { openModels = [], diagnostics } = createCompiler(host).checkWith('main.nn', undefined, settings);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return summaryJson(openModels.map(summarize)).models;
}

describe('a model with open whole numbers', () => {
  const [encoder, ...others] = opened();

  test('has parameters and FLOPs as expressions of them', () => {
    expect(encoder!.name).toBe('Encoder');
    expect(encoder!.arguments).toEqual({ dim: 'dim', heads: 'heads', depth: '2' });
    // Four projections of dim × dim in attention; up by four and down again in the perceptron, with biases.
    expect(encoder!.parameters).toEqual({ total: '24 * dim ** 2 + 10 * dim', trainable: '24 * dim ** 2 + 10 * dim' });
    expect(encoder!.layers.map(({ path, parameters }) => [path, parameters])).toEqual([
      ['multiHeadAttention.0', '4 * dim ** 2'],
      ['mlp.0.dense', '4 * dim ** 2 + 4 * dim'],
      ['mlp.0.dense_1', '4 * dim ** 2 + dim'],
      ['multiHeadAttention.1', '4 * dim ** 2'],
      ['mlp.1.dense', '4 * dim ** 2 + 4 * dim'],
      ['mlp.1.dense_1', '4 * dim ** 2 + dim'],
    ]);
    expect(encoder!.outputs).toEqual([{ name: 'y', dtype: 'float32', shape: ['seq', 'dim'] }]);
    expect(encoder!.requirements).toEqual(['dim % heads == 0']);
  });

  test('is left out where layers are open, or what it computes depends on the numbers', () => {
    expect(others).toEqual([]);
  });

  test('takes those that are set', () => {
    const [set] = opened({ heads: '4' });
    expect(set!.arguments).toEqual({ dim: 'dim', heads: '4', depth: '2' });
    expect(set!.requirements).toEqual(['dim % 4 == 0']);
    expect(opened({ heads: '4', dim: '64', width: '9' })).toEqual([]);
  });
});
