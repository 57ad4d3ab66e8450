/**
 * The text of the modules that are in no file: which backends a bundle has, what of tfjs they are made of, where their `.wasm` files are, and the
 * kernels of each model. tfjs's own entries would bring everything along.
 */
import { readFileSync } from 'node:fs';
import type { BackendName } from '../emit/backends/backend-names.ts';
import type * as SmallCore from '../../runtime/small-core.ts';
import type { InstalledPackages } from './installed.ts';
import { kernelsNamed } from './kernel-set-name.ts';
import { kernelListName, virtualImport } from './module-ids.ts';

export interface BundleContext {
  readonly packages: InstalledPackages;
  readonly backends: readonly BackendName[];
  readonly tensors: boolean;
  readonly runtime: { readonly folder: string; readonly extension: string };
  /** Code of imports, and of an expression for the address of a file that goes with the bundle. */
  readonly asset: (path: string) => AssetCode;
}
export interface AssetCode {
  readonly imports: readonly string[];
  readonly address: string;
}

const importFrom = (what: string, path: string): string => `import ${what} from ${JSON.stringify(path)};`;
const exportFrom = (what: string, path: string): string => `export ${what} from ${JSON.stringify(path)};`;
const lines = (...texts: readonly string[]): string => `${texts.join('\n')}\n`;

export function virtualText(name: string, context: BundleContext): string | undefined {
  if (name === 'empty') return 'export default undefined;\nexport const wasmWorkerContents = "";\n';
  const own = /^without\/(.*)$/.exec(name)?.[1];
  if (own !== undefined) return withoutText(`${context.runtime.folder}/kernels/${own}${context.runtime.extension}`);
  if (name === 'core') return coreText(context);
  if (name === 'environment') return environmentText(context);
  if (name === 'backends') return backendsText(context);
  if (name === 'wasm-whole') return wholeWasmText(context);
  if (name === 'wasm-files') return wasmFilesText(context);
  const backend = context.backends.find((one) => name === `backend-${one}`);
  if (backend) return backendText(backend, context);
  if (name.startsWith('kernels/')) return kernelsText(kernelNames(name), name.split('/')[1]!.split('+'), context);
  const single = context.backends.find((one) => name.startsWith(`kernels-${one}/`));
  return single && kernelListText(single, kernelNames(name), context);
}

/** What a module exports, as nothing: for code that no backend of the bundle reaches. */
const withoutText = (path: string): string =>
  lines(...[...readFileSync(path, 'utf8').matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => `export const ${name} = undefined;`)); // prettier-ignore

const kernelNames = (name: string): readonly string[] => kernelsNamed(name.slice(name.lastIndexOf('/') + 1));

/** `backendPackages` of the runtime for these backends. One is at hand at once; of several, each is a script of its own. */
function backendsText({ backends }: BundleContext): string {
  if (backends.length === 1) {
    const name = backends[0]!;
    return lines(
      importFrom('{ load }', virtualImport(`backend-${name}`)),
      `export const backendPackages = { ${name}: load };`,
    );
  }
  const entries = backends.map((name) => `  ${name}: async (options) => (await import(${JSON.stringify(virtualImport(`backend-${name}`))})).load(options),`); // prettier-ignore
  return lines('export const backendPackages = {', ...entries, '};');
}

