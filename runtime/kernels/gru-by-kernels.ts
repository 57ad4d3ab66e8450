/** A GRU's loop and its gradient as calls of kernels, where there is no memory to walk over: on webgl and webgpu. */
import { type Device, free } from '../device.ts';
import type { Data } from '../program.ts';
import { add, multiply, subtract } from './binary.ts';
import type { GruGradientOperands, GruGradientResult, GruOperands, GruResult, GruStack } from './gru.ts';
import { scalar } from './leaves.ts';
import { emptyStack, putStep, stacked, stepOf, type Stack } from './loops.ts';
import { order, product, slope, sum } from './lstm-by-kernels.ts';
import { concat, slice } from './moving.ts';
import { matMul } from './products.ts';
import { sigmoid, tanh } from './unary.ts';

/** Gates `from` to `to` of [n, 3 · units]. */
const columns = (d: Device, x: Data, from: number, to: number): Data => {
  const [n, units] = [x.shape[0]!, x.shape[1]! / 3];
  return slice(d, x, [0, from * units], [n, (to - from) * units]);
};

/** One step. Takes over `x`; the state before is among its results. */
function stepped(d: Device, x: Data, { recurrentKernel, recurrentBias }: GruOperands, hBefore: Data): Readonly<Record<GruStack, Data>> {
  const plain = matMul(d, hBefore, recurrentKernel);
  const sums = recurrentBias === undefined ? plain : add(d, plain, recurrentBias);
  if (sums !== plain) d.dispose(plain);
  const both = sum(d, columns(d, x, 0, 2), columns(d, sums, 0, 2));
  const gates = sigmoid(d, both);
  const [n, units] = hBefore.shape as [number, number];
  const [update, reset] = [0, 1].map((gate) => slice(d, gates, [0, gate * units], [n, units])) as [Data, Data];
  const recurrent = columns(d, sums, 2, 3);
  const own = sum(d, columns(d, x, 2, 3), multiply(d, reset, recurrent));
  const candidate = tanh(d, own);
  const difference = subtract(d, hBefore, candidate);
  const share = multiply(d, update, difference);
  const hSteps = add(d, candidate, share);
  free(d, x, sums, both, own, share);
  return { hBefore, gates, update, reset, recurrent, candidate, difference, hSteps };
} // prettier-ignore

export function gruByKernels<Wanted extends GruResult>(
  d: Device,
  operands: GruOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  const { x, h: first, reverse = false } = operands;
  const steps = x.shape[0]!;
  const [n, units] = first.shape as [number, number];
  const stacks = new Map<GruStack, Stack>();
  for (const name of wanted) if (name !== 'h') stacks.set(name as GruStack, emptyStack(d, steps, [n, name === 'gates' ? 2 * units : units])); // prettier-ignore
  let h = d.share(first);
  for (const t of order(steps, reverse)) {
    const made = stepped(d, stepOf(d, x, t), operands, h);
    for (const [name, stack] of stacks) putStep(d, stack, t, made[name]);
    const { hSteps: next, ...rest } = made;
    free(d, ...Object.values(rest));
    h = next;
  }
  const all: Partial<Record<GruResult, Data>> = { h };
  for (const [name, stack] of stacks) all[name] = stacked(d, stack);
  if (!(wanted as readonly GruResult[]).includes('h')) d.dispose(h);
  return Object.fromEntries(wanted.map((name) => [name, all[name]!])) as Record<Wanted, Data>;
}

type Kept = 'update' | 'reset' | 'candidate' | 'difference' | 'recurrent';

/** The gradients of one step; `direct` comes to the state before by itself. Takes over `dh`. */
function steppedBack(d: Device, one: Data, dh: Data, at: Readonly<Record<Kept, Data>>): Readonly<Record<'dx' | 'dsums' | 'direct', Data>> {
  const direct = multiply(d, dh, at.update);
  const rest = subtract(d, dh, direct);
  const ofC = product(d, rest, slope(d, one, at.candidate, 'tanh'));
  const ofUpdate = product(d, multiply(d, dh, at.difference), slope(d, one, at.update, 'sigmoid'));
  const ofReset = product(d, multiply(d, ofC, at.recurrent), slope(d, one, at.reset, 'sigmoid'));
  const ofRecurrent = multiply(d, ofC, at.reset);
  const [dx, dsums] = [concat(d, [ofUpdate, ofReset, ofC], 1), concat(d, [ofUpdate, ofReset, ofRecurrent], 1)];
  free(d, dh, ofC, ofUpdate, ofReset, ofRecurrent);
  return { dx, dsums, direct };
} // prettier-ignore

export function gruGradientByKernels<Wanted extends GruGradientResult>(
  d: Device,
  { recurrentKernel, dh: last, dhSteps, reverse = false, update, reset, candidate, difference, recurrent }: GruGradientOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  const [steps, n, units] = update.shape as [number, number, number];
  const kept = { update, reset, candidate, difference, recurrent };
  const stacks = { dx: emptyStack(d, steps, [n, 3 * units]), dsums: emptyStack(d, steps, [n, 3 * units]) };
  const one = scalar(d, 1);
  let dh = d.share(last);
  for (const t of order(steps, reverse)) {
    const at = Object.fromEntries(Object.entries(kept).map(([name, stack]) => [name, stepOf(d, stack, t)])) as Record<Kept, Data>;
    if (dhSteps !== undefined) dh = sum(d, dh, stepOf(d, dhSteps, t));
    const { dx, dsums, direct } = steppedBack(d, one, dh, at);
    putStep(d, stacks.dx, t, dx);
    putStep(d, stacks.dsums, t, dsums);
    dh = sum(d, direct, matMul(d, dsums, recurrentKernel));
    free(d, dx, dsums, ...Object.values(at));
  }
  d.dispose(one);
  const all: Readonly<Record<GruGradientResult, Data>> = { dh, dx: stacked(d, stacks.dx), dsums: stacked(d, stacks.dsums) };
  for (const [name, data] of Object.entries(all)) if (!(wanted as readonly string[]).includes(name)) d.dispose(data);
  return Object.fromEntries(wanted.map((name) => [name, all[name]])) as Record<Wanted, Data>;
} // prettier-ignore
