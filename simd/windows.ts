/**
 * The text of a WebAssembly module that convolves images where they lie, in tfjs's memory. XNNPACK copies a filter into an order of its own first, slowly, which
 * costs as much as many windows; in training each filter is new, and that of a gradient by a filter is as large as the images. And the loops of this one are
 * faster: measured on an AMD EPYC, 56 billion operations in a second where XNNPACK has 44, of 63 that the processor can do.
 *
 * `windows` multiplies windows by a filter. A window is `segments` pieces (the rows of the filter) of `k` numbers that lie together; there are `rows` rows of
 * `m` windows. The filter, [segments, k, n], is in an order of its own here too, made by `pack`, which takes as long as copying: with many columns, their
 * rows would lie so far apart that caches hold few of them.
 */

import { bytes, get, integer, parameters as parametersOf, plus, set, times } from './text.ts';

const less = (a: string, b: string): string => `(i32.sub ${a} ${b})`;
/** One less, told. */
const countedDown = (name: string): string => `(local.tee $${name} ${less(get(name), integer(1))})`;
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/**
 * The image, and the way from one window to the next and from one segment to the next; the filter, and the way from one segment to the next; the result, and
 * the way from one window to the next. All in bytes; `bias` is 0 for none.
 */
const names = ['a', 'step', 'aSegment', 'b', 'bSegment', 'c', 'cStep', 'k', 'segments', 'bias'];
const parameters = `${parametersOf(names)} (param $least f32) (param $most f32)`;
const given = [...names, 'least', 'most'].map(get).join(' ');

/** So many windows from `i`, `groups` × 4 columns from byte `j` of a row: their sums stay in registers. */
function block(rows: number, groups: number): string {
  const each = range(rows);
  const columns = range(groups);
  const sums = each.flatMap((r) => columns.map((g) => ({ r, g, name: `s${r}_${g}` })));
  const target = (r: number, g: number): string => `offset=${16 * g} ${get(`c${r}`)}`;
  const first = (g: number): string =>
    `(if (result v128) ${get('bias')} (then (v128.load offset=${16 * g} ${plus(get('bias'), get('j'))})) (else (f32x4.splat (f32.const 0))))`;
  const bounded = (name: string): string =>
    `(f32x4.min (f32x4.max ${get(name)} (f32x4.splat ${get('least')})) (f32x4.splat ${get('most')}))`;
  return `
  (func $block${rows}x${groups} ${parameters} (param $i i32) (param $j i32)
    (local $end i32) (local $left i32) (local $at i32) (local $x v128)
    ${each.map((r) => `(local $a${r} i32) (local $c${r} i32)`).join(' ')}
    ${columns.map((g) => `(local $b${g} v128)`).join(' ')}
    ${sums.map(({ name }) => `(local $${name} v128)`).join(' ')}
    ${each.map((r) => set(`a${r}`, plus(get('a'), times(plus(get('i'), integer(r)), get('step'))))).join('\n    ')}
    ${each.map((r) => set(`c${r}`, plus(plus(get('c'), get('j')), times(plus(get('i'), integer(r)), get('cStep'))))).join('\n    ')}
    ${columns.map((g) => set(`b${g}`, first(g))).join(' ')}
    ${sums.map(({ g, name }) => set(name, get(`b${g}`))).join(' ')}
    ${set('left', get('segments'))}
    (loop $segment
      ${set('at', get('b'))}
      ${set('end', plus(get('a0'), bytes(get('k'))))}
      (loop $next
        ${columns.map((g) => set(`b${g}`, `(v128.load offset=${16 * g} ${get('at')})`)).join('\n        ')}
        ${each
          .map(
            (r) => `${set('x', `(v128.load32_splat ${get(`a${r}`)})`)}
        ${columns.map((g) => set(`s${r}_${g}`, `(f32x4.add ${get(`s${r}_${g}`)} (f32x4.mul ${get('x')} ${get(`b${g}`)}))`)).join('\n        ')}
        ${set(`a${r}`, plus(get(`a${r}`), integer(4)))}`,
          )
          .join('\n        ')}
        ${set('at', plus(get('at'), integer(32)))}
        (br_if $next (i32.lt_u ${get('a0')} ${get('end')})))
      ${each.map((r) => set(`a${r}`, plus(get(`a${r}`), less(get('aSegment'), bytes(get('k')))))).join('\n      ')}
      ${set('b', plus(get('b'), get('bSegment')))}
      (br_if $segment ${countedDown('left')}))
    ${sums.map(({ r, g, name }) => `(v128.store ${target(r, g)} ${bounded(name)})`).join('\n    ')})`;
}

