/**
 * `nn summary`: layers, shapes, parameters and FLOPs of the models of a file.
 */
import { Command } from 'commander';
import type { ModelGraph } from '../../graph/model-graph.ts';
import { chosen, modelsIn, setting, type ModelSettings } from '../model-selection.ts';
import { wantsColors, type CommandContext, type ExitCode, type Terminal } from '../terminal.ts';

export interface SummaryOptions extends ModelSettings {
  readonly json?: boolean;
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

export async function summary(
  paths: readonly string[],
  options: SummaryOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { models, errors } = await modelsIn(paths, options, terminal);
  await printModels(chosen(models, options.model, errors.length > 0), options, terminal);
  const { printDiagnostics } = await import('../check-files.ts');
  await printDiagnostics(errors, terminal, options.color);
  return errors.length > 0 ? 1 : 0;
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
