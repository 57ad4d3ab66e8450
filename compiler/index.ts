/** `import { createCompiler } from 'nnlang'`: checking and compiling from a program. What emitted code imports is `nnlang/runtime`. */
export { createCompiler } from './compile.ts';
export type { BuildResult, CheckResult, Compiler } from './compile-types.ts';
export type { Diagnostic, Fix, Place, RelatedPlace, Severity, TextEdit } from './diagnostics/diagnostic.ts';
export { jsonReport } from './diagnostics/render-json.ts';
export type { EmitOptions, EmittedFile } from './emit/emitted.ts';
export type { Host } from './project/host.ts';
export { createMemoryHost } from './project/memory-host.ts';
export { createNodeHost } from './project/node-host.ts';
