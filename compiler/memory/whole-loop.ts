/**
 * What the loop of an LSTM or a GRU, or its gradient, holds as one call beside its operands and the results that are read (`runtime/kernels/lstm.ts`,
 * `gru.ts`).
 */
import type { WholeLoop } from '../emit/whole-loop.ts';
import type { PlannedBackend } from './held.ts';

export interface LoopSizes {
  readonly steps: number;
  readonly n: number;
  readonly units: number;
}

export interface RoomOfLoop {
  /** The bytes of results that it makes also where nobody reads them. */
  readonly unread: (name: string) => number;
  readonly always: readonly string[];
  /** What it writes for itself. */
  readonly scratch: number;
}

/** From so many units on the loop is code in wasm's memory. */
const leastUnits = 4;

interface Kind {
  readonly gates: number;
  readonly always: readonly string[];
  /** What it writes for itself on wasm, in states, besides a kernel in another order. */
  readonly states: number;
}

const kinds: { readonly [Helper in WholeLoop['helper']]: Kind } = {
  lstmLoop: { gates: 4, always: ['h', 'c'], states: 4 + 1 },
  lstmLoopGradient: { gates: 4, always: ['dx', 'dh', 'dc'], states: 1 },
  gruLoop: { gates: 3, always: ['h'], states: 3 + 1 },
  gruLoopGradient: { gates: 3, always: ['dx', 'dsums', 'dh'], states: 1 },
};

export function wholeLoopMemory({ helper, operands }: WholeLoop, backend: PlannedBackend, { steps, n, units }: LoopSizes): RoomOfLoop {
  const state = 4 * n * units;
  const { gates, always, states } = kinds[helper];
  const inMemory = backend === 'wasm' && units >= leastUnits;
  const packed = (n < 4 || n >= 8) && steps >= 8 && units % 8 === 0 ? 4 * (gates * units * units + 16) : 0;
  // A bias of the state's own, repeated for each example.
  const offsets = operands.some(([name]) => name === 'recurrentBias') ? gates * state : 0;
  return {
    always,
    unread: (name) => (name === 'dx' || name === 'dsums' ? gates * steps * state : state),
    scratch: inMemory ? states * state + offsets + packed : 0,
  };
} // prettier-ignore
