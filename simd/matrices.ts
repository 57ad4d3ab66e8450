/**
 * The text of a WebAssembly module for matrices with many rows, where they lie in tfjs's memory: [m, k] × [k, n] + bias, kept within bounds, of which either may
 * lie transposed. Both are copied into the order in which the product reads them, and that is as quick for what lies transposed, so nothing is transposed first.
 *
 * Of the right operand the caller makes strips, eight columns with all their rows and then the next eight. Of the left one `product` makes strips of four rows, so many
 * at a time, in `room`: one pointer then walks over all that four rows give. Measured on an AMD EPYC: 58 to 64 billion operations in a second, of 66 that the
 * core can do, where reading four rows as they lie gives 50 to 54.
 */
import { at, bytes, get, integer, locals, parameters, plus, set, times, when, whileTrue } from './text.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const less = (a: string, b: string): string => `(i32.sub ${a} ${b})`;
const onwards = (name: string, by: string): string => set(name, plus(get(name), by));
const atLeast = (name: string, count: number): string => `(i32.ge_s ${get(name)} ${integer(count)})`;
const smaller = (a: string, b: string): string => `(select ${a} ${b} (i32.lt_u ${a} ${b}))`;

/** Rows of the left operand whose strips are made at a time, which then stay in the second level of the cache. */
const rowsAtOnce = 32;
/** Numbers of each of them: what there is of the sums then is in the result, from where they go on. So the room need not grow with the matrices. */
const deep = 1024;
/** Bytes of the room: beside the strips, a place for one block, eight zeros and the bounds. */
export const bytesOfRoom = 176 + 4 * rowsAtOnce * deep;
/** Up to four numbers, and no byte beyond them: they may be the last of the memory. */
const some = `
  (func $some (param $at i32) (param $count i32) (result v128) (local $found v128)
    (if ${atLeast('count', 4)} (then (return (v128.load ${get('at')}))))
    (if (i32.eq ${get('count')} ${integer(1)}) (then (return (v128.load32_zero ${get('at')}))))
    ${set('found', `(v128.load64_zero ${get('at')})`)}
    (if (i32.eq ${get('count')} ${integer(2)}) (then (return ${get('found')})))
    (v128.load32_lane offset=8 2 ${get('at')} ${get('found')}))
  (func $put (param $at i32) (param $count i32) (param $all v128)
    (if ${atLeast('count', 4)} (then (v128.store ${get('at')} ${get('all')}) (return)))
    (v128.store32_lane 0 ${get('at')} ${get('all')})
    ${when(atLeast('count', 2), `(v128.store32_lane offset=4 1 ${get('at')} ${get('all')})`)}
    ${when(atLeast('count', 3), `(v128.store32_lane offset=8 2 ${get('at')} ${get('all')})`)})`;

/** Where the strips of a group of four begin: `width` is 16 for strips of four, 32 for strips of eight, of which the second four stand beside the first. */
const place = `
  (func $place ${parameters(['to', 'group', 'length', 'width'])} (result i32)
    ${plus(
      plus(
        get('to'),
        times(`(i32.div_u ${times(get('group'), integer(16))} ${get('width')})`, times(get('length'), get('width'))),
      ),
      `(i32.rem_u ${times(get('group'), integer(16))} ${get('width')})`,
    )})`;

/** Strips of the columns of a matrix: `step` bytes from one row to the next. Whole lines of the cache first. */
const ofColumns = `
  (func $ofColumns (export "ofColumns") ${parameters(['from', 'step', 'to', 'rows', 'columns', 'width'])} ${locals('i32', ['group', 'left', 'down', ...range(4).map((g) => `to${g}`)])}
    ${whileTrue('lines', atLeast('columns', 16), `
      ${range(4).map((g) => set(`to${g}`, `(call $place ${get('to')} ${plus(get('group'), integer(g))} ${get('rows')} ${get('width')})`)).join('\n      ')}
      ${set('left', get('rows'))} ${set('down', get('from'))}
      ${whileTrue('row', get('left'), `
        ${range(4).map((g) => `(v128.store ${get(`to${g}`)} (v128.load offset=${16 * g} ${get('down')})) ${onwards(`to${g}`, get('width'))}`).join('\n        ')}
        ${onwards('down', get('step'))} ${onwards('left', integer(-1))}`)}
      ${onwards('from', integer(64))} ${onwards('group', integer(4))} ${onwards('columns', integer(-16))}`)}
    ${whileTrue('rest', atLeast('columns', 1), `
      ${set('to0', `(call $place ${get('to')} ${get('group')} ${get('rows')} ${get('width')})`)}
      ${set('left', get('rows'))} ${set('down', get('from'))}
      ${whileTrue('each', get('left'), `
        (v128.store ${get('to0')} (call $some ${get('down')} ${get('columns')}))
        ${onwards('to0', get('width'))} ${onwards('down', get('step'))} ${onwards('left', integer(-1))}`)}
      ${onwards('from', integer(16))} ${onwards('group', integer(1))} ${onwards('columns', integer(-4))}`)})`; // prettier-ignore

