/**
 * Starts tfjs's wasm backend from parts: its class, and where the `.wasm` files are. What bundles use in place of the backend's own start, which would
 * take emscripten's two scripts along and look for files by the name of a script.
 */
import { type KernelBackend, registerBackend } from '@tensorflow/tfjs-core';
import { BackendError, type BackendOptions, type WasmSource } from './backends.ts';
import { nodeModule } from './node.ts';
import { type WasmInstance, wasmInstance } from './wasm-instance.ts';

export interface WasmParts {
  readonly backend: new (wasm: WasmInstance) => KernelBackend;
  readonly files: { readonly simd: string; readonly plain: string };
}

const fileNames = { simd: 'tfjs-backend-wasm-simd.wasm', plain: 'tfjs-backend-wasm.wasm' } as const;

/** `(func (drop (i8x16.splat (i32.const 0))))`: valid where there is SIMD. */
const usesSimd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11];

/** Registers the backend with tfjs; it starts when it is set. */
export function registerWasm({ backend: Backend, files }: WasmParts, options: BackendOptions): void {
  const kind = WebAssembly.validate(Uint8Array.from(usesSimd)) ? 'simd' : 'plain';
  const source = options.wasmModule ?? wasmAddress(kind, files, options);
  registerBackend('wasm', async () => new Backend(await started(await compiled(source))), 2);
}

function wasmAddress(kind: 'simd' | 'plain', files: WasmParts['files'], { wasmPaths }: BackendOptions): string {
  if (wasmPaths === undefined) return files[kind];
  return typeof wasmPaths === 'string' ? wasmPaths + fileNames[kind] : wasmPaths[fileNames[kind]];
}

async function compiled(source: WasmSource | string): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source !== 'string') return WebAssembly.compile(await source);
  const files = nodeModule('node:fs/promises');
  const isFile = source.startsWith('file:') || !/^[a-z][a-z0-9+.-]+:/i.test(source);
  if (files !== undefined && isFile) {
    const path = source.startsWith('file:') ? nodeModule('node:url')!.fileURLToPath(source) : source;
    return WebAssembly.compile(await files.readFile(path));
  }
  const response = await fetch(source, { credentials: 'same-origin' });
  if (!response.ok) {
    throw new BackendError(`${source} answered ${response.status} ${response.statusText}. Is it deployed with the scripts?`); // prettier-ignore
  }
  // Not compiled while it streams: some servers send it with another type than application/wasm.
  return WebAssembly.compile(await response.arrayBuffer());
}

async function started(module: WebAssembly.Module): Promise<WasmInstance> {
  const wasm = await wasmInstance(module);
  const call = (name: string): ReturnType<WasmInstance['cwrap']> => wasm.cwrap(name, null, []);
  wasm.tfjs = {
    init: call('init'),
    initWithThreadsCount: call('init_with_threads_count'),
    getThreadsCount: call('get_threads_count'),
    registerTensor: call('register_tensor'),
    disposeData: call('dispose_data'),
    dispose: call('dispose'),
  };
  return wasm;
}
