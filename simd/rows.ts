/**
 * Products inside loops over time: c = start + a · b for [m, k] × [k, n], where the start is a matrix of its own or, at 0, none. One row alone goes
 * along b's rows, eight at once, so that b is read in order; four rows share what they read of b.
 */
import { at, bytes, get, integer, locals, parameters, plus, set, times, when, whileTrue } from './text.ts';

const names = ['a', 'b', 'start', 'c', 'k', 'n'] as const;
const given = names.map(get).join(' ');

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/**
 * c += a[p…] · b[p…], for one row of `a` and as many rows of `b`. Columns by groups of four, one by one what is left. One pointer goes down the rows:
 * with one for each, there are more than registers, and it takes twice as long.
 */
function rowsInto(rows: number): string {
  const each = range(rows);
  const onwards = (name: string, by: string): string => set(name, plus(get(name), by));
  const columns = (label: string, mask: number, load: string, store: string): string => `
    ${set('end', at(get('c'), `(i32.and ${get('n')} (i32.const ${mask}))`))}
    ${whileTrue(label, `(i32.lt_u ${get('at')} ${get('end')})`, `
        ${set('sum', `(${load} ${get('at')})`)}
        ${set('down', get('b'))}
        ${each.map((r) => set('sum', `(f32x4.add ${get('sum')} (f32x4.mul ${get(`x${r}`)} (${load} ${get('down')})))`)).join(`\n        ${onwards('down', get('width'))}\n        `)}
        (${store} ${get('at')} ${get('sum')})
        ${onwards('b', integer(-4 * mask))} ${onwards('at', integer(-4 * mask))}`)}`;
  return `
  (func $add${rows} ${parameters(['a', 'b', 'c', 'n'])} ${locals('i32', ['at', 'end', 'width', 'down'])} ${locals('v128', ['sum', ...each.map((r) => `x${r}`)])}
    ${each.map((r) => set(`x${r}`, `(v128.load32_splat offset=${4 * r} ${get('a')})`)).join('\n    ')}
    ${set('width', bytes(get('n')))}
    ${set('at', get('c'))}
    ${columns('four', -4, 'v128.load', 'v128.store')}
    ${columns('one', -1, 'v128.load32_zero', 'v128.store32_lane 0')})`;
} // prettier-ignore

/** The start in its place. */
const begun = `(if ${get('start')}
      (then (memory.copy ${get('c')} ${get('start')} ${bytes(get('n'))}))
      (else (memory.fill ${get('c')} (i32.const 0) ${bytes(get('n'))})))`;

/** One row: the start, then all of `b`. */
const row = `
  (func $row ${parameters(names)} (local $p i32)
    ${begun}
    ${[8, 1].map((rows) => whileTrue(`by${rows}`, `(i32.le_u ${plus(get('p'), integer(rows))} ${get('k')})`, `
        (call $add${rows} ${at(get('a'), get('p'))} ${at(get('b'), times(get('p'), get('n')))} ${get('c')} ${get('n')})
        ${set('p', plus(get('p'), integer(rows)))}`)).join('')})`; // prettier-ignore

