/** `import nn from 'nnlang/esbuild'`: the plugin for esbuild. */
import type { Plugin } from 'esbuild';
import { nnPlugin } from './plugin.ts';
import type { PluginOptions } from './plugin-options.ts';

export type { PluginOptions };

/** @throws Error that names the option, where one is wrong. */
export default function nn(options?: PluginOptions): Plugin {
  return nnPlugin.esbuild(options) as Plugin;
}
