/**
 * A GRU over all its steps as one call, and the way back, as `lstm.ts` has an LSTM. The reset gate is applied after the product with the state. The three
 * gates lie side by side: update, reset, candidate.
 */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { gruGradientPointers, gruInMemory, gruPointers } from '../simd/gru.ts';
import { gruByKernels, gruGradientByKernels } from './gru-by-kernels.ts';
import { runGru, runGruGradient } from './gru-in-heap.ts';
import { Room } from './room.ts';

export interface GruOperands {
  /** What the input and its bias give to the gates at each step: [steps, n, 3 · units]. */
  readonly x: Data;
  /** [units, 3 · units]. */
  readonly recurrentKernel: Data;
  /** Added to what the state gives: [3 · units]. */
  readonly recurrentBias?: Data;
  /** The state at first: [n, units]. */
  readonly h: Data;
  /** From the last step to the first. */
  readonly reverse?: boolean;
}

/**
 * What a step computes, [n, units], stacked. `difference`: the state before less the candidate; `recurrent`: what the state gives to the candidate;
 * `gates`: update and reset side by side, [n, 2 · units].
 */
export type GruStack = 'hSteps' | 'hBefore' | 'update' | 'reset' | 'gates' | 'candidate' | 'difference' | 'recurrent';
/** `h`: the last state. */
export type GruResult = 'h' | GruStack;

/** The results that are wanted, each new data. */
export function gruLoop<Wanted extends GruResult>(
  d: Device,
  operands: GruOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  if (d.name !== 'wasm' && d.name !== 'cpu') return gruByKernels(d, operands, wanted);
  const { x, recurrentKernel, recurrentBias, h, reverse = false } = operands;
  const [n, units] = h.shape as [number, number];
  const steps = x.shape[0]!;
  const stacks = wanted.filter((name) => name !== 'h');
  const state = new Room(d, { x, recurrentKernel, recurrentBias, firstH: h });
  state.take('h', [n, units]);
  for (const name of stacks) state.take(name, [steps, n, name === 'gates' ? 2 * units : units]);
  const module = gruInMemory(d, units);
  const own = module === undefined ? [] : [state.take('sums', [n, 3 * units]), state.take('before', [n, units]), ...(recurrentBias === undefined ? [] : [state.take('offsets', [n, 3 * units])]), ...state.takePacked(steps, n, units, 3)]; // prettier-ignore
  state.fill('h', (all) => {
    all['h']!.set(all['firstH']!);
    if (module === undefined) return runGru({ steps, n, units, reverse }, all);
    for (let row = 0; all['offsets'] !== undefined && row < n; row++) all['offsets'].set(all['recurrentBias']!, row * 3 * units); // prettier-ignore
    module.gru(steps, n, units, Number(reverse), ...gruPointers.map((name) => all[name]?.byteOffset ?? 0));
  });
  for (const data of own) d.dispose(data);
  return state.results(wanted, ['h', ...stacks]);
}

export interface GruGradientOperands extends Pick<GruOperands, 'reverse'> {
  /** Transposed: [3 · units, units]. */
  readonly recurrentKernel: Data;
  /** The gradient of the state after the last step: [n, units]. */
  readonly dh: Data;
  /** Those that come to the outputs of each step, if any do: [steps, n, units]. */
  readonly dhSteps?: Data;
  /** What `gruLoop` gave. `reverse` is that of this loop, against the other. */
  readonly update: Data;
  readonly reset: Data;
  readonly candidate: Data;
  readonly difference: Data;
  readonly recurrent: Data;
}

/** `dx` and `dsums`: of what the input and the state give at each step, [steps, n, 3 · units]; `dh`: of the state at first. */
export type GruGradientResult = 'dh' | 'dx' | 'dsums';

export function gruLoopGradient<Wanted extends GruGradientResult>(
  d: Device,
  operands: GruGradientOperands,
  wanted: readonly Wanted[],
): Readonly<Record<Wanted, Data>> {
  if (d.name !== 'wasm' && d.name !== 'cpu') return gruGradientByKernels(d, operands, wanted);
  const { reverse = false, dh, ...rest } = operands;
  const [steps, n, units] = operands.update.shape as [number, number, number];
  const state = new Room(d, { ...rest, lastDh: dh });
  for (const name of ['dx', 'dsums']) state.take(name, [steps, n, 3 * units]);
  state.take('dh', [n, units]);
  const module = gruInMemory(d, units);
  const own = module === undefined ? [] : [state.take('direct', [n, units]), ...state.takePacked(steps, n, units, 3)];
  state.fill('dx', (all) => {
    all['dh']!.set(all['lastDh']!);
    if (module === undefined) runGruGradient({ steps, n, units, reverse }, all);
    else module.gruGradient(steps, n, units, Number(reverse), ...gruGradientPointers.map((name) => all[name]?.byteOffset ?? 0)); // prettier-ignore
  });
  for (const data of own) d.dispose(data);
  return state.results(wanted, ['dx', 'dsums', 'dh']);
}
