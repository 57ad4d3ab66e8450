/**
 * The text of a WebAssembly module that runs an LSTM over all steps, and back, in tfjs's memory. What the input gives to the gates has been computed
 * for all steps before; a step is one product, then one walk over the state. What the way back needs is written down on the way there, if it is wanted:
 * a pointer of 0 is not.
 *
 * The state is at least four wide. What is left over of groups of four is computed once more with some before it, so a walk never reads what it writes.
 */
import { functionConstants, functionLocals, vectorFunctions, type VectorFunction } from './functions.ts';
import { rowsText } from './rows.ts';
import { at, bytes, get, integer, locals, parameters, plus, set, times, when, whileTrue } from './text.ts';

const add = (a: string, b: string): string => `(f32x4.add ${a} ${b})`;
const mul = (a: string, b: string): string => `(f32x4.mul ${a} ${b})`;
const oneMinus = (a: string): string => `(f32x4.sub ${get('k_one')} ${a})`;
const gates = ['i', 'f', 'g', 'o'] as const;

/** Over the elements of [n, u] at `j`, by four; `z` at each row's four gates. */
const walk = (body: string): string => `
    ${whileTrue('each', `(i32.lt_u ${get('row')} ${get('n')})`, `
      ${set('j', integer(0))}
      ${whileTrue('four', `(i32.lt_u ${get('j')} ${get('u')})`, `
        ${when(`(i32.gt_u ${get('j')} (i32.sub ${get('u')} (i32.const 4)))`, set('j', `(i32.sub ${get('u')} (i32.const 4))`))}
        ${set('e', bytes(plus(times(get('row'), get('u')), get('j'))))}
        ${set('z', at(get('dz'), plus(times(times(get('row'), integer(4)), get('u')), get('j'))))}
        ${body}
        ${set('j', plus(get('j'), integer(4)))}`)}
      ${set('row', plus(get('row'), integer(1)))}`)}`; // prettier-ignore

const element = (pointer: string): string => plus(get(pointer), get('e'));
const load = (pointer: string): string => `(v128.load ${element(pointer)})`;
const store = (pointer: string, value: string): string => `(v128.store ${element(pointer)} ${value})`;
/** The place of a gate in a row of all four. */
const gateAt = (index: number): string => at(get('z'), times(integer(index), get('u')));

const functions: readonly VectorFunction[] = ['sigmoid', 'tanh'];
const kept = ['keptI', 'keptF', 'keptG', 'keptO', 'keptT', 'keptH'] as const;

/** One step from the gates' sums in `dz`: `c` from `before`, and `h`. */
const forwardStep = `
  (func $gates ${parameters(['dz', 'before', 'c', 'h', 'n', 'u', ...kept])}
    ${locals('i32', ['row', 'j', 'e', 'z'])} ${locals('v128', [...gates, 't'])} ${functionLocals(functions)}
    ${functionConstants(functions)}
    ${walk(`
        ${gates.map((gate, i) => `${set(gate, `(v128.load ${gateAt(i)})`)} ${vectorFunctions[gate === 'g' ? 'tanh' : 'sigmoid'](gate, gate)}`).join('\n        ')}
        ${set('t', add(mul(get('f'), load('before')), mul(get('i'), get('g'))))}
        ${store('c', get('t'))}
        ${vectorFunctions.tanh('t', 't')}
        ${store('h', mul(get('o'), get('t')))}
        ${gates.map((gate) => when(get(`kept${gate.toUpperCase()}`), store(`kept${gate.toUpperCase()}`, get(gate)))).join('\n        ')}
        ${when(get('keptT'), store('keptT', get('t')))}
        ${when(get('keptH'), store('keptH', load('h')))}`)})`; // prettier-ignore

/** The gradients of the gates' sums into `dz`, and that of the memory before into `dc`, from what comes: `dh`, `also` for this step alone, `after`. */
const backwardStep = `
  (func $gateGradients ${parameters(['dz', 'after', 'dc', 'dh', 'also', 'n', 'u', 'i', 'f', 'g', 'o', 't', 'c'])}
    ${locals('i32', ['row', 'j', 'e', 'z'])} ${locals('v128', ['k_one', 'vi', 'vf', 'vg', 'vo', 'vt', 'vh', 'vc'])}
    ${set('k_one', '(f32x4.splat (f32.const 1))')}
    ${walk(`
        ${[...gates, 't'].map((name) => set(`v${name}`, load(name))).join(' ')}
        ${set('vh', load('dh'))}
        ${when(get('also'), set('vh', add(get('vh'), load('also'))))}
        ${set('vc', add(load('after'), mul(mul(get('vh'), get('vo')), oneMinus(mul(get('vt'), get('vt'))))))}
        (v128.store ${gateAt(0)} ${mul(mul(get('vc'), get('vg')), mul(get('vi'), oneMinus(get('vi'))))})
        (v128.store ${gateAt(1)} ${mul(mul(get('vc'), load('c')), mul(get('vf'), oneMinus(get('vf'))))})
        (v128.store ${gateAt(2)} ${mul(mul(get('vc'), get('vi')), oneMinus(mul(get('vg'), get('vg'))))})
        (v128.store ${gateAt(3)} ${mul(mul(get('vh'), get('vt')), mul(get('vo'), oneMinus(get('vo'))))})
        ${store('dc', mul(get('vc'), get('vf')))}`)})`; // prettier-ignore

