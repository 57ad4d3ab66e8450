/** `nnlang/node`: what the compiler needs of a real file system. */
export { createNodeHost } from './project/node-host.ts';
