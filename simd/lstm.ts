/**
 * The text of a WebAssembly module that runs an LSTM over all steps, and back, in tfjs's memory. What the input gives to the gates has been computed
 * for all steps before; a step is one product, then one walk over the state. What the way back needs is written down on the way there, if it is wanted:
 * a pointer of 0 is not. The state is at least four wide.
 */
import { functionConstants, functionLocals, vectorFunctions, type VectorFunction } from './functions.ts';
import { add, gateAt, keep, load, loopLocals, mul, ofLoop, oneMinus, overSteps, packed, piece, rows, store, walk } from './recurrence.ts'; // prettier-ignore
import { rowsText } from './rows.ts';
import { get, integer, locals, parameters, set, times, when } from './text.ts';

const gates = ['i', 'f', 'g', 'o'] as const;
const fourUnits = times(integer(4), get('u'));
const functions: readonly VectorFunction[] = ['sigmoid', 'tanh'];
const kept = ['keptI', 'keptF', 'keptG', 'keptO', 'keptT', 'keptH'] as const;

/** One step from the gates' sums in `dz`: `c` from `before`, and `h`. */
const forwardStep = `
  (func $gates ${parameters(['dz', 'before', 'c', 'h', 'n', 'u', ...kept])}
    ${locals('i32', ['row', 'j', 'e', 'z'])} ${locals('v128', [...gates, 't'])} ${functionLocals(functions)}
    ${functionConstants(functions)}
    ${walk({ e: 1, z: 4 }, `
        ${gates.map((gate, i) => `${set(gate, `(v128.load ${gateAt('dz', 'z', i)})`)} ${vectorFunctions[gate === 'g' ? 'tanh' : 'sigmoid'](gate, gate)}`).join('\n        ')}
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
    ${walk({ e: 1, z: 4 }, `
        ${[...gates, 't'].map((name) => set(`v${name}`, load(name))).join(' ')}
        ${set('vh', load('dh'))}
        ${when(get('also'), set('vh', add(get('vh'), load('also'))))}
        ${set('vc', add(load('after'), mul(mul(get('vh'), get('vo')), oneMinus(mul(get('vt'), get('vt'))))))}
        (v128.store ${gateAt('dz', 'z', 0)} ${mul(mul(get('vc'), get('vg')), mul(get('vi'), oneMinus(get('vi'))))})
        (v128.store ${gateAt('dz', 'z', 1)} ${mul(mul(get('vc'), load('c')), mul(get('vf'), oneMinus(get('vf'))))})
        (v128.store ${gateAt('dz', 'z', 2)} ${mul(mul(get('vc'), get('vi')), oneMinus(mul(get('vg'), get('vg'))))})
        (v128.store ${gateAt('dz', 'z', 3)} ${mul(mul(get('vh'), get('vt')), mul(get('vo'), oneMinus(get('vo'))))})
        ${store('dc', mul(get('vc'), get('vf')))}`)})`; // prettier-ignore

/** In the order of `lstmPointers` and `lstmGradientPointers` of runtime/simd/lstm.ts. */
const forward = `
  (func (export "lstm") ${parameters([...ofLoop, 'x', 'kernel', 'packed', 'h', 'c', 'z', 'before', ...kept, 'keptHBefore', 'keptC'])}
    ${locals('i32', loopLocals)}
    ${packed(get('u'), fourUnits)}
    ${overSteps(`
      ${keep('keptHBefore', 'h')}
      ${keep('keptC', 'c')}
      (memory.copy ${get('before')} ${get('c')} ${get('size')})
      ${rows([get('h'), piece('x', 4), get('z'), get('u'), fourUnits])}
      (call $gates ${['z', 'before', 'c', 'h', 'n', 'u'].map(get).join(' ')} ${kept.map((stack) => piece(stack)).join(' ')})`)})`; // prettier-ignore

const backward = `
  (func (export "lstmGradient") ${parameters([...ofLoop, 'kernel', 'packed', 'dh', 'dc', 'after', 'dz', 'also', 'i', 'f', 'g', 'o', 't', 'c'])}
    ${locals('i32', loopLocals)}
    ${packed(fourUnits, get('u'))}
    ${overSteps(`
      (memory.copy ${get('after')} ${get('dc')} ${get('size')})
      (call $gateGradients ${piece('dz', 4)} ${['after', 'dc', 'dh'].map(get).join(' ')} ${piece('also')} ${get('n')} ${get('u')} ${['i', 'f', 'g', 'o', 't', 'c'].map((stack) => piece(stack)).join(' ')})
      ${rows([piece('dz', 4), integer(0), get('dh'), fourUnits, get('u')])}`)})`; // prettier-ignore

export const lstmText = `(module
  (import "tfjs" "memory" (memory 1))
  ${[rowsText, forwardStep, backwardStep, forward, backward].join('\n')})
`;
