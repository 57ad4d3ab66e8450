/**
 * `compilerOptions.plugins: [{ "name": "nnlang/typescript-plugin" }]`: TypeScript's server (5.9) knows `.nn` files without files that are written. TypeScript 7
 * loads no plugins; there `nn types` serves.
 */
import { tensorsConfigured } from './configured-tensors.ts';
import { pluginWith } from './plugin-module.ts';
import { TypesOfFiles } from './types-of-files.ts';

export const init = pluginWith(() => ({ TypesOfFiles, tensorsConfigured }));
