/**
 * What commands that run a model share: the one file, checked; the model that is meant; its emitted class, loaded.
 */
import type { Compiler } from '../compile-types.ts';
import { bug } from '../diagnostics/diagnostic.ts';
import { alternatives } from '../diagnostics/suggest.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { discoverFiles } from '../project/discover-files.ts';
import { createNodeHost } from '../project/node-host.ts';
import { UserError } from '../project/user-error.ts';
import { loadModel, startBackend } from '../train/load-model.ts';
import { hasErrors, printDiagnostics, resultOf } from './check-files.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

export interface CheckedFile {
  readonly path: string;
  readonly compiler: Compiler;
  readonly models: readonly ModelGraph[];
}

/** Prints what is wrong with the file; undefined where that are errors. */
export async function checkedFile(file: string, command: string, terminal: Terminal, color: boolean | undefined): Promise<CheckedFile | undefined> {
  const files = await discoverFiles([file], terminal.cwd);
  if (files.length !== 1) throw new UserError(`${file} has ${files.length} .nn files`, `nn ${command} takes one of them.`);
  const { path } = files[0]!;
  const compiler = await terminal.createCompiler(createNodeHost());
  const { diagnostics, models } = await resultOf(
    () => compiler.check(path),
    (problems) => ({ diagnostics: problems, models: [] }),
  );
  const told = diagnostics.filter(({ severity }) => severity !== 'hint');
  await printDiagnostics(told, terminal, color);
  return hasErrors(diagnostics) ? undefined : { path, compiler, models };
} // prettier-ignore

/** The one that `--model` names, or the only one that will do. */
export function chosenModel<M extends ModelGraph>(
  models: readonly ModelGraph[],
  does: { readonly verb: 'train' | 'predict with'; readonly file: string; readonly fits: (model: ModelGraph) => model is M; readonly lacks: string; readonly help?: string },
  wanted: string | undefined,
): M {
  const { verb, file, fits, lacks, help } = does;
  const fitting = models.filter(fits);
  const names = fitting.map(({ name }) => name);
  if (wanted !== undefined) {
    const found = fitting.find(({ name }) => name === wanted);
    if (found) return found;
    const there = models.some(({ name }) => name === wanted);
    const others = names.length > 0 ? `The models to ${verb} here are ${names.join(', ')}.` : undefined;
    throw new UserError(there ? `${wanted} has no ${lacks} in ${file}` : `there is no model ${wanted} in ${file}`, others);
  }
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) throw new UserError(`${file} has several models to ${verb}`, `Choose one with --model ${alternatives(names, '')}.`); // prettier-ignore
  throw new UserError(models.length > 0 ? `${file} has no ${lacks}` : `${file} has no model to ${verb}`, help);
} // prettier-ignore

/** Compiles the file, loads a class of it, and takes away what it needed when `use` is done. */
export async function withModelClass<Class, Result>(
  { path, compiler }: CheckedFile,
  wanted: { readonly name: string; readonly backend: 'wasm' | 'cpu'; readonly isClass: (value: unknown) => value is Class }, // prettier-ignore
  use: (model: Class) => Promise<Result>,
): Promise<Result> {
  const { name, backend, isClass } = wanted;
  const settings = { target: 'js', backends: [backend], sourceMap: false, version: packageVersion() } as const;
  try {
    const { files } = await compiler.build(path, settings);
    if (!files) return bug('a file without errors could not be built');
    await startBackend(backend);
    const { model, close } = await loadModel(files, name, isClass);
    return await use(model).finally(close);
  } catch (error) {
    throw asUserError(error);
  }
}

/** The runtime's own words for data, weights or backends that do not fit are for users; anything else is a bug of ours. */
function asUserError(error: unknown): unknown {
  const known = ['InputError', 'BackendError', 'WeightsError', 'SafetensorsError'];
  return error instanceof Error && known.includes(error.name)
    ? new UserError(error.message, undefined, 'files')
    : error;
}