function backendText(backend: BackendName, { packages, runtime, tensors }: BundleContext): string {
  if (backend === 'cpu' && !tensors) {
    const small = `${runtime.folder}/small-cpu-backend${runtime.extension}`;
    return lines(importFrom('{ registerCpu }', small), 'export async function load() {', '  registerCpu();', '}');
  }
  if (backend !== 'wasm') {
    // Registers the backend without its kernels.
    const base = importFrom('', packages.file(`tfjs-backend-${backend}`, 'dist/base.js')).replace(' from', '');
    return lines(importFrom('{ setUp }', virtualImport('core')), base, 'setUp();', 'export async function load() {}');
  }
  return lines(
    importFrom('{ registerWasm }', `${runtime.folder}/wasm-start${runtime.extension}`),
    tensors
      ? importFrom('{ BackendWasm }', packages.file('tfjs-backend-wasm', 'dist/backend_wasm.js'))
      : importFrom('{ SmallWasmBackend as BackendWasm }', `${runtime.folder}/small-wasm-backend${runtime.extension}`),
    importFrom('{ files }', virtualImport('wasm-files')),
    ...(tensors ? [importFrom('{ setUp }', virtualImport('core')), 'setUp();'] : []),
    'export async function load(options) {',
    '  registerWasm({ backend: BackendWasm, files }, options);',
    '}',
  );
}

/** `@tensorflow/tfjs-backend-wasm` for who imports it: all kernels, and the backend as this bundle has it. */
function wholeWasmText({ packages }: BundleContext): string {
  const at = (path: string): string => packages.file('tfjs-backend-wasm', `dist/${path}.js`);
  return lines(
    importFrom('', at('register_all_kernels')).replace(' from', ''),
    importFrom('{ load }', virtualImport('backend-wasm')),
    exportFrom('{ BackendWasm, getThreadsCount, setThreadsCount, setWasmPath, setWasmPaths }', at('backend_wasm')),
    exportFrom('{ version as version_wasm }', at('version')),
    'load({});',
  );
}

function wasmFilesText({ packages, asset }: BundleContext): string {
  const files = { simd: 'tfjs-backend-wasm-simd.wasm', plain: 'tfjs-backend-wasm.wasm' };
  const assets = Object.entries(files).map(([kind, file]) => ({ kind, ...asset(packages.file('tfjs-backend-wasm', `dist/${file}`)) })); // prettier-ignore
  return lines(
    ...assets.flatMap(({ imports }) => imports),
    // Asked for only where the file is not handed over: at the edge there may be no address to begin from.
    `export const files = { ${assets.map(({ kind, address }) => `get ${kind}() { return ${address}; }`).join(', ')} };`,
  );
}

/** The kernels of a module on every backend that it may run on: `kernels`, as emitted modules import it. */
function kernelsText(names: readonly string[], wanted: readonly string[], context: BundleContext): string {
  const backends = context.backends.filter((name) => wanted.includes(name));
  const register = importFrom('{ registerKernels }', `${context.runtime.folder}/kernel-sets${context.runtime.extension}`); // prettier-ignore
  const call = (sets: string): string => `export const kernels = (device) => registerKernels(device, ${sets});`;
  const list = (backend: BackendName): string => virtualImport(kernelListName(names, backend));
  const [first, ...others] = backends as [BackendName, ...BackendName[]];
  if (others.length === 0) return lines(register, importFrom('{ kernels as set }', list(first)), call(`{ ${first}: set }`)); // prettier-ignore
  const sets = backends.map((name) => `${name}: () => import(${JSON.stringify(list(name))})`);
  return lines(register, call(`{ ${sets.join(', ')} }`));
}

/** What the runtime computes by itself on `cpu`, where it never asks for these (`kernels/on-cpu.ts`). */
export const computedOnCpu: readonly string[] = ['_FusedMatMul', 'Softmax'];

function kernelListText(backend: BackendName, names: readonly string[], { packages }: BundleContext): string {
  // Where a backend has no kernel of a name, what is emitted for it does without.
  const asked = backend === 'cpu' ? names.filter((name) => !computedOnCpu.includes(name)) : names;
  const found = asked.flatMap((name) => packages.kernel(backend, name) ?? []);
  return lines(
    ...found.map(({ path, config }) => importFrom(`{ ${config} }`, path)),
    `export const kernels = [${found.map(({ config }) => config).join(', ')}];`,
  );
}

