/** The module of simd/windows.ts over the memory of a device, and filters and right operands in its order. */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { exportsInMemory } from './in-memory.ts';
import { windowsModule as bytes } from './windows-module.ts';

export interface WindowsModule {
  pack(source: number, target: number, rows: number, n: number): void;
  windows(a: number, step: number, aSegment: number, b: number, bSegment: number, c: number, cStep: number, k: number, segments: number, bias: number, least: number, most: number, n: number, m: number, rows: number, aRow: number, cRow: number, bStrip: number): void; // prettier-ignore
}

/** `undefined` where the device has no such memory, or the machine no SIMD. Threads share theirs, and tfjs's own kernels use all of them. */
export const windowsModule = (d: Device): WindowsModule | undefined =>
  exportsInMemory(d, bytes) as unknown as WindowsModule | undefined;

/** Matrices [count, rows, n], each by eight columns and then the next eight, so that each of these lies together. */
export function packedColumns(d: Device, module: WindowsModule, matrices: Data): Data {
  const [count, rows, n] = matrices.shape as [number, number, number];
  const strips = Math.ceil(n / 8);
  return d.inHeap([matrices], [count, strips, rows, 8], 'float32', (target, [source]) => {
    for (let i = 0; i < count; i++)
      module.pack(source!.byteOffset + 4 * i * rows * n, target.byteOffset + 32 * i * strips * rows, rows, n);
  });
}
