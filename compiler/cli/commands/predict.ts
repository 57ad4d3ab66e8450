/** `nn predict`: what a trained model says of the examples of a data file. */
import { Command, Option } from 'commander';
import type { CommandContext } from '../terminal.ts';
import { columnMap, positiveNumber } from './train.ts';

export interface PredictOptions {
  readonly input: string;
  readonly weights?: string;
  readonly out?: string;
  readonly format?: 'json' | 'csv';
  readonly map?: Readonly<Record<string, string>>;
  readonly header?: boolean;
  readonly model?: string;
  readonly batchSize: number;
  readonly backend: 'wasm' | 'cpu';
  readonly color?: boolean;
}

export const predictCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('predict')
    .description('Compute what a trained model says of the examples of a data file.')
    .argument('<file>', 'the .nn file with the model')
    .requiredOption('--input <path>', 'the examples: as --data of nn train, or one image')
    .option('--weights <file>', 'the trained weights; default: NAME.safetensors for NAME.nn, as nn train writes')
    .option('-o, --out <file>', 'where to write the predictions; default: to stdout')
    .addOption(new Option('--format <name>', 'default: by the name of --out, else json').choices(['json', 'csv']))
    .option('--map <names>', 'which columns fill what: image=pixel*; may be repeated', columnMap)
    .option('--header', 'the first row of the CSV file holds names')
    .option('--no-header', 'the first row of the CSV file is an example')
    .option('--model <name>', 'the model, if the file has several')
    .option('--batch-size <n>', 'examples computed at once', positiveNumber, 256)
    .addOption(new Option('--backend <name>', 'what computes').choices(['wasm', 'cpu']).default('wasm'))
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (file: string, options: PredictOptions) => {
      const { predict } = await import('../predict-file.ts');
      finish(await predict(file, options, terminal));
    });

const examples = `
Examples:
  nn predict digits.nn --input three.png
  nn predict iris.nn --weights iris.safetensors --input flowers.csv --out flowers.json
  nn predict iris.nn --input test.csv --format csv | head

JSON is one object per example, with a number or an array for each output; CSV is one row per example, with a column for
each number. Data with the targets in it, such as a test set, will do: the targets are left out. Where nn train has numbered
classes by their names, each example also gets the name of its most probable class.
`;
