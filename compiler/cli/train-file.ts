/**
 * What `nn train` does: check, load the data, compile, fit, save, report. Results go to stdout, progress to stderr.
 */
import { mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ModelGraph, TrainingGraph } from '../graph/model-graph.ts';
import { UserError } from '../project/user-error.ts';
import { writeOutput } from '../project/write-output.ts';
import { loadData } from '../train/data/load-data.ts';
import { fieldsOf, type Dataset } from '../train/fields.ts';
import { isTrainableClass } from '../train/load-model.ts';
import { createProgress, durationText, scoresText } from '../train/progress.ts';
import { batchOf, runTraining, type TrainingResult } from '../train/run-training.ts';
import { splitDataset } from '../train/split.ts';
import type { Scores, TrainableNet } from '../train/trainable.ts';
import type { TrainOptions } from './commands/train.ts';
import { displayPath } from './display-path.ts';
import { checkedFile, chosenModel, withModelClass } from './model-file.ts';
import type { ExitCode, Terminal } from './terminal.ts';

type TrainableGraph = ModelGraph & { readonly training: TrainingGraph };

/** Everything that is decided before the first step. */
interface Plan {
  readonly model: TrainableGraph;
  readonly notes: readonly string[];
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly backend: TrainOptions['backend'];
  /** The names of classes that the data has, by target. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  /** Absolute path of the weights. */
  readonly out: string;
  /** Absolute path of the page with the curves. */
  readonly report?: string;
}

export async function train(file: string, options: TrainOptions, terminal: Terminal): Promise<ExitCode> {
  const checked = await checkedFile(file, 'train', terminal, options.color);
  if (!checked) return 1;
  const meant = chosenModel(checked.models, { ...trainable, file }, options.model);
  const plan = await planOf(meant, checked.path, options, terminal);
  announce(plan, options, terminal);
  const { backend } = options;
  await withModelClass(checked, { name: meant.name, backend, isClass: isTrainableClass }, async (model) => {
    const net = await model.create({ seed: plan.seed });
    await fitAndReport(net, plan, terminal).finally(() => net.dispose());
  });
  return 0;
}

const trainable = {
  verb: 'train',
  fits: (model: ModelGraph): model is TrainableGraph => model.training !== undefined,
  lacks: 'train block',
  help: 'A train block names the target, the loss and the optimizer: train Digits { target label: int32  loss: …  optimizer: adam() }.',
} as const;

async function planOf(model: TrainableGraph, path: string, options: TrainOptions, terminal: Terminal): Promise<Plan> {
  const { cwd } = terminal;
  const out = weightsPath(path, options, cwd);
  const fields = fieldsOf(model);
  const seed = options.seed ?? Math.floor(Math.random() * 1e6);
  const loadOptions = { map: options.map ?? {}, ...(options.header === undefined ? {} : { header: options.header }) };
  const loaded = await loadData(options.data, cwd, fields, loadOptions);
  const classes = Object.fromEntries(
    Object.entries(loaded.train.fields).flatMap(([name, field]) => (field.classes ? [[name, field.classes]] : [])),
  );
  const given = options.test === undefined ? undefined : await loadData(options.test, cwd, fields, { ...loadOptions, classes }); // prettier-ignore
  const test = given ? (given.test ?? given.train) : loaded.test;
  const fraction = options.validationSplit ?? model.training.validationSplit ?? 0;
  const split = fraction > 0 ? splitDataset(loaded.train, fraction, seed) : { train: loaded.train };
  if (!split) throw new UserError(`${options.data} has ${loaded.train.count} examples, too few to hold some back for validation`); // prettier-ignore
  const epochs = options.epochs ?? model.training.epochs;
  const batchSize = options.batchSize ?? model.training.batchSize;
  const { backend } = options;
  const report = reportPath(out, options, cwd);
  return {
    model,
    notes: loaded.train.notes,
    ...split,
    ...(test ? { test } : {}),
    epochs,
    batchSize,
    seed,
    backend,
    classes,
    out,
    ...report,
  };
}

/** Found out before the training: after hours of it is too late to hear that a folder is missing. */
function weightsPath(path: string, { out }: TrainOptions, cwd: string): string {
  const result = resolve(cwd, out ?? `${basename(path, '.nn')}.safetensors`);
  if (statSync(result, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`--out ${out} is a folder`, `Name a file in it: ${out}/${basename(path, '.nn')}.safetensors.`);
  }
  try {
    mkdirSync(dirname(result), { recursive: true });
  } catch {
    throw new UserError(`the folder of ${displayPath(result, cwd)} cannot be made`, 'Choose another place with --out.');
  }
  return result;
}

