/** `nn init`: a project that runs after `npm install && npm start`. Asks for what was not said, in a terminal. */
import { Command, Option } from 'commander';
import { basename, relative, resolve } from 'node:path';
import { UserError } from '../../project/user-error.ts';
import { packageName, templates, writeStarter, type Template } from '../starter.ts';
import { wantsColors, type CommandContext, type ExitCode, type Terminal } from '../terminal.ts';
import { packageVersion, tfjsVersion } from '../version.ts';

export interface InitOptions {
  readonly template?: Template;
  readonly json?: boolean;
}

export const initCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('init')
    .description('Start a project: a network, and a page or a script around it.')
    .argument('[dir]', 'where; default: asked for, or the current folder')
    .addOption(new Option('-t, --template <name>', 'which kind of project').choices(Object.keys(templates)))
    .option('--json', 'print what was written as JSON on stdout')
    .addHelpText('after', examples)
    .action(async (dir: string | undefined, options: InitOptions) => finish(await init(dir, options, terminal)));

const examples = `
Templates:
  web     ${templates.web}
  node    ${templates.node}

Examples:
  nn init digits --template web
  nn init --template node

Files that are there are never overwritten.
Exit code: 0 if the project was written, 2 if it could not be.
`;

export async function init(dir: string | undefined, options: InitOptions, terminal: Terminal): Promise<ExitCode> {
  const answers = await answersTo(dir, options, terminal);
  if (!answers) return 2;
  const folder = resolve(terminal.cwd, answers.dir);
  const filling = { name: packageName(basename(folder)), nnlang: `^${packageVersion()}`, tfjs: tfjsVersion() };
  const files = await writeStarter(answers.template, folder, filling);
  if (options.json) {
    terminal.stdout.write(`${JSON.stringify({ folder, template: answers.template, files }, undefined, 2)}\n`);
    return 0;
  }
  const { createColors } = await import('picocolors').then(({ default: colors }) => colors);
  const { bold, cyan, dim } = createColors(wantsColors(terminal.stdout, terminal.env, undefined));
  const way = relative(terminal.cwd, folder);
  terminal.stdout.write(`${bold(filling.name)} is ready: ${files.length} files, the network is ${cyan(files.find((name) => name.endsWith('.nn'))!)}.\n\n`); // prettier-ignore
  for (const step of [...(way === '' ? [] : [`cd ${way}`]), 'npm install', 'npm start']) terminal.stdout.write(`  ${step}\n`); // prettier-ignore
  terminal.stdout.write(`\n${dim('The editor extension “nnlang” shows shapes and mistakes while you type.')}\n`);
  return 0;
}

interface Answers {
  readonly dir: string;
  readonly template: Template;
}

/** What was said, and what is asked for; undefined where the asked one gives up. */
async function answersTo(dir: string | undefined, options: InitOptions, terminal: Terminal): Promise<Answers | undefined> {
  const { template } = options;
  if (template) return { dir: dir ?? '.', template };
  if (!terminal.isInteractive || options.json)
    throw new UserError('nn init needs to know which kind of project it shall be.', `Say it with --template: ${Object.keys(templates).join(' or ')}.`); // prettier-ignore
  const { intro, isCancel, outro, select, text } = await import('@clack/prompts');
  intro('A new project with a neural network');
  const kinds = Object.entries(templates).map(([value, hint]) => ({ value: value as Template, label: value, hint }));
  const kind = await select({ message: 'What shall it be?', options: kinds });
  if (isCancel(kind)) return undefined;
  const where = dir ?? (await text({ message: 'In which folder?', defaultValue: 'my-network', placeholder: 'my-network' })); // prettier-ignore
  if (isCancel(where)) return undefined;
  outro('');
  return { dir: where, template: kind };
} // prettier-ignore
