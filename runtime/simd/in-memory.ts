/** WebAssembly modules of our own that work in the memory of tfjs's. */
import type { Device } from '../device.ts';
import { wasmBackend } from '../plans/wasm-module.ts';

/** By the memory that they work in, what modules of `simd/` export; none where the machine cannot run them. */
const instances = new WeakMap<WebAssembly.Memory, Map<string, WebAssembly.Exports | undefined>>();

/** The memory of tfjs's module, where it can be had and belongs to one thread: memory that is shared is another type, which modules do not import. */
export function ownMemory(device: Device): WebAssembly.Memory | undefined {
  if (device.name !== 'wasm') return undefined;
  const memory = wasmBackend(device.backend).wasm.asm?.['memory'] as unknown;
  return memory instanceof WebAssembly.Memory && memory.buffer instanceof ArrayBuffer ? memory : undefined;
}

/** What a module exports; `undefined` where the machine has no SIMD, or the host allows no code that is made at run time. */
export function moduleInMemory(
  memory: WebAssembly.Memory,
  bytes: Uint8Array<ArrayBuffer>,
): WebAssembly.Exports | undefined {
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { tfjs: { memory } }).exports;
  } catch (error) {
    // Hosts such as Cloudflare's run only modules that were there when the program was put up.
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}

/** Memory for what kernels keep of a row, one for all of them, as large as any has needed. */
const rooms = new WeakMap<WebAssembly.Memory, Room>();

export interface Room {
  pointer: number;
  bytes: number;
}

/** The room with at least so many bytes. Taking them may move the memory. */
export function roomInMemory(device: Device, memory: WebAssembly.Memory, bytes: number): Room {
  const room = rooms.get(memory) ?? { pointer: 0, bytes: 0 };
  rooms.set(memory, room);
  if (room.bytes >= bytes) return room;
  const { wasm } = wasmBackend(device.backend);
  if (room.bytes > 0) wasm._free(room.pointer);
  [room.pointer, room.bytes] = [wasm._malloc(bytes) >>> 0, bytes];
  if (room.pointer === 0) throw new Error(`wasm has no memory left for ${bytes} bytes.`);
  return room;
}

/** What a module of `simd/`, given as base64, exports; `undefined` where it cannot run. Made once for each memory. */
export function exportsInMemory(device: Device, module: string): WebAssembly.Exports | undefined {
  const memory = ownMemory(device);
  if (memory === undefined) return undefined;
  const known = instances.get(memory) ?? new Map<string, WebAssembly.Exports | undefined>();
  instances.set(memory, known);
  if (!known.has(module)) {
    const bytes = Uint8Array.from(atob(module), (c) => c.charCodeAt(0));
    known.set(module, moduleInMemory(memory, bytes));
  }
  return known.get(module);
}
