/**
 * Chooses and loads a tfjs backend and gives the `Device` over it. Which one is current is tfjs's own state
 * (`tf.setBackend`), so what the user chose there is honoured; nothing is loaded before it is asked for.
 */
import {
  type KernelBackend,
  engine,
  env,
  findBackendFactory,
  getBackend,
  ready,
  setBackend,
} from '@tensorflow/tfjs-core';
import { Device } from './device.ts';
import { backendPackages as loaders } from './backend-packages.ts';
import { nodeModule, withoutErrorListeners } from './node.ts';

export type BackendName = 'wasm' | 'webgpu' | 'webgl' | 'cpu';

export interface BackendOptions {
  /**
   * Where the `.wasm` files are: a folder (ending in `/`) or one address for each file. Needed in browsers only when they are not beside the
   * script.
   */
  readonly wasmPaths?: string | WasmPaths;
  /**
   * The compiled `.wasm` file, or its bytes, where there is neither a file system nor `fetch` to get it by: at the edge. For bundles by nnlang's
   * plugins; the file is `tfjs-backend-wasm-simd.wasm` of `@tensorflow/tfjs-backend-wasm`.
   */
  readonly wasmModule?: WasmSource;
}
export type WasmSource = WebAssembly.Module | BufferSource | Promise<BufferSource>;
export type WasmPaths = {
  readonly [
    File in 'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm'
  ]: string;
};

/** A backend that cannot be had: its package is missing, or this machine cannot run it. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

const browserOrder: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];
const nodeOrder: readonly BackendName[] = ['wasm', 'cpu'];

/** Mirrors tfjs's own registry of live backends: one device for each. */
const devices = new WeakMap<KernelBackend, Device>();

/**
 * Loads the backend, makes it tfjs's current one and returns it. Models created afterwards live on it; those that exist stay where they are.
 * `auto` (the default) takes the first that works of `wasm`, `cpu` in Node and of `webgpu`, `webgl`, `wasm`, `cpu` in browsers.
 * @throws BackendError if the package is not installed or the backend does not start here.
 */
export async function useBackend(name: BackendName | 'auto' = 'auto', options: BackendOptions = {}): Promise<Device> {
  if (name !== 'auto') return start(name, options);
  const failures: string[] = [];
  for (const candidate of present()) {
    try {
      return await start(candidate, options);
    } catch (error) {
      failures.push(`${candidate}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new BackendError(`No backend works here.\n${failures.join('\n')}`);
}

/** The backends that there are here, best first. */
function present(): readonly BackendName[] {
  const order = nodeModule('node:module') === undefined ? browserOrder : nodeOrder;
  return order.filter((name) => Object.hasOwn(loaders, name));
}

/** The device over tfjs's current backend; if none is set yet, over the default one. */
export async function currentDevice(): Promise<Device> {
  const name: string | undefined | null = getBackend();
  if (name === undefined || name === null) return useBackend();
  await ready();
  return deviceOver(name, engine().backend);
}

async function start(name: BackendName, options: BackendOptions): Promise<Device> {
  if (findBackendFactory(name) === null) await load(name, options);
  // webgl and webgpu do not even register themselves where they cannot run.
  if (findBackendFactory(name) === null) throw doesNotStart(name);
  const before: string | undefined | null = getBackend();
  if (!(await withoutErrorListeners(() => setBackend(name)))) {
    // tfjs has made the failed one its current one.
    if (before !== undefined && before !== null) await setBackend(before);
    throw doesNotStart(name);
  }
  return deviceOver(name, engine().backend);
}

function doesNotStart(name: BackendName): BackendError {
  const others = (['wasm', 'cpu'] as const).filter((other) => other !== name).map((other) => `useBackend('${other}')`);
  return new BackendError(`The ${name} backend does not start here. Try ${others.join(' or ')}.`);
}

function deviceOver(name: string, backend: KernelBackend): Device {
  let device = devices.get(backend);
  if (device === undefined) {
    // Else it prints an advertisement for tfjs-node at its first use in Node.
    if (name === 'cpu') Reflect.set(backend, 'firstUse', false);
    // Else small data goes through JavaScript, by other kernels than those that are measured.
    if (name === 'webgpu') env().set('WEBGPU_CPU_FORWARD', false);
    device = new Device(name, backend);
    devices.set(backend, device);
  }
  return device;
}

async function load(name: BackendName, options: BackendOptions): Promise<void> {
  if (!Object.hasOwn(loaders, name)) {
    throw new BackendError(
      browserOrder.includes(name)
        ? `The ${name} backend is not in this bundle, which was built for ${present().join(', ')}. Add it to the option \`backends\` of nnlang's plugin.`
        : `There is no backend '${String(name)}'. Choose 'wasm', 'webgpu', 'webgl', 'cpu' or 'auto'.`,
    );
  }
  try {
    await loaders[name]!(options);
  } catch (error) {
    if (error instanceof BackendError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackendError(
      `The ${name} backend could not be loaded. Is its package installed? npm install @tensorflow/tfjs-backend-${name} (${reason})`,
      { cause: error },
    );
  }
}
