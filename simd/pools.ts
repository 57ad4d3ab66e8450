/**
 * The text of a WebAssembly module for the gradient of a max pool over images in tfjs's memory, whose own kernel is wrong where a maximum is not positive. What comes
 * to a window goes to its first place, row by row, that holds the maximum.
 */
import { at, bytes, get, integer, locals, parameters, plus, set, times, when, whileTrue } from './text.ts';

const less = (a: string, b: string): string => `(i32.sub ${a} ${b})`;
const onwards = (name: string, by: string): string => set(name, plus(get(name), by));
/** The same, told. */
const onwardsTo = (name: string, by: string): string => `(local.tee $${name} ${plus(get(name), by)})`;
const larger = (a: string, b: string): string => `(select ${a} ${b} (i32.gt_s ${a} ${b}))`;
const smaller = (a: string, b: string): string => `(select ${a} ${b} (i32.lt_s ${a} ${b}))`;

/** How four channels at once, or one, are read, compared and written. `left` is what no place has taken so far. */
const kinds = {
  four: {
    type: 'v128',
    count: 4,
    load: 'v128.load',
    store: 'v128.store',
    add: 'f32x4.add',
    taken: `(v128.and ${get('left')} ${get('mask')})`,
    rest: `(v128.andnot ${get('left')} ${get('mask')})`,
    mask: `(f32x4.ge ${get('value')} ${get('greatest')})`,
    maskType: 'v128',
  },
  one: {
    type: 'f32',
    count: 1,
    load: 'f32.load',
    store: 'f32.store',
    add: 'f32.add',
    taken: `(select ${get('left')} (f32.const 0) ${get('mask')})`,
    rest: `(select (f32.const 0) ${get('left')} ${get('mask')})`,
    mask: `(f32.ge ${get('value')} ${get('greatest')})`,
    maskType: 'i32',
  },
} as const;
type Kind = keyof typeof kinds;

const windowParameters = ['x', 'y', 'dy', 'dx', 'rows', 'columns', 'c', 'row', 'channel'];

/** The channels of one window from `channel` on: `rows` × `columns` places, `row` bytes from one row of them to the next. Gives the first channel that is left over. */
function window(name: Kind): string {
  const { type, count, load, store, add, taken, rest, mask, maskType } = kinds[name];
  return `
  (func $${name} ${parameters(windowParameters)} (result i32) ${locals('i32', ['pixel', 'at', 'beyond', 'end', 'back', 'apart'])} ${locals(type, ['left', 'greatest', 'value'])} (local $mask ${maskType})
    ${set('pixel', bytes(get('c')))}
    ${set('columns', times(get('columns'), get('pixel')))}
    ${set('rows', times(get('rows'), get('row')))}
    ${set('back', less(get('row'), get('columns')))}
    ${set('apart', less(get('dx'), get('x')))}
    ${whileTrue('channels', `(i32.ge_s ${less(get('c'), get('channel'))} ${integer(count)})`, `
      ${set('left', `(${load} ${at(get('dy'), get('channel'))})`)}
      ${set('greatest', `(${load} ${at(get('y'), get('channel'))})`)}
      ${set('at', at(get('x'), get('channel')))}
      ${set('end', plus(get('at'), get('rows')))}
      (loop $row
        ${set('beyond', plus(get('at'), get('columns')))}
        (loop $place
          ${set('value', `(${load} ${get('at')})`)}
          ${set('mask', mask)}
          (${store} ${plus(get('at'), get('apart'))} (${add} (${load} ${plus(get('at'), get('apart'))}) ${taken}))
          ${set('left', rest)}
          (br_if $place (i32.lt_u ${onwardsTo('at', get('pixel'))} ${get('beyond')})))
        (br_if $row (i32.lt_u ${onwardsTo('at', get('back'))} ${get('end')})))
      ${onwards('channel', integer(count))}`)}
    ${get('channel')})`; // prettier-ignore
}

/** All channels of a window. */
const channels = (): string => {
  const [x, dx] = [plus(get('x'), get('place')), plus(get('dx'), get('place'))];
  const [y, dy] = [plus(get('y'), get('result')), plus(get('dy'), get('result'))];
  const call = (name: Kind, from: string): string => `(call $${name} ${[x, y, dy, dx].join(' ')} ${['rows', 'columns', 'c', 'row'].map(get).join(' ')} ${from})`; // prettier-ignore
  return `(drop ${call('one', call('four', integer(0)))})`;
};

/** From where to where the taps of a window lie in the image, along one axis. */
const clipped = (first: string, count: string, at: string, axis: { readonly size: string; readonly taps: string; readonly stride: string; readonly before: string }): string => `
        ${set(first, less(times(get(at), get(axis.stride)), get(axis.before)))}
        ${set(count, smaller(plus(get(first), get(axis.taps)), get(axis.size)))}
        ${set(first, larger(get(first), integer(0)))}
        ${set(count, larger(less(get(count), get(first)), integer(0)))}`; // prettier-ignore

/** The module as text. It imports the memory and exports `maxPoolGradient`. */
export const poolsText = `(module
  (import "tfjs" "memory" (memory 1))
  ${window('four')} ${window('one')}
  (func (export "maxPoolGradient") ${parameters(['dy', 'x', 'y', 'dx', 'n', 'h', 'w', 'c', 'outH', 'outW', 'tapsH', 'tapsW', 'strideH', 'strideW', 'top', 'left'])}
    ${locals('i32', ['image', 'i', 'j', 'rows', 'columns', 'first', 'place', 'result', 'row'])}
    ${set('row', bytes(times(get('w'), get('c'))))}
    (memory.fill ${get('dx')} ${integer(0)} ${times(get('row'), times(get('n'), get('h')))})
    ${whileTrue('images', `(i32.lt_u ${get('image')} ${get('n')})`, `
      ${set('i', integer(0))}
      ${whileTrue('down', `(i32.lt_u ${get('i')} ${get('outH')})`, `
        ${set('j', integer(0))}
        ${whileTrue('across', `(i32.lt_u ${get('j')} ${get('outW')})`, `
        ${clipped('first', 'rows', 'i', { size: 'h', taps: 'tapsH', stride: 'strideH', before: 'top' })}
        ${set('place', times(plus(times(get('image'), get('h')), get('first')), get('row')))}
        ${clipped('first', 'columns', 'j', { size: 'w', taps: 'tapsW', stride: 'strideW', before: 'left' })}
        ${onwards('place', bytes(times(get('first'), get('c'))))}
        ${when(`(i32.and (i32.gt_s ${get('rows')} ${integer(0)}) (i32.gt_s ${get('columns')} ${integer(0)}))`, channels())}
        ${onwards('result', bytes(get('c')))}
        ${onwards('j', integer(1))}`)}
        ${onwards('i', integer(1))}`)}
      ${onwards('image', integer(1))}`)}))
`; // prettier-ignore
