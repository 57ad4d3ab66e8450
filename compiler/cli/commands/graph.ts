/**
 * `nn graph`: a model as a picture, or as text for a program that draws one. Layouts are loaded only here.
 */
import { extname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Folds } from '../../graph-view/fold.ts';
import type { GraphView } from '../../graph-view/graph-view.ts';
import { UserError } from '../../project/user-error.ts';
import { configOption } from '../config-option.ts';
import { chosen, modelsIn, setting, type ModelSettings } from '../model-selection.ts';
import type { CommandContext, ExitCode, Terminal } from '../terminal.ts';

const formats = ['svg', 'dot', 'mermaid', 'html'] as const;
type Format = (typeof formats)[number];

export interface GraphOptions extends ModelSettings {
  readonly format?: Format;
  readonly out?: string;
  readonly depth?: number;
  readonly expand?: boolean;
  readonly json?: boolean;
  readonly color?: boolean;
}

export const graphCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('graph')
    .description('Draw a model, with its blocks and the shapes between its layers.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .addOption(new Option('--format <format>', 'what to write; default: what --out ends in, or svg').choices(formats))
    .option('-o, --out <file>', 'where to write; default: stdout')
    .option('--model <name>', 'this model, or a member of one: Vae.decoder')
    .option('--set <name=value>', 'set a parameter of the model; may be repeated', setting)
    .addOption(
      new Option('--depth <n>', 'fold groups in so many others; default: as deep as a page holds')
        .argParser(depthOf)
        .conflicts('expand'),
    )
    .option('--expand', 'fold nothing, and show every round of a repeat')
    .option('--json', 'print all there is to draw as JSON on stdout')
    .addOption(configOption())
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: GraphOptions) => finish(await graph(paths, options, terminal)));

const examples = `
Examples:
  nn graph digits.nn --out digits.svg
  nn graph digits.nn --out digits.html             a page on which blocks fold and unfold
  nn graph gan.nn --model Painter --depth 1 --format mermaid
  nn graph digits.nn --format dot | dot -Tpdf > digits.pdf

Rounds of a repeat that are alike are drawn once, with their number. Numbers are parameters; shapes are without the batch.
`;

function depthOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number; 0 folds every group.');
  return Number(text);
}

export async function graph(paths: readonly string[], options: GraphOptions, terminal: Terminal): Promise<ExitCode> {
  const { models, errors } = await modelsIn(paths, { ...options, ...baseModel(options) }, terminal);
  const { graphViews } = await import('../../graph-view/view-of-model.ts');
  const { displayPath } = await import('../display-path.ts');
  const { withFiles } = await import('../../graph-view/graph-view.ts');
  const all = models.flatMap((model) => graphViews(model));
  const views = chosen(all, options.model, errors.length > 0).map((view) =>
    withFiles(view, (path) => displayPath(path, terminal.cwd)),
  );
  if (views.length > 0) await write(views, options, terminal);
  const { printDiagnostics } = await import('../check-files.ts');
  await printDiagnostics(errors, terminal, options.color);
  return errors.length > 0 ? 1 : 0;
}

/** The model that a member belongs to. */
const baseModel = ({ model }: GraphOptions): ModelSettings =>
  model === undefined ? {} : { model: model.split('.')[0]! };

async function write(views: readonly GraphView[], options: GraphOptions, terminal: Terminal): Promise<void> {
  const text = options.json ? `${JSON.stringify({ models: views }, undefined, 2)}\n` : await drawn(views, options);
  if (options.out === undefined) return void terminal.stdout.write(text);
  const { writeOutput } = await import('../../project/write-output.ts');
  const state = writeOutput(resolve(terminal.cwd, options.out), text);
  terminal.stdout.write(`${options.out}${state === 'unchanged' ? ' (unchanged)' : ''}\n`);
}

async function drawn(views: readonly GraphView[], options: GraphOptions): Promise<string> {
  const format = options.format ?? formatOf(options.out);
  const folds = await import('../../graph-view/default-folds.ts');
  const foldsOf = (view: GraphView): Folds => {
    if (options.expand) return folds.everything(view);
    return options.depth === undefined ? folds.defaultFolds(view) : folds.foldedFrom(view, options.depth);
  };
  switch (format) {
    case 'html': {
      const isGiven = options.expand || options.depth !== undefined;
      return (await import('../graph-page.ts')).htmlText(views, isGiven ? foldsOf : undefined);
    }
    case 'svg': {
      const view = oneOf(views);
      return (await import('../../graph-view/svg.ts')).svgText(view, foldsOf(view));
    }
    case 'dot': {
      const view = oneOf(views);
      return (await import('../../graph-view/dot.ts')).dotText(view, foldsOf(view));
    }
    case 'mermaid': {
      const view = oneOf(views);
      return (await import('../../graph-view/mermaid.ts')).mermaidText(view, foldsOf(view));
    }
  }
}

const byExtension: Readonly<Record<string, Format>> = {
  '.svg': 'svg',
  '.dot': 'dot',
  '.gv': 'dot',
  '.mmd': 'mermaid',
  '.html': 'html',
};

function formatOf(out: string | undefined): Format {
  if (out === undefined) return 'svg';
  const format = byExtension[extname(out).toLowerCase()];
  if (format) return format;
  throw new UserError(`--out ${out} does not say what to write`, `End it in ${Object.keys(byExtension).join(', ')}, or give --format ${formats.join('|')}.`); // prettier-ignore
}

/** One picture holds one model. The members of the only model are not meant where nothing is said. */
function oneOf(views: readonly GraphView[]): GraphView {
  const models = views.length === 1 ? views : views.filter(({ name }) => !name.includes('.'));
  if (models.length === 1) return models[0]!;
  const names = views.map(({ name }) => name);
  throw new UserError(
    `there are ${models.length} models to draw, and one picture holds one`,
    `Choose with --model: ${names.join(', ')}. A page has room for all of them: --format html.`,
  );
}
