/**
 * `nn train`: trains a model on a data file, without a program around it.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../terminal.ts';
import { wholeNumber } from './check.ts';

export interface TrainOptions {
  readonly data: string;
  readonly test?: string;
  readonly map?: Readonly<Record<string, string>>;
  /** `--no-header` makes it false, `--header` true; found out where neither is given. */
  readonly header?: boolean;
  readonly model?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly backend: 'wasm' | 'cpu';
  readonly validationSplit?: number;
  /** False for `--no-report`. */
  readonly report?: string | false;
  readonly color?: boolean;
}

export const trainCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('train')
    .description('Train a model on a data file and save its weights.')
    .argument('<file>', 'the .nn file with a model and its train block')
    .requiredOption(
      '--data <path>',
      'a CSV, JSON or .npz file, a folder of images per class or with MNIST files, or IMAGES,LABELS',
    )
    .option('--test <path>', 'data to test with at the end')
    .option('--map <names>', 'which columns fill what: image=pixel*,label=class; may be repeated', columnMap)
    .option('--header', 'the first row of the CSV file holds names')
    .option('--no-header', 'the first row of the CSV file is an example')
    .option('--model <name>', 'the model, if the file trains several')
    .option('--epochs <n>', 'how often to go through the data; default: as in train', positiveNumber)
    .option('--batch-size <n>', 'examples per step; default: as in train', positiveNumber)
    .option('--seed <n>', 'for the same weights and order each time; default: another one each time', wholeNumber)
    .option('-o, --out <file>', 'where to save the weights; default: NAME.safetensors for NAME.nn')
    .addOption(new Option('--backend <name>', 'what computes').choices(['wasm', 'cpu']).default('wasm'))
    .option('--report <file>', 'where to draw losses and metrics; default: report.html beside the weights')
    .option('--no-report', 'draw none')
    .option('--validation-split <fraction>', 'part of the data to hold back for validation, such as 0.2', fraction)
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (file: string, options: TrainOptions) => {
      const { train } = await import('../train-file.ts');
      finish(await train(file, options, terminal));
    });

const examples = `
Examples:
  nn train digits.nn --data mnist/ --epochs 5
  nn train iris.nn --data iris.csv --map features=sepal*+petal*,label=species --validation-split 0.2
  nn train pets.nn --data pets/train --test pets/test
  nn train iris.nn --data train.csv --test test.csv --seed 1 --out iris.safetensors

Columns are found by their names, else taken in order. --map says which are meant: a name, first..last, prefix*, or
several joined with +; columns without names have numbers, counted from 1.
Ctrl-C ends the training after the current step and saves the weights (exit code 0); a second Ctrl-C quits at once
without saving.
`;

export function columnMap(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => /^\s*([A-Za-z_]\w*)\s*=\s*(\S.*?)\s*$/.exec(pair));
  if (pairs.includes(null)) throw new InvalidArgumentError('Write it as image=pixels,label=class.');
  return { ...before, ...Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2]!])) };
}

export function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 1)) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return value;
}