/** Runs the body for each step, with `step` and, as bytes, `states`: where [n, u] of it lies in a stack. */
const overSteps = (body: string): string => `
    ${set('size', bytes(times(get('n'), get('u'))))}
    ${whileTrue('steps', `(i32.lt_u ${get('done')} ${get('steps')})`, `
      ${set('step', get('done'))}
      ${when(get('reverse'), set('step', `(i32.sub (i32.sub ${get('steps')} ${get('done')}) (i32.const 1))`))}
      ${set('states', times(get('step'), get('size')))}
      ${body}
      ${set('done', plus(get('done'), integer(1)))}`)}`; // prettier-ignore

/** A stack's piece of this step, or 0. */
const piece = (stack: string): string => `(select ${plus(get(stack), get('states'))} (i32.const 0) ${get(stack)})`;
const gatesPiece = (stack: string): string => plus(get(stack), times(integer(4), get('states')));
const keep = (stack: string, from: string): string => when(get(stack), `(memory.copy ${piece(stack)} ${get(from)} ${get('size')})`); // prettier-ignore
const ofLoop = ['steps', 'n', 'u', 'reverse'];

/** The kernel in its packed order, where there is room for that; it begins where a line of the cache does. */
const packed = (k: string, n: string): string => when(get('packed'), `
      ${set('packed', `(i32.and ${plus(get('packed'), integer(63))} (i32.const -64))`)}
      (call $pack ${get('kernel')} ${get('packed')} ${k} ${n})`); // prettier-ignore

/** The product of `n` rows with the kernel. */
const rows = ([a, start, c, k, columns]: readonly string[]): string => `(if ${get('packed')}
        (then (call $packedRows ${a} ${get('packed')} ${start} ${c} ${k} ${columns} ${get('n')}))
        (else (call $rows ${a} ${get('kernel')} ${start} ${c} ${k} ${columns} ${get('n')})))`;

/** In the order of `lstmPointers` and `lstmGradientPointers` of runtime/simd/lstm.ts. */
const forward = `
  (func (export "lstm") ${parameters([...ofLoop, 'x', 'kernel', 'packed', 'h', 'c', 'z', 'before', ...kept, 'keptHBefore', 'keptC'])}
    ${locals('i32', ['done', 'step', 'states', 'size'])}
    ${packed(get('u'), times(integer(4), get('u')))}
    ${overSteps(`
      ${keep('keptHBefore', 'h')}
      ${keep('keptC', 'c')}
      (memory.copy ${get('before')} ${get('c')} ${get('size')})
      ${rows([get('h'), gatesPiece('x'), get('z'), get('u'), times(integer(4), get('u'))])}
      (call $gates ${['z', 'before', 'c', 'h', 'n', 'u'].map(get).join(' ')} ${kept.map(piece).join(' ')})`)})`; // prettier-ignore

const backward = `
  (func (export "lstmGradient") ${parameters([...ofLoop, 'kernel', 'packed', 'dh', 'dc', 'after', 'dz', 'also', 'i', 'f', 'g', 'o', 't', 'c'])}
    ${locals('i32', ['done', 'step', 'states', 'size'])}
    ${packed(times(integer(4), get('u')), get('u'))}
    ${overSteps(`
      (memory.copy ${get('after')} ${get('dc')} ${get('size')})
      (call $gateGradients ${gatesPiece('dz')} ${['after', 'dc', 'dh'].map(get).join(' ')} ${piece('also')} ${get('n')} ${get('u')} ${['i', 'f', 'g', 'o', 't', 'c'].map(piece).join(' ')})
      ${rows([gatesPiece('dz'), integer(0), get('dh'), times(integer(4), get('u')), get('u')])}`)})`; // prettier-ignore

export const lstmText = `(module
  (import "tfjs" "memory" (memory 1))
  ${[rowsText, forwardStep, backwardStep, forward, backward].join('\n')})
`;
