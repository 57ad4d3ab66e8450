/**
 * `nn format`: files in the one style of `.nn`, rewritten only where they differ. `--check` writes nothing and tells which.
 */
import { Command } from 'commander';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { plural } from '../../diagnostics/suggest.ts';
import type { Formatted } from '../format-files.ts';
import { configOption, type ConfigFlag } from '../config-option.ts';
import type { CommandContext, ExitCode, Terminal } from '../terminal.ts';

export interface FormatOptions extends ConfigFlag {
  readonly check?: boolean;
  readonly json?: boolean;
  readonly color?: boolean;
}

export const formatCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('format')
    .description('Lay .nn files out in the one style there is, as prettier --plugin nnlang/prettier does.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('--check', 'write nothing; fail if there are files to format')
    .option('--json', 'print what became of each file as JSON on stdout')
    .addOption(configOption())
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: FormatOptions) => finish(await format(paths, options, terminal)));

const examples = `
Examples:
  nn format
  nn format digits.nn 'models/**/*.nn'
  nn format --check

How long lines may be is Prettier's printWidth (80, or what .prettierrc or .editorconfig say). Files named in
.prettierignore are left alone, and so is what follows a comment // prettier-ignore.

Exit code: 0 if all is well, 1 if files have syntax errors or, with --check, are to be formatted, 2 if the command
could not run.
`;

/** `unformatted` with `--check`, `formatted` without it. */
type Status = 'unchanged' | 'formatted' | 'unformatted' | 'failed';

interface Outcome {
  readonly path: string;
  readonly status: Status;
  readonly diagnostics: readonly Diagnostic[];
}

export async function format(paths: readonly string[], options: FormatOptions, terminal: Terminal): Promise<ExitCode> {
  const { projectScope } = await import('../project-scope.ts');
  const { isIgnored } = await import('../format-files.ts');
  const outcomes: Outcome[] = [];
  for (const { path } of await (await projectScope(paths, options, terminal)).find()) {
    if (!(await isIgnored(path, terminal.cwd))) outcomes.push(await outcomeOf(path, options.check === true));
  }
  if (options.json) await printJson(outcomes, terminal);
  else await print(outcomes, options, terminal);
  return outcomes.some(({ status }) => status === 'failed' || status === 'unformatted') ? 1 : 0;
}

async function outcomeOf(path: string, isCheck: boolean): Promise<Outcome> {
  const { formattedFile } = await import('../format-files.ts');
  const { resultOf } = await import('../check-files.ts');
  const { rewriteFile } = await import('../rewrite-file.ts');
  const { createNodeHost } = await import('../../project/node-host.ts');
  const { text, isChanged, diagnostics } = await resultOf<Formatted>(
    () => formattedFile(path, createNodeHost()),
    (diagnostics) => ({ isChanged: false, diagnostics }),
  );
  if (text === undefined) return { path, status: 'failed', diagnostics };
  if (!isChanged) return { path, status: 'unchanged', diagnostics };
  if (isCheck) return { path, status: 'unformatted', diagnostics };
  rewriteFile(path, text);
  return { path, status: 'formatted', diagnostics };
}

/** The files that differ to stdout, one a line, then their number; what is wrong with the others to stderr. */
async function print(outcomes: readonly Outcome[], { check, color }: FormatOptions, terminal: Terminal): Promise<void> {
  const { printDiagnostics } = await import('../check-files.ts');
  const { displayPath } = await import('../display-path.ts');
  const { stdout, cwd } = terminal;
  const differing = outcomes.filter(({ status }) => status === 'formatted' || status === 'unformatted');
  for (const { path } of differing) stdout.write(`${displayPath(path, cwd)}\n`);
  const failed = outcomes.filter(({ status }) => status === 'failed').length;
  if (outcomes.length === 0) stdout.write('Nothing to format: .prettierignore leaves out all of these files.\n');
  stdout.write(totals(outcomes.length - failed, differing.length, check === true));
  const diagnostics = outcomes.flatMap((outcome) => outcome.diagnostics);
  await printDiagnostics(diagnostics, terminal, color);
  if (failed > 0) terminal.stderr.write(`${plural(failed, 'file')} left as ${failed === 1 ? 'it is' : 'they are'}.\n`);
}

function totals(readable: number, differing: number, isCheck: boolean): string {
  if (readable === 0) return '';
  if (differing === 0) return `Nothing to format in ${plural(readable, 'file')}.\n`;
  if (!isCheck) return `Formatted ${differing} of ${plural(readable, 'file')}.\n`;
  return `${differing} of ${plural(readable, 'file')} to format: run nn format.\n`;
}

async function printJson(outcomes: readonly Outcome[], { stdout, cwd }: Terminal): Promise<void> {
  const { jsonReport } = await import('../../diagnostics/render-json.ts');
  const { displayPath } = await import('../display-path.ts');
  const display = (path: string): string => displayPath(path, cwd);
  const files = outcomes.map(({ path, status }) => ({ file: display(path), status }));
  const diagnostics = outcomes.flatMap((outcome) => outcome.diagnostics);
  stdout.write(`${JSON.stringify({ files, ...jsonReport(diagnostics, display) }, undefined, 2)}\n`);
}
