/**
 * How many bytes of tensors live on a tfjs backend, and the most that did. Watches the backend itself, so it counts whoever makes them: tfjs's
 * engine, kernels that make some in between, emitted code, plans. On wasm every piece of memory that JavaScript takes is counted; what
 * the module takes for itself (weights as XNNPACK packs them) is not.
 */
import { type KernelBackend, util } from '@tensorflow/tfjs-core';

type Write = (this: object, values: unknown, shape: number[], dtype: 'float32', ...rest: unknown[]) => object;
interface Watched {
  write: Write;
  disposeData(dataId: object, force?: boolean): boolean;
  readonly wasm?: { _malloc(bytes: number): number; _free(pointer: number): void };
  readonly data?: { has(dataId: object): boolean };
}

export class LiveBytes {
  /** Bytes that live now, of what was made since watching began. */
  now = 0;
  /** The most since the last `restart`. */
  peak = 0;
  readonly #watched: Watched;
  readonly #sizes = new Map<unknown, number>();
  #stop: () => void = () => {};

  constructor(backend: KernelBackend) {
    this.#watched = backend as unknown as Watched;
    if (this.#watched.wasm !== undefined) this.#watchHeap(this.#watched.wasm);
    else this.#watchData();
  }

  /** Forgets the peak so far. */
  restart(): void {
    this.peak = this.now;
  }

  stop(): void {
    this.#stop();
  }

  #made(key: unknown, bytes: number): void {
    this.#sizes.set(key, bytes);
    this.now += bytes;
    if (this.now > this.peak) this.peak = this.now;
  }

  #gone(key: unknown): void {
    this.now -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }

  #watchHeap(wasm: NonNullable<Watched['wasm']>): void {
    // The module puts the functions themselves in their places when they are first called.
    wasm._free(wasm._malloc(1));
    const { _malloc: take, _free: give } = wasm;
    wasm._malloc = (bytes) => {
      const pointer = take(bytes);
      this.#made(pointer >>> 0, bytes);
      return pointer;
    };
    wasm._free = (pointer) => {
      this.#gone(pointer >>> 0);
      give(pointer);
    };
    this.#stop = () => Object.assign(wasm, { _malloc: take, _free: give });
  }

  #watchData(): void {
    const watched = this.#watched;
    const [{ write }, { disposeData }] = [watched, watched];
    const [made, gone] = [this.#made.bind(this), this.#gone.bind(this)];
    watched.write = function (values, shape, dtype, ...rest) {
      const dataId = write.call(this, values, shape, dtype, ...rest);
      made(dataId, util.sizeFromShape(shape) * util.bytesPerElement(dtype));
      return dataId;
    };
    // A plan has a store of its own under the same functions.
    watched.disposeData = function (this: Watched, dataId, force) {
      const result = disposeData.call(this, dataId, force);
      if (this.data?.has(dataId) === false) gone(dataId);
      return result;
    };
    this.#stop = () => Object.assign(watched, { write, disposeData });
  }
}
