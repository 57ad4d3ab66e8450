/**
 * `nn check`: diagnostics of files, for people on stderr or as JSON on stdout.
 */
import { Command, InvalidArgumentError } from 'commander';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { plural } from '../../diagnostics/suggest.ts';
import type { CommandContext, ExitCode, Terminal } from '../terminal.ts';

export interface CheckOptions {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly maxWarnings?: number;
  readonly color?: boolean;
}

export const checkCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('check')
    .description('Prove the shapes of models and report what is wrong.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('--json', 'print the problems as JSON on stdout')
    .option('--fix', 'apply fixes that cannot change what a program means, then check')
    .option('--max-warnings <n>', 'fail if there are more warnings than this', wholeNumber)
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: CheckOptions) => finish(await check(paths, options, terminal)));

const examples = `
Examples:
  nn check
  nn check digits.nn 'models/**/*.nn'
  nn check --json | jq '.errors'
  nn check --fix
  nn check --max-warnings 0

Exit code: 0 if there are no errors, 1 if there are, 2 if the command could not run.
`;

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export async function check(paths: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  const { discoverFiles } = await import('../../project/discover-files.ts');
  const { createNodeHost } = await import('../../project/node-host.ts');
  const { resultOf, withoutDuplicates, printDiagnostics, hasErrors } = await import('../check-files.ts');
  const files = await discoverFiles(paths, terminal.cwd);
  const given = files.map(({ path }) => path);
  if (options.fix) await fix(given, options, terminal);
  const compiler = await terminal.createCompiler(createNodeHost());
  const all: Diagnostic[] = [];
  for (const { path } of files) {
    const result = await resultOf(
      () => compiler.check(path),
      (diagnostics) => ({ diagnostics, models: [] }),
    );
    all.push(...result.diagnostics);
  }
  const diagnostics = withoutDuplicates(all);
  if (options.json) await printJson(diagnostics, terminal);
  else await printDiagnostics(diagnostics, terminal, options.color);
  if (!options.json && diagnostics.length === 0) terminal.stdout.write(`No problems in ${counted(files.length)}.\n`);
  return hasErrors(diagnostics) || tooManyWarnings(diagnostics, options, terminal) ? 1 : 0;
}

/** What was mended goes to stdout; with `--json` that holds the problems that are left, so it goes to stderr. */
async function fix(paths: readonly string[], { json }: CheckOptions, terminal: Terminal): Promise<void> {
  const { fixFiles } = await import('../fix-files.ts');
  const { displayPath } = await import('../display-path.ts');
  const { createNodeHost } = await import('../../project/node-host.ts');
  const out = json ? terminal.stderr : terminal.stdout;
  const applied = await fixFiles(paths, createNodeHost(), (host) => terminal.createCompiler(host));
  for (const { diagnostic, title } of applied) {
    const { line, column } = diagnostic.file.positionAt(diagnostic.span.start);
    out.write(`fixed[${diagnostic.code}] ${displayPath(diagnostic.file.path, terminal.cwd)}:${line}:${column} ${title}\n`); // prettier-ignore
  }
  if (applied.length > 0) out.write(`Fixed ${plural(applied.length, 'problem')}.\n`);
}

const counted = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

async function printJson(diagnostics: readonly Diagnostic[], { stdout, cwd }: Terminal): Promise<void> {
  const { jsonReport } = await import('../../diagnostics/render-json.ts');
  const { displayPath } = await import('../display-path.ts');
  const report = jsonReport(diagnostics, (path) => displayPath(path, cwd));
  stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
}

function tooManyWarnings(
  diagnostics: readonly Diagnostic[],
  { maxWarnings }: CheckOptions,
  terminal: Terminal,
): boolean {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  if (maxWarnings === undefined || warnings <= maxWarnings) return false;
  terminal.stderr.write(`error: ${warnings === 1 ? '1 warning is' : `${warnings} warnings are`} more than --max-warnings ${maxWarnings} allows\n`); // prettier-ignore
  return true;
}