/** Some rows and groups of four columns, from column `j`. These begin at `down`, and `width` bytes on in each row of `b`. */
function block(count: number, groups: number): string {
  const rows = range(count);
  const columns = range(groups);
  const all = rows.flatMap((r) => columns.map((g) => [r, g] as const));
  const place = (matrix: string, r: number): string => at(get(matrix), plus(times(integer(r), get('n')), get('j')));
  return `
  (func $block${count}x${groups} ${parameters([...names, 'j', 'down', 'width'])} (local $end i32) ${locals('i32', rows.map((r) => `a${r}`))}
    ${locals('v128', ['x', ...columns.map((g) => `b${g}`), ...all.map(([r, g]) => `s${r}_${g}`)])}
    ${rows.map((r) => set(`a${r}`, at(get('a'), times(integer(r), get('k'))))).join(' ')}
    ${when(get('start'), all.map(([r, g]) => set(`s${r}_${g}`, `(v128.load offset=${16 * g} ${place('start', r)})`)).join('\n      '))}
    ${set('end', at(get('a0'), get('k')))}
    ${whileTrue('rows', `(i32.lt_u ${get('a0')} ${get('end')})`, `
        ${columns.map((g) => set(`b${g}`, `(v128.load offset=${16 * g} ${get('down')})`)).join(' ')}
        ${rows.map((r) => `${set('x', `(v128.load32_splat ${get(`a${r}`)})`)}
        ${columns.map((g) => set(`s${r}_${g}`, `(f32x4.add ${get(`s${r}_${g}`)} (f32x4.mul ${get('x')} ${get(`b${g}`)}))`)).join(' ')}
        ${set(`a${r}`, plus(get(`a${r}`), integer(4)))}`).join('\n        ')}
        ${set('down', plus(get('down'), get('width')))}`)}
    ${all.map(([r, g]) => `(v128.store offset=${16 * g} ${place('c', r)} ${get(`s${r}_${g}`)})`).join('\n    ')})`;
} // prettier-ignore

const asItLies = (j: string): string => `${j} ${at(get('b'), j)} ${bytes(get('n'))}`;

/** Four rows. Columns that are left over are computed once more with some before them; there are at least four. */
const fourRows = `
  (func $fourRows ${parameters(names)} (local $j i32)
    ${[2, 1].map((groups) => whileTrue(`by${groups}`, `(i32.le_u ${plus(get('j'), integer(4 * groups))} ${get('n')})`, `
        (call $block4x${groups} ${given} ${asItLies(get('j'))})
        ${set('j', plus(get('j'), integer(4 * groups)))}`)).join('')}
    ${when(`(i32.lt_u ${get('j')} ${get('n')})`, `(call $block4x1 ${given} ${asItLies(`(i32.sub ${get('n')} (i32.const 4))`)})`)})`; // prettier-ignore

/** b, [k, n], by eight columns and then the next eight: rows of them lie so far apart that they want the same place in the cache. n is in eights. */
const packStrips = `
  (func $packStrips ${parameters(['b', 'to', 'k', 'n'])} ${locals('i32', ['j', 'p', 'down'])}
    ${whileTrue('strips', `(i32.lt_u ${get('j')} ${get('n')})`, `
      ${set('down', at(get('b'), get('j')))} ${set('p', get('k'))}
      ${whileTrue('rows', get('p'), `
        (v128.store ${get('to')} (v128.load ${get('down')})) (v128.store offset=16 ${get('to')} (v128.load offset=16 ${get('down')}))
        ${set('to', plus(get('to'), integer(32)))} ${set('down', at(get('down'), get('n')))} ${set('p', plus(get('p'), integer(-1)))}`)}
      ${set('j', plus(get('j'), integer(8)))}`)})`; // prettier-ignore

/** So many rows, of a `b` in strips. */
const stripRows = (count: number): string => `
  (func $stripRows${count} ${parameters(names)} (local $j i32)
    ${whileTrue('strips', `(i32.lt_u ${get('j')} ${get('n')})`, `
        (call $block${count}x2 ${given} ${get('j')} ${at(get('b'), times(get('j'), get('k')))} ${integer(32)})
        ${set('j', plus(get('j'), integer(8)))}`)})`; // prettier-ignore

const isFew = `(i32.lt_u ${get('m')} ${integer(4)})`;
const packGiven = ['b', 'to', 'k', 'n'].map(get).join(' ');

/** By how many rows, and what a row of blocks takes of each. */
const deep = 8;

