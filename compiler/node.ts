/** `nnlang/node`: what the compiler needs of a real file system, and what a project configures there. */
export { loadConfig } from './configuration/load-config.ts';
export type { LoadedConfig } from './configuration/read-config.ts';
export { createNodeHost } from './project/node-host.ts';
