/**
 * The text of a WebAssembly module that multiplies matrices of which the left one lies on its side, in tfjs's memory: [k, m]ᵀ × [k, n] → [m, n], the
 * gradient of a dense layer's kernel. Four numbers of a row of the left one are a column of four rows, so it is read as it lies and no copy is
 * made of it. With few rows `k`, the examples of a batch, what a block reads stays in the nearest cache; with many, transposing first is as fast.
 *
 * The right one is in the order of `pack` in windows.ts: by eight columns, then the next eight. `n` is a multiple of 4.
 */
import { get, integer, parameters as parametersOf, plus, set, times, whileTrue } from './text.ts';

/** The left one, and the way from one of its rows to the next; the right one; the result, and the way from one of its rows to the next. In bytes. */
const names = ['a', 'aStep', 'b', 'c', 'cStep', 'k'];
const parameters = parametersOf(names);
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** So many rows by `groups` × 4 columns of the result: their sums stay in registers. */
function block(rows: number, groups: number): string {
  const [each, columns] = [range(rows), range(groups)];
  const sums = each.flatMap((r) => columns.map((g) => ({ r, g, name: `s${r}_${g}` })));
  return `
  (func $block${rows}x${groups} ${parameters}
    (local $x v128) ${columns.map((g) => `(local $b${g} v128)`).join(' ')}
    ${sums.map(({ name }) => `(local $${name} v128)`).join(' ')}
    (loop $next
      ${columns.map((g) => set(`b${g}`, `(v128.load offset=${16 * g} ${get('b')})`)).join('\n      ')}
      ${each
        .map(
          (r) => `${set('x', `(v128.load32_splat offset=${4 * r} ${get('a')})`)}
      ${columns.map((g) => set(`s${r}_${g}`, `(f32x4.add ${get(`s${r}_${g}`)} (f32x4.mul ${get('x')} ${get(`b${g}`)}))`)).join('\n      ')}`,
        )
        .join('\n      ')}
      ${set('a', plus(get('a'), get('aStep')))}
      ${set('b', plus(get('b'), integer(32)))}
      (br_if $next (local.tee $k (i32.sub ${get('k')} ${integer(1)}))))
    ${each
      .map((r) => {
        const store = columns.map((g) => `(v128.store offset=${16 * g} ${get('c')} ${get(`s${r}_${g}`)})`).join(' ');
        return r + 1 < rows ? `${store} ${set('c', plus(get('c'), get('cStep')))}` : store;
      })
      .join('\n    ')})`;
}

/** So many rows of the result, from the place of the first in each row of the left one. */
const rowsOf = (rows: number): string => `
  (func $rows${rows} ${parameters}
    (local $end i32)
    ${set('end', plus(get('c'), get('cStep')))}
    ${whileTrue(
      'strip',
      `(i32.le_u ${plus(get('c'), integer(32))} ${get('end')})`,
      `(call $block${rows}x2 ${names.map(get).join(' ')})
        ${set('c', plus(get('c'), integer(32)))}
        ${set('b', plus(get('b'), times(get('k'), integer(32))))}`,
    )}
    (if (i32.lt_u ${get('c')} ${get('end')}) (then (call $block${rows}x1 ${names.map(get).join(' ')}))))`;

const rowsFrom = (count: number): string => `(call $rows${count} ${names.map(get).join(' ')})
        ${set('a', plus(get('a'), integer(4 * count)))}
        ${set('c', plus(get('c'), times(get('cStep'), integer(count))))}
        ${set('m', `(i32.sub ${get('m')} ${integer(count)})`)}`;

/** The module as text. It imports the memory and exports `transposed`; `k` is at least 1. */
export const transposedText = `(module
  (import "tfjs" "memory" (memory 1))
  ${[block(4, 2), block(4, 1), block(1, 2), block(1, 1), rowsOf(4), rowsOf(1)].join('\n')}
  (func (export "transposed") ${parameters} (param $m i32)
    ${whileTrue('four', `(i32.ge_u ${get('m')} ${integer(4)})`, rowsFrom(4))}
    ${whileTrue('one', get('m'), rowsFrom(1))}))
`;
