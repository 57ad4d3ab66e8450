/**
 * What `nn predict` does: check, load examples and weights, compute, write. Predictions go to stdout or a file, all else to
 * stderr.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { ModelGraph } from '../graph/model-graph.ts';
import { UserError } from '../project/user-error.ts';
import { writeOutput } from '../project/write-output.ts';
import { classNamesIn } from '../train/class-names.ts';
import { loadData } from '../train/data/load-data.ts';
import { fieldsOf, type Dataset, type Field } from '../train/fields.ts';
import { isPredictingClass } from '../train/load-model.ts';
import { csvText, jsonText, predictions, type Predictions } from '../train/predictions.ts';
import type { PredictOptions } from './commands/predict.ts';
import { displayPath } from './display-path.ts';
import { checkedFile, chosenModel, withModelClass } from './model-file.ts';
import type { ExitCode, Terminal } from './terminal.ts';

export async function predict(file: string, options: PredictOptions, terminal: Terminal): Promise<ExitCode> {
  const checked = await checkedFile(file, 'predict', terminal, options.color);
  if (!checked) return 1;
  const model = chosenModel(checked.models, { ...predictable, file }, options.model);
  const weights = weightsFile(checked.path, options, terminal.cwd);
  const inputs = await inputsOf(model, options, terminal.cwd);
  const { backend, batchSize } = options;
  const result = await withModelClass(checked, { name: model.name, backend, isClass: isPredictingClass }, async ({ load }) => {
    const net = await load(weights);
    return predictions(net, inputs, batchSize, classNamesIn(readFileSync(weights))).finally(() => net.dispose());
  }); // prettier-ignore
  write(result, options, terminal);
  return 0;
}

const predictable = {
  verb: 'predict with',
  fits: (model: ModelGraph): model is ModelGraph => model.outputs.length > 0,
  lacks: 'output',
} as const;

function weightsFile(path: string, { weights }: PredictOptions, cwd: string): string {
  const given = weights ?? `${basename(path, '.nn')}.safetensors`;
  const result = resolve(cwd, given);
  if (statSync(result, { throwIfNoEntry: false })?.isFile()) return result;
  const help = weights === undefined ? 'Name the trained weights with --weights, or make them: nn train.' : undefined;
  throw new UserError(`there is no file of weights ${given}`, help);
}

/** The inputs alone; where they do not fit the data, it may be training data, with the targets in it. */
async function inputsOf(model: ModelGraph, options: PredictOptions, cwd: string): Promise<Dataset> {
  const load = async (fields: readonly Field[]): Promise<Dataset> => {
    const settings = { map: options.map ?? {}, ...(options.header === undefined ? {} : { header: options.header }) };
    return (await loadData(options.input, cwd, fields, settings)).train;
  };
  const fields = fieldsOf(model);
  const inputs = fields.filter(({ role }) => role === 'input');
  try {
    return await load(inputs);
  } catch (error) {
    if (!(error instanceof UserError) || inputs.length === fields.length) throw error;
    const whole = await load(fields).catch(() => undefined);
    if (!whole) throw error;
    return { ...whole, fields: Object.fromEntries(inputs.flatMap(({ name }) => (whole.fields[name] ? [[name, whole.fields[name]]] : []))) }; // prettier-ignore
  }
}

function write(result: Predictions, { out, format }: PredictOptions, { cwd, stdout, stderr }: Terminal): void {
  const kind = format ?? (extname(out ?? '').toLowerCase() === '.csv' ? 'csv' : 'json');
  const text = kind === 'csv' ? csvText(result) : jsonText(result);
  const broken = result.outputs.find(({ values }) => values.some((value) => !Number.isFinite(value)));
  if (broken) {
    stderr.write(`warning: output ${broken.name} has values that are no finite numbers${kind === 'json' ? ', which stand as null' : ''}\n  help: Look for values in the data that are far too large, and whether the training ended with a loss.\n`); // prettier-ignore
  }
  if (out === undefined) {
    stdout.write(text);
    return;
  }
  const path = resolve(cwd, out);
  writeOutput(path, text);
  stdout.write(`The predictions for ${result.count.toLocaleString('en-US')} ${result.count === 1 ? 'example is' : 'examples are'} in ${displayPath(path, cwd)}.\n`); // prettier-ignore
}
