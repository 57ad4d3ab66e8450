/**
 * A compiled `.wasm` file of tfjs → the module as its backend expects it. Emscripten's own script does the same in 37 KB, most of it for threads,
 * files and older browsers. What the file imports is looked at, so that another version of tfjs is refused and not misunderstood.
 */

/** What the backend asks of emscripten's module: every function of the file as `_NAME`, and these. */
export interface WasmInstance {
  /** Another one after the memory has grown. */
  HEAPU8: Uint8Array<ArrayBuffer>;
  readonly asm: WebAssembly.Exports;
  cwrap(name: string, result: string | null, parameters: readonly string[]): Call;
  tfjs?: Readonly<Record<string, Call>>;
}
type Call = (...values: readonly unknown[]) => unknown;
/** Those of emscripten that every such file has. */
interface Stack {
  readonly memory: WebAssembly.Memory;
  __wasm_call_ctors(): void;
  stackSave(): number;
  stackRestore(top: number): void;
  stackAlloc(bytes: number): number;
}

const page = 65_536;
/** 4 GiB but for a page: where addresses of 32 bits end. */
const mostBytes = 65_535 * page;

/** @throws Error for a file that is not made as that of tfjs 4.22. */
export async function wasmInstance(module: WebAssembly.Module): Promise<WasmInstance> {
  const memory = (): WebAssembly.Memory => (exports as unknown as Stack).memory;
  const env: Readonly<Record<string, Call>> = {
    abort: () => {
      throw new WebAssembly.RuntimeError('The wasm module of tfjs has given up: its memory may be full.');
    },
    emscripten_get_heap_max: () => mostBytes,
    emscripten_memcpy_big: (target, source, count) =>
      void instance.HEAPU8.copyWithin(Number(target) >>> 0, Number(source) >>> 0, (Number(source) >>> 0) + (Number(count) >>> 0)), // prettier-ignore
    emscripten_resize_heap: (bytes) => {
      const grown = grow(memory(), Number(bytes) >>> 0);
      if (grown) instance.HEAPU8 = new Uint8Array(memory().buffer as ArrayBuffer);
      return Number(grown);
    },
  };
  const wasi: Readonly<Record<string, Call>> = {
    fd_close: () => 52,
    fd_seek: () => 70,
    fd_write: (_file, pieces, count, written) => logged(memory().buffer, [pieces, count, written] as [number, number, number]), // prettier-ignore
  };
  const imports: Readonly<Record<string, typeof env>> = { env, wasi_snapshot_preview1: wasi };
  const unknown = WebAssembly.Module.imports(module).find(({ module: space, name }) => !imports[space]?.[name]);
  if (unknown !== undefined)
    throw new Error(`The .wasm file is not that of @tensorflow/tfjs-backend-wasm 4.22: it imports ${unknown.name}.`);
  const { exports } = await WebAssembly.instantiate(module, imports as WebAssembly.Imports);
  const functions = Object.fromEntries(Object.entries(exports).map(([name, value]) => [`_${name}`, value]));
  const cwrap: WasmInstance['cwrap'] = (name, _result, parameters) => {
    const call = exports[name] as Call;
    return parameters.includes('array') ? withBytesOnStack(call, exports as unknown as Stack, () => instance.HEAPU8) : call;
  }; // prettier-ignore
  const instance: WasmInstance = { ...functions, asm: exports, cwrap, HEAPU8: new Uint8Array(memory().buffer as ArrayBuffer) }; // prettier-ignore
  (exports as unknown as Stack).__wasm_call_ctors();
  return instance;
}

/** Takes a fifth more than there is, or what is asked for where that is more; less where that cannot be had. */
function grow(memory: WebAssembly.Memory, wanted: number): boolean {
  const now = memory.buffer.byteLength;
  for (const share of [0.2, 0.1, 0.05, 0]) {
    const bytes = Math.min(mostBytes, Math.max(wanted, Math.min(now * (1 + share), wanted + 96 * 2 ** 20)));
    if (bytes < wanted) return false;
    try {
      memory.grow(Math.ceil((bytes - now) / page));
      return true;
    } catch {
      continue;
    }
  }
  return false;
}

/** Arrays of bytes are passed by their place on the stack. */
const withBytesOnStack =
  (call: Call, stack: Stack, heap: () => Uint8Array): Call =>
  (...values) => {
    const top = stack.stackSave();
    const numbers = values.map((value) => {
      if (!(value instanceof Uint8Array)) return value;
      const place = stack.stackAlloc(value.length) >>> 0;
      heap().set(value, place);
      return place;
    });
    const result = call(...numbers);
    stack.stackRestore(top);
    return result;
  };

/** What XNNPACK has to say. */
function logged(buffer: ArrayBufferLike, [pieces, count, written]: readonly [number, number, number]): number {
  const view = new DataView(buffer);
  let total = 0;
  for (let at = pieces >>> 0, i = 0; i < count; i++, at += 8) {
    const bytes = new Uint8Array(buffer, view.getUint32(at, true), view.getUint32(at + 4, true));
    const text = String.fromCharCode(...bytes).trim();
    if (text !== '') console.warn(text);
    total += bytes.length;
  }
  view.setUint32(written >>> 0, total, true);
  return 0;
}
