/**
 * tfjs's wasm backend as its kernels and this runtime use it, over the same memory: for bundles that were built with the option `tensors: false`. Without texts,
 * timing, and tensors that tfjs moves from one backend to another.
 */
import { DataStorage } from './small-core.ts';
import type { Values } from './device.ts';
import { sizeOf } from './kernels/sizes.ts';
import type { DType } from './program.ts';
import type { WasmInstance } from './wasm-instance.ts';

interface Entry {
  readonly id: number;
  readonly memoryOffset: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  refCount: number;
}
/** What tfjs makes of the exports. */
interface Functions {
  readonly tfjs: Readonly<
    Record<'initWithThreadsCount' | 'registerTensor' | 'disposeData', (...values: readonly number[]) => void>
  >;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

export class SmallWasmBackend {
  readonly wasm: WasmInstance & Functions;
  readonly dataIdMap = new DataStorage<Entry>();
  /** 0 stands for none. */
  dataIdNextNumber = 1;

  constructor(wasm: WasmInstance) {
    this.wasm = wasm as WasmInstance & Functions;
    this.wasm.tfjs.initWithThreadsCount(-1);
  }

  write(values: Values | null, shape: readonly number[], dtype: DType): object {
    const bytes = sizeOf(shape) * arrays[dtype].BYTES_PER_ELEMENT;
    const memoryOffset = this.wasm._malloc(bytes) >>> 0;
    const dataId = this.#added(shape, dtype, memoryOffset);
    if (values) this.wasm.HEAPU8.set(new Uint8Array(values.buffer, values.byteOffset, bytes), memoryOffset);
    return dataId;
  }

  makeOutput(
    shape: readonly number[],
    dtype: DType,
    memoryOffset?: number | null,
    values: Values | null = null,
  ): object {
    const dataId = memoryOffset == null ? this.write(values, shape, dtype) : this.#added(shape, dtype, memoryOffset);
    return { dataId, shape, dtype };
  }

  typedArrayFromHeap({
    shape,
    dtype,
    dataId,
  }: {
    readonly shape: readonly number[];
    readonly dtype: DType;
    readonly dataId: object;
  }): Values {
    return new arrays[dtype](this.wasm.HEAPU8.buffer, this.#entry(dataId).memoryOffset, sizeOf(shape));
  }

  readSync(dataId: object, start = 0, end?: number): Values {
    const entry = this.#entry(dataId);
    return this.typedArrayFromHeap({ ...entry, dataId }).slice(start, end);
  }

  async read(dataId: object): Promise<Values> {
    return this.readSync(dataId);
  }

  incRef(dataId: object): void {
    this.#entry(dataId).refCount++;
  }

  disposeData(dataId: object): boolean {
    const entry = this.dataIdMap.get(dataId);
    if (!entry) return true;
    if (--entry.refCount > 0) return false;
    this.wasm._free(entry.memoryOffset);
    this.wasm.tfjs.disposeData(entry.id);
    return this.dataIdMap.delete(dataId);
  }

  numDataIds(): number {
    return this.dataIdMap.numDataIds();
  }

  #entry(dataId: object): Entry {
    return this.dataIdMap.get(dataId)!;
  }

  #added(shape: readonly number[], dtype: DType, memoryOffset: number): object {
    const [dataId, id] = [{}, this.dataIdNextNumber++];
    this.dataIdMap.set(dataId, { id, memoryOffset, shape, dtype, refCount: 1 });
    this.wasm.tfjs.registerTensor(id, sizeOf(shape), memoryOffset);
    return dataId;
  }
}
