/**
 * What a bundler asks, answered: which module an import means, and what is in it. Knows no bundler; `plugin.ts` does.
 */
import type { TransformResult } from 'unplugin';
import type { CompileReport } from '../api.ts';
import { familiesOf } from '../emit/backends/families.ts';
import { createNodeHost } from '../project/node-host.ts';
import { virtualText, type AssetCode } from './bundle-modules.ts';
import { CompiledFiles } from './compiled-files.ts';
import { InstalledPackages, runtimeFolder } from './installed.ts';
import { kernelsOfHelpers, kernelsWithArrays, laterKernels } from './kernels-of-helpers.ts';
import { emittedName, fileModule, kernelsName, siblingModule, virtualId, virtualName, workerScriptAt, type FileModule } from './module-ids.ts'; // prettier-ignore
import { configuredOptions, type ConfiguredOptions } from './configured-options.ts';
import { checkedOptions, type CheckedOptions, type PluginOptions } from './plugin-options.ts';
import { runtimeModules, withFinerImports } from './runtime-imports.ts';

/** Where tfjs comes from: `bundle`, `packages` as in the options; `dev`: the packages, with addresses of the `.wasm` files. */
export type Mode = 'bundle' | 'packages' | 'dev';

type Files = Readonly<Record<'bundle' | 'packages', CompiledFiles>>;

function compiledFiles({ backends, tensors }: CheckedOptions): Files {
  const common = { host: createNodeHost(), target: 'js', backends, tensors, sourceMap: false } as const;
  return {
    bundle: new CompiledFiles({ ...common, kernelsFrom: (module) => `./${module}.kernels.js` }),
    packages: new CompiledFiles(common),
  };
}

/** As bundlers take it. */
export interface LoadedCode {
  readonly code: string;
  readonly map: NonNullable<Exclude<TransformResult, string | undefined | void>>['map'];
}

export class Bundling {
  readonly runtime = runtimeFolder();
  readonly #given: PluginOptions;
  #options: CheckedOptions;
  #files: Files;
  #configured: Promise<ConfiguredOptions> | undefined;
  #root = process.cwd();
  #packages: InstalledPackages | undefined;
  #modules: ReadonlyMap<string, string> | undefined;

  /** @throws Error where what is given is wrong; what the project configures is asked later, when it is known where that is. */
  constructor(given: PluginOptions) {
    this.#given = given;
    this.#options = checkedOptions(given);
    this.#files = compiledFiles(this.#options);
  }

  get options(): CheckedOptions {
    return this.#options;
  }

