/**
 * The models of files, for the commands that show them: with `--model` only one, with `--set` some of its parameters changed.
 */
import { InvalidArgumentError } from 'commander';
import type { CheckResult, Compiler } from '../compile-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean, nearNames } from '../diagnostics/suggest.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { UserError } from '../project/user-error.ts';
import type { ConfigFlag } from './config-option.ts';
import type { Terminal } from './terminal.ts';

export interface ModelSettings extends ConfigFlag {
  readonly model?: string;
  readonly set?: Readonly<Record<string, string>>;
}

export interface FoundModels {
  /** All of them, also where only one is wanted. */
  readonly models: readonly ModelGraph[];
  /** Warnings and hints are what `nn check` is for; errors explain what is missing. */
  readonly errors: readonly Diagnostic[];
}

/** For `--set`, which may be repeated. */
export function setting(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  // prettier-ignore
  const match = /^\s*([A-Za-z_]\w*)\s*=(.+)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('Write it as name=value, for example --set classes=26.');
  return { ...before, [match[1]!]: match[2]!.trim() };
}

export async function modelsIn(
  paths: readonly string[],
  settings: ModelSettings,
  terminal: Terminal,
): Promise<FoundModels> {
  const { projectScope } = await import('./project-scope.ts');
  const { createNodeHost } = await import('../project/node-host.ts');
  const { resultOf, withoutDuplicates } = await import('./check-files.ts');
  const files = await (await projectScope(paths, settings, terminal)).find();
  const compiler = await terminal.createCompiler(createNodeHost());
  const results: CheckResult[] = [];
  for (const { path } of files) {
    results.push(
      await resultOf(
        () => checkWith(compiler, path, settings),
        (diagnostics) => ({ diagnostics, models: [] }),
      ),
    );
  }
  const diagnostics = withoutDuplicates(results.flatMap((result) => result.diagnostics));
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const models = results.flatMap((result) => [...result.models, ...(result.openModels ?? [])]);
  if (errors.length === 0) refuseUnknownSettings(models, settings);
  return { models, errors };
}

const checkWith = (compiler: Compiler, path: string, { model, set }: ModelSettings): CheckResult =>
  set === undefined ? compiler.check(path) : compiler.checkWith(path, model, set);

/** A misspelt parameter would change nothing without a word. */
function refuseUnknownSettings(models: readonly ModelGraph[], { set = {} }: ModelSettings): void {
  const known = [...new Set(models.flatMap((model) => Object.keys(model.arguments)))];
  const wrong = Object.keys(set).find((name) => !known.includes(name));
  if (wrong === undefined || models.length === 0) return;
  const near = didYouMean(nearNames(wrong, known));
  const help =
    known.length > 0 ? `The parameters here are ${known.join(', ')}.` : 'The models here have no parameters.';
  throw new UserError(`--set ${wrong}: there is no parameter ${wrong}`, near ?? help);
}

/** Those that are wanted; that there are none is a mistake of the command only where no error explains it. */
export function chosen<M extends { readonly name: string }>(
  models: readonly M[],
  model: string | undefined,
  hasErrors: boolean,
): readonly M[] {
  const wanted = models.filter(({ name }) => model === undefined || name === model);
  if (wanted.length > 0 || hasErrors) return wanted;
  const names = models.map(({ name }) => name);
  if (model !== undefined && names.length > 0) {
    throw new UserError(`there is no model ${model}`, `The models here are ${names.join(', ')}.`);
  }
  throw new UserError(
    'there is no model to show',
    'A model with an open parameter that is no whole number needs values: --set name=value. A block on its own has no sizes to count.',
  );
}
