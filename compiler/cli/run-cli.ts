/**
 * Arguments → a command, and what it throws → a message and an exit code. Commands load what they need when they run, so
 * that `nn check` starts without tables, progress bars or tensors.
 */
import { Command, CommanderError } from 'commander';
import { UserError } from '../project/user-error.ts';
import { buildCommand } from './commands/build.ts';
import { checkCommand } from './commands/check.ts';
import { explainCommand } from './commands/explain.ts';
import { formatCommand } from './commands/format.ts';
import { graphCommand } from './commands/graph.ts';
import { lspCommand } from './commands/lsp.ts';
import { initCommand } from './commands/init.ts';
import { predictCommand } from './commands/predict.ts';
import { summaryCommand } from './commands/summary.ts';
import { trainCommand } from './commands/train.ts';
import { typesCommand } from './commands/types.ts';
import { printError } from './print-error.ts';
import { wantsColors, type CommandContext, type ExitCode, type Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram({ terminal, finish: (code) => (exitCode = code) });
  try {
    if (args.length === 0) terminal.stdout.write(program.helpInformation());
    else await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command('nn')
    .description('Neural networks with shapes proved before anything runs, compiled to TypeScript.')
    .version(packageVersion(), '--version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples);
  for (const make of [
    initCommand,
    checkCommand,
    buildCommand,
    typesCommand,
    formatCommand,
    summaryCommand,
    graphCommand,
    trainCommand,
    predictCommand,
    explainCommand,
    lspCommand,
  ])
    program.addCommand(make(context));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .helpOption('-h, --help', 'print this help')
      .showSuggestionAfterError()
      .configureOutput({
        writeOut: (text) => void terminal.stdout.write(text),
        writeErr: (text) => void terminal.stderr.write(text),
        outputError: (text, write) => write(commanderMessage(text, command)),
        getOutHasColors: () => wantsColors(terminal.stdout, terminal.env, undefined),
        getErrHasColors: () => wantsColors(terminal.stderr, terminal.env, undefined),
        getOutHelpWidth: () => terminal.stdout.columns ?? 100,
        getErrHelpWidth: () => terminal.stderr.columns ?? 100,
      });
  }
  return program;
}

const examples = `
Examples:
  nn init digits                    a project to start from
  nn check                          every .nn file in this folder
  nn build src --out generated      TypeScript for every .nn file in src
  nn types                          types for import … from './digits.nn'
  nn format                         the one style, for every .nn file in this folder
  nn summary digits.nn              layers, shapes, parameters, FLOPs
  nn graph digits.nn --out digits.svg   a picture of it
  nn train digits.nn --data mnist   train without writing a program
  nn predict digits.nn --input three.png   what it then says of other data
  nn explain Conv2D                 what a layer, function or diagnostic is

Run nn help COMMAND for the flags of a command.
`;

const commanderMessage = (text: string, command: Command): string => {
  const name = command.parent ? `nn ${command.name()}` : 'nn';
  return `${text.trimEnd().replace('\n(', '\n  help: ').replace(/\)$/, '')}\n  Run ${name} --help for what it takes.\n`;
};

function exitCodeOf(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    printError(error, terminal);
    return error.blame === 'files' ? 1 : 2;
  }
  terminal.stderr.write(bugReport(error, Boolean(terminal.env['NN_DEBUG'])));
  return 2;
}

/** Our own mistakes say so, and that it is not the user's. */
function bugReport(error: unknown, debug: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  const said = message.startsWith('nnlang has a bug') ? message : `nnlang has a bug: ${message}`;
  if (debug) return `error: ${said}\n${error instanceof Error ? error.stack : ''}\n`;
  return `error: ${said}
  This is a fault of nnlang and not of your files. Please report it with the file that shows it, and with what
  NN_DEBUG=1 nn … prints.
`;
}
