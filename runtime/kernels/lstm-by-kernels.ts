/** An LSTM's loop and its gradient as calls of kernels, where there is no memory to walk over: on webgl and webgpu. */
import type { Device } from '../device.ts';
import { free } from '../device.ts';
import type { Data } from '../program.ts';
import { add, multiply, subtract } from './binary.ts';
import { scalar } from './leaves.ts';
import { emptyStack, putStep, stacked, stepOf, type Stack } from './loops.ts';
import type { LstmGradientOperands, LstmGradientResult, LstmOperands, LstmResult, LstmStack } from './lstm.ts';
import { concat, slice } from './moving.ts';
import { matMul } from './products.ts';
import { sigmoid, tanh } from './unary.ts';

/** The steps in the loop's order. */
export function* order(steps: number, reverse: boolean): Generator<number> {
  for (let done = 0; done < steps; done++) yield reverse ? steps - 1 - done : done;
}

/** `multiply` of what is not needed any more. */
export function product(d: Device, a: Data, b: Data): Data {
  const result = multiply(d, a, b);
  free(d, a, b);
  return result;
}

export function sum(d: Device, a: Data, b: Data): Data {
  const result = add(d, a, b);
  free(d, a, b);
  return result;
}

type Step = Readonly<Record<LstmStack | 'c', Data>>;

/** One step. The states before are among its results. */
function stepped(d: Device, x: Data, recurrentKernel: Data, hBefore: Data, cBefore: Data): Step {
  const [n, units] = hBefore.shape as [number, number];
  const sums = sum(d, x, matMul(d, hBefore, recurrentKernel));
  const gate = (at: number, activate: (d: Device, x: Data) => Data): Data => {
    const own = slice(d, sums, [0, at * units], [n, units]);
    const result = activate(d, own);
    d.dispose(own);
    return result;
  };
  const [input, forget, candidate, output] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, tanh), gate(3, sigmoid)];
  d.dispose(sums);
  const c = sum(d, multiply(d, forget, cBefore), multiply(d, input, candidate));
  const tanhC = tanh(d, c);
  return { hBefore, cBefore, input, forget, candidate, output, c, tanhC, hSteps: multiply(d, output, tanhC) };
}

export function lstmByKernels<Wanted extends LstmResult>(
  d: Device,
  { x, recurrentKernel, h: firstH, c: firstC, reverse = false }: LstmOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  const steps = x.shape[0]!;
  const stacks = new Map<LstmStack, Stack>();
  for (const name of wanted) if (name !== 'h' && name !== 'c') stacks.set(name, emptyStack(d, steps, firstH.shape));
  let [h, c] = [d.share(firstH), d.share(firstC)];
  for (const t of order(steps, reverse)) {
    const { c: nextC, hSteps: nextH, ...rest } = stepped(d, stepOf(d, x, t), recurrentKernel, h, c);
    const made: Readonly<Record<LstmStack, Data>> = { ...rest, hSteps: nextH };
    for (const [name, stack] of stacks) putStep(d, stack, t, made[name]);
    free(d, ...Object.values(rest));
    [h, c] = [nextH, nextC];
  }
  const all: Partial<Record<LstmResult, Data>> = { h, c };
  for (const [name, stack] of stacks) all[name] = stacked(d, stack);
  for (const state of ['h', 'c'] as const) if (!(wanted as readonly LstmResult[]).includes(state)) d.dispose(all[state]!); // prettier-ignore
  return Object.fromEntries(wanted.map((name) => [name, all[name]!])) as Record<Wanted, Data>;
}

type Kept = 'input' | 'forget' | 'candidate' | 'output' | 'tanhC' | 'cBefore';

/** 1 − y², or y (1 − y). */
export function slope(d: Device, one: Data, y: Data, of: 'tanh' | 'sigmoid'): Data {
  const subtrahend = of === 'tanh' ? multiply(d, y, y) : y;
  const rest = subtract(d, one, subtrahend);
  if (of === 'sigmoid') {
    const result = multiply(d, y, rest);
    d.dispose(rest);
    return result;
  }
  d.dispose(subtrahend);
  return rest;
}

/** The gradients of one step: by the gates' sums, and by the memory before. Takes over `dh` and `dc`. */
function steppedBack(
  d: Device,
  one: Data,
  { dh, dc }: { readonly dh: Data; readonly dc: Data },
  at: Readonly<Record<Kept, Data>>,
): { readonly dx: Data; readonly dc: Data } {
  const ofC = sum(d, dc, product(d, multiply(d, dh, at.output), slope(d, one, at.tanhC, 'tanh')));
  const gates = [
    product(d, multiply(d, ofC, at.candidate), slope(d, one, at.input, 'sigmoid')),
    product(d, multiply(d, ofC, at.cBefore), slope(d, one, at.forget, 'sigmoid')),
    product(d, multiply(d, ofC, at.input), slope(d, one, at.candidate, 'tanh')),
    product(d, multiply(d, dh, at.tanhC), slope(d, one, at.output, 'sigmoid')),
  ];
  const [dx, before] = [concat(d, gates, 1), multiply(d, ofC, at.forget)];
  free(d, ofC, dh, ...gates);
  return { dx, dc: before };
}

export function lstmGradientByKernels<Wanted extends LstmGradientResult>(
  d: Device,
  { recurrentKernel, dh: lastDh, dc: lastDc, dhSteps, reverse = false, ...kept }: LstmGradientOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  const [steps, n, units] = kept.input.shape as [number, number, number];
  const gradients = emptyStack(d, steps, [n, 4 * units]);
  const one = scalar(d, 1);
  let [dh, dc] = [d.share(lastDh), d.share(lastDc)];
  for (const t of order(steps, reverse)) {
    const at = Object.fromEntries(Object.entries(kept).map(([name, stack]) => [name, stepOf(d, stack, t)])) as Record<Kept, Data>; // prettier-ignore
    if (dhSteps !== undefined) dh = sum(d, dh, stepOf(d, dhSteps, t));
    const { dx, dc: before } = steppedBack(d, one, { dh, dc }, at);
    putStep(d, gradients, t, dx);
    [dh, dc] = [matMul(d, dx, recurrentKernel), before];
    free(d, dx, ...Object.values(at));
  }
  d.dispose(one);
  const all: Readonly<Record<LstmGradientResult, Data>> = { dh, dc, dx: stacked(d, gradients) };
  for (const [name, data] of Object.entries(all)) if (!(wanted as readonly string[]).includes(name)) d.dispose(data);
  return Object.fromEntries(wanted.map((name) => [name, all[name]])) as Record<Wanted, Data>;
}
