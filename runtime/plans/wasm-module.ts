/**
 * What plans use of tfjs's wasm backend behind its public face: the Emscripten module, tensors by number, and the functions that kernels call.
 * The one place that knows how that backend is made inside.
 */
import { type KernelBackend, getKernelsForBackend } from '@tensorflow/tfjs-core';
import type { DType } from '../program.ts';

/** A function of the module. */
export type WasmFunction = (...values: readonly number[]) => unknown;
/** What `cwrap` makes of it: arrays of bytes are copied to the stack for the time of the call. */
export type WrappedFunction = (...values: readonly unknown[]) => unknown;

export interface WasmModule {
  /** Another one after the memory has grown. */
  readonly HEAPU8: Uint8Array;
  /** The exports themselves. */
  readonly asm?: Readonly<Record<string, WasmFunction>>;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  cwrap(name: string, result: string | null, parameters: readonly string[]): WrappedFunction;
  readonly tfjs: {
    registerTensor(id: number, size: number, pointer: number): void;
    /** Forgets the tensor, and whatever was packed of it. */
    disposeData(id: number): void;
  };
}

/** Where a tensor lies. */
export interface WasmEntry {
  readonly id: number;
  memoryOffset: number;
  /** Fused kernels judge a bias by it. */
  shape: readonly number[];
  readonly dtype: DType;
  refCount: number;
}

export interface WasmBackend {
  readonly wasm: WasmModule;
  /** The number that the next tensor gets. */
  dataIdNextNumber: number;
  readonly dataIdMap: { get(dataId: object): WasmEntry };
}

/** tfjs's wasm backend as what it is. */
export const wasmBackend = (backend: KernelBackend): WasmBackend => backend as unknown as WasmBackend;

/** The export itself: what `cwrap` gave kernels before its first call goes through a list of its arguments each time. */
export function exported(module: WasmModule, name: string): WasmFunction {
  const found = module.asm?.[name] ?? (module as unknown as Record<string, WasmFunction | undefined>)[`_${name}`];
  if (found === undefined) throw new Error(`tfjs's wasm module has no function ${name}.`);
  return found;
}

/** Told of each call of a function of the module. */
export type CallListener = (name: string, result: string | null, values: readonly unknown[]) => void;

/** Runs code during which every call that a kernel makes into the module is told to the listener, too. */
export function listening<Result>(backend: KernelBackend, listener: CallListener, code: () => Result): Result {
  const { wasm } = wasmBackend(backend);
  const loud = Object.create(wasm, {
    cwrap: {
      value: (name: string, result: string | null, parameters: readonly string[]): WrappedFunction => {
        const own = wasm.cwrap(name, result, parameters);
        return (...values) => {
          listener(name, result, values);
          return own(...values);
        };
      },
    },
  }) as WasmModule;
  // Kernels take their functions from the backend when they are set up, which may be done again.
  const setUp = (with_: KernelBackend): void => {
    for (const { setupFunc } of getKernelsForBackend('wasm')) setupFunc?.(with_);
  };
  try {
    setUp(Object.create(backend, { wasm: { value: loud } }) as KernelBackend);
    return code();
  } finally {
    setUp(backend);
  }
}
