/**
 * `nn types`: `digits.d.nn.ts` beside each `digits.nn`, so that TypeScript knows what `import … from './digits.nn'` gives. A file with errors keeps the
 * types of its last good version, and does not stop the others.
 */
import { Command } from 'commander';
import type { SourceFile } from '../../../grammar/source.ts';
import type { CheckResult } from '../../compile-types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ModelGraph } from '../../graph/model-graph.ts';
import { configOption, type ConfigFlag } from '../config-option.ts';
import type { CommandContext, ExitCode, Terminal } from '../terminal.ts';

export interface TypesOptions extends ConfigFlag {
  readonly check?: boolean;
  /** `false` for programs that are built without tfjs's tensors; default as the configuration says. */
  readonly tensors?: boolean;
  readonly json?: boolean;
  readonly color?: boolean;
}

export const typesCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('types')
    .description('Write the types of models beside them, for TypeScript.')
    .argument('[paths...]', 'files, folders or globs; default: the current folder')
    .option('--check', 'write nothing; fail if types are missing or out of date')
    .option(
      '--tensors',
      "with predict and what else has to do with tfjs's tensors; default: as `bundle.tensors` of the configuration",
    )
    .option('--no-tensors', 'without these')
    .option('--json', 'print what was written and the problems as JSON on stdout')
    .addOption(configOption())
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: TypesOptions) => finish(await types(paths, options, terminal)));

const examples = `
Examples:
  nn types                 every .nn file in this folder
  nn types src --check     in a test: are they up to date?

TypeScript takes them with "allowArbitraryExtensions": true in tsconfig.json. nnlang's bundler plugins write them too.
Exit code: 0 if all types are there, 1 if some files have errors or (--check) old types, 2 if the command could not run.
`;

type State = 'written' | 'unchanged' | 'outdated';

interface TypesOf {
  readonly source: string;
  readonly output: string;
  readonly state: State;
}

export async function types(paths: readonly string[], options: TypesOptions, terminal: Terminal): Promise<ExitCode> {
  const { projectScope } = await import('../project-scope.ts');
  const { createNodeHost } = await import('../../project/node-host.ts');
  const { withoutDuplicates, hasErrors, resultOf } = await import('../check-files.ts');
  const compiler = await terminal.createCompiler(createNodeHost());
  const scope = await projectScope(paths, options, terminal);
  const tensors = options.tensors ?? scope.config.bundle?.tensors ?? true;
  const found: TypesOf[] = [];
  const all: Diagnostic[] = [];
  for (const { path } of await scope.find()) {
    const { diagnostics, models } = await resultOf<CheckResult>(
      () => compiler.check(path),
      (problems) => ({ diagnostics: problems, models: [] }),
    );
    all.push(...diagnostics);
    if (!hasErrors(diagnostics)) found.push(...(await typesOf(compiler.source(path), models, { ...options, tensors })));
  }
  const diagnostics = withoutDuplicates(all);
  await report(found, diagnostics, options, terminal);
  return hasErrors(diagnostics) || found.some(({ state }) => state === 'outdated') ? 1 : 0;
}

/** The declarations; their map goes with them and is not told of. */
async function typesOf(
  source: SourceFile,
  models: readonly ModelGraph[],
  { check, tensors }: TypesOptions & { readonly tensors: boolean },
): Promise<readonly TypesOf[]> {
  const { declarations } = await import('../../emit/declarations.ts');
  const { typeFiles } = await import('../../plugins/type-files.ts');
  const { packageVersion } = await import('../version.ts');
  const { hasContent, writeOutput } = await import('../../project/write-output.ts');
  const declared = declarations(source, models, { version: packageVersion(), tensors });
  return typeFiles(source.path, declared).flatMap((file): readonly TypesOf[] => {
    const current = (): State => (hasContent(file.path, Buffer.from(file.text)) ? 'unchanged' : 'outdated');
    const state = check ? current() : writeOutput(file.path, file.text);
    return file.path.endsWith('.map') ? [] : [{ source: source.path, output: file.path, state }];
  });
}

async function report(
  found: readonly TypesOf[],
  diagnostics: readonly Diagnostic[],
  { json, check, color }: TypesOptions,
  terminal: Terminal,
): Promise<void> {
  const { displayPath } = await import('../display-path.ts');
  const shown = (path: string): string => displayPath(path, terminal.cwd);
  if (json) {
    const { jsonReport } = await import('../../diagnostics/render-json.ts');
    const files = found.map(({ source, output, state }) => ({ source: shown(source), output: shown(output), state }));
    terminal.stdout.write(`${JSON.stringify({ files, ...jsonReport(diagnostics, shown) }, undefined, 2)}\n`);
    return;
  }
  for (const { source, output, state } of found) {
    if (state !== 'outdated') {
      terminal.stdout.write(`${shown(source)} → ${shown(output)}${state === 'unchanged' ? ' (unchanged)' : ''}\n`);
    } else if (check) terminal.stderr.write(`error: ${shown(output)} is not what ${shown(source)} says\n  help: Run nn types.\n`); // prettier-ignore
  }
  const { printDiagnostics } = await import('../check-files.ts');
  await printDiagnostics(diagnostics, terminal, color);
}
