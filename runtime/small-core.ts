/**
 * What the wasm and cpu backends and this runtime use of tfjs-core, without tensors, gradients and profiling: for bundles that were built with the option
 * `tensors: false`, where it stands in for `@tensorflow/tfjs-core`. Each backend is started once.
 */

interface Kernel {
  readonly kernelName: string;
  readonly backendName: string;
  readonly setupFunc?: (backend: object) => void;
}
type Factory = () => object | Promise<object>;

const without = (what: string): never => {
  throw new Error(
    `${what} needs tfjs's tensors, which nnlang's plugin left out of this bundle (\`tensors: false\`). Use run().`,
  );
};

/** What tfjs keeps in its engine and registries. */
class SmallEngine {
  readonly factories = new Map<string, Factory>();
  readonly kernels = new Map<string, Kernel>();
  readonly #started = new Map<string, object>();
  backendName: string | undefined = undefined;
  backend: object | undefined = undefined;

  async setBackend(name: string): Promise<boolean> {
    const factory = this.factories.get(name);
    if (!factory) throw new Error(`Backend '${name}' is not registered.`);
    const backend = this.#started.get(name) ?? (await factory());
    this.#started.set(name, backend);
    for (const { backendName, setupFunc } of this.kernels.values()) if (backendName === name) setupFunc?.(backend);
    this.backendName = name;
    this.backend = backend;
    return true;
  }

  makeTensorFromTensorInfo(): never {
    return without('This');
  }
}

const theEngine = new SmallEngine();
const keyOf = (kernel: string, backend: string): string => `${backend}/${kernel}`;

export const engine = (): SmallEngine => theEngine;
export const getBackend = (): string | undefined => theEngine.backendName;
export const setBackend = (name: string): Promise<boolean> => theEngine.setBackend(name);
export const ready = async (): Promise<void> => {};
export const findBackendFactory = (name: string): Factory | null => theEngine.factories.get(name) ?? null;
export const registerBackend = (name: string, factory: Factory): void => void theEngine.factories.set(name, factory);
export const registerKernel = (kernel: Kernel): void =>
  void theEngine.kernels.set(keyOf(kernel.kernelName, kernel.backendName), kernel);
export const getKernel = (kernel: string, backend: string): Kernel | undefined =>
  theEngine.kernels.get(keyOf(kernel, backend));

export const getKernelsForBackend = (backend: string): readonly Kernel[] =>
  [...theEngine.kernels.values()].filter(({ backendName }) => backendName === backend);

/** Flags are for what is not here. */
export const env = (): object => environment;
const environment = {
  registerFlag() {},
  set() {},
  get() {},
  getBool: () => false,
  getNumber: () => 0,
  platform: {
    now: () => performance.now(),
    isTypedArray: (array: unknown) => ArrayBuffer.isView(array) && !(array instanceof DataView),
  },
};

export const deprecationWarn = (text: string): void => console.warn(text);
export const dispose = (): void => {};

export { TensorBuffer, buffer } from './small-buffer.ts';
export const tensor = (): never => without('tensor()');

export class KernelBackend {
  floatPrecision(): 32 {
    return 32;
  }
}

export class DataStorage<Value> {
  readonly #values = new Map<object, Value>();

  get(dataId: object): Value | undefined {
    return this.#values.get(dataId);
  }

  set(dataId: object, value: Value): void {
    this.#values.set(dataId, value);
  }

  has(dataId: object): boolean {
    return this.#values.has(dataId);
  }

  delete(dataId: object): boolean {
    return this.#values.delete(dataId);
  }

  numDataIds(): number {
    return this.#values.size;
  }
}
