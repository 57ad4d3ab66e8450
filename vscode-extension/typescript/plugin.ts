/**
 * The plugin of TypeScript's server as the extension brings it, for the TypeScript of VS Code, which loads none from projects. The compiler is in the
 * language server's file, and loaded from there when there are types to be made: most projects have no models.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pluginWith } from '../../compiler/typescript-plugin/plugin-module.ts';
import type { Parts } from '../../compiler/typescript-plugin/virtual-types.ts';

declare const __dirname: string;

/** From `node_modules/nnlang/typescript-plugin/`, where TypeScript's server looks for plugins. */
const server = '../../../server.js';

export const init = pluginWith(() => {
  const path = join(__dirname, server);
  return createRequire(path)(path) as Parts;
});
