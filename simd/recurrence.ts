/** What loops over time have in common, as text: walks over a state, steps in either direction, stacks, and products with a kernel that may be packed. */
import { bytes, get, integer, plus, set, times, when, whileTrue } from './text.ts';

export const add = (a: string, b: string): string => `(f32x4.add ${a} ${b})`;
export const mul = (a: string, b: string): string => `(f32x4.mul ${a} ${b})`;
export const sub = (a: string, b: string): string => `(f32x4.sub ${a} ${b})`;
export const oneMinus = (a: string): string => sub(get('k_one'), a);

/**
 * Over the elements of [n, u] at `j`, by four. Each local of `offsets` becomes the place, in bytes, of the element in a matrix of so many times u columns.
 * What is left over of groups of four is done once more with some before it: nothing may be read that the walk writes.
 */
export const walk = (offsets: Readonly<Record<string, number>>, body: string): string => `
    ${whileTrue('each', `(i32.lt_u ${get('row')} ${get('n')})`, `
      ${set('j', integer(0))}
      ${whileTrue('four', `(i32.lt_u ${get('j')} ${get('u')})`, `
        ${when(`(i32.gt_u ${get('j')} (i32.sub ${get('u')} (i32.const 4)))`, set('j', `(i32.sub ${get('u')} (i32.const 4))`))}
        ${Object.entries(offsets).map(([name, columns]) => set(name, bytes(plus(times(get('row'), times(integer(columns), get('u'))), get('j'))))).join('\n        ')}
        ${body}
        ${set('j', plus(get('j'), integer(4)))}`)}
      ${set('row', plus(get('row'), integer(1)))}`)}`; // prettier-ignore

/** Where the element is in a matrix of the state's size, at the offset `e`. */
const element = (pointer: string): string => plus(get(pointer), get('e'));
export const load = (pointer: string): string => `(v128.load ${element(pointer)})`;
export const store = (pointer: string, value: string): string => `(v128.store ${element(pointer)} ${value})`;
/** The element of a gate, in a matrix of several side by side. */
export const gateAt = (pointer: string, offset: string, gate: number): string =>
  plus(plus(get(pointer), get(offset)), bytes(times(integer(gate), get('u'))));

export const ofLoop = ['steps', 'n', 'u', 'reverse'];
export const loopLocals = ['done', 'step', 'states', 'size'];

/** Runs the body for each step, with `step` and, as bytes, `states`: where [n, u] of it lies in a stack. */
export const overSteps = (body: string): string => `
    ${set('size', bytes(times(get('n'), get('u'))))}
    ${whileTrue('steps', `(i32.lt_u ${get('done')} ${get('steps')})`, `
      ${set('step', get('done'))}
      ${when(get('reverse'), set('step', `(i32.sub (i32.sub ${get('steps')} ${get('done')}) (i32.const 1))`))}
      ${set('states', times(get('step'), get('size')))}
      ${body}
      ${set('done', plus(get('done'), integer(1)))}`)}`; // prettier-ignore

/** A stack's piece of this step, so many times as wide as the state, or 0. */
export const piece = (stack: string, columns = 1): string =>
  `(select ${plus(get(stack), times(integer(columns), get('states')))} (i32.const 0) ${get(stack)})`;
export const keep = (stack: string, from: string): string =>
  when(get(stack), `(memory.copy ${piece(stack)} ${get(from)} ${get('size')})`);

/** The kernel in its packed order, where there is room for that; it begins where a line of the cache does. */
export const packed = (k: string, n: string): string => when(get('packed'), `
      ${set('packed', `(i32.and ${plus(get('packed'), integer(63))} (i32.const -64))`)}
      (call $pack ${get('kernel')} ${get('packed')} ${k} ${n} ${get('n')})`); // prettier-ignore

/** The product of `n` rows with the kernel. */
export const rows = ([a, start, c, k, columns]: readonly string[]): string => `(if ${get('packed')}
        (then (call $packedRows ${a} ${get('packed')} ${start} ${c} ${k} ${columns} ${get('n')}))
        (else (call $rows ${a} ${get('kernel')} ${start} ${c} ${k} ${columns} ${get('n')})))`;
