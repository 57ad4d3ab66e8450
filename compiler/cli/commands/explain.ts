/**
 * `nn explain`: the documentation of a diagnostic, layer, function … in the terminal.
 */
import { Command } from 'commander';
import { UserError } from '../../project/user-error.ts';
import { wantsColors, type CommandContext, type ExitCode, type Terminal } from '../terminal.ts';

export interface ExplainOptions {
  readonly list?: boolean;
  readonly json?: boolean;
  readonly color?: boolean;
}

export const explainCommand = ({ terminal, finish }: CommandContext): Command =>
  new Command('explain')
    .description('Explain a diagnostic, or a layer, function, loss, optimizer … by its name.')
    .argument('[name]', 'a diagnostic such as shape/rank, or a name such as Conv2D; also a kind: layers, losses, lint')
    .option('--list', 'list all names')
    .option('--json', 'print as JSON on stdout')
    .option('--color', 'colours also where the output is no terminal')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (name: string | undefined, options: ExplainOptions) =>
      finish(await explain(name, options, terminal)),
    );

const examples = `
Examples:
  nn explain shape/rank
  nn explain Conv2D
  nn explain optimizers
  nn explain --list
`;

export async function explain(
  name: string | undefined,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  // prettier-ignore
  const { listNames, kinds } = await import('../../explain/kinds.ts');
  const { renderDocumentation, renderList, renderSummaries } = await import('../../explain/render-terminal.ts');
  const { documentationOf, membersOf } = await import('../../explain/documentation.ts');
  const { stdout, env } = terminal;
  const colors = wantsColors(stdout, env, options.color);
  const style = { colors, width: (stdout.isTTY ? stdout.columns : undefined) ?? 80 };
  const print = (data: unknown, text: () => string): ExitCode => {
    stdout.write(options.json ? `${JSON.stringify(data, undefined, 2)}\n` : text());
    return 0;
  };
  if (name === undefined) {
    if (!options.list) throw new UserError('say what to explain', `Give a name, for example nn explain Conv2D. nn explain --list lists all: ${kinds.join(', ')}.`); // prettier-ignore
    const names = listNames();
    return print(names, () => renderList(names, style));
  }
  const docs = documentationOf(name);
  if (docs.length > 0) {
    const [first] = docs;
    const checked = first?.kind === 'diagnostic' && !options.json ? await checkedExample(first.bad, style) : undefined;
    return print(docs, () => renderDocumentation(docs, { ...style, ...(checked === undefined ? {} : { checked }) }));
  }
  const members = membersOf(name);
  if (members.length > 0) return print(members, () => renderSummaries(name, members, style));
  throw await unknownName(name, Object.values(listNames()).flat());
}

/** What `nn check` prints for an example. */
async function checkedExample(text: string, style: { readonly colors: boolean; readonly width: number }): Promise<string> { // prettier-ignore
  const { createCompiler } = await import('../../compile.ts');
  const { createMemoryHost } = await import('../../project/memory-host.ts');
  const { renderDiagnostics } = await import('../../diagnostics/render-terminal.ts');
  const { diagnostics } = createCompiler(createMemoryHost({ '/example.nn': text })).check('/example.nn');
  return renderDiagnostics(diagnostics, { colors: style.colors, width: style.width - 4, displayPath: (path) => path.slice(1) });
} // prettier-ignore

async function unknownName(name: string, names: readonly string[]): Promise<UserError> {
  const { didYouMean, fold, nearNames } = await import('../../diagnostics/suggest.ts');
  const { otherSpellings } = await import('../../check/other-spellings.ts');
  const { leftOutLayerNamed } = await import('../../layers/left-out.ts');
  const leftOut = leftOutLayerNamed(name);
  if (leftOut)
    return new UserError(
      `Keras’s \`${name}\` is left out: ${leftOut.reason}`,
      leftOut.instead && `Instead: ${leftOut.instead}.`,
    );
  const other = otherSpellings[name];
  // The part after the slash is what people remember of a slug.
  const slugs = names.filter((candidate) => candidate.includes('/') && fold(candidate.split('/')[1]!) === fold(name));
  const near = other ? [other] : [...new Set([...slugs, ...nearNames(name, names)])].slice(0, 4);
  return new UserError(`there is nothing called \`${name}\` to explain`, didYouMean(near) ?? 'nn explain --list lists all names.'); // prettier-ignore
}