  /** To be awaited before anything is resolved or loaded. Gives the file that configures the project, if there is one. */
  async configured(): Promise<string | undefined> {
    this.#configured ??= this.#configure();
    return (await this.#configured).path;
  }

  async #configure(): Promise<ConfiguredOptions> {
    const configured = await configuredOptions(this.#given, this.#root);
    if (configured.path !== undefined) {
      this.#options = configured.options;
      this.#files = compiledFiles(configured.options);
    }
    return configured;
  }

  get root(): string {
    return this.#root;
  }

  set root(root: string) {
    if (root !== this.#root) this.#configured = undefined;
    this.#root = root;
    this.#packages = undefined;
  }

  get packages(): InstalledPackages {
    return (this.#packages ??= new InstalledPackages(this.#root));
  }

  /** Whether webpack or Rspack build for development, where modules may be replaced. */
  isDeveloped = false;
  /**
   * There, what modules were before a mistake came in. A module in its place that has nothing but the error would change those that import it, and what runs
   * could take up neither the mistake nor that it is mended.
   */
  readonly lastGood = new Map<string, LoadedCode>();

  /** The same plugin once more, for what Vite and esbuild build apart. */
  again: () => unknown = () => undefined;

  report(path: string, mode: Mode): Promise<CompileReport> {
    return this.#files[mode === 'bundle' ? 'bundle' : 'packages'].report(path);
  }

  /** Emitted code with imports from the modules of the runtime themselves. */
  finer(code: string): string {
    this.#modules ??= runtimeModules(this.runtime);
    return withFinerImports(code, this.runtime, this.#modules);
  }

  /** What an import means; undefined where the bundler shall find out. */
  async resolved(specifier: string, importer: string | undefined, mode: Mode): Promise<string | undefined> {
    const script = workerScriptAt(specifier, importer, this.#root);
    if (script !== undefined) return script;
    const from = importer === undefined ? undefined : fileModule(importer);
    if (from && specifier.startsWith('./')) {
      const sibling = siblingModule(specifier, from);
      if (sibling !== undefined) return sibling;
      if (specifier === `./${emittedName(from)}.kernels.js`) return virtualId(await this.#kernelsOf(from));
    }
    if (mode === 'packages') return undefined;
    const { folder, extension } = this.runtime;
    if (specifier === 'nnlang/runtime') return `${folder}/index${extension}`;
    if (specifier === 'nnlang/runtime/hot') return `${folder}/hot${extension}`;
    if (specifier === 'nnlang/runtime/worker') return `${folder}/worker/index${extension}`;
    if (specifier === 'nnlang/runtime/serve') return `${folder}/worker/serve-models${extension}`;
    if (/^\.\/backend-packages\.[jt]s$/.test(specifier) && importer?.startsWith(folder)) {
      return virtualId(mode === 'dev' ? 'dev-backends' : 'backends');
    }
    // Kernels of our own for one backend.
    const [, own, backend] = /^\.\/((?:[a-z-]+-)?on-(cpu|wasm|webgpu))\.[jt]s$/.exec(specifier) ?? [];
    const isLeftOut = own !== undefined && this.options.backends.every((name) => name !== backend);
    if (isLeftOut && mode === 'bundle' && importer?.startsWith(folder)) return virtualId(`without/${own}`);
    // Arrays in the place of tensors; in development too, where what is not there would be missed too late.
    const forArrays = /^\.\/(predictor|set-weights|new-freezing)\.[jt]s$/.exec(specifier)?.[1];
    if (forArrays !== undefined && !this.options.tensors && importer?.startsWith(folder))
      return `${folder}/${forArrays}-of-arrays${extension}`;
    const name = virtualName(specifier);
    if (name !== undefined) return virtualId(name);
    return mode === 'bundle' ? this.#resolvedInTfjs(specifier, importer) : undefined;
  }

  #resolvedInTfjs(specifier: string, importer: string | undefined): string | undefined {
    if (importer === undefined) return undefined;
    const isOurs = importer.startsWith(this.runtime.folder) || virtualName(importer) !== undefined;
    const isBackend = /[\\/]@tensorflow[\\/]tfjs-backend-/.test(importer);
    const isUtil = /[\\/]@tensorflow[\\/]tfjs-core[\\/]dist[\\/]util\.js$/.test(importer);
    if (specifier === '@tensorflow/tfjs-core' && (isOurs || isBackend)) return virtualId('core');
    // Where tfjs's `util` looks for a platform.
    if (!this.options.tensors && specifier === './environment' && isUtil) return virtualId('environment');
    // For a program that computes with tensors by itself: the same backend, with all kernels.
    const isWhole = specifier === '@tensorflow/tfjs-backend-wasm' && !isOurs && !isBackend;
    if (isWhole && this.options.backends.includes('wasm') && this.options.tensors) return virtualId('wasm-whole');
    // Its own start would take these along, which is not what starts it.
    return isBackend && /\/wasm-out\/.*\.js$|^\.\/flags_wasm$/.test(specifier) ? virtualId('empty') : undefined;
  }

  async #kernelsOf(module: FileModule): Promise<string> {
    const { files } = await this.report(module.path, 'bundle');
    const file = files?.find(({ name }) => name === `${emittedName(module)}.js`);
    const { tensors } = this.options;
    const kernelsOf = (helper: string): readonly string[] | undefined => (tensors ? undefined : kernelsWithArrays[helper]) ?? kernelsOfHelpers[helper]; // prettier-ignore
    const asked = (file?.helpers ?? []).flatMap((helper) => kernelsOf(helper) ?? []);
    const isMain = module.part === 'main';
    const family = isMain ? undefined : familiesOf(this.options.backends).find(({ suffix }) => module.part === `train${suffix}` || module.part === `pass${suffix}`); // prettier-ignore
    const kernels = [...new Set([...asked, ...(isMain ? [] : laterKernels)])].sort();
    return kernelsName(kernels, family?.backends ?? this.options.backends);
  }

  virtual(id: string, asset: (path: string) => AssetCode): string | undefined {
    const name = virtualName(id);
    if (name === undefined) return undefined;
    const { backends, tensors } = this.options;
    return virtualText(name, { packages: this.packages, backends, tensors, runtime: this.runtime, asset });
  }
}
