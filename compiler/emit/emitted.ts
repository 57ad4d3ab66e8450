/** What emission gives: plain strings. */
export interface EmittedFile {
  /** Name beside the output, e.g. `digits.ts`, `digits.train.ts`. */
  readonly name: string;
  readonly code: string;
  /** Source map (version 3) as JSON. */
  readonly map: string;
  /** What it imports from `nnlang/runtime` to run. */
  readonly helpers: readonly string[];
}
export interface EmitOptions {
  readonly target: 'ts' | 'js';
  readonly backends: readonly ('wasm' | 'cpu' | 'webgl' | 'webgpu')[];
  readonly sourceMap: boolean;
  /** `false`: without `predict` and what else has to do with tfjs's tensors in the declarations; default true. */
  readonly tensors?: boolean;
  /** Version written into the header. */
  readonly version: string;
  /** For bundlers: from where a module (`digits`, `digits.train`) imports a function `kernels` that registers what it computes with. */
  readonly kernelsFrom?: (module: string) => string;
}
