/** `import nn from 'nnlang/webpack'`: the plugin for webpack 5. */
import type { WebpackPluginInstance } from 'webpack';
import { nnPlugin } from './plugin.ts';
import type { PluginOptions } from './plugin-options.ts';

export type { PluginOptions };

/** @throws Error that names the option, where one is wrong. */
export default function nn(options?: PluginOptions): WebpackPluginInstance {
  return nnPlugin.webpack(options) as WebpackPluginInstance;
}
