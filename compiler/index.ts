/**
 * `import { check, compile } from 'nnlang'`: checking and compiling from a program. Nothing here does input or output: files are read through a
 * `Host`; the one on a real file system is in `nnlang/node`. What emitted code imports is `nnlang/runtime`.
 */
export {
  type CheckOptions,
  type CheckReport,
  type CompileOptions,
  type CompileReport,
  type Problem,
  check,
  compile,
} from './api.ts';
export { createCompiler } from './compile.ts';
export type { BuildResult, CheckResult, Compiler } from './compile-types.ts';
export { type BuildConfig, type CheckConfig, type NnConfig, defineConfig } from './configuration/define-config.ts';
export type { BackendName } from './emit/backends/backend-names.ts';
export type { Diagnostic, Fix, Place, RelatedPlace, Severity, TextEdit } from './diagnostics/diagnostic.ts';
export { jsonReport } from './diagnostics/render-json.ts';
export type { EmitOptions, EmittedFile } from './emit/emitted.ts';
export { type Host, UnreadableFile } from './project/host.ts';
export { createMemoryHost } from './project/memory-host.ts';
export { version } from './version.ts';
