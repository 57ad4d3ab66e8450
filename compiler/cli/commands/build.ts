/**
 * `nn build`: `.nn` files → TypeScript or JavaScript. A file with errors keeps the output of its last good build, and
 * does not stop the others.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { EmitOptions } from '../../emit/emitted.ts';
import type { FoundFile } from '../../project/discover-files.ts';
import type { Written } from '../../project/write-output.ts';
import type { CommandContext, ExitCode, Terminal } from '../terminal.ts';

export interface BuildOptions {
  readonly out?: string;
  readonly target: 'ts' | 'js';
  readonly sourceMap?: boolean;
  readonly backends: EmitOptions['backends'];
  readonly json?: boolean;
  readonly color?: boolean;
}

export const buildCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('build')
    .description('Turn models into TypeScript or JavaScript.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('-o, --out <dir>', 'where to write; default: beside each .nn file')
    .addOption(new Option('--target <language>', 'what to write').choices(['ts', 'js']).default('ts'))
    .option('--source-map', 'write source maps, so that a debugger steps through the .nn text')
    .addOption(
      new Option('--backends <names>', 'what the output shall run on: wasm, cpu, webgl, webgpu')
        .argParser(backendList)
        .default(['wasm', 'cpu'], 'wasm,cpu'),
    )
    .option('--json', 'print what was written and the problems as JSON on stdout')
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: BuildOptions) => finish(await build(paths, options, terminal)));

const examples = `
Examples:
  nn build digits.nn                       digits.ts and digits.train.ts beside it
  nn build models --out src/generated
  nn build models --out dist --target js --source-map --backends wasm

Files that would not change are not rewritten. A file with errors keeps its last output.
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
}

export async function build(paths: readonly string[], options: BuildOptions, terminal: Terminal): Promise<ExitCode> {
  const { discoverFiles } = await import('../../project/discover-files.ts');
  const { createNodeHost } = await import('../../project/node-host.ts');
  const { withoutDuplicates, hasErrors } = await import('../check-files.ts');
  const files = await discoverFiles(paths, terminal.cwd);
  const compiler = await terminal.createCompiler(createNodeHost());
  const { buildFile, refuseCollisions } = await import('../build-file.ts');
  refuseCollisions(files, options, terminal.cwd);
  const built: BuiltFile[] = [];
  const all: Diagnostic[] = [];
  for (const file of files) {
    const result = await buildFile(file, compiler, options, terminal.cwd);
    all.push(...result.diagnostics);
    built.push(...result.written);
  }
  const diagnostics = withoutDuplicates(all);
  await report(built, diagnostics, files, options, terminal);
  return hasErrors(diagnostics) ? 1 : 0;
}

async function report(
  built: readonly BuiltFile[],
  diagnostics: readonly Diagnostic[],
  files: readonly FoundFile[],
  options: BuildOptions,
  terminal: Terminal,
): Promise<void> {
  const { displayPath } = await import('../display-path.ts');
  const shown = (path: string): string => displayPath(path, terminal.cwd);
  if (options.json) {
    const { jsonReport } = await import('../../diagnostics/render-json.ts');
    const written = built.map(({ source, output, state }) => ({ source: shown(source), output: shown(output), state }));
    terminal.stdout.write(`${JSON.stringify({ files: written, ...jsonReport(diagnostics, shown) }, undefined, 2)}\n`);
    return;
  }
  for (const { path } of files) {
    const outputs = built.filter(({ source }) => source === path);
    if (outputs.length === 0) continue;
    const names = outputs.map(({ output, state }) => shown(output) + (state === 'unchanged' ? ' (unchanged)' : ''));
    terminal.stdout.write(`${shown(path)} → ${names.join(', ')}\n`);
  }
  const { printDiagnostics } = await import('../check-files.ts');
  await printDiagnostics(diagnostics, terminal, options.color);
}
