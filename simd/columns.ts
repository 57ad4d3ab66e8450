/**
 * The text of a WebAssembly module that adds up the rows of matrices in tfjs's memory, all columns side by side, in double precision: gradients of biases, statistics
 * of batches. tfjs's own kernel transposes first.
 */
import { at, get, integer, locals, parameters, plus, set, times, whileTrue } from './text.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** The numbers at two and at four places as doubles. */
const low = (vector: string): string => `(f64x2.promote_low_f32x4 ${get(vector)})`;
const high = (vector: string): string => `(f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 ${get(vector)} ${get(vector)}))`; // prettier-ignore
const single = (pair: string): string => `(f32x4.demote_f64x2_zero ${get(pair)})`;
const joined = (a: string, b: string): string => `(i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 ${single(a)} ${single(b)})`; // prettier-ignore

/** So many groups of four columns: with four, a whole line of the cache is read at once. */
const columns = (groups: number): string => `
  (func $columns${groups} ${parameters(['from', 'step', 'to', 'rows'])} (local $x v128) ${locals('v128', range(groups).flatMap((g) => [`a${g}`, `b${g}`]))}
    ${whileTrue('row', get('rows'), `
      ${range(groups).map((g) => `${set('x', `(v128.load offset=${16 * g} ${get('from')})`)} ${set(`a${g}`, `(f64x2.add ${get(`a${g}`)} ${low('x')})`)} ${set(`b${g}`, `(f64x2.add ${get(`b${g}`)} ${high('x')})`)}`).join('\n      ')}
      ${set('from', plus(get('from'), get('step')))}
      ${set('rows', plus(get('rows'), integer(-1)))}`)}
    ${range(groups).map((g) => `(v128.store offset=${16 * g} ${get('to')} ${joined(`a${g}`, `b${g}`)})`).join(' ')})`; // prettier-ignore

const one = `
  (func $columns0 ${parameters(['from', 'step', 'to', 'rows'])} (local $sum f64)
    ${whileTrue('row', get('rows'), `
      ${set('sum', `(f64.add ${get('sum')} (f64.promote_f32 (f32.load ${get('from')})))`)}
      ${set('from', plus(get('from'), get('step')))}
      ${set('rows', plus(get('rows'), integer(-1)))}`)}
    (f32.store ${get('to')} (f32.demote_f64 ${get('sum')})))`; // prettier-ignore

/** By so many columns at once, as long as there are so many. */
const by = (groups: number): string => {
  const count = Math.max(1, 4 * groups);
  return whileTrue(`by${groups}`, `(i32.ge_u ${get('n')} ${integer(count)})`, `
      (call $columns${groups} ${get('from')} ${get('step')} ${get('to')} ${get('rows')})
      ${set('from', at(get('from'), integer(count)))} ${set('to', at(get('to'), integer(count)))}
      ${set('n', plus(get('n'), integer(-count)))}`);
}; // prettier-ignore

/** The module as text. It imports the memory and exports `sums`: of `rows` rows of `n` numbers. */
export const columnsText = `(module
  (import "tfjs" "memory" (memory 1))
  ${columns(4)} ${columns(1)} ${one}
  (func (export "sums") ${parameters(['from', 'to', 'rows', 'n'])} (local $step i32)
    ${set('step', times(get('n'), integer(4)))}
    ${by(4)} ${by(1)} ${by(0)}))
`;
