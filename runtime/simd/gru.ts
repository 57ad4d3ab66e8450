/** A GRU's loop over time, and the way back, by code of our own in tfjs's wasm memory (simd/gru.ts). */
import type { Device } from '../device.ts';
import { gruModule } from './gru-module.ts';
import { exportsInMemory } from './in-memory.ts';

/** Places in memory, in the module's order; 0 where a stack is not wanted. */
export const gruPointers = ['x', 'recurrentKernel', 'packed', 'offsets', 'h', 'sums', 'before', 'gates', 'update', 'reset', 'candidate', 'difference', 'recurrent', 'hSteps', 'hBefore'] as const; // prettier-ignore
export const gruGradientPointers = ['recurrentKernel', 'packed', 'dh', 'direct', 'dx', 'dsums', 'dhSteps', 'update', 'reset', 'candidate', 'difference', 'recurrent'] as const; // prettier-ignore

type Loop = (steps: number, n: number, units: number, reverse: number, ...pointers: readonly number[]) => void;
interface GruModule {
  readonly gru: Loop;
  readonly gruGradient: Loop;
}

/** The walks over the state go by four numbers at once. */
const leastUnits = 4;

/** `undefined` where plain code must do. */
export function gruInMemory(device: Device, units: number): GruModule | undefined {
  if (units < leastUnits) return undefined;
  return exportsInMemory(device, gruModule) as unknown as GruModule | undefined;
}
