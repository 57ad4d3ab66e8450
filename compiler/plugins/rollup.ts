/** `import nn from 'nnlang/rollup'`: the plugin for Rollup. */
import type { Plugin } from 'rollup';
import { nnPlugin } from './plugin.ts';
import type { PluginOptions } from './plugin-options.ts';

export type { PluginOptions };

/** @throws Error that names the option, where one is wrong. */
export default function nn(options?: PluginOptions): Plugin {
  return nnPlugin.rollup(options) as Plugin;
}