const shuffled = (a: string, b: string, lanes: readonly number[]): string => `(i8x16.shuffle ${lanes.flatMap((lane) => range(4).map((byte) => 4 * lane + byte)).join(' ')} ${get(a)} ${get(b)})`; // prettier-ignore

/** Of the vectors r0 to r3, the four of their columns into t0 to t3. */
const turned = `
        ${set('u0', shuffled('r0', 'r1', [0, 4, 1, 5]))} ${set('u1', shuffled('r0', 'r1', [2, 6, 3, 7]))}
        ${set('u2', shuffled('r2', 'r3', [0, 4, 1, 5]))} ${set('u3', shuffled('r2', 'r3', [2, 6, 3, 7]))}
        ${set('t0', shuffled('u0', 'u2', [0, 1, 4, 5]))} ${set('t1', shuffled('u0', 'u2', [2, 3, 6, 7]))}
        ${set('t2', shuffled('u1', 'u3', [0, 1, 4, 5]))} ${set('t3', shuffled('u1', 'u3', [2, 3, 6, 7]))}`;
const turning = locals('v128', range(4).flatMap((i) => [`r${i}`, `u${i}`, `t${i}`])); // prettier-ignore

/** The same of the rows, four at a time. Beyond the last row it stands again. */
const ofRows = `
  (func $ofRows (export "ofRows") ${parameters(['from', 'step', 'to', 'rows', 'columns', 'width'])} ${locals('i32', ['group', 'left', 'at', ...range(4).map((r) => `p${r}`)])} ${turning}
    ${whileTrue('four', atLeast('rows', 1), `
      ${set('at', `(call $place ${get('to')} ${get('group')} ${get('columns')} ${get('width')})`)}
      ${range(4).map((r) => set(`p${r}`, plus(get('from'), times(get('step'), smaller(integer(r), less(get('rows'), integer(1))))))).join('\n      ')}
      ${set('left', get('columns'))}
      ${whileTrue('whole', atLeast('left', 4), `
        ${range(4).map((r) => `${set(`r${r}`, `(v128.load ${get(`p${r}`)})`)} ${onwards(`p${r}`, integer(16))}`).join(' ')}
        ${turned}
        ${range(4).map((i) => `(v128.store ${get('at')} ${get(`t${i}`)}) ${onwards('at', get('width'))}`).join(' ')}
        ${onwards('left', integer(-4))}`)}
      ${whileTrue('rest', get('left'), `
        ${range(4).map((r) => `(i32.store offset=${4 * r} ${get('at')} (i32.load ${get(`p${r}`)})) ${onwards(`p${r}`, integer(4))}`).join(' ')}
        ${onwards('at', get('width'))} ${onwards('left', integer(-1))}`)}
      ${onwards('from', times(get('step'), integer(4)))} ${onwards('group', integer(1))} ${onwards('rows', integer(-4))}`)})`; // prettier-ignore

/** A matrix with its rows as columns: bytes from one row to the next in both. */
const transpose = `
  (func (export "transpose") ${parameters(['from', 'step', 'to', 'toStep', 'rows', 'columns'])} ${locals('i32', ['i', 'j', 'a', 'b', 'down', 'across'])} ${turning}
    ${whileTrue('rows', `(i32.lt_u ${get('i')} ${get('rows')})`, `
      ${set('down', smaller(integer(4), less(get('rows'), get('i'))))}
      ${set('j', integer(0))}
      ${whileTrue('columns', `(i32.lt_u ${get('j')} ${get('columns')})`, `
        ${set('across', smaller(integer(4), less(get('columns'), get('j'))))}
        ${set('a', at(plus(get('from'), times(get('i'), get('step'))), get('j')))}
        ${set('b', at(plus(get('to'), times(get('j'), get('toStep'))), get('i')))}
        ${range(4).map((r) => set(`r${r}`, `(call $some ${plus(get('a'), times(get('step'), smaller(integer(r), less(get('down'), integer(1)))))} ${get('across')})`)).join('\n        ')}
        ${turned}
        ${range(4).map((i) => when(`(i32.gt_u ${get('across')} ${integer(i)})`, `(call $put ${plus(get('b'), times(get('toStep'), integer(i)))} ${get('down')} ${get(`t${i}`)})`)).join('\n        ')}
        ${set('j', plus(get('j'), integer(4)))}`)}
      ${set('i', plus(get('i'), integer(4)))}`)})`; // prettier-ignore

