/**
 * The text of a WebAssembly module that runs a GRU over all steps, and back, as `lstm.ts` does an LSTM. Its reset gate is applied after the product. Gates
 * lie in the order update, reset, candidate; of the candidate, what the input and what the state give stay apart.
 */
import { functionConstants, functionLocals, vectorFunctions, type VectorFunction } from './functions.ts';
import { add, gateAt, keep, load, loopLocals, mul, ofLoop, oneMinus, overSteps, packed, piece, rows, store, sub, walk } from './recurrence.ts'; // prettier-ignore
import { rowsText } from './rows.ts';
import { get, integer, locals, parameters, set, times, when } from './text.ts';

const threeUnits = times(integer(3), get('u'));
const functions: readonly VectorFunction[] = ['sigmoid', 'tanh'];
/** By the values that they keep: update, reset, candidate, the state less the candidate, the candidate's share of the state, the next state. */
const kept = { z: 'keptZ', r: 'keptR', c: 'keptC', d: 'keptD', p: 'keptP', h: 'keptH' } as const;
const stacks = Object.values(kept);

/** One step from what the input gives, `x`, and the state, `sums`: `h` from `before`. `keptGates`: update and reset side by side. */
const forwardStep = `
  (func $gates ${parameters(['x', 'sums', 'before', 'h', 'n', 'u', 'keptGates', ...stacks])}
    ${locals('i32', ['row', 'j', 'e', 'g', 'pair'])} ${locals('v128', Object.keys(kept).map((name) => `v${name}`))} ${functionLocals(functions)}
    ${functionConstants(functions)}
    ${walk({ e: 1, g: 3, pair: 2 }, `
        ${(['z', 'r'] as const).map((gate, i) => `${set(`v${gate}`, add(`(v128.load ${gateAt('x', 'g', i)})`, `(v128.load ${gateAt('sums', 'g', i)})`))} ${vectorFunctions.sigmoid(`v${gate}`, `v${gate}`)}`).join('\n        ')}
        ${set('vp', `(v128.load ${gateAt('sums', 'g', 2)})`)}
        ${set('vc', add(`(v128.load ${gateAt('x', 'g', 2)})`, mul(get('vr'), get('vp'))))}
        ${vectorFunctions.tanh('vc', 'vc')}
        ${set('vd', sub(load('before'), get('vc')))}
        ${set('vh', add(get('vc'), mul(get('vz'), get('vd'))))}
        ${store('h', get('vh'))}
        ${Object.entries(kept).map(([name, stack]) => when(get(stack), store(stack, get(`v${name}`)))).join('\n        ')}
        ${when(get('keptGates'), `(v128.store ${gateAt('keptGates', 'pair', 0)} ${get('vz')}) (v128.store ${gateAt('keptGates', 'pair', 1)} ${get('vr')})`)}`)})`; // prettier-ignore

/** The gradients by what the input gives into `dx`, by what the state gives into `dsums`, and what comes to the state before by itself into `direct`. */
const backwardStep = `
  (func $gateGradients ${parameters(['dx', 'dsums', 'direct', 'dh', 'also', 'n', 'u', 'z', 'r', 'c', 'd', 'p'])}
    ${locals('i32', ['row', 'j', 'e', 'g'])} ${locals('v128', ['k_one', 'vz', 'vr', 'vc', 'vd', 'vp', 'vh', 'va', 'vt'])}
    ${set('k_one', '(f32x4.splat (f32.const 1))')}
    ${walk({ e: 1, g: 3 }, `
        ${['z', 'r', 'c', 'd', 'p'].map((name) => set(`v${name}`, load(name))).join(' ')}
        ${set('vh', load('dh'))}
        ${when(get('also'), set('vh', add(get('vh'), load('also'))))}
        ${set('vt', mul(get('vh'), get('vz')))}
        ${store('direct', get('vt'))}
        ${set('va', mul(sub(get('vh'), get('vt')), oneMinus(mul(get('vc'), get('vc')))))}
        ${set('vt', mul(mul(get('vh'), get('vd')), mul(get('vz'), oneMinus(get('vz')))))}
        (v128.store ${gateAt('dx', 'g', 0)} ${get('vt')}) (v128.store ${gateAt('dsums', 'g', 0)} ${get('vt')})
        ${set('vt', mul(mul(get('va'), get('vp')), mul(get('vr'), oneMinus(get('vr')))))}
        (v128.store ${gateAt('dx', 'g', 1)} ${get('vt')}) (v128.store ${gateAt('dsums', 'g', 1)} ${get('vt')})
        (v128.store ${gateAt('dx', 'g', 2)} ${get('va')})
        (v128.store ${gateAt('dsums', 'g', 2)} ${mul(get('va'), get('vr'))})`)})`; // prettier-ignore

/** In the order of `gruPointers` and `gruGradientPointers` of runtime/simd/gru.ts. */
const forward = `
  (func (export "gru") ${parameters([...ofLoop, 'x', 'kernel', 'packed', 'offsets', 'h', 'sums', 'before', 'keptGates', ...stacks, 'keptHBefore'])}
    ${locals('i32', loopLocals)}
    ${packed(get('u'), threeUnits)}
    ${overSteps(`
      ${keep('keptHBefore', 'h')}
      (memory.copy ${get('before')} ${get('h')} ${get('size')})
      ${rows([get('h'), get('offsets'), get('sums'), get('u'), threeUnits])}
      (call $gates ${piece('x', 3)} ${['sums', 'before', 'h', 'n', 'u'].map(get).join(' ')} ${piece('keptGates', 2)} ${stacks.map((stack) => piece(stack)).join(' ')})`)})`; // prettier-ignore

const backward = `
  (func (export "gruGradient") ${parameters([...ofLoop, 'kernel', 'packed', 'dh', 'direct', 'dx', 'dsums', 'also', 'z', 'r', 'c', 'd', 'p'])}
    ${locals('i32', loopLocals)}
    ${packed(threeUnits, get('u'))}
    ${overSteps(`
      (call $gateGradients ${piece('dx', 3)} ${piece('dsums', 3)} ${get('direct')} ${get('dh')} ${piece('also')} ${get('n')} ${get('u')} ${['z', 'r', 'c', 'd', 'p'].map((stack) => piece(stack)).join(' ')})
      ${rows([piece('dsums', 3), get('direct'), get('dh'), threeUnits, get('u')])}`)})`; // prettier-ignore

export const gruText = `(module
  (import "tfjs" "memory" (memory 1))
  ${[rowsText, forwardStep, backwardStep, forward, backward].join('\n')})
`;
