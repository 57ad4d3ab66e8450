/** What an LSTM's loop, or its gradient, holds as one call beside its operands and the results that are read (`runtime/kernels/lstm.ts`). */
import type { WholeLoop } from '../emit/lstm-loop.ts';
import type { PlannedBackend } from './held.ts';

export interface LoopSizes {
  readonly steps: number;
  readonly n: number;
  readonly units: number;
}

export interface RoomOfLoop {
  /** Results that it makes also where nobody reads them, each a state or, for `dx`, four for each step. */
  readonly unread: (name: string) => number;
  readonly always: readonly string[];
  /** What it writes for itself. */
  readonly scratch: number;
}

/** From so many units on the loop is code in wasm's memory. */
const leastUnits = 4;

export function wholeLoopMemory(helper: WholeLoop['helper'], backend: PlannedBackend, { steps, n, units }: LoopSizes): RoomOfLoop {
  const state = 4 * n * units;
  const inMemory = backend === 'wasm' && units >= leastUnits;
  const packed = n < 4 && steps >= 8 && units % 8 === 0 ? 4 * (4 * units * units + 16) : 0;
  const sums = helper === 'lstmLoop' ? 4 * state : 0;
  return {
    always: helper === 'lstmLoop' ? ['h', 'c'] : ['dx', 'dh', 'dc'],
    unread: (name) => (name === 'dx' ? 4 * steps * state : state),
    scratch: inMemory ? sums + state + packed : 0,
  };
} // prettier-ignore