const blockParameters = ['a', 'b', 'from', 'fromStep', 'c', 'step', 'k', 'limits'] as const;

/** The same address, of which V8 knows that it has no more than 32 bits: else it would see to that at each use. Measured: 53 → 63 billion operations in a second. */
const known = (pointer: string): string => `(i32.and ${get(pointer)} ${integer(-4)})`;

/**
 * Four rows and `groups` × 4 columns: their sums stay in registers, for which there is just enough room. So it calls nothing and takes no floats: with the bounds as
 * parameters, V8 would write the sums down at each turn of the loop, which takes three times as long. The sums begin with what is at `from`: a bias, the same
 * for all rows, or what there is of them. Bounds are two numbers at `limits`; at 0 there are none.
 */
function block(groups: number): string {
  const columns = range(groups);
  const sums = range(4).flatMap((r) => columns.map((g) => ({ r, g, name: `s${r}_${g}` })));
  const bounded = (name: string): string => `(f32x4.min (f32x4.max ${get(name)} (v128.load32_splat ${get('limits')})) (v128.load32_splat offset=4 ${get('limits')}))`; // prettier-ignore
  const row = (pointer: string, step: string, r: number): string => plus(get(pointer), times(get(step), integer(r)));
  return `
  (func $block${groups} ${parameters(blockParameters)}
    (local $end i32) ${locals('v128', ['x', ...columns.map((g) => `b${g}`), ...sums.map(({ name }) => name)])}
    ${sums.map(({ r, g, name }) => set(name, `(v128.load offset=${16 * g} ${row('from', 'fromStep', r)})`)).join('\n    ')}
    ${set('a', known('a'))} ${set('b', known('b'))}
    ${set('end', plus(get('a'), times(get('k'), integer(16))))}
    (loop $next
      ${columns.map((g) => set(`b${g}`, `(v128.load offset=${16 * g} ${get('b')})`)).join(' ')}
      ${range(4).map((r) => `${set('x', `(v128.load32_splat offset=${4 * r} ${get('a')})`)} ${columns.map((g) => set(`s${r}_${g}`, `(f32x4.add ${get(`s${r}_${g}`)} (f32x4.mul ${get('x')} ${get(`b${g}`)}))`)).join(' ')}`).join('\n      ')}
      ${onwards('b', integer(32))}
      ${onwards('a', integer(16))}
      (br_if $next (i32.lt_u ${get('a')} ${get('end')})))
    ${when(get('limits'), sums.map(({ name }) => set(name, bounded(name))).join('\n      '))}
    ${sums.map(({ r, g, name }) => `(v128.store offset=${16 * g} ${row('c', 'step', r)} ${get(name)})`).join('\n    ')})`;
} // prettier-ignore

/** So many rows of so many numbers, at most eight, from one place to another: `step` bytes from one row to the next. */
const copy = `
  (func $copy ${parameters(['from', 'fromStep', 'to', 'toStep', 'rows', 'across'])}
    ${whileTrue('row', get('rows'), `
      (call $put ${get('to')} ${get('across')} (call $some ${get('from')} ${get('across')}))
      ${when(`(i32.gt_s ${get('across')} ${integer(4)})`, `(call $put ${plus(get('to'), integer(16))} ${less(get('across'), integer(4))} (call $some ${plus(get('from'), integer(16))} ${less(get('across'), integer(4))}))`)}
      ${onwards('from', get('fromStep'))} ${onwards('to', get('toStep'))} ${onwards('rows', integer(-1))}`)})`; // prettier-ignore

