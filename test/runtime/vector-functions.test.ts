/** The functions that code in wasm's memory computes for four numbers at once, against doubles. */
import loadWabt from 'wabt';
import { expect, it } from 'vitest';
import { functionConstants, functionLocals, vectorFunctions, type VectorFunction } from '../../simd/functions.ts';
import { get, integer, locals, parameters, plus, set, whileTrue } from '../../simd/text.ts';

const count = 1 << 16;

/** Applies a function to `count` numbers at 0 and puts the results after them. */
const applied = (name: VectorFunction): string => `
  (func (export "${name}") ${parameters(['at'])} ${locals('v128', ['x'])} ${functionLocals([name])}
    ${functionConstants([name])}
    ${whileTrue('all', `(i32.lt_u ${get('at')} ${integer(4 * count)})`, `
      ${set('x', `(v128.load ${get('at')})`)}
      ${vectorFunctions[name]('x', 'x')}
      (v128.store offset=${4 * count} ${get('at')} ${get('x')})
      ${set('at', plus(get('at'), integer(16)))}`)})`; // prettier-ignore

const memory = new WebAssembly.Memory({ initial: 8 });
const numbers = new Float32Array(memory.buffer);
const wabt = await loadWabt();
const text = `(module (import "tfjs" "memory" (memory 1)) ${applied('sigmoid')} ${applied('tanh')})`;
const bytes = wabt.parseWat('functions.wat', text, { simd: true }).toBinary({}).buffer;
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { tfjs: { memory } });

function of(name: VectorFunction, values: readonly number[]): readonly number[] {
  numbers.set(values);
  (exports[name] as (at: number) => void)(0);
  return [...numbers.subarray(count, count + values.length)];
}

const exact = { sigmoid: (x: number) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh } as const;

it.each([
  ['sigmoid', 2e-7],
  ['tanh', 4e-7],
] as const)('%s is off by less than %d of the result', (name, most) => {
  for (const bound of [1e-4, 1, 10, 86]) {
    const values = Array.from({ length: count }, (_, i) => Math.fround(bound * ((2 * i + 1) / count - 1)));
    const results = of(name, values);
    const errors = results.map((y, i) => Math.abs(y / exact[name](values[i]!) - 1));
    const worst = errors.reduce((found, error, i) => (error <= errors[found]! ? found : i), 0);
    expect(errors[worst], `${name}(${values[worst]})`).toBeLessThan(most);
    expect(results.every((y) => Math.abs(y) <= 1)).toBe(true);
  }
});

it('keeps zero, its sign, infinities and what is not a number', () => {
  const [nan, most, least, zero, minusZero, far] = of('tanh', [Number.NaN, Infinity, -Infinity, 0, -0, -3e38]);
  expect([nan, most, least, zero, minusZero, far]).toEqual([Number.NaN, 1, -1, 0, -0, -1]);
  const [none, one, tiny, half, alsoHalf, farther] = of('sigmoid', [Number.NaN, Infinity, -Infinity, 0, -0, -3e38]);
  expect([none, one, half, alsoHalf]).toEqual([Number.NaN, 1, 0.5, 0.5]);
  for (const y of [tiny!, farther!]) expect(y).toBeLessThan(1e-37);
});
