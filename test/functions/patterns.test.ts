/** `rearrange` and `einsum`: values against tfjs, gradients against differences, and places of mistakes inside the pattern. */
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registry } from '../../compiler/definitions/registry.ts';
import type { NdArray } from '../../compiler/graph/index.ts';
import { displayShape } from '../../compiler/shapes/index.ts';
import { checkText } from '../check/checking.ts';
import { expectDifferences } from '../layers/differences.ts';
import { applied, evaluated, someNumbers, type Arguments } from '../layers/harness.ts';
import { expectClose, toArray, toTensor } from '../layers/tf-layers.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const functionOf = (name: string) => registry.functions.get(name)!;

describe('rearrange', () => {
  const image = someNumbers([2, 4, 6, 3], 2);
  const cases: readonly (readonly [string, Arguments, (x: tf.Tensor) => tf.Tensor])[] = [
    ['h w c -> c h w', {}, (x) => tf.transpose(x, [0, 3, 1, 2])],
    ['h w c -> (h w) c', {}, (x) => tf.reshape(x, [2, 24, 3])],
    ['h w c -> (w h c)', {}, (x) => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [2, 72])],
    ['(h p) (w q) c -> (h w) (p q c)', { p: 2, q: 3 }, (x) => tf.reshape(tf.transpose(tf.reshape(x, [2, 2, 2, 2, 3, 3]), [0, 1, 3, 2, 4, 5]), [2, 4, 18])],
    ['(h p) w c -> p h w c', { h: 2 }, (x) => tf.transpose(tf.reshape(x, [2, 2, 2, 6, 3]), [0, 2, 1, 3, 4])],
    ['... c -> c ...', {}, (x) => tf.transpose(x, [0, 3, 1, 2])],
    ['h ... -> ... h', {}, (x) => tf.transpose(x, [0, 2, 3, 1])],
    ['h w c -> h 1 w () c', {}, (x) => tf.reshape(x, [2, 4, 1, 6, 1, 3])],
  ]; // prettier-ignore
  test.each(cases.map(([pattern], i) => [pattern, i] as const))('%s', (_, i) => {
    const [pattern, sizes, oracle] = cases[i]!;
    const result = applied(functionOf('rearrange'), { pattern, ...sizes }, [image]);
    const [output] = evaluated(result.outputs, { inputs: [image] });
    expectClose(output!, toArray(oracle(toTensor(image))));
    expectDifferences(result, [image], pattern);
  });
  test('an axis of 1 is dropped', () => {
    const x = someNumbers([2, 1, 3], 2);
    const [output] = evaluated(applied(functionOf('rearrange'), { pattern: '1 c -> c' }, [x]).outputs, { inputs: [x] });
    expect(output!.shape).toEqual([2, 3]);
  });
});

describe('einsum', () => {
  const a = someNumbers([2, 3, 4], 2);
  const b = someNumbers([2, 5, 4], 3);
  const c = someNumbers([2, 4], 4);
  const shared = someNumbers([1, 4, 3, 2], 5);
  const cases: readonly (readonly [string, readonly NdArray[], (...xs: tf.Tensor[]) => tf.Tensor])[] = [
    ['q d, k d -> q k', [a, b], (x, y) => tf.einsum('bqd,bkd->bqk', x!, y!)],
    ['q d, k d -> k q', [a, b], (x, y) => tf.einsum('bqd,bkd->bkq', x!, y!)],
    ['q d, k d -> q k d', [a, b], (x, y) => tf.mul(tf.expandDims(x!, 2), tf.expandDims(y!, 1))],
    ['q d, k d ->', [a, b], (x, y) => tf.sum(tf.einsum('bqd,bkd->bqk', x!, y!), [1, 2])],
    ['q d, q d -> q', [a, a], (x, y) => tf.sum(tf.mul(x!, y!), -1)],
    ['q d, k d, d -> q k', [a, b, c], (x, y, z) => tf.einsum('bqd,bkd->bqk', tf.mul(x!, tf.expandDims(z!, 1)), y!)],
    ['s d, d h k -> h s k', [a, shared], (x, w) => tf.einsum('bsd,dhk->bhsk', x!, tf.reshape(w!, [4, 3, 2]))],
    ['q d -> d q', [a], (x) => tf.transpose(x!, [0, 2, 1])],
    ['q d -> q', [a], (x) => tf.sum(x!, -1)],
    ['... d, d -> ...', [a, c], (x, z) => tf.sum(tf.mul(x!, tf.expandDims(z!, 1)), -1)],
    ['i, j -> i j', [c, c], (x, y) => tf.mul(tf.expandDims(x!, 2), tf.expandDims(y!, 1))],
  ];
  test.each(cases.map(([equation], i) => [equation, i] as const))('%s', (_, i) => {
    const [equation, inputs, oracle] = cases[i]!;
    const result = applied(functionOf('einsum'), { equation }, inputs);
    const [output] = evaluated(result.outputs, { inputs });
    expectClose(output!, toArray(oracle(...inputs.map(toTensor))), equation, 1e-5);
    expectDifferences(result, inputs, equation);
  });
  test.each([['i i -> i'], ['i i ->']])('%s takes the diagonal', (equation) => {
    const x = someNumbers([2, 3, 3], 2);
    const result = applied(functionOf('einsum'), { equation }, [x]);
    const [output] = evaluated(result.outputs, { inputs: [x] });
    const diagonal = [0, 1].map((n) => [0, 4, 8].map((k) => x.data[n * 9 + k]!));
    const expected = equation.endsWith('->') ? diagonal.map((d) => d[0]! + d[1]! + d[2]!) : diagonal.flat();
    for (const [i, value] of expected.entries()) expect(output!.data[i]).toBeCloseTo(value, 5);
    expectDifferences(result, [x], equation);
  }); // prettier-ignore
  test('axes of 1 under dots stretch', () => {
    const [x, y] = [someNumbers([2, 1, 4], 2), someNumbers([2, 5, 4], 3)];
    const result = applied(functionOf('einsum'), { equation: '... d, ... d -> ...' }, [x, y]);
    const [output] = evaluated(result.outputs, { inputs: [x, y] });
    expectClose(output!, toArray(tf.sum(tf.mul(toTensor(x), toTensor(y)), -1)));
  });
});