/** As a block, where so many rows and columns are there. At the edges it goes by a place for a whole block, `aside`. */
const edge = `
  (func $edge ${parameters([...blockParameters, 'rows', 'across', 'aside'])}
    ${when(`(i32.ge_u ${get('rows')} ${integer(4)})`, `
      ${when(`(i32.ge_u ${get('across')} ${integer(8)})`, `(call $block2 ${blockParameters.map(get).join(' ')}) (return)`)}
      ${when(`(i32.eq ${get('across')} ${integer(4)})`, `(call $block1 ${blockParameters.map(get).join(' ')}) (return)`)}`)}
    ${set('rows', smaller(get('rows'), integer(4)))}
    ${set('across', smaller(get('across'), integer(8)))}
    (call $copy ${get('from')} ${get('fromStep')} ${get('aside')} ${integer(32)} ${get('rows')} ${get('across')})
    (call $block2 ${get('a')} ${get('b')} ${get('aside')} ${integer(32)} ${get('aside')} ${integer(32)} ${get('k')} ${get('limits')})
    (call $copy ${get('aside')} ${integer(32)} ${get('c')} ${get('step')} ${get('rows')} ${get('across')}))`; // prettier-ignore

const matrixParameters = ['a', 'aStep', 'aTurned', 'b', 'bias', 'c', 'm', 'k', 'n', 'room'];

/** What lies in the room. */
const [zeros, limits, strips] = [128, 160, 176].map((offset) => plus(get('room'), integer(offset))) as [string, string, string]; // prettier-ignore

/** `aStep`: bytes from one row of what lies there to the next; k is 1 at least; a bias of 0 is none. */
const product = `
  (func (export "product") ${parameters(matrixParameters)} (param $least f32) (param $most f32)
    ${locals('i32', ['i', 'j', 'p', 'r', 'rows', 'depth', 'isBounded', 'target'])}
    (memory.fill ${zeros} ${integer(0)} ${integer(32)})
    (f32.store ${limits} ${get('least')}) (f32.store offset=4 ${limits} ${get('most')})
    ${set('isBounded', `(i32.or (f32.gt ${get('least')} (f32.const -inf)) (f32.lt ${get('most')} (f32.const inf)))`)}
    ${whileTrue('some', `(i32.lt_u ${get('i')} ${get('m')})`, `
      ${set('rows', smaller(integer(rowsAtOnce), less(get('m'), get('i'))))}
      ${set('p', integer(0))}
      ${whileTrue('deep', `(i32.lt_u ${get('p')} ${get('k')})`, `
        ${set('depth', smaller(integer(deep), less(get('k'), get('p'))))}
        (if ${get('aTurned')}
          (then (call $ofColumns ${at(plus(get('a'), times(get('p'), get('aStep'))), get('i'))} ${get('aStep')} ${strips} ${get('depth')} ${get('rows')} ${integer(16)}))
          (else (call $ofRows ${at(plus(get('a'), times(get('i'), get('aStep'))), get('p'))} ${get('aStep')} ${strips} ${get('rows')} ${get('depth')} ${integer(16)})))
        ${set('j', integer(0))}
        ${whileTrue('strips', `(i32.lt_u ${get('j')} ${get('n')})`, `
          ${set('r', integer(0))}
          ${whileTrue('rows', `(i32.lt_u ${get('r')} ${get('rows')})`, `
            ${set('target', at(get('c'), plus(times(plus(get('i'), get('r')), get('n')), get('j'))))}
            (call $edge ${at(strips, times(get('r'), get('depth')))} ${at(get('b'), plus(times(get('j'), get('k')), times(integer(8), get('p'))))}
              (select ${get('target')} (select ${at(get('bias'), get('j'))} ${zeros} ${get('bias')}) ${get('p')})
              (select ${bytes(get('n'))} ${integer(0)} ${get('p')}) ${get('target')} ${bytes(get('n'))} ${get('depth')}
              (select ${limits} ${integer(0)} (i32.and ${get('isBounded')} (i32.eq ${plus(get('p'), get('depth'))} ${get('k')})))
              ${less(get('rows'), get('r'))} ${less(get('n'), get('j'))} ${get('room')})
            ${set('r', plus(get('r'), integer(4)))}`)}
          ${set('j', plus(get('j'), integer(8)))}`)}
        ${set('p', plus(get('p'), get('depth')))}`)}
      ${set('i', plus(get('i'), integer(rowsAtOnce)))}`)})`; // prettier-ignore

/** The module as text. It imports the memory. */
export const matricesText = `(module
  (import "tfjs" "memory" (memory 1))
  ${[some, place, ofColumns, ofRows, transpose, block(2), block(1), copy, edge, product].join('\n')})
`;