/**
 * What backends and runtime use of `@tensorflow/tfjs-core`, from the modules that have it: the package's entry also brings optimisers, gradients and
 * storage. With a platform of its own, for tfjs's takes storage along; and tensors that can be read, printed and disposed.
 */
function coreText({ packages, tensors, runtime }: BundleContext): string {
  const at = (path: string): string => packages.file('tfjs-core', `dist/${path}.js`);
  const shared = [
    exportFrom('*', at('kernel_names')),
    exportFrom('{ sumOutType, upcastType }', at('types')),
    ...Object.entries(coreNamespaces).map(([name, path]) => exportFrom(`* as ${name}`, at(path))),
  ];
  // What is there under both names is taken from the first; the rest is for kernels that are dropped.
  const small = exportFrom(`{ ${smallCore.join(', ')} }`, `${runtime.folder}/small-core${runtime.extension}`);
  if (!tensors) return lines(small, exportFrom('*', at('globals')), exportFrom('*', at('ops/ops')), ...shared);
  return lines(
    importFrom('', at('flags')).replace(' from', ''),
    importFrom('{ env as environment }', at('environment')),
    importFrom('{ setOpHandler }', at('tensor')),
    ...['globals', 'kernel_registry', 'ops/ops', 'gradients'].map((path) => exportFrom('*', at(path))),
    exportFrom('{ ENV, Environment, env }', at('environment')),
    exportFrom('{ DataStorage, KernelBackend }', at('backends/backend')),
    exportFrom('{ Tensor, TensorBuffer, Variable }', at('tensor')),
    exportFrom('{ nextFrame }', at('browser_util')),
    ...shared,
    setUp,
  );
}

/** For tfjs's `util` in the place of what its engine sets up. */
const environmentText = ({ runtime }: BundleContext): string =>
  lines(importFrom('{ env }', `${runtime.folder}/small-core${runtime.extension}`), 'export { env };'); // prettier-ignore

const smallCore: readonly (keyof typeof SmallCore)[] = [
  'engine', 'env', 'getBackend', 'setBackend', 'ready', 'findBackendFactory', 'registerBackend', 'registerKernel', 'getKernel', 'getKernelsForBackend', 'dispose',
  'deprecationWarn', 'buffer', 'tensor', 'TensorBuffer', 'KernelBackend', 'DataStorage',
]; // prettier-ignore

/** Name spaces that tfjs-core exports, by the module of each. */
export const coreNamespaces: Readonly<Record<string, string>> = {
  util: 'util', backend_util: 'backends/backend_util', slice_util: 'ops/slice_util', broadcast_util: 'ops/broadcast_util',
  tensor_util: 'tensor_util', gather_util: 'ops/gather_nd_util', scatter_util: 'ops/scatter_nd_util', device_util: 'device_util',
  kernel_impls: 'backends/kernel_impls',
}; // prettier-ignore

/**
 * A platform, and what tensors do. Called by the modules of the backends, not where it stands: Rspack leaves out what a module does whose other exports
 * are all of others.
 * Whoever computes with tensors imports tfjs, which puts its own in the place of these.
 */
const setUp = `const without = (name) => () => {
  throw new Error('tensor.' + name + '() computes with tfjs: import "@tensorflow/tfjs-core" and the package of the backend.');
};
export function setUp() {
  if (environment().platform != null) return;
  environment().setPlatform('nnlang', {
    fetch: (path, init) => fetch(path, init),
    now: () => performance.now(),
    encode: (text) => new TextEncoder().encode(text),
    decode: (bytes, encoding) => new TextDecoder(encoding).decode(bytes),
    setTimeoutCustom: (callback, delay) => setTimeout(callback, delay),
    isTypedArray: (array) => ArrayBuffer.isView(array) && !(array instanceof DataView),
  });
  setOpHandler({ buffer: without('buffer'), cast: without('cast'), clone: without('clone'), print: (tensor, verbose) => console.log(tensor.toString(verbose)) });
}`;
