/** An LSTM's loop over time, and the way back, by code of our own in tfjs's wasm memory (simd/lstm.ts). */
import type { Device } from '../device.ts';
import { exportsInMemory } from './in-memory.ts';
import { lstmModule } from './lstm-module.ts';

/** Places in memory, in the module's order; 0 where a stack is not wanted. */
export const lstmPointers = ['x', 'recurrentKernel', 'packed', 'h', 'c', 'sums', 'before', 'input', 'forget', 'candidate', 'output', 'tanhC', 'hSteps', 'hBefore', 'cBefore'] as const; // prettier-ignore
export const lstmGradientPointers = ['recurrentKernel', 'packed', 'dh', 'dc', 'before', 'dx', 'dhSteps', 'input', 'forget', 'candidate', 'output', 'tanhC', 'cBefore'] as const; // prettier-ignore

type Loop = (steps: number, n: number, units: number, reverse: number, ...pointers: readonly number[]) => void;
interface LstmModule {
  readonly lstm: Loop;
  readonly lstmGradient: Loop;
}

/** The walks over the state go by four numbers at once. */
const leastUnits = 4;

/** `undefined` where plain code must do. */
export function lstmInMemory(device: Device, units: number): LstmModule | undefined {
  if (units < leastUnits) return undefined;
  return exportsInMemory(device, lstmModule) as unknown as LstmModule | undefined;
}
