/** What a project says once, instead of on every command line and to every plugin: the shape of `nn.config.ts` and of `"nnlang"` in `package.json`. */
import type { BackendName } from '../emit/backends/backend-names.ts';
import type { PluginOptions } from '../plugins/plugin-options.ts';

export interface NnConfig {
  /** The files, folders and globs that commands take where none are named; from the folder of the configuration. Default: the current folder. */
  readonly include?: readonly string[];
  /** Files, folders and globs that are left out where a folder or a glob is searched. A file that is named by itself is taken. */
  readonly exclude?: readonly string[];
  /** What is emitted shall run on these, in `nn build` and in bundles, unless `build` or `bundle` say otherwise. */
  readonly backends?: readonly BackendName[];
  /** Whether debuggers step through the `.nn` text, likewise. */
  readonly sourceMap?: boolean;
  /** `nn build`. */
  readonly build?: BuildConfig;
  /** The plugins for Vite, Rollup, Rolldown, webpack, Rspack and esbuild; what is given to a plugin itself goes before it. */
  readonly bundle?: PluginOptions;
  /** `nn check`. */
  readonly check?: CheckConfig;
}

export interface BuildConfig {
  /** Where outputs are written, from the folder of the configuration. Default: beside each `.nn` file. */
  readonly out?: string;
  /** Default `ts`. */
  readonly target?: 'ts' | 'js';
  /** Default `['wasm', 'cpu']`. */
  readonly backends?: readonly BackendName[];
  /** Default false. */
  readonly sourceMap?: boolean;
}

export interface CheckConfig {
  /** More warnings than this fail. Default: any number is allowed. */
  readonly maxWarnings?: number;
}

/** Gives back what it is given; editors complete and check it. */
export const defineConfig = (config: NnConfig): NnConfig => config;
