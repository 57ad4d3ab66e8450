/**
 * `nn build`: `.nn` files → TypeScript or JavaScript. A file with errors keeps the output of its last good build, and
 * does not stop the others.
 */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Compiler } from '../../compile-types.ts';
import { plural } from '../../diagnostics/suggest.ts';
import type { EmitOptions } from '../../emit/emitted.ts';
import type { FoundFile } from '../../project/discover-files.ts';
import type { ReadOnceHost } from '../../project/read-once-host.ts';
import type { UserError } from '../../project/user-error.ts';
import type { Written } from '../../project/write-output.ts';
import type { ProjectScope } from '../project-scope.ts';
import type { BuildRound, ProjectBuild, Withdrawn } from '../project-build.ts';
import { configOption, type ConfigFlag } from '../config-option.ts';
import type { CommandContext, ExitCode, Terminal } from '../terminal.ts';
import { reconfigured } from '../watch/reconfigured.ts';
import type { RoundOutcome } from '../watch/watch-screen.ts';

/** As on the command line; what is not said there may be configured. */
export interface BuildFlags extends ConfigFlag {
  readonly out?: string;
  readonly target?: 'ts' | 'js';
  readonly sourceMap?: boolean;
  readonly backends?: EmitOptions['backends'];
  readonly explain?: boolean;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly clear?: boolean;
  readonly color?: boolean;
}

export interface BuildOptions extends BuildFlags {
  readonly target: 'ts' | 'js';
  readonly backends: EmitOptions['backends'];
}

export const buildCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('build')
    .description('Turn models into TypeScript or JavaScript.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('-o, --out <dir>', 'where to write; default: beside each .nn file')
    .addOption(new Option('--target <language>', 'what to write; default: ts').choices(['ts', 'js']))
    .option('--source-map', 'write source maps, so that a debugger steps through the .nn text')
    .option('--no-source-map', 'write none, whatever is configured')
    .addOption(
      new Option('--backends <names>', 'what the output shall run on: wasm, cpu, webgl, webgpu; default: wasm,cpu').argParser(backendList), // prettier-ignore
    )
    .option('--explain', 'tell what optimisation made of each model, what it left as it is, and why')
    .option('--json', 'print what was written and the problems as JSON on stdout')
    .option('-w, --watch', 'build again whenever a file changes')
    .option('--no-clear', 'with --watch: leave on the screen what was there')
    .addOption(configOption())
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: BuildFlags) => finish(await build(paths, options, terminal)));

const examples = `
Examples:
  nn build digits.nn                       digits.ts and digits.train.ts beside it
  nn build models --out src/generated
  nn build models --out dist --target js --source-map --backends wasm
  nn build models --out src/generated --watch
  nn build digits.nn --explain             what was fused, folded and left out, with the lines of the text

Files that would not change are not rewritten. A file with errors keeps its last output. Files that nn has not written
are never overwritten. With --watch, the outputs of a file that is removed are removed too, if they are as they were built.
Exit code: 0 if all files were built, 1 if some have errors, 2 if the command could not run.
`;

const knownBackends = ['wasm', 'cpu', 'webgl', 'webgpu'] as const;

function backendList(text: string): EmitOptions['backends'] {
  const names = text.split(',').map((name) => name.trim());
  const found = names.map((name) => knownBackends.find((known) => known === name));
  const wrong = names.filter((_, i) => found[i] === undefined);
  if (wrong.length > 0) {
    throw new InvalidArgumentError(`Backends are ${knownBackends.join(', ')}, with commas between; ${wrong.map((name) => `'${name}'`).join(', ')} is none.`); // prettier-ignore
  }
  return [...new Set(found.filter((name) => name !== undefined))];
}

/** One file that was built. */
export interface BuiltFile {
  readonly source: string;
  readonly output: string;
  readonly state: Written;
  readonly content: string;
}

export async function build(paths: readonly string[], flags: BuildFlags, terminal: Terminal): Promise<ExitCode> {
  for (;;) {
    const code = await buildOnce(paths, flags, terminal);
    if (code !== reconfigured) return code;
  }
}

async function buildOnce(
  paths: readonly string[],
  flags: BuildFlags,
  terminal: Terminal,
): Promise<ExitCode | typeof reconfigured> {
  const { projectScope } = await import('../project-scope.ts');
  const { createNodeHost } = await import('../../project/node-host.ts');
  const { ReadOnceHost } = await import('../../project/read-once-host.ts');
  const { hasErrors } = await import('../check-files.ts');
  const { ProjectBuild } = await import('../project-build.ts');
  const scope = await projectScope(paths, flags, terminal);
  const options = configured(flags, scope);
  const host = new ReadOnceHost(createNodeHost());
  const compiler = await terminal.createCompiler(host);
  const project = new ProjectBuild(compiler, options, terminal.cwd);
  if (options.watch) return watch(project, { host, scope, compiler }, options, terminal);
  let files = await scope.find();
  let round = await project.round(files);
  // What was saved while it was being built is not what was built. Whoever writes last has seen the last text, also where several processes build.
  for (let again = 0; again < mostAgain && host.refresh().length > 0; again++) {
    files = await scope.find();
    round = await project.round(files);
  }
  await report(round, files, compiler, options, terminal);
  return round.failures.length > 0 ? 2 : hasErrors(round.diagnostics) ? 1 : 0;
}

const mostAgain = 5;

