/** `import nn from 'nnlang/vite'`: the plugin for Vite. */
import type { Plugin } from 'vite';
import { nnPlugin } from './plugin.ts';
import type { PluginOptions } from './plugin-options.ts';

export type { PluginOptions };

/** @throws Error that names the option, where one is wrong. */
export default function nn(options?: PluginOptions): Plugin {
  return nnPlugin.vite(options) as Plugin;
}
