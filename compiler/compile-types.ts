/**
 * What the compiler offers to the command line and to bundlers. The implementation is `compile.ts`.
 */
import type { SourceFile } from '../grammar/source.ts';
import type { BlockCheck } from './check/check-file.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { EmitOptions, EmittedFile } from './emit/emitted.ts';
import type { ModelExplanation } from './explain-build/explanation.ts';
import type { ModelGraph } from './graph/model-graph.ts';

export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  /** The models of this file that have no errors, also where others have some. */
  readonly models: readonly ModelGraph[];
  /** What blocks require of their inputs, in the order of the text; absent where a file could not be read. */
  readonly blocks?: readonly BlockCheck[];
  /** Models with parameters that are not given, as variables: enough to count what they compute. */
  readonly openModels?: readonly ModelGraph[];
}

export interface BuildResult {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined where the file has errors. */
  readonly files: readonly EmittedFile[] | undefined;
}

export interface Compiler {
  check(path: string): CheckResult;
  /** The same with parameters of a model set from outside (`--set classes=26`), in `.nn` syntax; without a model, of every model that has them. */
  checkWith(path: string, model: string | undefined, settings: Readonly<Record<string, string>>): CheckResult;
  /** The text that was checked. */
  source(path: string): SourceFile;
  /** Asynchronous, so that checking alone never loads lowering and emission. */
  build(path: string, options: EmitOptions): Promise<BuildResult>;
  /** What optimisation makes of each model for these backends, and why; nothing where the file has errors. */
  explain(path: string, backends: EmitOptions['backends']): Promise<readonly ModelExplanation[]>;
}