function reportPath(out: string, { report }: TrainOptions, cwd: string): Pick<Plan, 'report'> {
  if (report === false) return {};
  const path = report === undefined ? join(dirname(out), 'report.html') : resolve(cwd, report);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return { report: path };
  throw new UserError(`--report ${report ?? path} is a folder`, 'Name a file, such as report.html.');
}

function announce(plan: Plan, options: TrainOptions, { stdout }: Terminal): void {
  const { model, train: data, validation, test, epochs, batchSize, seed } = plan;
  const count = (set: Dataset | undefined): string => (set ? set.count.toLocaleString('en-US') : '');
  const lines = [
    `Training ${model.name} on ${count(data)} examples${validation ? `, validating on ${count(validation)}` : ''}${test ? `, testing on ${count(test)}` : ''}`,
    ...plan.notes.map((note) => `  ${note}`),
    `  ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, batch size ${batchSize}, ${options.backend}, seed ${seed}`,
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

async function fitAndReport(net: TrainableNet, plan: Plan, terminal: Terminal): Promise<void> {
  const { stderr, stdout } = terminal;
  const progress = await createProgress({ stream: stderr, epochs: plan.epochs, examples: plan.train.count });
  const stopping = new AbortController();
  // Once only: a second Ctrl-C finds no listener and ends the process as it would without us.
  const forget = terminal.onInterrupt(() => {
    forget();
    progress.stop();
    stderr.write('Stopping after this step. Press Ctrl-C again to quit without saving.\n');
    stopping.abort();
  });
  const result = await runTraining(net, { ...plan, signal: stopping.signal, progress }).finally(forget);
  await save(net, plan);
  const test = await told(net, result, plan, stdout);
  warnAboutLoss(result, terminal);
  stdout.write(`The weights are in ${displayPath(plan.out, terminal.cwd)}.\n`);
  if (plan.report !== undefined) await writeReport(plan.report, { plan, result, test }, terminal);
}

/** With the names of classes, so that `nn predict` can say them. */
async function save(net: TrainableNet, { out, classes }: Plan): Promise<void> {
  if (Object.keys(classes).length === 0) return net.save(out);
  const { withClassNames } = await import('../train/class-names.ts');
  writeOutput(out, withClassNames(await net.toBytes(), classes));
}

/** Prints the epochs and the scores on the test data; gives these. */
async function told(
  net: TrainableNet,
  result: TrainingResult,
  plan: Plan,
  stdout: Terminal['stdout'],
): Promise<Scores | undefined> {
  const { resultTable } = await import('../train/result-table.ts');
  if (result.epochs.length > 0) stdout.write(`\n${resultTable(result.epochs)}\n`);
  if (result.interrupted) stdout.write(`Stopped in epoch ${result.epochs.length + 1} of ${plan.epochs}.\n`);
  if (result.interrupted || !plan.test) return undefined;
  const scores = await net.evaluate(batchOf(plan.test), { batchSize: plan.batchSize });
  stdout.write(`test  ${scoresText(scores)}\n`);
  return scores;
}

interface Done {
  readonly plan: Plan;
  readonly result: TrainingResult;
  readonly test: Scores | undefined;
}

async function writeReport(path: string, { plan, result, test }: Done, { cwd, stdout }: Terminal): Promise<void> {
  const { reportPage } = await import('../train/report/report-page.ts');
  const count = (set: Dataset): string => set.count.toLocaleString('en-US');
  const seconds = result.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const facts: (readonly [string, string])[] = [
    ['examples', count(plan.train)],
    ...(plan.validation ? [['validated on', count(plan.validation)] as const] : []),
    ...(plan.test ? [['tested on', count(plan.test)] as const] : []),
    ['epochs', result.interrupted ? `${result.epochs.length} of ${plan.epochs}, stopped` : String(plan.epochs)],
    ['batch size', String(plan.batchSize)],
    ['seed', String(plan.seed)],
    ['computed on', plan.backend],
    ['took', durationText(seconds)],
    ['weights', displayPath(plan.out, cwd)],
  ];
  const page = reportPage({ title: `Training of ${plan.model.name}`, facts, result, ...(test ? { test } : {}) });
  writeOutput(path, page);
  stdout.write(`The curves are in ${displayPath(path, cwd)}.\n`);
}

function warnAboutLoss({ epochs }: TrainingResult, { stderr }: Terminal): void {
  const broken = epochs.find(({ scores }) => scores['loss'] !== undefined && !Number.isFinite(scores['loss']));
  if (!broken) return;
  stderr.write(
    `warning: the loss is no number from epoch ${broken.epoch + 1} on, so these weights are of no use\n  help: Try a smaller learning rate, and look for values in the data that are far too large.\n`,
  );
}
