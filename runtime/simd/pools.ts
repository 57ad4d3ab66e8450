/** The module of simd/pools.ts over the memory of a device. */
import type { Device } from '../device.ts';
import { exportsInMemory } from './in-memory.ts';
import { poolsModule as bytes } from './pools-module.ts';

interface PoolsModule {
  maxPoolGradient(dy: number, x: number, y: number, dx: number, n: number, h: number, w: number, c: number, outH: number, outW: number, tapsH: number, tapsW: number, strideH: number, strideW: number, top: number, left: number): void; // prettier-ignore
}

/** `undefined` where the device has no such memory, or the machine no SIMD. */
export const poolsInMemory = (d: Device): PoolsModule | undefined =>
  exportsInMemory(d, bytes) as unknown as PoolsModule | undefined;
