/**
 * How each backend comes into a program: here from its installed package, loaded when it is asked for. The bundler plugins put a module of the
 * same shape in the place of this one, with the backends that were chosen and the addresses of their `.wasm` files.
 */
import type { BackendName, BackendOptions } from './backends.ts';
import { nodeModule } from './node.ts';

export type LoadBackend = (options: BackendOptions) => Promise<void>;

export const backendPackages: { readonly [Name in BackendName]?: LoadBackend } = {
  wasm: loadWasm,
  cpu: async () => void (await import('@tensorflow/tfjs-backend-cpu')),
  webgl: async () => void (await import('@tensorflow/tfjs-backend-webgl')),
  webgpu: async () => void (await import('@tensorflow/tfjs-backend-webgpu')),
};

async function loadWasm(options: BackendOptions): Promise<void> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const paths = options.wasmPaths ?? installedWasmPaths();
  if (typeof paths === 'string') wasm.setWasmPaths(paths);
  else if (paths !== undefined) wasm.setWasmPaths({ ...paths });
}

/** In Node the files of the installed package, so that a bundled script finds them too; `undefined` elsewhere. */
function installedWasmPaths(): string | undefined {
  const modules = nodeModule('node:module');
  if (modules === undefined) return undefined;
  try {
    const script = modules.createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    return script.slice(0, Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1);
  } catch {
    return undefined;
  }
}
