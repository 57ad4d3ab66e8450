/**
 * The tensors of a plan in wasm's memory. tfjs does not count them. While a plan is recorded each tensor has memory of its own, as in emitted code;
 * then those that depend on inputs get places in one piece of memory, which all plans of a model share, for they run one after the other.
 */
import { type Layout, type Life, layout } from './layout.ts';
import { bytesOf } from './values-of.ts';
import type { DType } from '../program.ts';
import type { WasmBackend, WasmEntry } from './wasm-module.ts';

export interface PlanEntry extends WasmEntry {
  readonly size: number;
  /** Whether it depends on inputs. What does not is computed once for the weights as they are. */
  readonly varies: boolean;
  /** Whether its memory is the plan's. */
  readonly isOwn: boolean;
}

/** A tensor that shares memory with others, and when it is needed. */
interface Sharing {
  readonly entry: PlanEntry;
  readonly from: number;
  until: number;
}

/** One piece of memory for all plans of a model. It grows with what they need. */
export class SharedMemory {
  readonly #backend: WasmBackend;
  pointer = 0;
  bytes = 0;

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /** Makes it so large at least; what lay in it is lost if it moves. */
  require(bytes: number): void {
    if (bytes <= this.bytes) return;
    this.dispose();
    this.pointer = taken(this.#backend, bytes);
    this.bytes = bytes;
  }

  dispose(): void {
    if (this.bytes > 0) this.#backend.wasm._free(this.pointer);
    this.pointer = this.bytes = 0;
  }
}

export class PlanMemory {
  readonly #backend: WasmBackend;
  /** What is given back at the end. */
  readonly #pointers = new Set<number>();
  readonly #ids: number[] = [];
  readonly #sharing = new Map<PlanEntry, Sharing>();
  /** What only leads from weights to what lasts. It is needed when weights have changed, at no other time. */
  readonly #passing = new Map<PlanEntry, Sharing>();
  #layout: Layout | undefined;
  #layoutOfPassing: Layout | undefined;
  /** Where the shared memory was when tensors were last put into it. */
  #base = -1;
  /** Counts what is made and given back. */
  #time = 0;
  /** Bytes that it alone holds. */
  bytes = 0;

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /** Bytes of the shared memory that it needs, once it is settled. */
  get shared(): number {
    return Math.max(this.#layout?.bytes ?? 0, this.#layoutOfPassing?.bytes ?? 0);
  }

  /** A tensor of its own memory. */
  tensor(shape: readonly number[], dtype: DType, varies: boolean): PlanEntry {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const memoryOffset = this.#taken(Math.max(16, size * bytesOf[dtype]));
    const entry = this.#entry(shape, dtype, { size, varies, isOwn: true, memoryOffset });
    (varies ? this.#sharing : this.#passing).set(entry, { entry, from: this.#time++, until: Infinity });
    return entry;
  }

  /** A tensor in memory that others own. */
  alias(shape: readonly number[], dtype: DType, memoryOffset: number): PlanEntry {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return this.#entry(shape, dtype, { size, varies: false, isOwn: false, memoryOffset });
  }

  /** Raw memory for as long as the plan lives. */
  raw(bytes: number): number {
    this.bytes += bytes;
    return this.#taken(bytes);
  }

  /** The tensor is not needed any more; its memory goes to those that come later. */
  giveBack(entry: PlanEntry): void {
    const sharing = this.#sharing.get(entry) ?? this.#passing.get(entry);
    if (sharing === undefined) return;
    sharing.until = this.#time++;
    this.#free(entry.memoryOffset);
  }

  /** Something that depends on inputs reads it, so it lasts as long as the plan. */
  keep(entry: PlanEntry): void {
    if (this.#passing.delete(entry)) this.bytes += entry.size * bytesOf[entry.dtype];
  }

  /**
   * Ends recording: gives tensors that depend on inputs their places in the shared memory.
   * @param inputs Not needed after the times that they are given with.
   */
  settle(inputs: ReadonlyMap<PlanEntry, number>): void {
    for (const { entry, until } of this.#passing.values()) if (until === Infinity) this.keep(entry);
    for (const one of this.#sharing.values()) {
      if (one.until === Infinity) this.#free(one.entry.memoryOffset);
      one.until = Math.min(one.until, inputs.get(one.entry) ?? Infinity);
    }
    this.#layout = layout([...this.#sharing.values()].map(lifeOf));
    this.#layoutOfPassing = layout([...this.#passing.values()].map(lifeOf));
  }

  /** Now, as a time at which something is needed. */
  now(): number {
    return this.#time++;
  }

  /** Whether tensors had to be put elsewhere, for the shared memory has moved. */
  follow(shared: SharedMemory): boolean {
    shared.require(this.shared);
    if (shared.pointer === this.#base) return false;
    this.#base = shared.pointer;
    this.#put(this.#sharing.keys(), this.#layout!);
    this.#put(this.#passing.keys(), this.#layoutOfPassing!);
    return true;
  }

  #put(entries: Iterable<PlanEntry>, { offsets }: Layout): void {
    let i = 0;
    for (const entry of entries) {
      entry.memoryOffset = this.#base + offsets[i++]!;
      this.renew(entry);
    }
  }

  /** Forgets what was packed of the tensor, whose values are others now, or elsewhere. */
  renew({ id, size, memoryOffset }: PlanEntry): void {
    const { tfjs } = this.#backend.wasm;
    tfjs.disposeData(id);
    tfjs.registerTensor(id, size, memoryOffset);
  }

  dispose(): void {
    const { wasm } = this.#backend;
    for (const id of this.#ids) wasm.tfjs.disposeData(id);
    for (const pointer of this.#pointers) wasm._free(pointer);
    this.#pointers.clear();
    this.#sharing.clear();
    this.#passing.clear();
    this.#ids.length = this.bytes = 0;
  }

  #entry(
    shape: readonly number[],
    dtype: DType,
    rest: Pick<PlanEntry, 'size' | 'varies' | 'isOwn' | 'memoryOffset'>,
  ): PlanEntry {
    const id = this.#backend.dataIdNextNumber++;
    this.#ids.push(id);
    this.#backend.wasm.tfjs.registerTensor(id, rest.size, rest.memoryOffset);
    return { id, shape: [...shape], dtype, refCount: 1, ...rest };
  }

  #taken(bytes: number): number {
    const pointer = taken(this.#backend, bytes);
    this.#pointers.add(pointer);
    return pointer;
  }

  #free(pointer: number): void {
    this.#pointers.delete(pointer);
    this.#backend.wasm._free(pointer);
  }
}

const lifeOf = ({ entry, from, until }: Sharing): Life => ({ bytes: entry.size * bytesOf[entry.dtype], from, until });

function taken({ wasm }: WasmBackend, bytes: number): number {
  const pointer = wasm._malloc(bytes) >>> 0;
  if (pointer === 0) throw new Error(`wasm has no memory left for ${bytes} bytes.`);
  return pointer;
}