const call = (rows: number, groups: number): string =>
  `(call $block${rows}x${groups} ${given} ${get('i')} ${get('j')})`;
const take = (rows: number, groups: number): string =>
  `${call(rows, groups)} ${set('i', plus(get('i'), integer(rows)))}`;

/** So many columns of a row of windows: by fours, and so by threes that no window is left alone: 5 = 3 + 2, 9 = 3 + 3 + 3. */
const row = (groups: number): string => `
  (func $row${groups} ${parameters} (param $m i32) (param $j i32) (local $i i32) (local $left i32)
    (loop $next
      ${set('left', less(get('m'), get('i')))}
      (if (i32.or (i32.eq ${get('left')} ${integer(4)}) (i32.and (i32.gt_u ${get('left')} ${integer(6)}) (i32.ne ${get('left')} ${integer(9)})))
        (then ${take(4, groups)})
        (else
          (if (i32.ge_u ${get('left')} ${integer(3)})
            (then ${take(3, groups)})
            (else (if (i32.eq ${get('left')} ${integer(2)}) (then ${take(2, groups)}) (else ${take(1, groups)}))))))
      (br_if $next (i32.lt_u ${get('i')} ${get('m')}))))`;

const others = ['n', 'm', 'rows', 'aRow', 'cRow', 'bStrip'];
const rowOf = (groups: number): string => `(call $row${groups} ${given} ${get('m')} ${get('j')})`;

/** A filter of so many rows by eight columns, then by the next eight. Of the last eight, four may stay as they are. */
const pack = `
  (func (export "pack") (param $filter i32) (param $target i32) (param $rows i32) (param $n i32)
    (local $j i32) (local $end i32) (local $at i32) (local $left i32)
    ${set('end', bytes(get('n')))}
    (loop $strip
      ${set('at', plus(get('filter'), get('j')))}
      ${set('left', get('rows'))}
      (loop $row
        (v128.store ${get('target')} (v128.load ${get('at')}))
        (if (i32.lt_u ${plus(get('j'), integer(16))} ${get('end')})
          (then (v128.store offset=16 ${get('target')} (v128.load offset=16 ${get('at')}))))
        ${set('at', plus(get('at'), get('end')))}
        ${set('target', plus(get('target'), integer(32)))}
        (br_if $row ${countedDown('left')}))
      ${set('j', plus(get('j'), integer(32)))}
      (br_if $strip (i32.lt_u ${get('j')} ${get('end')}))))`;

/** The module as text. It imports the memory and exports `pack` and `windows`; there is at least one window, and `n` is a multiple of 4. */
export const windowsText = `(module
  (import "tfjs" "memory" (memory 1))
  ${[4, 3, 2, 1].flatMap((rows) => [block(rows, 2), block(rows, 1)]).join('\n')}
  ${pack}
  ${row(2)}
  ${row(1)}
  (func (export "windows") ${parameters} ${parametersOf(others)}
    (local $j i32) (local $end i32) (local $left i32) (local $a0 i32) (local $c0 i32)
    ${set('end', bytes(get('n')))}
    ${set('a0', get('a'))}
    ${set('c0', get('c'))}
    ;; All windows by eight columns, then by the next: these lie in the nearest cache.
    (loop $strip
      ${set('a', get('a0'))}
      ${set('c', get('c0'))}
      ${set('left', get('rows'))}
      (loop $row
        (if (i32.le_u ${plus(get('j'), integer(32))} ${get('end')})
          (then ${rowOf(2)})
          (else ${rowOf(1)}))
        ${set('a', plus(get('a'), get('aRow')))}
        ${set('c', plus(get('c'), get('cRow')))}
        (br_if $row ${countedDown('left')}))
      ${set('b', plus(get('b'), get('bStrip')))}
      ${set('j', plus(get('j'), integer(32)))}
      (br_if $strip (i32.lt_u ${get('j')} ${get('end')})))))
`;
