/**
 * What `nn train` does: check, load the data, compile, fit, save, report. Results go to stdout, progress to stderr.
 */
import { mkdirSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Compiler } from '../compile-types.ts';
import { bug } from '../diagnostics/diagnostic.ts';
import { alternatives } from '../diagnostics/suggest.ts';
import type { ModelGraph, TrainingGraph } from '../graph/model-graph.ts';
import { discoverFiles } from '../project/discover-files.ts';
import { createNodeHost } from '../project/node-host.ts';
import { UserError } from '../project/user-error.ts';
import { loadData } from '../train/data/load-data.ts';
import { fieldsOf, type Dataset } from '../train/fields.ts';
import { loadModel, startBackend, type LoadedModel } from '../train/load-model.ts';
import { createProgress, scoresText } from '../train/progress.ts';
import { batchOf, runTraining, type TrainingResult } from '../train/run-training.ts';
import { splitDataset } from '../train/split.ts';
import type { TrainableNet } from '../train/trainable.ts';
import { hasErrors, printDiagnostics, resultOf } from './check-files.ts';
import type { TrainOptions } from './commands/train.ts';
import { displayPath } from './display-path.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

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
  /** Absolute path of the weights. */
  readonly out: string;
}

export async function train(file: string, options: TrainOptions, terminal: Terminal): Promise<ExitCode> {
  const path = await onlyFile(file, terminal);
  const compiler = await terminal.createCompiler(createNodeHost());
  const { diagnostics, models } = await resultOf(
    () => compiler.check(path),
    (problems) => ({ diagnostics: problems, models: [] }),
  );
  await printDiagnostics(
    diagnostics.filter(({ severity }) => severity !== 'hint'),
    terminal,
    options.color,
  );
  if (hasErrors(diagnostics)) return 1;
  const plan = await planOf(chooseModel(models, options, file), path, options, terminal);
  announce(plan, options, terminal);
  try {
    const { model, close } = await load(path, plan, compiler, options);
    try {
      const net = await model.create({ seed: plan.seed });
      await fitAndReport(net, plan, terminal).finally(() => net.dispose());
    } finally {
      close();
    }
  } catch (error) {
    throw asUserError(error);
  }
  return 0;
}

async function onlyFile(file: string, terminal: Terminal): Promise<string> {
  const files = await discoverFiles([file], terminal.cwd);
  if (files.length === 1) return files[0]!.path;
  throw new UserError(`${file} has ${files.length} .nn files`, 'nn train takes one of them.');
}

function chooseModel(models: readonly ModelGraph[], { model: wanted }: TrainOptions, file: string): TrainableGraph {
  const trainable = models.filter((model): model is TrainableGraph => model.training !== undefined);
  const names = trainable.map(({ name }) => name);
  if (wanted !== undefined) {
    const found = trainable.find(({ name }) => name === wanted);
    if (found) return found;
    const there = models.some(({ name }) => name === wanted);
    const others = names.length > 0 ? `The models to train here are ${names.join(', ')}.` : undefined;
    throw new UserError(
      there ? `${wanted} has no train block in ${file}` : `there is no model ${wanted} in ${file}`,
      others,
    );
  }
  if (trainable.length === 1) return trainable[0]!;
  if (trainable.length > 1) throw new UserError(`${file} trains several models`, `Choose one with --model ${alternatives(names, '')}.`); // prettier-ignore
  throw new UserError(
    models.length > 0 ? `${file} has no train block` : `${file} has no model that can be trained`,
    'A train block names the target, the loss and the optimizer: train Digits { target label: int32  loss: …  optimizer: adam() }.',
  );
}

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
  return { model, notes: loaded.train.notes, ...split, ...(test ? { test } : {}), epochs, batchSize, seed, out };
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

async function load(path: string, plan: Plan, compiler: Compiler, { backend }: TrainOptions): Promise<LoadedModel> {
  const build = { target: 'js', backends: [backend], sourceMap: false, version: packageVersion() } as const;
  const { files } = await compiler.build(path, build);
  if (!files) return bug('a file without errors could not be built');
  await startBackend(backend);
  return loadModel(files, plan.model.name);
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
  await net.save(plan.out);
  await report(net, result, plan, stdout);
  warnAboutLoss(result, terminal);
  stdout.write(`The weights are in ${displayPath(plan.out, terminal.cwd)}.\n`);
}

async function report(
  net: TrainableNet,
  result: TrainingResult,
  plan: Plan,
  stdout: Terminal['stdout'],
): Promise<void> {
  const { resultTable } = await import('../train/result-table.ts');
  if (result.epochs.length > 0) stdout.write(`\n${resultTable(result.epochs)}\n`);
  if (result.interrupted) {
    stdout.write(`Stopped in epoch ${result.epochs.length + 1} of ${plan.epochs}.\n`);
  } else if (plan.test) {
    const scores = await net.evaluate(batchOf(plan.test), { batchSize: plan.batchSize });
    stdout.write(`test  ${scoresText(scores)}\n`);
  }
}

function warnAboutLoss({ epochs }: TrainingResult, { stderr }: Terminal): void {
  const broken = epochs.find(({ scores }) => scores['loss'] !== undefined && !Number.isFinite(scores['loss']));
  if (!broken) return;
  stderr.write(
    `warning: the loss is no number from epoch ${broken.epoch + 1} on, so these weights are of no use\n  help: Try a smaller learning rate, and look for values in the data that are far too large.\n`,
  );
}

/** The runtime's own words for data or backends that do not fit are for users; anything else is a bug of ours. */
function asUserError(error: unknown): unknown {
  const known = ['InputError', 'BackendError', 'WeightsError'];
  return error instanceof Error && known.includes(error.name)
    ? new UserError(error.message, undefined, 'files')
    : error;
}
