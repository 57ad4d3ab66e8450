/** `import nn from 'nnlang/rspack'`: the plugin for Rspack. */
import type { RspackPluginInstance } from '@rspack/core';
import { nnPlugin } from './plugin.ts';
import type { PluginOptions } from './plugin-options.ts';

export type { PluginOptions };

/** @throws Error that names the option, where one is wrong. */
export default function nn(options?: PluginOptions): RspackPluginInstance {
  return nnPlugin.rspack(options) as RspackPluginInstance;
}
