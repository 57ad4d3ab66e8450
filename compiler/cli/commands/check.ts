/**
 * `nn check`: diagnostics of files, for people on stderr or as JSON on stdout.
 */
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { LoadedConfig } from '../../configuration/read-config.ts';
import type { Compiler } from '../../compile-types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { plural } from '../../diagnostics/suggest.ts';
import type { FoundFile } from '../../project/discover-files.ts';
import { configOption, type ConfigFlag } from '../config-option.ts';
import type { CommandContext, ExitCode, Terminal } from '../terminal.ts';
import { reconfigured } from '../watch/reconfigured.ts';
import type { RoundOutcome } from '../watch/watch-screen.ts';

export interface CheckOptions extends ConfigFlag {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly maxWarnings?: number;
  /** The file that says so, where the command line does not. */
  readonly limitSaidBy?: string;
  readonly watch?: boolean;
  readonly clear?: boolean;
  readonly color?: boolean;
}

export const checkCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('check')
    .description('Prove the shapes of models and report what is wrong.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('--json', 'print the problems as JSON on stdout')
    .option('--fix', 'apply fixes that cannot change what a program means, then check')
    .option('--max-warnings <n>', 'fail if there are more warnings than this', wholeNumber)
    .addOption(new Option('-w, --watch', 'check again whenever a file changes').conflicts('fix'))
    .option('--no-clear', 'with --watch: leave on the screen what was there')
    .addOption(configOption())
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
  nn check --watch

Exit code: 0 if there are no errors, 1 if there are, 2 if the command could not run.
`;

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export async function check(paths: readonly string[], flags: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  for (;;) {
    const code = await checkOnce(paths, flags, terminal);
    if (code !== reconfigured) return code;
  }
}

async function checkOnce(
  paths: readonly string[],
  flags: CheckOptions,
  terminal: Terminal,
): Promise<ExitCode | typeof reconfigured> {
  const { projectScope } = await import('../project-scope.ts');
  const scope = await projectScope(paths, flags, terminal);
  const options = configured(flags, scope);
  const { createNodeHost } = await import('../../project/node-host.ts');
  const { ReadOnceHost } = await import('../../project/read-once-host.ts');
  const { hasErrors } = await import('../check-files.ts');
  const host = new ReadOnceHost(createNodeHost());
  const compiler = await terminal.createCompiler(host);
  if (options.watch) {
    const { watchRounds } = await import('../watch/watch-rounds.ts');
    const round = async (files: readonly FoundFile[], _: boolean, signal: AbortSignal): Promise<RoundOutcome> => {
      const diagnostics = await checkAll(files, compiler, signal);
      await print(diagnostics, options, terminal);
      return {
        done: `Checked ${counted(files.length)}`,
        also: diagnostics.length === 0 ? ['no problems'] : [],
        isShown: diagnostics.length > 0,
      };
    };
    return watchRounds({ host, scope, options, round }, terminal);
  }
  const files = await scope.find();
  const given = files.map(({ path }) => path);
  if (options.fix) await fix(given, options, terminal);
  const diagnostics = await checkAll(files, compiler);
  const tooMany = await print(diagnostics, options, terminal);
  if (!options.json && diagnostics.length === 0) terminal.stdout.write(`No problems in ${counted(files.length)}.\n`);
  return hasErrors(diagnostics) || tooMany ? 1 : 0;
}

/** What the command line does not say, the configuration may. */
function configured(flags: CheckOptions, { path, config }: LoadedConfig): CheckOptions {
  const { maxWarnings } = config.check ?? {};
  if (flags.maxWarnings !== undefined || maxWarnings === undefined) return flags;
  return { ...flags, maxWarnings, limitSaidBy: path === undefined ? '' : basename(path) };
}

/** What there is to say of the files, each thing once. */
async function checkAll(
  files: readonly FoundFile[],
  compiler: Compiler,
  signal?: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const { resultOf, withoutDuplicates } = await import('../check-files.ts');
  const all: Diagnostic[] = [];
  for (const { path } of files) {
    // Ctrl-C and changed files are heard of only between.
    if (signal) await new Promise((done) => setImmediate(done));
    if (signal?.aborted) break;
    const result = await resultOf(
      () => compiler.check(path),
      (diagnostics) => ({ diagnostics, models: [] }),
    );
    for (const diagnostic of result.diagnostics) all.push(diagnostic);
  }
  return withoutDuplicates(all);
}

/** Says whether there are more warnings than are allowed. */
async function print(diagnostics: readonly Diagnostic[], options: CheckOptions, terminal: Terminal): Promise<boolean> {
  const { printDiagnostics } = await import('../check-files.ts');
  if (options.json) await printJson(diagnostics, options, terminal);
  else await printDiagnostics(diagnostics, terminal, options.color);
  return tooManyWarnings(diagnostics, options, terminal);
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

const counted = (count: number): string => plural(count, 'file');

/** While watching, one line for each round. */
async function printJson(
  diagnostics: readonly Diagnostic[],
  { watch }: CheckOptions,
  { stdout, cwd }: Terminal,
): Promise<void> {
  const { jsonReport } = await import('../../diagnostics/render-json.ts');
  const { displayPath } = await import('../display-path.ts');
  const report = jsonReport(diagnostics, (path) => displayPath(path, cwd));
  stdout.write(`${JSON.stringify(report, undefined, watch ? 0 : 2)}\n`);
}

function tooManyWarnings(
  diagnostics: readonly Diagnostic[],
  { maxWarnings, limitSaidBy }: CheckOptions,
  terminal: Terminal,
): boolean {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  if (maxWarnings === undefined || warnings <= maxWarnings) return false;
  const limit =
    limitSaidBy === undefined ? `--max-warnings ${maxWarnings}` : `\`maxWarnings: ${maxWarnings}\` in ${limitSaidBy}`;
  terminal.stderr.write(`error: ${warnings === 1 ? '1 warning is' : `${warnings} warnings are`} more than ${limit} allows\n`); // prettier-ignore
  return true;
}