describe('mistakes are shown inside the pattern', () => {
  const problem = (stage: string, input = '[14, 7]'): string => {
    const result = checkText(`model M {\n  input x: ${input}\n  output y = ${stage}\n}\n`);
    return result.diagnostics.map((d) => `${d.code} ${d.file.textOf(d.span)}`).join('; ');
  };
  test.each([
    ['x -> rearrange("a (b c) -> a b c", b: 2)', 'shape/indivisible (b c)'],
    ['x -> rearrange("(a b) c -> a b c", a: 2, b: 5)', 'shape/size (a b)'],
    ['x -> rearrange("a b c -> c b a")', 'shape/rank a b c'],
    ['x -> rearrange("a 1 -> a")', 'shape/size 1'],
    ['x -> rearrange("a b -> a")', 'argument/pattern b'],
    ['x -> rearrange("a b -> a b c")', 'argument/pattern c'],
    ['x -> rearrange("a b -> a b a")', 'argument/pattern a'],
    ['x -> rearrange("(a b) c -> a b c")', 'argument/pattern (a b)'],
    ['x -> rearrange("a b c")', 'argument/pattern c'],
    ['x -> rearrange("a (b -> a b")', 'argument/pattern ->'],
    ['x -> rearrange("a b -> b a", c: 2)', 'argument/pattern 2'],
    ['x -> rearrange("a b -> b a -> a")', 'argument/pattern ->'],
    ['x -> rearrange("a -b -> b a")', 'argument/pattern -'],
    ['x -> rearrange("a b -> b a", a: 2.5)', 'argument/type 2.5'],
    ['einsum("a b, c -> a c", x, x)', 'shape/rank c'],
    ['einsum("a b, a a -> b", x, x)', 'shape/mismatch a'],
    ['einsum("a b -> a", x, x)', 'argument/pattern a b'],
    ['einsum("a b -> c", x)', 'argument/pattern c'],
    ['einsum("a (b) -> a", x)', 'argument/pattern ('],
    ['einsum("a\\u{20}b c -> a", x)', 'shape/rank a\\u{20}b c'],
  ])('%s: %s', (stage, expected) => {
    expect(problem(stage)).toBe(expected);
  });
  test('a pattern that is a constant is blamed as a whole', () => {
    const result = checkText(
      'const P = "a b c -> c b a"\nmodel M {\n  input x: [2, 3]\n  output y = x -> rearrange(P)\n}\n',
    );
    expect(result.diagnostics.map((d) => `${d.code} ${d.file.textOf(d.span)}`)).toEqual(['shape/rank P']);
  });
  test('symbolic sizes become requirements', () => {
    const result = checkText(
      'model M {\n  input x: [n, d]\n  output y = x -> rearrange("n (h k) -> h n k", h: 8)\n}\n',
    );
    expect(result.diagnostics).toEqual([]);
    expect(displayShape(result.models[0]!.outputs[0]!.value.type.shape)).toBe('[8, n, d / 8]');
    expect(result.models[0]!.requirements).toHaveLength(1);
  });
});
