/** `import nn from 'nnlang/rolldown'`: the plugin for Rolldown. */
import type { Plugin } from 'rolldown';
import { nnPlugin } from './plugin.ts';
import type { PluginOptions } from './plugin-options.ts';

export type { PluginOptions };

/** @throws Error that names the option, where one is wrong. */
export default function nn(options?: PluginOptions): Plugin {
  return nnPlugin.rolldown(options) as Plugin;
}