/** b, [k, n], in the order in which `$packedRow` reads it: eight rows of four columns, one such block after the other. */
const packBlocks = `
  (func $packBlocks ${parameters(['b', 'to', 'k', 'n'])} ${locals('i32', ['p', 'j', 'down'])}
    ${whileTrue('rows', `(i32.lt_u ${get('p')} ${get('k')})`, `
      ${set('j', integer(0))}
      ${whileTrue('columns', `(i32.lt_u ${get('j')} ${get('n')})`, `
        ${set('down', at(get('b'), plus(times(get('p'), get('n')), get('j'))))}
        ${range(deep).map((r) => `(v128.store offset=${16 * r} ${get('to')} (v128.load ${get('down')})) ${set('down', at(get('down'), get('n')))}`).join('\n        ')}
        ${set('to', plus(get('to'), integer(16 * deep)))}
        ${set('j', plus(get('j'), integer(4)))}`)}
      ${set('p', plus(get('p'), integer(deep)))}`)})`; // prettier-ignore

/** As `$row`, of a packed `b`. */
const packedRow = `
  (func $packedRow ${parameters(names)} ${locals('i32', ['at', 'end', 'rows'])} ${locals('v128', ['sum', ...range(deep).map((r) => `x${r}`)])}
    ${begun}
    ${set('end', at(get('c'), get('n')))}
    ${set('rows', at(get('a'), get('k')))}
    ${whileTrue('rows', `(i32.lt_u ${get('a')} ${get('rows')})`, `
      ${range(deep).map((r) => set(`x${r}`, `(v128.load32_splat offset=${4 * r} ${get('a')})`)).join(' ')}
      ${set('at', get('c'))}
      ${whileTrue('columns', `(i32.lt_u ${get('at')} ${get('end')})`, `
        ${set('sum', `(v128.load ${get('at')})`)}
        ${range(deep).map((r) => set('sum', `(f32x4.add ${get('sum')} (f32x4.mul ${get(`x${r}`)} (v128.load offset=${16 * r} ${get('b')})))`)).join('\n        ')}
        (v128.store ${get('at')} ${get('sum')})
        ${set('b', plus(get('b'), integer(16 * deep)))}
        ${set('at', plus(get('at'), integer(16)))}`)}
      ${set('a', plus(get('a'), integer(4 * deep)))}`)})`; // prettier-ignore

/** `m` rows, of which `count` at once by a function. */
const byRows = (name: string, count: number): string => {
  const onwards = (pointer: string, columns: string): string => set(pointer, at(get(pointer), times(integer(count), get(columns))));
  return whileTrue(name, `(i32.ge_s ${get('m')} (i32.const ${count}))`, `
        (call $${name} ${given})
        ${onwards('a', 'k')} ${onwards('c', 'n')} ${when(get('start'), onwards('start', 'n'))}
        ${set('m', `(i32.sub ${get('m')} (i32.const ${count}))`)}`);
}; // prettier-ignore

/**
 * `$rows(a, b, start, c, k, n, m)`; `c` is none of the others, n ≥ 4. `$packedRows` is the same for a `b` that `$pack(b, to, k, n, m)` has packed, with
 * k and n in eights: for many products, of which each reads all of `b`. Few rows read blocks of it in order, others strips.
 */
export const rowsText = `
  ${rowsInto(8)} ${rowsInto(1)} ${row} ${block(4, 2)} ${block(4, 1)} ${block(1, 2)} ${fourRows}
  ${packBlocks} ${packedRow} ${packStrips} ${stripRows(4)} ${stripRows(1)}
  (func $pack ${parameters(['b', 'to', 'k', 'n', 'm'])}
    (if ${isFew} (then (call $packBlocks ${packGiven})) (else (call $packStrips ${packGiven}))))
  (func $rows ${parameters([...names, 'm'])} ${byRows('fourRows', 4)} ${byRows('row', 1)})
  (func $packedRows ${parameters([...names, 'm'])}
    (if ${isFew} (then ${byRows('packedRow', 1)}) (else ${byRows('stripRows4', 4)} ${byRows('stripRows1', 1)})))`;
