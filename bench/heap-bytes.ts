/**
 * How much of wasm's memory is taken, by whoever takes it: tensors, and what tfjs's module takes for itself, such as weights as XNNPACK packs them, which
 * `LiveBytes` cannot see. The module's allocator (Emscripten's emmalloc) leaves no gap between the pieces that it gives out: each begins with its
 * length and ends with it, the last bit set where the piece is free. So they are gone through one after the other whenever JavaScript takes one.
 */
import type { KernelBackend } from '@tensorflow/tfjs-core';

interface WasmModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** The length at the beginning and that at the end. */
const around = 8;

export class HeapBytes {
  /** The most since the last `restart`, beyond what was taken when `begin` was called. */
  peak = 0;
  readonly #wasm: WasmModule;
  /** The first piece that is looked at. */
  readonly #first: number;
  #before = 0;

  /** Watches for good. To be made before anything else is: what lies before its own first piece is not seen. */
  constructor(backend: KernelBackend) {
    const { wasm } = backend as unknown as { readonly wasm: WasmModule };
    this.#wasm = wasm;
    this.#first = wasm._malloc(around) >>> 0;
    this.begin();
    const { _malloc: take } = wasm;
    wasm._malloc = (bytes) => {
      const pointer = take(bytes);
      this.look();
      return pointer;
    };
  }

  /** Counts what is taken from now on. */
  begin(): void {
    this.#before = this.#taken();
    this.peak = 0;
  }

  /** Forgets the peak so far. */
  restart(): void {
    this.peak = this.now;
  }

  get now(): number {
    return this.#taken() - this.#before;
  }

  /** Also to be called when something has run: kernels take memory without JavaScript. */
  look(): void {
    this.peak = Math.max(this.peak, this.now);
  }

  #taken(): number {
    const words = new Uint32Array(this.#wasm.HEAPU8.buffer);
    let sum = 0;
    for (let at = (this.#first - 4) / 4; at < words.length;) {
      const length = words[at]!;
      if (length === 0) {
        // Where the memory has grown, the next piece begins at a multiple of 16.
        const next = 4 * Math.ceil((at + 1) / 4);
        if (words[at + 1] === 0 && words[next] === 0) break;
        at = words[at + 1] === 0 ? next : at + 1;
        continue;
      }
      const isFree = (words[at + length / 4 - 1]! & 1) === 1;
      if (!isFree) sum += length - around;
      at += length / 4;
    }
    return sum;
  }
}
