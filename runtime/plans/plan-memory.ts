/**
 * The tensors of a plan in wasm's memory: taken once, held until the plan goes. tfjs does not count them. A region that is given back serves
 * the next tensor that fits, under a number of its own.
 */
import { bytesOf } from './values-of.ts';
import type { DType } from '../program.ts';
import type { WasmBackend, WasmEntry } from './wasm-module.ts';

interface Region {
  readonly pointer: number;
  readonly bytes: number;
}

export interface PlanEntry extends WasmEntry {
  readonly size: number;
  /** Whether it depends on inputs. What does not is computed once for the weights as they are. */
  readonly varies: boolean;
  readonly region: Region | undefined;
}

export class PlanMemory {
  readonly #backend: WasmBackend;
  readonly #all: Region[] = [];
  readonly #free: Region[] = [];
  readonly #ids: number[] = [];
  /** Bytes held. */
  bytes = 0;

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /** A tensor of its own memory. */
  tensor(shape: readonly number[], dtype: DType, varies: boolean): PlanEntry {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const region = this.#region(Math.max(16, size * bytesOf[dtype]), varies);
    return this.#entry(shape, dtype, { size, varies, region, memoryOffset: region.pointer });
  }

  /** A tensor in memory that others own. */
  alias(shape: readonly number[], dtype: DType, memoryOffset: number): PlanEntry {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return this.#entry(shape, dtype, { size, varies: false, region: undefined, memoryOffset });
  }

  /** Raw memory for as long as the plan lives. */
  raw(bytes: number): number {
    return this.#region(bytes, false).pointer;
  }

  /** Gives the tensor's memory to those that come later. */
  giveBack({ region, varies }: PlanEntry): void {
    if (region !== undefined && varies) this.#free.push(region);
  }

  /** Forgets what was packed of a tensor, whose values are others now, or elsewhere. */
  renew({ id, size, memoryOffset }: PlanEntry): void {
    const { tfjs } = this.#backend.wasm;
    tfjs.disposeData(id);
    tfjs.registerTensor(id, size, memoryOffset);
  }

  dispose(): void {
    const { wasm } = this.#backend;
    for (const id of this.#ids) wasm.tfjs.disposeData(id);
    for (const { pointer } of this.#all) wasm._free(pointer);
    this.#ids.length = this.#all.length = this.#free.length = this.bytes = 0;
  }

  #entry(
    shape: readonly number[],
    dtype: DType,
    rest: Pick<PlanEntry, 'size' | 'varies' | 'region' | 'memoryOffset'>,
  ): PlanEntry {
    const id = this.#backend.dataIdNextNumber++;
    this.#ids.push(id);
    this.#backend.wasm.tfjs.registerTensor(id, rest.size, rest.memoryOffset);
    return { id, shape: [...shape], dtype, refCount: 1, ...rest };
  }

  /** The smallest that is free and large enough, but no more than twice as large; else a new one. */
  #region(bytes: number, reuses: boolean): Region {
    const fits = reuses ? this.#free.filter((region) => region.bytes >= bytes && region.bytes <= 2 * bytes) : [];
    const best = fits.sort((a, b) => a.bytes - b.bytes)[0];
    if (best !== undefined) {
      this.#free.splice(this.#free.indexOf(best), 1);
      return best;
    }
    const pointer = this.#backend.wasm._malloc(bytes) >>> 0;
    if (pointer === 0) throw new Error(`wasm has no memory left for ${bytes} bytes.`);
    const region = { pointer, bytes };
    this.#all.push(region);
    this.bytes += bytes;
    return region;
  }
}
