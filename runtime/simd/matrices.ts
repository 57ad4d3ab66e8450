/** The module of simd/matrices.ts over the memory of a device. */
import type { Device } from '../device.ts';
import { exportsInMemory } from './in-memory.ts';
import { matricesModule as bytes } from './matrices-module.ts';

/** Places in memory and steps from row to row in bytes, the rest in numbers. */
export interface MatricesModule {
  /** Strips of so many columns, 8 of 32 bytes, of a matrix that lies as it is, or turned: then its rows are the columns. */
  ofColumns(from: number, step: number, to: number, rows: number, columns: number, width: number): void;
  ofRows(from: number, step: number, to: number, rows: number, columns: number, width: number): void;
  product(a: number, aStep: number, aIsTurned: number, b: number, bias: number, target: number, m: number, k: number, n: number, room: number, least: number, most: number): void; // prettier-ignore
  transpose(from: number, step: number, to: number, toStep: number, rows: number, columns: number): void;
}

/** `undefined` where the device has no such memory, or the machine no SIMD. */
export const matricesModule = (d: Device): MatricesModule | undefined =>
  exportsInMemory(d, bytes) as unknown as MatricesModule | undefined;