/** The command line goes before the configuration, and in that what is said of `build` before what is said of everything. */
function configured(flags: BuildFlags, { folder, config }: ProjectScope): BuildOptions {
  const { build: own = {} } = config;
  const out = flags.out ?? (own.out === undefined ? undefined : resolve(folder, own.out));
  return {
    ...flags,
    ...(out === undefined ? {} : { out }),
    target: flags.target ?? own.target ?? 'ts',
    backends: flags.backends ?? own.backends ?? config.backends ?? ['wasm', 'cpu'],
    sourceMap: flags.sourceMap ?? own.sourceMap ?? config.sourceMap ?? false,
  };
}

interface Watched {
  readonly host: ReadOnceHost;
  readonly scope: ProjectScope;
  readonly compiler: Compiler;
}

async function watch(
  project: ProjectBuild,
  { host, scope, compiler }: Watched,
  options: BuildOptions,
  terminal: Terminal,
): Promise<ExitCode | typeof reconfigured> {
  const { watchRounds } = await import('../watch/watch-rounds.ts');
  const round = async (files: readonly FoundFile[], isFirst: boolean, signal: AbortSignal): Promise<RoundOutcome> => {
    if (!options.json) await tellWithdrawn(project.withdraw(), terminal);
    const built = await project.round(files, signal);
    const told = isFirst ? built : onlyWritten(built);
    await report(told, files, compiler, options, terminal);
    const isShown = told.built.length + told.diagnostics.length + told.failures.length > 0;
    return { ...outcome(built, files), isShown };
  };
  return watchRounds({ host, scope, options, round }, terminal);
}

const onlyWritten = (round: BuildRound): BuildRound => ({ ...round, built: round.built.filter(({ state }) => state === 'written') }); // prettier-ignore

/** What was done, and what was not. */
function outcome({ built, broken, failures }: BuildRound, files: readonly FoundFile[]): Omit<RoundOutcome, 'isShown'> {
  const sources = new Set(built.map(({ source }) => source)).size;
  const not = [
    ...(broken === 0 ? [] : [`${broken} of ${plural(files.length, 'file')} ${broken === 1 ? 'has errors and is' : 'have errors and are'} not built`]), // prettier-ignore
    ...(failures.length === 0 ? [] : [`the outputs of ${plural(failures.length, 'file')} could not be written`]),
  ];
  return { done: sources === 0 ? 'Nothing built' : `Built ${plural(sources, 'file')}`, also: not };
}

async function tellWithdrawn(withdrawn: readonly Withdrawn[], { stdout, cwd }: Terminal): Promise<void> {
  const { displayPath } = await import('../display-path.ts');
  const list = (paths: readonly string[]): string => paths.map((path) => displayPath(path, cwd)).join(', ');
  for (const { removed, left } of withdrawn) {
    if (removed.length > 0) stdout.write(`removed ${list(removed)}\n`);
    if (left.length > 0) stdout.write(`left ${list(left)}: changed since ${left.length === 1 ? 'it was' : 'they were'} built\n`); // prettier-ignore
  }
}

async function report(
  { built, diagnostics: all, failures }: BuildRound,
  files: readonly FoundFile[],
  compiler: Compiler,
  options: BuildOptions,
  terminal: Terminal,
): Promise<void> {
  const { displayPath } = await import('../display-path.ts');
  const { printDiagnostics, withoutDuplicates } = await import('../check-files.ts');
  const { stdout, stderr, cwd } = terminal;
  const shown = (path: string): string => displayPath(path, cwd);
  const diagnostics = withoutDuplicates(all);
  const { explanationsOf, explanationsJson, explanationText } = await import('../explain-files.ts');
  const explained = options.explain ? await explanationsOf(built.map(({ source }) => source), compiler, options) : undefined; // prettier-ignore
  if (options.json) {
    const { jsonReport } = await import('../../diagnostics/render-json.ts');
    const written = built.map(({ source, output, state }) => ({ source: shown(source), output: shown(output), state }));
    const models = explained && { models: await explanationsJson(explained, terminal) };
    const result = { files: written, ...models, ...jsonReport(diagnostics, shown) };
    stdout.write(`${JSON.stringify(result, undefined, options.watch ? 0 : 2)}\n`);
  } else {
    for (const { path } of files) {
      const outputs = built.filter(({ source }) => source === path);
      if (outputs.length === 0) continue;
      const names = outputs.map(({ output, state }) => shown(output) + (state === 'unchanged' ? ' (unchanged)' : ''));
      stdout.write(`${shown(path)} → ${names.join(', ')}\n`);
    }
    if (explained) stdout.write(await explanationText(explained, terminal, options.color));
    await printDiagnostics(diagnostics, terminal, options.color);
  }
  stderr.write(failuresText(failures));
}

/** A full disk is told of once. */
function failuresText(failures: readonly UserError[]): string {
  const reason = ({ message }: UserError): string => message.replace(/^cannot write .*: /, '');
  const firsts = failures.filter((one, i) => failures.findIndex((other) => reason(other) === reason(one)) === i);
  return firsts
    .map((first) => {
      const others = failures.filter((one) => reason(one) === reason(first)).length - 1;
      const more = others === 0 ? '' : `, and so for ${plural(others, 'other file')}`;
      return `error: ${first.message}${more}\n${first.help === undefined ? '' : `  help: ${first.help}\n`}`;
    })
    .join('');
}
