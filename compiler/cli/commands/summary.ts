/**
 * `nn summary`: layers, shapes, parameters, FLOPs and memory of the models of a file.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { didYouMean, nearNames } from '../../diagnostics/suggest.ts';
import type { ModelGraph } from '../../graph/model-graph.ts';
import { UserError } from '../../project/user-error.ts';
import { configOption } from '../config-option.ts';
import { chosen, modelsIn, setting, type ModelSettings } from '../model-selection.ts';
import { wantsColors, type CommandContext, type ExitCode, type Terminal } from '../terminal.ts';

export interface SummaryOptions extends ModelSettings {
  readonly json?: boolean;
  readonly batchSize?: number;
  readonly size?: Readonly<Record<string, number>>;
  readonly backend?: 'wasm' | 'cpu';
  readonly color?: boolean;
}

export const summaryCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('summary')
    .description('Show the layers of models with shapes, parameters, FLOPs and memory.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('--json', 'print the numbers as JSON on stdout')
    .option('--model <name>', 'only this model')
    .option('--set <name=value>', 'set a parameter of the model; may be repeated', setting)
    .option(
      '--batch-size <n>',
      'examples for which memory is told; default: 1, and that of the train block',
      wholeNumber,
    )
    .option('--size <name=n>', 'a size that the model leaves open, for its memory; may be repeated', sizeSetting)
    .addOption(new Option('--backend <name>', 'where memory is told for').choices(['wasm', 'cpu']).default('wasm'))
    .addOption(configOption())
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
  nn summary unet.nn --size h=256 --size w=256 --batch-size 8
  nn summary digits.nn --json | jq '.models[].parameters.total'

FLOPs and activations of layers are per example; a multiplication with an addition counts 2. Memory is the most that tensors take at any
one time while the emitted code runs, where values are freed as soon as they are not needed any more.
`;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\s*[0-9]+\s*$/.test(text) || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Write a whole number from 1.');
  return value;
}

/** For `--size`, which may be repeated. */
function sizeSetting(text: string, before: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const match = /^\s*(\w+)\s*=\s*([0-9]+)\s*$/.exec(text);
  const value = Number(match?.[2]);
  if (!match || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Write it as name=number, for example --size h=256.');
  return { ...before, [match[1]!]: value };
}

export async function summary(
  paths: readonly string[],
  options: SummaryOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { models, errors } = await modelsIn(paths, options, terminal);
  const shown = chosen(models, options.model, errors.length > 0);
  if (errors.length === 0) refuseUnknownSizes(shown, options);
  // Models of a file with errors may have parts that cannot be computed.
  await printModels(shown, errors.length === 0, options, terminal);
  const { printDiagnostics } = await import('../check-files.ts');
  await printDiagnostics(errors, terminal, options.color);
  return errors.length > 0 ? 1 : 0;
}

/** A misspelt size would change nothing without a word. */
function refuseUnknownSizes(models: readonly ModelGraph[], { size = {} }: SummaryOptions): void {
  const known = [...new Set(models.flatMap(({ sizes }) => sizes.map(({ name }) => name)))];
  const wrong = Object.keys(size).find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const help =
    known.length > 0 ? `The open sizes here are ${known.join(', ')}.` : 'The models here leave no size open.';
  throw new UserError(`--size ${wrong}: there is no open size ${wrong}`, didYouMean(nearNames(wrong, known)) ?? help);
}

async function printModels(
  models: readonly ModelGraph[],
  withMemory: boolean,
  { batchSize, size, backend = 'wasm', ...options }: SummaryOptions,
  terminal: Terminal,
): Promise<void> {
  const { summarize } = await import('../../summary/summarize.ts');
  const { summaryMemory } = await import('../../summary/summary-memory.ts');
  const settings = {
    backend,
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(size === undefined ? {} : { sizes: size }),
  };
  const summaries = models.map((model) => {
    const memory = withMemory ? summaryMemory(model, settings) : undefined;
    return { ...summarize(model), ...(memory === undefined ? {} : { memory }) };
  });
  if (options.json) {
    const { summaryJson } = await import('../../summary/summary-json.ts');
    terminal.stdout.write(`${JSON.stringify(summaryJson(summaries), undefined, 2)}\n`);
    return;
  }
  const { summaryTable } = await import('../../summary/summary-table.ts');
  const colors = wantsColors(terminal.stdout, terminal.env, options.color);
  terminal.stdout.write(summaries.map((one) => `${summaryTable(one, { colors })}\n`).join('\n'));
}
