/**
 * `nn summary`: layers, shapes, parameters and FLOPs of the models of a file.
 */
import { Command, InvalidArgumentError } from 'commander';
import type { CheckResult, Compiler } from '../../compile-types.ts';
import { didYouMean, nearNames } from '../../diagnostics/suggest.ts';
import type { ModelGraph } from '../../graph/model-graph.ts';
import { UserError } from '../../project/user-error.ts';
import { wantsColors, type CommandContext, type ExitCode, type Terminal } from '../terminal.ts';

export interface SummaryOptions {
  readonly json?: boolean;
  readonly model?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly color?: boolean;
}

export const summaryCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('summary')
    .description('Show the layers of models with shapes, parameters and FLOPs.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('--json', 'print the numbers as JSON on stdout')
    .option('--model <name>', 'only this model')
    .option('--set <name=value>', 'set a parameter of the model; may be repeated', setting)
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: SummaryOptions) =>
      finish(await summary(paths, options, terminal)),
    );

const examples = `
Examples:
  nn summary digits.nn
  nn summary digits.nn --model Digits --set classes=26
  nn summary digits.nn --json | jq '.models[].parameters.total'

FLOPs and activations are per example; a multiplication with an addition counts 2.
`;

function setting(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const match = /^\s*([A-Za-z_]\w*)\s*=(.+)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('Write it as name=value, for example --set classes=26.');
  return { ...before, [match[1]!]: match[2]!.trim() };
}

export async function summary(
  paths: readonly string[],
  options: SummaryOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { discoverFiles } = await import('../../project/discover-files.ts');
  const { createNodeHost } = await import('../../project/node-host.ts');
  const { resultOf, withoutDuplicates, printDiagnostics, hasErrors } = await import('../check-files.ts');
  const files = await discoverFiles(paths, terminal.cwd);
  const compiler = await terminal.createCompiler(createNodeHost());
  const results: CheckResult[] = [];
  for (const { path } of files) {
    results.push(
      await resultOf(
        () => checkWith(compiler, path, options),
        (diagnostics) => ({ diagnostics, models: [] }),
      ),
    );
  }
  const diagnostics = withoutDuplicates(results.flatMap((result) => result.diagnostics));
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const models = results.flatMap((result) => [...result.models, ...(result.openModels ?? [])]);
  if (errors.length === 0) refuseUnknownSettings(models, options);
  await printModels(chosen(models, options, errors.length > 0), options, terminal);
  // Warnings and hints are what `nn check` is for; errors explain what is missing here.
  await printDiagnostics(errors, terminal, options.color);
  return hasErrors(errors) ? 1 : 0;
}

const checkWith = (compiler: Compiler, path: string, { model, set }: SummaryOptions): CheckResult =>
  set === undefined ? compiler.check(path) : compiler.checkWith(path, model, set);

/** A misspelt parameter would change nothing without a word. */
function refuseUnknownSettings(models: readonly ModelGraph[], { set = {} }: SummaryOptions): void {
  const known = [...new Set(models.flatMap((model) => Object.keys(model.arguments)))];
  const wrong = Object.keys(set).find((name) => !known.includes(name));
  if (wrong === undefined || models.length === 0) return;
  const near = didYouMean(nearNames(wrong, known));
  const help =
    known.length > 0 ? `The parameters here are ${known.join(', ')}.` : 'The models here have no parameters.';
  throw new UserError(`--set ${wrong}: there is no parameter ${wrong}`, near ?? help);
}

function chosen(models: readonly ModelGraph[], { model }: SummaryOptions, hasErrors: boolean): readonly ModelGraph[] {
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

async function printModels(models: readonly ModelGraph[], options: SummaryOptions, terminal: Terminal): Promise<void> {
  const { summarize } = await import('../../summary/summarize.ts');
  const summaries = models.map(summarize);
  if (options.json) {
    const { summaryJson } = await import('../../summary/summary-json.ts');
    terminal.stdout.write(`${JSON.stringify(summaryJson(summaries), undefined, 2)}\n`);
    return;
  }
  const { summaryTable } = await import('../../summary/summary-table.ts');
  const colors = wantsColors(terminal.stdout, terminal.env, options.color);
  terminal.stdout.write(summaries.map((one) => `${summaryTable(one, { colors })}\n`).join('\n'));
}
