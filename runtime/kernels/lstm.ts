/**
 * An LSTM over all its steps as one call, and the way back. On wasm and cpu it is one walk over the memory, with the state in one place; elsewhere
 * kernels, step by step. Sequences have time as their first axis, and the four gates side by side: input, forget, candidate, output.
 */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { lstmGradientPointers, lstmInMemory, lstmPointers } from '../simd/lstm.ts';
import { lstmByKernels, lstmGradientByKernels } from './lstm-by-kernels.ts';
import { runLstm, runLstmGradient } from './lstm-in-heap.ts';
import { Room } from './room.ts';

export interface LstmOperands {
  /** What the input and the bias give to the gates at each step: [steps, n, 4 · units]. */
  readonly x: Data;
  /** [units, 4 · units]. */
  readonly recurrentKernel: Data;
  /** The states at first: [n, units]. */
  readonly h: Data;
  readonly c: Data;
  /** From the last step to the first. */
  readonly reverse?: boolean;
}

/** What a step computes, [n, units], stacked: [steps, n, units]. `…Before`: the states that it begins with. */
export type LstmStack = 'hSteps' | 'hBefore' | 'cBefore' | 'input' | 'forget' | 'candidate' | 'output' | 'tanhC';
/** `h` and `c`: the last states. */
export type LstmResult = 'h' | 'c' | LstmStack;

/** The results that are wanted, each new data. */
export function lstmLoop<Wanted extends LstmResult>(
  d: Device,
  operands: LstmOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  if (d.name !== 'wasm' && d.name !== 'cpu') return lstmByKernels(d, operands, wanted);
  const { x, recurrentKernel, h, c, reverse = false } = operands;
  const [n, units] = h.shape as [number, number];
  const steps = x.shape[0]!;
  const stacks = wanted.filter((name) => name !== 'h' && name !== 'c');
  const state = new Room(d, { x, recurrentKernel, firstH: h, firstC: c });
  for (const name of ['h', 'c']) state.take(name, [n, units]);
  for (const name of stacks) state.take(name, [steps, n, units]);
  const module = lstmInMemory(d, units);
  const own =
    module === undefined
      ? []
      : [state.take('sums', [n, 4 * units]), state.take('before', [n, units]), ...state.takePacked(steps, n, units, 4)];
  state.fill('h', (all) => {
    all['h']!.set(all['firstH']!);
    all['c']!.set(all['firstC']!);
    if (module === undefined) runLstm({ steps, n, units, reverse }, all);
    else module.lstm(steps, n, units, Number(reverse), ...lstmPointers.map((name) => all[name]?.byteOffset ?? 0));
  });
  for (const data of own) d.dispose(data);
  return state.results(wanted, ['h', 'c', ...stacks]);
}

export interface LstmGradientOperands extends Pick<LstmOperands, 'reverse'> {
  /** Transposed: [4 · units, units]. */
  readonly recurrentKernel: Data;
  /** The gradients of the states after the last step: [n, units]. */
  readonly dh: Data;
  readonly dc: Data;
  /** Those that come to the outputs of each step, if any do: [steps, n, units]. */
  readonly dhSteps?: Data;
  /** What `lstmLoop` gave. `reverse` is that of this loop, against the other. */
  readonly input: Data;
  readonly forget: Data;
  readonly candidate: Data;
  readonly output: Data;
  readonly tanhC: Data;
  readonly cBefore: Data;
}

/** `dx`: of the gates' sums at each step, [steps, n, 4 · units]; `dh` and `dc`: of the states at first. */
export type LstmGradientResult = 'dh' | 'dc' | 'dx';

export function lstmLoopGradient<Wanted extends LstmGradientResult>(
  d: Device,
  operands: LstmGradientOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  if (d.name !== 'wasm' && d.name !== 'cpu') return lstmGradientByKernels(d, operands, wanted);
  const { reverse = false, dh, dc, ...rest } = operands;
  const [steps, n, units] = operands.input.shape as [number, number, number];
  const state = new Room(d, { ...rest, lastDh: dh, lastDc: dc });
  state.take('dx', [steps, n, 4 * units]);
  for (const name of ['dh', 'dc']) state.take(name, [n, units]);
  const module = lstmInMemory(d, units);
  const own = module === undefined ? [] : [state.take('before', [n, units]), ...state.takePacked(steps, n, units, 4)];
  state.fill('dx', (all) => {
    all['dh']!.set(all['lastDh']!);
    all['dc']!.set(all['lastDc']!);
    if (module === undefined) runLstmGradient({ steps, n, units, reverse }, all);
    else module.lstmGradient(steps, n, units, Number(reverse), ...lstmGradientPointers.map((name) => all[name]?.byteOffset ?? 0)); // prettier-ignore
  });
  for (const data of own) d.dispose(data);
  return state.results(wanted, ['dx', 'dh', 'dc']);
} // prettier-ignore
