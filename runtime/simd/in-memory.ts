/** A module of `simd/` over tfjs's wasm memory. */
import type { Device } from '../device.ts';
import { wasmBackend } from '../plans/wasm-module.ts';

/** By the memory that they work in, what modules export; none where the machine cannot run them. */
const instances = new WeakMap<WebAssembly.Memory, Map<string, WebAssembly.Exports | undefined>>();

/** What the module, given as base64, exports; `undefined` where the device has no such memory, or the machine no SIMD. Made once for each memory. */
export function exportsInMemory(device: Device, module: string): WebAssembly.Exports | undefined {
  if (device.name !== 'wasm') return undefined;
  const memory = wasmBackend(device.backend).wasm.asm?.['memory'] as unknown;
  if (!(memory instanceof WebAssembly.Memory)) return undefined;
  const known = instances.get(memory) ?? new Map<string, WebAssembly.Exports | undefined>();
  instances.set(memory, known);
  if (!known.has(module)) known.set(module, made(memory, module));
  return known.get(module);
}

function made(memory: WebAssembly.Memory, module: string): WebAssembly.Exports | undefined {
  const bytes = Uint8Array.from(atob(module), (c) => c.charCodeAt(0));
  // Memory that is shared by threads is another type, which the modules do not import.
  if (!(memory.buffer instanceof ArrayBuffer) || !WebAssembly.validate(bytes)) return undefined;
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { tfjs: { memory } }).exports;
  } catch (error) {
    // At the edge nothing is compiled while a program runs; tfjs's own kernels do there.
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
